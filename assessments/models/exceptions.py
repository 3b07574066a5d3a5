"""What one person may do that the rules of a quiz or a course do not give to everybody.

Rows are added and never edited. The latest about the same thing is the one that counts; an
empty one takes back what was given before. Erasure keeps them.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.quizzes import Quiz
from courses.models import Enrolment


class QuizException(models.Model):
    """What one learner is given at one quiz beyond its rules: tries, time, or other dates."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="quiz_exceptions")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="exceptions")
    number = models.PositiveSmallIntegerField(editable=False)
    extra_attempts = models.PositiveSmallIntegerField(
        _("more tries"),
        default=0,
        help_text=_("In all, beyond what the quiz gives to everybody."),
    )
    no_wait = models.BooleanField(_("no wait between tries"), default=False)
    talked = models.BooleanField(
        _("talked it through with somebody"),
        default=False,
        help_text=_(
            "Their tries are counted afresh from now: no pause until as many have not passed "
            "again, and each result tells once more how the skills went."
        ),
    )
    extra_minutes = models.PositiveSmallIntegerField(
        _("more minutes"), default=0, help_text=_("Added to the time limit of the quiz.")
    )
    opens_at = models.DateTimeField(
        _("opens for them"), null=True, blank=True, help_text=_("Empty: as for everybody.")
    )
    closes_at = models.DateTimeField(
        _("closes for them"), null=True, blank=True, help_text=_("Empty: as for everybody.")
    )
    reason = models.TextField(
        _("reason"), help_text=_("Kept with your name and the time. The learner reads it too.")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"], name="quiz_exceptions_are_numbered"
            )
        ]

    TERMS: ClassVar[tuple[str, ...]] = (
        "extra_attempts",
        "no_wait",
        "talked",
        "extra_minutes",
        "opens_at",
        "closes_at",
    )

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.number}"

    @property
    def is_empty(self) -> bool:
        """Whether it gives nothing, so that the rules are those of everybody."""
        return not any(getattr(self, name) for name in self.TERMS)


class EnrolmentException(models.Model):
    """That the end of one person's time on a course was moved. None is no end."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="exceptions")
    number = models.PositiveSmallIntegerField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ends_at = models.DateTimeField(_("access ends"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("moved end of a place")
        verbose_name_plural = _("moved ends of places")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], name="enrolment_exceptions_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.number}"
