"""The public halves of the keys that certificates are sealed with. No private half is ever here."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SealKeyQuerySet(models.QuerySet["SealKey"]):
    def active(self) -> Self:
        """The one of each role that is used now."""
        return self.filter(state=SealKey.State.ACTIVE)


class SealKey(models.Model):
    """A key with its X.509 certificate: the root, the authority that it vouches for, or a seal.

    The private half is where `SEAL_KEY_STORE` says, under the key's name, and never in the
    database. A key that is no longer used stays here for ever: the files that it sealed are
    judged by it.
    """

    class Role(models.TextChoices):
        ROOT = "root", _("root")
        ISSUING = "issuing", _("issuing authority")
        SEAL = "seal", _("seal")

    class State(models.TextChoices):
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("retired")
        COMPROMISED = "compromised", _("compromised")

    # Such as seal-2026-1.
    name = models.CharField(max_length=40, unique=True, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, editable=False)
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.ACTIVE, editable=False
    )
    # The X.509 certificate as DER, and the hash of that.
    certificate = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    # None for a root, which vouches for itself.
    signed_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="signed", editable=False
    )
    made_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(blank=True, editable=False)
    # The newest list of what it vouched for and takes back, as DER.
    revocations = models.BinaryField(default=b"", editable=False)
    revocations_number = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[models.Manager[SealKey]] = SealKeyQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("key of the seal")
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=Q(state="active"), name="one_active_key_per_role"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_compromised(self) -> bool:
        return self.state == self.State.COMPROMISED
