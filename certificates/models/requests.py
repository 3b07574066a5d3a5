"""What a holder asks of the registrars: a corrected name, a renewal, or to look at a decision again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import NAME_LENGTH


class HolderRequestQuerySet(models.QuerySet["HolderRequest"]):
    def open(self) -> Self:
        """Those that wait for a registrar."""
        return self.filter(decision="")

    def contests_due(self, before: datetime) -> Self:
        """The reviews and appeals that wait and were asked for before a moment."""
        contested = [HolderRequest.Kind.REVIEW, HolderRequest.Kind.APPEAL]
        return self.open().filter(kind__in=contested, asked_at__lte=before)

    def notice_due(self) -> Self:
        """Those that were declined, of which the holder is still to be told."""
        return self.filter(
            decision=HolderRequest.Decision.DECLINED,
            notified_at=None,
            credential__holder__is_active=True,
        )


class HolderRequest(models.Model):
    """What the holder of a credential asked for, and what a registrar answered.

    Only the answer is added later, once. Erasure blanks what the holder wrote.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("A corrected name")
        RENEWAL = "renewal", _("A renewal")
        REVIEW = "review", _("A review of a decision")
        APPEAL = "appeal", _("An appeal")

    class Decision(models.TextChoices):
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    DECIDE_DAYS = 30
    """How long registrars have to answer a review or an appeal."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    credential = models.ForeignKey(
        "certificates.Credential", models.PROTECT, related_name="requests", editable=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices, editable=False)
    name = models.CharField(_("name to print"), max_length=NAME_LENGTH, blank=True, editable=False)
    words = models.TextField(_("what the holder says"), blank=True, editable=False)
    asked_at = models.DateTimeField(_("since"), editable=False)
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    answer = models.TextField(_("answer to the holder"), blank=True, editable=False)
    notified_at = models.DateTimeField(_("holder told"), null=True, editable=False)

    objects: ClassVar[models.Manager[HolderRequest]] = HolderRequestQuerySet.as_manager()

    class Meta:
        ordering = ["decision", "asked_at", "pk"]
        verbose_name = _("request of a holder")
        verbose_name_plural = _("requests of holders")
        indexes = [
            # A sweep asks each minute which answers are still to be told.
            models.Index(
                fields=["credential"],
                condition=Q(decision="declined", notified_at=None),
                name="answers_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "kind"],
                condition=Q(decision=""),
                name="one_open_request_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="request_is_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(decision="declined", answer=""), name="declined_with_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"

    @property
    def decide_by(self) -> date | None:
        """The day by which it is to be answered, or None where it has none."""
        if self.kind not in {self.Kind.REVIEW, self.Kind.APPEAL}:
            return None
        return (self.asked_at + timedelta(days=self.DECIDE_DAYS)).date()
