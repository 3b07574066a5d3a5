"""The attempts that a learner made at one quiz, and whether they may begin another.

The quiz page, the result and the verb that starts an attempt all ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from assessments.exceptions import (
    NoAttemptsLeft,
    PauseBeforeNextAttempt,
    TalkNeeded,
    TalkNotAnswered,
    WaitBeforeNextAttempt,
)
from assessments.models import Attempt, Quiz, QuizPage, Result
from assessments.terms import Terms, learner_terms
from courses.exceptions import CoursesError
from courses.models import Enrolment
from courses.progress import StepOutline
from people.models import User

State = Attempt.State

TRIES_TOLD = 3
"""For how many tries that did not pass a secret paper tells how each skill went."""


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
    is_marked: bool = True
    wants_talk: bool | None = None

    @property
    def did_not_pass(self) -> bool:
        """Whether it was marked and misses more than red lines."""
        return (
            self.state == State.HANDED_IN
            and self.is_marked
            and not (self.passed or self.is_nearly_there)
        )

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
    """Every attempt of one learner at one quiz on this run, in order, and the rules for the next.

    `earlier` holds those that they made elsewhere: on the runs before, and on other courses where
    the same quiz stands, such as a copy. An award counts a pass wherever it was, so those count
    here as well: towards a pause and a talk, and, until the quiz is passed, towards the limit of
    tries and the wait between two.
    """

    attempts: tuple[PastAttempt, ...]
    terms: Terms
    earlier: tuple[PastAttempt, ...] = ()

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
        used = len(self.attempts) + len(self.elsewhere)
        return max(0, self.terms.attempts_allowed - used)

    @property
    def elsewhere(self) -> tuple[PastAttempt, ...]:
        """The tries made elsewhere that count here; none once the quiz was passed there.

        From then on there is nothing to be had by trying once more, and whoever takes a course
        again has its tries for themselves.
        """
        return () if any(past.passed for past in self.earlier) else self.earlier

    @property
    def next_number(self) -> int:
        return max((attempt.number for attempt in self.attempts), default=0) + 1

    @property
    def opens_at(self) -> datetime | None:
        """When the pause after the latest ends; None when there is nothing to wait for."""
        handed_in = [past.submitted_at for past in (*self.elsewhere, *self.attempts)]
        latest = max((at for at in handed_in if at is not None), default=None)
        if latest is None or not self.terms.wait:
            return None
        return latest + self.terms.wait

    @cached_property
    def failures(self) -> list[PastAttempt]:
        """The tries that did not pass since the last that did, or since somebody talked with them."""
        since: list[PastAttempt] = []
        for past in self._in_time:
            if past.passed:
                since = []
            elif past.did_not_pass and self._is_counted(past):
                since.append(past)
        return since

    @cached_property
    def _in_time(self) -> list[PastAttempt]:
        """Every attempt that was handed in, of all runs, in the order of handing in."""
        dated = [
            (past.submitted_at, past)
            for past in (*self.earlier, *self.attempts)
            if past.submitted_at is not None
        ]
        return [past for _at, past in sorted(dated, key=lambda pair: pair[0])]

    def _is_counted(self, past: PastAttempt) -> bool:
        """Whether it was handed in after the latest talk."""
        start = self.terms.counted_from
        return start is None or (past.submitted_at is not None and past.submitted_at > start)

    def tells_skills(self, attempt_id: UUID) -> bool:
        """Whether the result of an attempt tells how each skill went, where answers are secret.

        Told for ever, coarse words are enough to find the answers by: so it is told for some
        tries that did not pass, and again for as many after a talk. Decision 0038 has the figures.
        """
        number: dict[bool, int] = {True: 0, False: 0}
        for past in self._in_time:
            if past.did_not_pass:
                number[self._is_counted(past)] += 1
                if past.attempt_id == attempt_id:
                    return number[self._is_counted(past)] <= TRIES_TOLD
        return True

    @property
    def latest_failure(self) -> PastAttempt | None:
        return self.failures[-1] if self.failures else None

    @property
    def is_paused(self) -> bool:
        """Whether so many tries did not pass that each further one waits."""
        limit = self.terms.tries_before_pause
        return limit is not None and len(self.failures) >= limit

    @property
    def pause_ends_at(self) -> datetime | None:
        """When the pause after the latest failure ends; None when there is none."""
        if not self.is_paused or not self.terms.pause:
            return None
        submitted_at = self.failures[-1].submitted_at
        return submitted_at and submitted_at + self.terms.pause

    @property
    def is_talk_needed(self) -> bool:
        limit = self.terms.tries_before_talk
        return limit is not None and len(self.failures) >= limit

    @property
    def wants_talk(self) -> bool | None:
        """What they said to the offer of a talk; None while it was not answered."""
        answers = [past.wants_talk for past in self.failures if past.wants_talk is not None]
        return answers[-1] if answers else None

    @property
    def is_talk_offered(self) -> bool:
        """Whether a talk is offered that was neither taken nor declined yet.

        Where one is needed it is offered again to whoever declined it earlier.
        """
        if self.is_talk_needed and self.wants_talk is False:
            return self.failures[-1].wants_talk is None
        return (self.is_paused or self.is_talk_needed) and self.wants_talk is None

    def refusal(self, at: datetime) -> CoursesError | None:
        """Why another may not be started now; None when it may."""
        if refusal := self.terms.refusal(at):
            return refusal
        if self.terms.attempts_allowed is not None and self.attempts_left == 0:
            return NoAttemptsLeft(self.terms.attempts_allowed)
        if self.opens_at is not None and at < self.opens_at:
            return WaitBeforeNextAttempt(self.opens_at)
        if self.is_talk_needed:
            return TalkNeeded(len(self.failures))
        if self.pause_ends_at is not None and at < self.pause_ends_at:
            return PauseBeforeNextAttempt(self.pause_ends_at)
        return TalkNotAnswered() if self.is_talk_offered else None


@dataclass(frozen=True)
class Unfinished:
    """A try to go on with: one that was begun, or one that misses nothing but red lines."""

    attempt_id: UUID
    quiz_id: int
    quiz_title: str
    red_lines_left: int
    """How many questions are left to answer again; 0 while the try is open."""

    @property
    def is_open(self) -> bool:
        return not self.red_lines_left


# Querysets for these two cost nineteen and four times as much: decision 0103. Each begins with
# the few places of one learner: SQLite keeps to the order of a CROSS JOIN, and for the queryset of
# the second it reads every try at the quiz.
_UNFINISHED = """
    SELECT attempt.*, COALESCE(words.title, quiz.title) AS quiz_title,
        CASE WHEN attempt.state = %s THEN 0 ELSE result.red_lines_missed END AS red_lines_left
    FROM courses_enrolment enrolment
    CROSS JOIN assessments_attempt attempt
    JOIN assessments_quiz quiz ON quiz.id = attempt.quiz_id
    LEFT JOIN assessments_quizwords words ON words.quiz_id = quiz.id AND words.language = %s
    LEFT JOIN assessments_result result ON result.attempt_id = attempt.id AND NOT EXISTS (
        SELECT 1 FROM assessments_result later
        WHERE later.attempt_id = attempt.id AND later.number > result.number
    )
    WHERE enrolment.learner_id = %s AND attempt.enrolment_id = enrolment.id AND (
        attempt.state = %s
        OR (result.state = %s AND result.reached_pass_mark AND result.red_lines_missed > 0)
        AND NOT EXISTS (
            SELECT 1 FROM assessments_result earned
            JOIN assessments_attempt passed ON passed.id = earned.attempt_id
            WHERE earned.passed AND passed.enrolment_id = attempt.enrolment_id
                AND passed.quiz_id = attempt.quiz_id
        )
    )
    ORDER BY red_lines_left DESC, COALESCE(attempt.saved_at, attempt.started_at)
"""
_WITH_RESULTS = """
    SELECT attempt.*, talk.wants_talk, result.score, result.out_of, result.passed,
        result.reached_pass_mark, result.red_lines, result.red_lines_missed,
        result.state AS result_state
    FROM courses_enrolment enrolment
    CROSS JOIN assessments_attempt attempt
    LEFT JOIN assessments_talkanswer talk ON talk.attempt_id = attempt.id
    LEFT JOIN assessments_result result ON result.attempt_id = attempt.id
    WHERE enrolment.learner_id = %s AND attempt.enrolment_id = enrolment.id
        AND attempt.quiz_id = %s AND attempt.retry_of_id IS NULL
    ORDER BY attempt.number, result.number
"""


def unfinished_tries_of(learner: User) -> dict[UUID, list[Unfinished]]:
    """What somebody goes on with, by enrolment: open tries first, that answered last before the
    others. One query."""
    is_open, is_final = State.IN_PROGRESS.value, Result.State.FINAL.value
    values = [is_open, get_language() or "", learner.pk, is_open, is_final]
    rows: list[Any] = list(Attempt.objects.raw(_UNFINISHED, values))
    tries: dict[UUID, list[Unfinished]] = {}
    for row in reversed(rows):
        unfinished = Unfinished(row.pk, row.quiz_id, row.quiz_title, row.red_lines_left)
        tries.setdefault(row.enrolment_id, []).append(unfinished)
    return tries


def attempt_history(enrolment: Enrolment, quiz: Quiz) -> AttemptHistory:
    """The tries of a learner at a quiz, each with its latest result. Two queries at most.

    Answering red lines again is no try, so it is not among them.
    """
    own: dict[UUID, PastAttempt] = {}
    earlier: dict[UUID, PastAttempt] = {}
    # A later result comes after those before it, and takes their place.
    for row in Attempt.objects.raw(_WITH_RESULTS, [enrolment.learner_id, quiz.pk]):
        (own if row.enrolment_id == enrolment.pk else earlier)[row.pk] = _past_attempt(row)
    return AttemptHistory(
        tuple(own.values()), learner_terms(enrolment, quiz), tuple(earlier.values())
    )


def why_a_quiz_waits(enrolment: Enrolment, step: StepOutline, at: datetime) -> str:
    """Why no try at a quiz can be begun now, such as a pause; empty where one can be, and for a
    step that is no quiz. Three queries at most."""
    if step.kind.name != QuizPage.kind.name or step.subject_id is None:
        return ""
    quiz = Quiz.objects.get(pk=step.subject_id)
    return str(attempt_history(enrolment, quiz).refusal(at) or "")


def _past_attempt(row: Any) -> PastAttempt:
    """An attempt from its row and what a result says of it, which is as the database has it."""
    is_marked = row.result_state == Result.State.FINAL
    return PastAttempt(
        attempt_id=row.pk,
        number=row.number,
        state=row.state,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        score=_stored_score(row.score),
        out_of=_stored_score(row.out_of),
        passed=bool(row.passed),
        reached_pass_mark=bool(row.reached_pass_mark) and is_marked,
        red_lines=row.red_lines or 0,
        red_lines_missed=row.red_lines_missed or 0,
        is_marked=is_marked,
        wants_talk=None if row.wants_talk is None else bool(row.wants_talk),
    )


def _stored_score(value: Any) -> Decimal | None:
    """A score as its field has it. SQLite gives a number, of which no more than this is stored."""
    score: Decimal | None = Result._meta.get_field("score").to_python(value)
    return score
