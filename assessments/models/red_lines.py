"""Red lines that were missed on a paper and are in place since."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.attempts import PaperItem


class RedLineRecordQuerySet(models.QuerySet["RedLineRecord"]):
    def counted(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)


class RedLineRecord(models.Model):
    """The record that a missed red line of a paper is in place, and how it came to be.

    It is evidence: it is added and never deleted, and one counts for an item. Whoever talked it
    through aloud is the actor and says how it went. One that was recorded in error is taken back:
    who, when and why is added, and it counts no more. Erasure keeps the row.
    """

    class How(models.TextChoices):
        ANSWERED_AGAIN = "answered_again", _("answered again")
        TALKED_THROUGH = "talked_through", _("talked through aloud")

    item = models.ForeignKey(PaperItem, models.PROTECT, related_name="red_line_records")
    how = models.CharField(max_length=20, choices=How.choices, editable=False)
    # The item of the retry on which it was answered rightly.
    answered_on = models.ForeignKey(
        PaperItem, models.PROTECT, null=True, related_name="+", editable=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    reason = models.TextField(blank=True, editable=False)
    at = models.DateTimeField(editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    taken_back_reason = models.TextField(blank=True, editable=False)

    objects: ClassVar[models.Manager[RedLineRecord]] = RedLineRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("red line in place")
        verbose_name_plural = _("red lines in place")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(taken_back_at=None),
                name="one_red_line_record_counts_per_item",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False)
                & ~Q(taken_back_reason=""),
                name="taken_back_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(how="answered_again", answered_on__isnull=False)
                | (Q(how="talked_through", answered_on=None) & ~Q(reason="")),
                name="talked_through_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.how}"
