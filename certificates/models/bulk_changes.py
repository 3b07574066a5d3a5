"""Changes of standing that a registrar makes of many credentials at once."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.credentials import Credential
from people.models import User

SOURCE_LENGTH = 120


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def unfinished(self) -> Self:
        """Those that were started and have lines that are still to do."""
        return self.filter(finished_at=None).exclude(started_at=None)

    def drafts(self) -> Self:
        """Those of which nothing was done: they were looked at, and not started."""
        return self.filter(started_at=None)

    def over(self) -> Self:
        """Those that were started or proposed, and of which nothing waits for approval."""
        proposed = BulkChange.objects.filter(proposals__isnull=False).values("pk")
        waiting = BulkChange.objects.filter(proposals__state="waiting").values("pk")
        handled = self.filter(Q(started_at__isnull=False) | Q(pk__in=proposed))
        return handled.exclude(pk__in=waiting)

    def with_counts(self) -> Self:
        """With how many lines there are, how many are done and how many were left out."""
        return self.annotate(
            count=Count("lines"),
            count_done=Count("lines", filter=Q(lines__state=BulkChangeLine.State.DONE)),
            count_left_out=Count("lines", filter=Q(lines__state=BulkChangeLine.State.LEFT_OUT)),
        )


class BulkChange(models.Model):
    """One change of standing of many credentials, with one reason for all.

    Nothing changes before it is started. From then on its lines say what is still to do. What
    was done stands in the credentials' own events; this is kept for some months only.
    """

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("Suspend")
        RESTORE = "restore", _("Restore")
        REVOKE = "revoke", _("Revoke")
        REINSTATE = "reinstate", _("Undo the revocation")
        RENEW = "renew", _("Renew")

    class Ground(models.TextChoices):
        """Why, in the few words by which changes are counted. The note says the rest."""

        ERROR = "error", _("Issued or recorded in error")
        NOT_MET = "not_met", _("What the award asks for is not met, or no longer")
        CONDUCT = "conduct", _("A complaint about conduct")
        DISHONEST = "dishonest", _("Obtained dishonestly")
        HOLDERS_WISH = "holders_wish", _("The holders asked for it")
        LOOKED_INTO = "looked_into", _("Looked into, and found in order")
        RENEWED_TOGETHER = "renewed_together", _("What a renewal asks for was shown")
        OTHER = "other", _("Another reason")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    # The other registrar who approved it, where the site asks for one.
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    kind = models.CharField(_("change"), max_length=12, choices=Kind.choices, editable=False)
    # Where the numbers come from: the name of a file, or nothing.
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True, editable=False)
    # The ground and the note, as each event has them.
    reason = models.TextField(_("reason"), editable=False)
    explanation = models.TextField(_("what the holder reads"), blank=True, editable=False)
    review_on = models.DateField(null=True, editable=False)
    although_incomplete = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(_("when"), editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[BulkChange]] = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("change of many credentials")
        verbose_name_plural = _("changes of many credentials")
        indexes = [
            # A sweep asks for these each minute. Nearly always there are none.
            models.Index(
                fields=["started_at"], condition=Q(finished_at=None), name="change_not_finished"
            ),
            models.Index(fields=["-made_at"], name="changes_latest_first"),
        ]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)

    @property
    def is_draft(self) -> bool:
        return self.started_at is None


class BulkChangeLineQuerySet(models.QuerySet["BulkChangeLine"]):
    def owed(self) -> Self:
        """Those that are still to do."""
        return self.filter(state=BulkChangeLine.State.OWED)


class BulkChangeLine(models.Model):
    """One number of a change of many, and what became of it.

    The event of its credential and the state `done` are written in one transaction, so each is
    changed once however often it is tried. Erasure deletes the lines about a person.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        OWED = "owed", _("Still to do")
        DONE = "done", _("Done")
        LEFT_OUT = "left_out", _("Left out")

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="lines", editable=False)
    # The number of the line in what was pasted or uploaded.
    number = models.PositiveIntegerField(editable=False)
    typed = models.CharField(max_length=200, editable=False)
    typed_name = models.CharField(max_length=200, blank=True, editable=False)
    credential = models.ForeignKey(
        Credential, models.PROTECT, null=True, related_name="+", editable=False
    )
    # The last event of it when the change was started. A later one stops this line.
    last_seen = models.PositiveSmallIntegerField(null=True, editable=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    # Why it was left out, in the language of the registrar.
    problem = models.TextField(blank=True, editable=False)
    # The credential that a renewal issued.
    renewed_as = models.OneToOneField(
        Credential, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects: ClassVar[models.Manager[BulkChangeLine]] = BulkChangeLineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("line of a change of many credentials")
        verbose_name_plural = _("lines of changes of many credentials")
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="one_change_line_a_number")
        ]
        indexes = [
            models.Index(fields=["change"], condition=Q(state="owed"), name="change_lines_owed")
        ]

    def __str__(self) -> str:
        return f"{self.number}"
