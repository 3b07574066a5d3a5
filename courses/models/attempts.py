"""One learner's sittings of a quiz: the frozen paper, what they gave, and what it earned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from courses.models.quizzes import Quiz
from courses.papers import Paper
from people.models import User


class PaperField(models.JSONField):
    """Keeps a `Paper` as JSON, and gives a `Paper` back."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Paper:
        return Paper.from_json(super().from_db_value(value, expression, connection))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.to_json() if isinstance(value, Paper) else value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value.to_json() if isinstance(value, Paper) else value
        return super().get_db_prep_value(value, connection, prepared)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        return self.filter(submitted_at=None)

    def by(self, learner: User) -> Self:
        return self.filter(enrolment__learner=learner)


class Attempt(models.Model):
    """One sitting of a quiz. Its paper is frozen at the start and never edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(editable=False)
    paper = PaperField(editable=False)
    started_at = models.DateTimeField(editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # Rises with each save. A save names the number it saw, so that an old page, a second
    # tab or a late request never overwrites what it did not see.
    save_number = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[Attempt]] = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(submitted_at=None),
                name="one_open_attempt_per_quiz",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"], name="attempts_are_numbered"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


class Response(models.Model):
    """What a learner gave for one item, at one save. Later saves are added, never written over.

    The newest of an item is the one that is marked. Erasure keeps it, without the person.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    item_id = models.CharField(max_length=32, editable=False)
    save_number = models.PositiveIntegerField(editable=False)
    given = models.JSONField(null=True, editable=False)
    saved_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("response")
        ordering = ["save_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item_id", "save_number"], name="one_response_per_item_and_save"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.save_number}"


class Result(models.Model):
    """The score of an attempt and whether it passed. A correction is a later result.

    `number` 1 is the marking at submission; a higher number says who corrected it and why.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    score = models.DecimalField(max_digits=12, decimal_places=5, editable=False)
    out_of = models.DecimalField(max_digits=12, decimal_places=5, editable=False)
    passed = models.BooleanField(editable=False)
    marked_at = models.DateTimeField(editable=False)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    reason = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("result")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="results_are_numbered"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=models.F("out_of"), out_of__gt=0),
                name="score_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}/{self.out_of}"

    @property
    def percent(self) -> Decimal:
        return self.score / self.out_of * 100


class Mark(models.Model):
    """What one response earned, in one result."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="marks")
    item_id = models.CharField(max_length=32, editable=False)
    fraction = models.DecimalField(max_digits=6, decimal_places=5, editable=False)
    mark = models.DecimalField(max_digits=12, decimal_places=5, editable=False)

    class Meta:
        verbose_name = _("mark")
        constraints = [
            models.UniqueConstraint(fields=["result", "item_id"], name="one_mark_per_item"),
            models.CheckConstraint(
                condition=Q(fraction__gte=0, fraction__lte=1), name="fraction_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.mark}"
