"""The public halves of the keys that we seal and sign with. No private half is ever here."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SealKeyQuerySet(models.QuerySet["SealKey"]):
    def active(self) -> Self:
        """The one of each role that is used now."""
        return self.filter(state=SealKey.State.ACTIVE)

    def ended(self) -> Self:
        """Those whose private half is of no more use. An authority that only retired may have to
        take back what it vouched for."""
        retired = Q(state=SealKey.State.RETIRED, role__in=(SealKey.Role.SEAL, *SIGNING_ROLES))
        return self.filter(retired | Q(state=SealKey.State.COMPROMISED))

    def signing(self, *roles: str) -> Self:
        """Those that sign and were not taken back, the newest first."""
        return (
            self.filter(role__in=roles or SIGNING_ROLES)
            .exclude(state=SealKey.State.COMPROMISED)
            .order_by("-made_at", "-pk")
        )


class SealKey(models.Model):
    """A key of ours: the root, the authority that it vouches for, a seal, or one that signs.

    The first three are told to the world by an X.509 certificate. Those that sign badges and
    receipts have none: where they are published says whose they are, and so they seal no file.

    The private half is where `SEAL_KEY_STORE` says, under the key's name, and never in the
    database. A key that is no longer used stays here for ever: the files that it sealed are
    judged by it.
    """

    class Role(models.TextChoices):
        ROOT = "root", _("root")
        ISSUING = "issuing", _("issuing authority")
        SEAL = "seal", _("seal")
        BADGE = "badge", _("signs badges")
        RECEIPT = "receipt", _("signs receipts")

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
    # The X.509 certificate as DER, or of a key that signs its public half; and the hash of that.
    certificate = models.BinaryField(default=b"", editable=False)
    public_key = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    # None for a root, which vouches for itself, and for a key that signs.
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
    def raw_public_key(self) -> bytes:
        """The 32 bytes of the public half of a key that signs."""
        return bytes(self.public_key or b"")

    @property
    def signs(self) -> bool:
        """Whether it signs badges or receipts."""
        return self.role in SIGNING_ROLES

    @property
    def is_compromised(self) -> bool:
        return self.state == self.State.COMPROMISED


SIGNING_ROLES = (SealKey.Role.BADGE, SealKey.Role.RECEIPT)
"""The keys on Ed25519, under no authority. What seals documents is not among them."""
