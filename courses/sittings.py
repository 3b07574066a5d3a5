"""What a learner has sat of one quiz, and whether they may sit it again.

The quiz page, the result and the verb that starts an attempt all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models.query import QuerySet

from courses.exceptions import CoursesError, NoAttemptsLeft, WaitBeforeNextAttempt
from courses.models import Attempt, Enrolment, Quiz
from people.prepared import prepared


@dataclass(frozen=True)
class Sitting:
    """One attempt, and the result that stands; none while it is open."""

    attempt_id: UUID
    number: int
    started_at: datetime
    submitted_at: datetime | None = None
    score: Decimal | None = None
    out_of: Decimal | None = None
    passed: bool = False

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def percent(self) -> Decimal | None:
        if self.score is None or not self.out_of:
            return None
        return self.score / self.out_of * 100


@dataclass(frozen=True)
class Sittings:
    """Every sitting of one quiz by one learner, in order, and the rules for the next."""

    sittings: tuple[Sitting, ...]
    attempts_allowed: int | None = None
    wait: timedelta = timedelta(0)

    @cached_property
    def open(self) -> Sitting | None:
        """The sitting that can be gone on with."""
        return next((one for one in self.sittings if one.is_open), None)

    @cached_property
    def handed_in(self) -> list[Sitting]:
        return [one for one in self.sittings if not one.is_open]

    @property
    def latest(self) -> Sitting | None:
        """The one handed in last."""
        return self.handed_in[-1] if self.handed_in else None

    @property
    def passed(self) -> bool:
        return any(one.passed for one in self.sittings)

    @property
    def attempts_left(self) -> int | None:
        """How many more may be started; None when there is no limit."""
        if self.attempts_allowed is None:
            return None
        return max(0, self.attempts_allowed - len(self.sittings))

    @property
    def next_number(self) -> int:
        return max((one.number for one in self.sittings), default=0) + 1

    @property
    def opens_at(self) -> datetime | None:
        """When the pause after the latest ends; None when there is nothing to wait for."""
        latest = self.latest
        if latest is None or latest.submitted_at is None or not self.wait:
            return None
        return latest.submitted_at + self.wait

    def refusal(self, at: datetime) -> CoursesError | None:
        """Why another may not be started now; None when it may."""
        if self.attempts_allowed is not None and self.attempts_left == 0:
            return NoAttemptsLeft(self.attempts_allowed)
        if self.opens_at is not None and at < self.opens_at:
            return WaitBeforeNextAttempt(self.opens_at)
        return None


def sittings_of(enrolment: Enrolment, quiz: Quiz) -> Sittings:
    """What was sat of a quiz on one enrolment. One query."""
    return Sittings(
        sittings=_standing(_rows(enrolment.pk, quiz.pk)),
        attempts_allowed=quiz.attempts_allowed,
        wait=timedelta(minutes=quiz.wait_minutes),
    )


@prepared
def _rows(enrolment: UUID, quiz: int) -> QuerySet[Attempt, tuple[Any, ...]]:
    return (
        Attempt.objects.filter(enrolment=enrolment, quiz=quiz)
        .order_by("number", "results__number")
        .values_list(
            "pk",
            "number",
            "started_at",
            "submitted_at",
            "results__score",
            "results__out_of",
            "results__passed",
        )
    )


def _standing(rows: Iterable[tuple[Any, ...]]) -> tuple[Sitting, ...]:
    """One sitting for each attempt; a later result stands in place of an earlier one."""
    latest: dict[UUID, Sitting] = {}
    for attempt_id, number, started_at, submitted_at, score, out_of, passed in rows:
        latest[attempt_id] = Sitting(
            attempt_id, number, started_at, submitted_at, score, out_of, bool(passed)
        )
    return tuple(latest.values())
