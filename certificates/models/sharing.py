"""Links by which a holder shows a certificate in full, and how often certificates are checked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

LINK_NAME_LENGTH = 60


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def open(self, at: datetime) -> Self:
        """Those that still show the certificate."""
        return self.filter(stopped_at=None, ends_at__gt=at)


class ShareLink(models.Model):
    """A link that shows a certificate in full to whoever has it, until a day or until it is stopped.

    It is shown once, and kept as a hash. Of who opened it nothing is kept. Erasure deletes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    credential = models.ForeignKey(
        "certificates.Credential", models.PROTECT, related_name="share_links", editable=False
    )
    name = models.CharField(_("for whom"), max_length=LINK_NAME_LENGTH, blank=True)
    # The secret is 32 random bytes, so that one round of SHA-256 is enough.
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ends_at = models.DateTimeField(_("ends"), editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)
    opened = models.PositiveIntegerField(_("times opened"), default=0, editable=False)

    objects: ClassVar[models.Manager[ShareLink]] = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("link to a certificate")
        verbose_name_plural = _("links to certificates")

    def __str__(self) -> str:
        return str(self.pk)


class CheckCount(models.Model):
    """How often a certificate was checked in a month. Of who checked it nothing is kept.

    Erasure deletes it.
    """

    credential = models.ForeignKey(
        "certificates.Credential",
        models.PROTECT,
        to_field="code",
        related_name="check_counts",
        editable=False,
        # The constraint's index begins with it.
        db_index=False,
    )
    month = models.DateField(_("month"), db_index=True, editable=False)
    number = models.PositiveIntegerField(_("times checked"), default=0, editable=False)

    class Meta:
        verbose_name = _("count of checks")
        verbose_name_plural = _("counts of checks")
        constraints = [
            models.UniqueConstraint(fields=["credential", "month"], name="one_count_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.month:%Y-%m}"
