"""When a holder is next reminded that a credential runs out."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.renewal.reminding import STAGES


def every_stage() -> list[int]:
    """What a holder who chose nothing is reminded at."""
    return list(STAGES)


class RenewalReminderQuerySet(models.QuerySet["RenewalReminder"]):
    def due(self, on: date) -> Self:
        """Those whose day has come."""
        return self.filter(next_on__lte=on)


class RenewalReminder(models.Model):
    """At which days before the last day of a credential its holder wants a letter, and the next.

    There is a row for each credential that runs out. Erasure deletes it.
    """

    credential = models.OneToOneField(
        "certificates.Credential",
        models.PROTECT,
        related_name="reminder",
        editable=False,
        verbose_name=_("certificate"),
    )
    # An empty list is none at all.
    stages = models.JSONField(_("days before the last day"), default=every_stage, editable=False)
    next_on = models.DateField(null=True, editable=False)

    objects: ClassVar[models.Manager[Any]] = RenewalReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a renewal")
        verbose_name_plural = _("reminders of renewals")
        indexes = [
            # A sweep asks this each minute, over all there ever were.
            models.Index(fields=["next_on"], name="reminders_to_come"),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.next_on}"
