"""What registrars note about a credential without changing its standing, and when to look again."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CredentialNoteQuerySet(models.QuerySet["CredentialNote"]):
    def to_look_at(self) -> Self:
        """Those with a day on which somebody is to look again, and nobody has, the first day first."""
        return self.filter(closed_at=None, look_again_on__isnull=False).order_by("look_again_on")

    def due(self, on: date) -> Self:
        """Those whose day has come."""
        return self.filter(closed_at=None, look_again_on__lte=on)


class CredentialNote(models.Model):
    """A registrar's note about a credential, for staff and auditors. Never edited.

    It may have a day on which to look again, such as the review of a suspension; only that this
    is done is added later. Erasure blanks the words.
    """

    credential = models.ForeignKey(
        "certificates.Credential",
        models.PROTECT,
        related_name="notes",
        editable=False,
        verbose_name=_("certificate"),
    )
    text = models.TextField(_("note"), editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    written_at = models.DateTimeField(_("when"), editable=False)
    look_again_on = models.DateField(_("look again on"), null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[CredentialNote]] = CredentialNoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("note about a credential")
        verbose_name_plural = _("notes about credentials")
        indexes = [
            models.Index(
                fields=["look_again_on"], condition=Q(closed_at=None), name="notes_to_look_at"
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.written_at:%Y-%m-%d}"
