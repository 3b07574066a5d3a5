"""The attempts that a learner made at one quiz, and whether they may begin another.

The quiz page, the result and the verb that starts an attempt all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from assessments.exceptions import NoAttemptsLeft, WaitBeforeNextAttempt
from assessments.models import Attempt, Quiz, Result
from assessments.terms import Terms, learner_terms
from courses.exceptions import CoursesError
from courses.models import Enrolment

State = Attempt.State


@dataclass(frozen=True)
class PastAttempt:
    """One attempt, and the result that counts; none while it is open or was abandoned."""

    attempt_id: UUID
    number: int
    state: str
    started_at: datetime
    submitted_at: datetime | None = None
    score: Decimal | None = None
    out_of: Decimal | None = None
    passed: bool = False
    reached_pass_mark: bool = False
    red_lines: int = 0
    red_lines_missed: int = 0

    @property
    def is_nearly_there(self) -> bool:
        """Whether nothing but red lines is missing."""
        return self.reached_pass_mark and self.red_lines_missed > 0

    @property
    def reached(self) -> bool:
        """Whether the score alone is enough."""
        return self.passed or self.reached_pass_mark

    @property
    def red_lines_in_place(self) -> int:
        return self.red_lines - self.red_lines_missed

    @property
    def is_open(self) -> bool:
        return self.state == State.IN_PROGRESS

    @property
    def percent(self) -> Decimal | None:
        if self.score is None or not self.out_of:
            return None
        return self.score / self.out_of * 100


@dataclass(frozen=True)
class AttemptHistory:
    """Every attempt of one learner at one quiz, in order, and the rules for the next."""

    attempts: tuple[PastAttempt, ...]
    terms: Terms
    results: Mapping[UUID, Result] = field(default_factory=dict)
    """The result that counts of each attempt that has one, by attempt."""

    @cached_property
    def open(self) -> PastAttempt | None:
        """The attempt that can be gone on with."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @cached_property
    def handed_in(self) -> list[PastAttempt]:
        return [attempt for attempt in self.attempts if attempt.state == State.HANDED_IN]

    @property
    def latest(self) -> PastAttempt | None:
        """The one handed in last."""
        return self.handed_in[-1] if self.handed_in else None

    @property
    def passed(self) -> bool:
        return any(attempt.passed for attempt in self.attempts)

    @property
    def nearly_there(self) -> PastAttempt | None:
        """The latest attempt that misses nothing but red lines; none once the quiz is passed."""
        if self.passed:
            return None
        return next((past for past in reversed(self.handed_in) if past.is_nearly_there), None)

    @property
    def attempts_left(self) -> int | None:
        """How many more may be started; None when there is no limit."""
        if self.terms.attempts_allowed is None:
            return None
        return max(0, self.terms.attempts_allowed - len(self.attempts))

    @property
    def next_number(self) -> int:
        return max((attempt.number for attempt in self.attempts), default=0) + 1

    @property
    def opens_at(self) -> datetime | None:
        """When the pause after the latest ends; None when there is nothing to wait for."""
        latest = self.latest
        if latest is None or latest.submitted_at is None or not self.terms.wait:
            return None
        return latest.submitted_at + self.terms.wait

    def refusal(self, at: datetime) -> CoursesError | None:
        """Why another may not be started now; None when it may."""
        if refusal := self.terms.refusal(at):
            return refusal
        if self.terms.attempts_allowed is not None and self.attempts_left == 0:
            return NoAttemptsLeft(self.terms.attempts_allowed)
        if self.opens_at is not None and at < self.opens_at:
            return WaitBeforeNextAttempt(self.opens_at)
        return None


# What a try earned, and the try; a try without a result has empty columns in place of one.
_TRIES = """
    SELECT r.*, a.id AS try_id, a.number AS try_number, a.state AS try_state,
        a.started_at AS try_started_at, a.submitted_at AS try_submitted_at
    FROM assessments_attempt a LEFT JOIN assessments_result r ON r.attempt_id = a.id
    WHERE a.enrolment_id = %s AND a.quiz_id = %s AND a.retry_of_id IS NULL
    ORDER BY a.number, r.number
"""


def attempt_history(enrolment: Enrolment, quiz: Quiz) -> AttemptHistory:
    """The tries at a quiz on one enrolment, each with its latest result. Two queries at most.

    Answering red lines again is no try, so it is not among them.
    """
    rows: Iterable[Any] = Result.objects.raw(_TRIES, [enrolment.pk.hex, quiz.pk])
    # A later result of the same try takes the place of the earlier.
    tries = {UUID(str(row.try_id)): row for row in rows}
    return AttemptHistory(
        tuple(_past_attempt(pk, row) for pk, row in tries.items()),
        learner_terms(enrolment, quiz),
        {pk: row for pk, row in tries.items() if row.pk is not None},
    )


def _past_attempt(attempt_id: UUID, row: Any) -> PastAttempt:
    past = PastAttempt(
        attempt_id=attempt_id,
        number=row.try_number,
        state=row.try_state,
        started_at=_moment(row.try_started_at),
        submitted_at=_moment(row.try_submitted_at) if row.try_submitted_at else None,
    )
    if row.pk is None:
        return past
    return replace(
        past,
        score=row.score,
        out_of=row.out_of,
        passed=row.passed,
        reached_pass_mark=row.reached_pass_mark and row.state == Result.State.FINAL,
        red_lines=row.red_lines,
        red_lines_missed=row.red_lines_missed,
    )


def _moment(value: datetime) -> datetime:
    """A time as a plain statement gives it: on SQLite it is in UTC and does not say so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
