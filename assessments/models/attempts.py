"""One learner's attempts at a quiz: the frozen paper, what they gave, and what it earned.

All of it is evidence: rows are added and never edited, and nothing they rest on can be
deleted. Erasure keeps the rows and takes the person out of the enrolment.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from assessments.bank import Question
from assessments.items import Item, item_from_json
from assessments.models.quizzes import Quiz
from assessments.papers import Paper
from courses.models import Enrolment
from people.models import User
from people.rows import insert_rows, rows_where


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        """Those that can be gone on with."""
        return self.filter(state=Attempt.State.IN_PROGRESS)

    def counted(self) -> Self:
        """Those that count as tries: answering missed red lines again never does."""
        return self.filter(retry_of=None)

    def by(self, learner: User) -> Self:
        return self.filter(enrolment__learner=learner)

    def with_latest_result(self) -> Self:
        """Each with what its latest result says, as `latest_passed` and so on, and `wants_talk`."""
        results = Result.objects.filter(attempt=OuterRef("pk")).order_by("-number")
        fields = {
            "passed": "passed",
            "reached": "reached_pass_mark",
            "missed": "red_lines_missed",
            "score": "score",
            "out_of": "out_of",
        }
        return self.annotate(
            wants_talk=F("talk_answer__wants_talk"),
            **{
                f"latest_{name}": Subquery(results.values(column)[:1])
                for name, column in fields.items()
            },
        )

    def nearly_there(self) -> Self:
        """Those whose latest result misses nothing but red lines."""
        ever = Result.objects.filter(reached_pass_mark=True, passed=False)
        return (
            self.filter(pk__in=ever.values("attempt"))
            .with_latest_result()
            .filter(latest_reached=True, latest_passed=False, latest_missed__gt=0)
        )


class Attempt(models.Model):
    """One sitting of a quiz. Its paper is frozen at the start and never edited.

    With `retry_of` it is a retry: a short paper that asks only the red lines which that attempt
    missed. A retry has no result of its own. What it puts right becomes a later result of
    that attempt.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        OVERDUE = "overdue", _("overdue")
        HANDED_IN = "handed_in", _("handed in")
        ABANDONED = "abandoned", _("abandoned")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    # Its index is `tries_of_a_quiz`.
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts", db_index=False)
    # Without an index of its own, in which nearly every entry would be NULL: a database without
    # statistics would read all tries by it. `retries_are_numbered` finds the retries of one.
    retry_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="retries", editable=False, db_index=False
    )
    number = models.PositiveSmallIntegerField(editable=False)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=State.choices,
        default=State.IN_PROGRESS,
        editable=False,
    )
    pass_percent = models.DecimalField(max_digits=5, decimal_places=2, editable=False)
    started_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # Whether its time ran out and the site handed in what was saved.
    handed_in_by_site = models.BooleanField(default=False, editable=False)
    # Rises with each save. A save names the number it saw, so that an old page, a second
    # tab or a late request never overwrites what it did not see.
    save_number = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Attempt]] = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        indexes = [
            # What one learner did at one quiz, whatever else either of them did.
            models.Index(fields=["enrolment", "quiz"], name="attempts_of_a_learner"),
            # The list of tries, of every quiz and of one; and how many each quiz has.
            models.Index(fields=["started_at"], condition=Q(retry_of=None), name="tries_by_time"),
            models.Index(fields=["quiz", "retry_of", "started_at"], name="tries_of_a_quiz"),
            # A sweep asks each minute whose time is up.
            models.Index(
                fields=["quiz"],
                condition=Q(state="in_progress", retry_of=None),
                name="tries_under_way",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(state__in=["in_progress", "overdue"], retry_of=None),
                name="one_open_attempt_per_quiz",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"],
                condition=Q(retry_of=None),
                name="attempts_are_numbered",
            ),
            models.UniqueConstraint(
                fields=["retry_of"],
                condition=Q(state__in=["in_progress", "overdue"]),
                name="one_open_retry_per_attempt",
            ),
            models.UniqueConstraint(
                fields=["retry_of", "number"],
                condition=~Q(retry_of=None),
                name="retries_are_numbered",
            ),
            models.CheckConstraint(
                condition=Q(state="handed_in", submitted_at__isnull=False)
                | (~Q(state="handed_in") & Q(submitted_at=None)),
                name="handed_in_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.IN_PROGRESS

    @property
    def is_retry(self) -> bool:
        """Whether it only asks again what another attempt missed."""
        return self.retry_of_id is not None

    @cached_property
    def paper_items(self) -> list[PaperItem]:
        """The rows of its paper, in the order shown. One query, the first time."""
        return sorted(rows_where(PaperItem, attempt=self.pk), key=lambda row: row.place)

    @cached_property
    def paper(self) -> Paper:
        """The paper as it was drawn. One query, the first time."""
        return Paper(items=[row.item for row in self.paper_items], pass_percent=self.pass_percent)


class PaperItemManager(models.Manager["PaperItem"]):
    def add_paper(
        self, attempt: Attempt, items: Sequence[Item], *, asks_again: Sequence[PaperItem] = ()
    ) -> None:
        """Store the paper of a new attempt, in the order given.

        For a retry, `asks_again` holds the item that each asks again.
        """
        rows = [PaperItem.from_item(item, place=place) for place, item in enumerate(items, 1)]
        for row, earlier in zip_longest(rows, asks_again):
            row.attempt = attempt
            row.asks_again = earlier
        insert_rows(rows)


class PaperItem(models.Model):
    """One question of one paper, frozen as it was drawn: its words, key, feedback and order.

    It names the question and the published revision that it came from, so that who was asked
    what is one look-up. `revision` is None for a question that was never edited here.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField(editable=False)
    key = models.CharField(max_length=12, editable=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="paper_items")
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="+", editable=False
    )
    kind = models.CharField(max_length=40, editable=False)
    worth = models.DecimalField(max_digits=8, decimal_places=2, editable=False)
    content = models.JSONField(editable=False)
    # On the paper of a retry: the item that this asks again.
    asks_again = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="asked_again", editable=False
    )

    objects: ClassVar[PaperItemManager] = PaperItemManager()

    class Meta:
        verbose_name = _("paper item")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "place"], name="one_item_per_place"),
            models.UniqueConstraint(fields=["attempt", "key"], name="one_item_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.content.get('code', '')}"

    @classmethod
    def from_item(cls, item: Item, *, place: int) -> PaperItem:
        """The row that stores an item, still without its attempt."""
        content = item.to_json()
        for name in ("id", "question", "revision", "kind", "worth"):
            del content[name]
        return cls(
            place=place,
            key=item.id,
            question_id=item.question,
            revision_id=item.revision,
            kind=item.kind,
            worth=item.worth,
            content=content,
        )

    @cached_property
    def item(self) -> Item:
        """The item that was frozen."""
        return item_from_json(
            {
                **self.content,
                "id": self.key,
                "question": self.question_id,
                "revision": self.revision_id,
                "kind": self.kind,
                "worth": self.worth,
            }
        )


class ResponseStep(models.Model):
    """What a learner gave for one item, at one save. Later steps are added, never written over.

    The newest of an item is the one that is marked. `actor` is who saved it.
    """

    class State(models.TextChoices):
        EMPTY = "empty", _("nothing given")
        INCOMPLETE = "incomplete", _("incomplete")
        COMPLETE = "complete", _("complete")

    item = models.ForeignKey(PaperItem, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    state = models.CharField(max_length=20, choices=State.choices, editable=False)
    response = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("step of a response")
        verbose_name_plural = _("steps of responses")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_step_per_item_and_save")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class Result(models.Model):
    """The score of an attempt and whether it passed. A correction is a later result.

    `number` 1 is the marking at submission; a higher number says who decided it and why.
    While it waits for a marker, its score is what is marked so far, and it has not passed.
    """

    class State(models.TextChoices):
        FINAL = "final", _("final")
        WAITING = "waiting", _("waiting for a marker")

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.FINAL, editable=False
    )
    score = models.DecimalField(max_digits=12, decimal_places=5, editable=False)
    out_of = models.DecimalField(max_digits=12, decimal_places=5, editable=False)
    # Whether the score alone is enough, whatever the red lines are.
    reached_pass_mark = models.BooleanField(default=False, editable=False)
    red_lines = models.PositiveSmallIntegerField(default=0, editable=False)
    red_lines_missed = models.PositiveSmallIntegerField(default=0, editable=False)
    passed = models.BooleanField(editable=False)
    # A lower pass mark that was applied to this result; None is the one the attempt began with.
    pass_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    marked_at = models.DateTimeField(editable=False)
    # None is the site itself, by the rules of the paper.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    reason = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("result")
        ordering = ["number"]
        indexes = [
            # Those that nothing but a red line may be missing in: what waits for somebody.
            models.Index(
                fields=["attempt"],
                condition=Q(reached_pass_mark=True, passed=False),
                name="reached_and_not_passed",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="results_are_numbered"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=models.F("out_of"), out_of__gt=0),
                name="score_within_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting", passed=True), name="waiting_has_not_passed"
            ),
            models.CheckConstraint(
                condition=Q(red_lines_missed__lte=models.F("red_lines"))
                & (Q(passed=False) | Q(red_lines_missed=0)),
                name="passed_has_every_red_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}/{self.out_of}"

    @property
    def percent(self) -> Decimal:
        return self.score / self.out_of * 100

    @property
    def red_lines_in_place(self) -> int:
        return self.red_lines - self.red_lines_missed

    @property
    def is_nearly_there(self) -> bool:
        """Whether nothing but red lines is missing. Nobody is told that they failed then."""
        return (
            self.state == self.State.FINAL and self.reached_pass_mark and self.red_lines_missed > 0
        )


class Mark(models.Model):
    """What one response earned, in one result."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="marks")
    item = models.ForeignKey(PaperItem, models.PROTECT, related_name="marks")
    fraction = models.DecimalField(max_digits=6, decimal_places=5, editable=False)
    mark = models.DecimalField(max_digits=12, decimal_places=5, editable=False)

    class Meta:
        verbose_name = _("mark")
        constraints = [
            models.UniqueConstraint(fields=["result", "item"], name="one_mark_per_item"),
            models.CheckConstraint(
                condition=Q(fraction__gte=0, fraction__lte=1), name="fraction_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.mark}"
