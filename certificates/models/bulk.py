"""Awards that a registrar issues to many people from one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.awards import WORDS_LENGTH, Award
from certificates.models.credentials import Credential
from people.models import User

NAME_OF_FILE_LENGTH = 120
NAME_OF_WITNESS_LENGTH = 120
LONGEST_ADDRESS = 254
TIME_FOR_THE_NAME = timedelta(minutes=10)
"""How long somebody who was invited has to correct their name after signing in."""


class BulkIssueQuerySet(models.QuerySet["BulkIssue"]):
    def unfinished(self) -> Self:
        """Those that were started and have lines that are still to do."""
        return self.filter(finished_at=None).exclude(started_at=None)

    def drafts(self) -> Self:
        """Those of which nothing was issued: they were looked at, and not started."""
        return self.filter(started_at=None)

    def over(self) -> Self:
        """Those that were started or proposed, and of which nothing waits for approval."""
        proposed = BulkIssue.objects.filter(proposals__isnull=False).values("pk")
        waiting = BulkIssue.objects.filter(proposals__state="waiting").values("pk")
        handled = self.filter(Q(started_at__isnull=False) | Q(pk__in=proposed))
        return handled.exclude(pk__in=waiting)

    def with_counts(self) -> Self:
        """With how many lines there are, and how many of each state."""
        counts = {
            f"count_{state.value}": Count("lines", filter=Q(lines__state=state))
            for state in BulkLine.State
        }
        return self.annotate(count=Count("lines"), **counts)


class BulkIssue(models.Model):
    """A table of people that a registrar uploaded, to issue an award to each.

    Nothing is issued before it is started. From then on its lines say what is still to do. It
    holds what was typed of people, so it is kept for some months only; the credentials stay.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    # The other registrar who approved it, where the site asks for one.
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    file_name = models.CharField(_("file"), max_length=NAME_OF_FILE_LENGTH, editable=False)
    # Of lines that name none.
    award = models.ForeignKey(Award, models.PROTECT, null=True, related_name="+", editable=False)
    evidence = models.TextField(_("what the award rests on"), editable=False)
    # Words in place of the award's own; empty for those of the award.
    words = models.TextField(blank=True, max_length=WORDS_LENGTH, editable=False)
    # Who attests days and hours of lines that name nobody.
    attested_by = models.CharField(max_length=NAME_OF_WITNESS_LENGTH, blank=True, editable=False)
    # Whether people who never signed in have their certificate before they do.
    at_once = models.BooleanField(default=False, editable=False)
    # Headings of the file that were not read.
    unread = models.JSONField(default=list, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded"), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[BulkIssue]] = BulkIssueQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = _("bulk issue")
        verbose_name_plural = _("bulk issues")
        indexes = [
            # A sweep asks for these each minute. Nearly always there are none.
            models.Index(
                fields=["started_at"], condition=Q(finished_at=None), name="bulk_not_finished"
            ),
            models.Index(fields=["-uploaded_at"], name="bulk_latest_first"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_draft(self) -> bool:
        return self.started_at is None


class BulkLineQuerySet(models.QuerySet["BulkLine"]):
    def owed(self) -> Self:
        """Those that are still to do."""
        return self.filter(state=BulkLine.State.OWED)

    def not_told(self) -> Self:
        """Those whose person waits and has not been written to."""
        return self.filter(state=BulkLine.State.WAITING, told_at=None, person__is_active=True)

    def arrived(self, at: datetime) -> Self:
        """Those that waited for their person to sign in, who has done so a few minutes ago.

        In the minutes between they may correct their name, before it is printed for good.
        """
        people = User.objects.filter(
            pk=OuterRef("person"), is_active=True, last_login__lte=at - TIME_FOR_THE_NAME
        )
        return self.filter(Exists(people), state=BulkLine.State.WAITING)


class BulkLine(models.Model):
    """One person of a bulk issue: what their line says, and what became of it.

    The credential and the state `issued` are written in one transaction, so each line issues
    once however often it is tried. Erasure deletes the lines about a person.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        OWED = "owed", _("Still to do")
        ISSUED = "issued", _("Issued")
        WAITING = "waiting", _("Waits for the person to sign in")
        LEFT_OUT = "left_out", _("Left out")

    bulk = models.ForeignKey(BulkIssue, models.CASCADE, related_name="lines", editable=False)
    # The number of the line in the file.
    number = models.PositiveIntegerField(editable=False)
    # Every cell that is read, by the name of its column, as it was typed.
    typed = models.JSONField(editable=False)
    # Of the cells: whom the line is about, also where there is no account.
    email = models.CharField(max_length=LONGEST_ADDRESS, blank=True, db_index=True, editable=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    # Why it was left out, in the language of the registrar.
    reason = models.TextField(blank=True, editable=False)

    # What it comes to, from when it is started.
    award = models.ForeignKey(Award, models.PROTECT, null=True, related_name="+", editable=False)
    earned_on = models.DateField(null=True, editable=False)
    minutes = models.PositiveIntegerField(null=True, editable=False)
    attested_by = models.CharField(max_length=NAME_OF_WITNESS_LENGTH, blank=True, editable=False)
    language = models.CharField(max_length=10, blank=True, editable=False)
    person = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="bulk_lines", editable=False
    )
    # Whether the account was made for this line.
    made_account = models.BooleanField(default=False, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    credential = models.OneToOneField(
        Credential, models.PROTECT, null=True, related_name="bulk_line", editable=False
    )

    objects: ClassVar[models.Manager[BulkLine]] = BulkLineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("line of a bulk issue")
        verbose_name_plural = _("lines of bulk issues")
        constraints = [
            models.UniqueConstraint(fields=["bulk", "number"], name="one_line_of_each_number"),
            models.CheckConstraint(
                condition=Q(state="issued", credential__isnull=False)
                | (~Q(state="issued") & Q(credential=None)),
                name="a_line_that_is_issued_has_its_credential",
            ),
        ]
        indexes = [
            # A sweep asks for these each minute.
            models.Index(
                fields=["person"], condition=Q(state="waiting"), name="bulk_lines_waiting"
            ),
            models.Index(fields=["bulk"], condition=Q(state="owed"), name="bulk_lines_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def cells(self) -> Mapping[str, str]:
        cells: dict[str, str] = self.typed
        return cells
