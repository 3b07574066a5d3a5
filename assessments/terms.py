"""The terms on which one learner sits one quiz: its rules, with what they were given beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from assessments.exceptions import QuizClosed, QuizNotOpenYet, TimeIsUp
from assessments.models import Attempt, Quiz, QuizException
from courses.exceptions import CoursesError
from courses.models import Enrolment

GRACE = timedelta(seconds=60)
"""How long after the deadline a save still counts: a slow line is nobody's fault."""


@dataclass(frozen=True)
class Terms:
    """How often, when and for how long one learner may sit a quiz. None is no limit.

    Tries that did not pass are counted towards a pause and a talk from `counted_from`: when
    somebody talked with the learner last.
    """

    attempts_allowed: int | None = None
    wait: timedelta = timedelta(0)
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: timedelta | None = None
    tries_before_pause: int | None = None
    pause: timedelta = timedelta(0)
    tries_before_talk: int | None = None
    counted_from: datetime | None = None
    exception: QuizException | None = None

    @property
    def time_limit_minutes(self) -> int | None:
        return None if self.time_limit is None else int(self.time_limit.total_seconds() // 60)

    @property
    def pause_minutes(self) -> int:
        return int(self.pause.total_seconds() // 60)

    @property
    def wait_minutes(self) -> int:
        return int(self.wait.total_seconds() // 60)

    def deadline(self, started_at: datetime) -> datetime | None:
        """When an attempt begun then has to be handed in: its time is up, or the quiz closes."""
        ends = [] if self.closes_at is None else [self.closes_at]
        if self.time_limit is not None:
            ends.append(started_at + self.time_limit)
        return min(ends, default=None)

    def is_overdue(self, started_at: datetime, at: datetime) -> bool:
        """Whether nothing more may be saved, the moment of grace included."""
        deadline = self.deadline(started_at)
        return deadline is not None and at > deadline + GRACE

    def refuse_late_save(self, started_at: datetime, at: datetime) -> None:
        """Raise TimeIsUp once the deadline and the moment of grace after it are over."""
        deadline = self.deadline(started_at)
        if deadline is not None and self.is_overdue(started_at, at):
            raise TimeIsUp(deadline)

    def refusal(self, at: datetime) -> CoursesError | None:
        """Why none may be started on this day; None when the dates allow it."""
        if self.opens_at is not None and at < self.opens_at:
            return QuizNotOpenYet(self.opens_at)
        if self.closes_at is not None and at >= self.closes_at:
            return QuizClosed(self.closes_at)
        return None


def terms_for(quiz: Quiz, exception: QuizException | None) -> Terms:
    """The rules of a quiz with the exception that counts, if there is one. No query."""
    extra = exception or QuizException()
    tries, minutes = quiz.attempts_allowed, quiz.time_limit_minutes
    pauses = quiz.tries_before_pause is not None and not extra.no_wait
    return Terms(
        attempts_allowed=None if tries is None else tries + extra.extra_attempts,
        wait=timedelta(0) if extra.no_wait else timedelta(minutes=quiz.wait_minutes),
        opens_at=quiz.opens_at and (extra.opens_at or quiz.opens_at),
        closes_at=quiz.closes_at and (extra.closes_at or quiz.closes_at),
        time_limit=None if minutes is None else timedelta(minutes=minutes + extra.extra_minutes),
        tries_before_pause=quiz.tries_before_pause,
        pause=timedelta(hours=quiz.pause_hours if pauses else 0),
        tries_before_talk=quiz.tries_before_talk,
        counted_from=extra.at if extra.talked else None,
        exception=None if extra.is_empty else exception,
    )


def current_exception(enrolment: Enrolment, quiz: Quiz) -> QuizException | None:
    """The exception of one learner at one quiz that counts now: the latest. One query."""
    rows = QuizException.objects.filter(enrolment=enrolment, quiz=quiz)
    return rows.order_by("-number").first()


def learner_terms(enrolment: Enrolment, quiz: Quiz) -> Terms:
    """The terms on which one learner sits a quiz now. One query, or none where nothing is limited."""
    exception = current_exception(enrolment, quiz) if quiz.limits_something else None
    return terms_for(quiz, exception)


def overdue_attempts(at: datetime) -> list[Attempt]:
    """The tries under way whose time is up and that wait to be handed in. Two queries."""
    timed = Q(quiz__closes_at__isnull=False) | Q(quiz__time_limit_minutes__isnull=False)
    open_place = Enrolment.objects.open(at).filter(pk=OuterRef("enrolment"))
    attempts = list(
        Attempt.objects.open()
        .counted()
        .filter(timed, Exists(open_place))
        .select_related("quiz", "enrolment")
    )
    rows = QuizException.objects.filter(
        enrolment__in={attempt.enrolment_id for attempt in attempts}
    ).order_by("number")
    exceptions = {(row.enrolment_id, row.quiz_id): row for row in rows}
    return [
        attempt
        for attempt in attempts
        if terms_for(
            attempt.quiz, exceptions.get((attempt.enrolment_id, attempt.quiz_id))
        ).is_overdue(attempt.started_at, at)
    ]


def terms_of(attempt: Attempt) -> Terms:
    """The time that an attempt has. Without a query where its quiz has no clock and no end.

    A retry has all the time there is: the deadline was for the paper it belongs to.
    """
    quiz = attempt.quiz
    if attempt.is_retry or (quiz.closes_at is None and quiz.time_limit_minutes is None):
        return Terms()
    return learner_terms(attempt.enrolment, quiz)
