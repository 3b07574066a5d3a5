"""Verbs: starting a quiz, saving what is given, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random, SystemRandom

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation

from assessments.drawing import draw_paper
from assessments.exceptions import AttemptClosed, ChangedElsewhere, QuizLocked, TooManyStarts
from assessments.history import attempt_history
from assessments.items import Response
from assessments.models import Attempt, PaperItem, Quiz, QuizPage, ResponseStep, Result
from assessments.papers import Paper
from assessments.published import published_quiz
from assessments.recording import (
    mark_attempt,
    record_pass,
    record_result,
    stored_responses,
)
from assessments.red_lines import settle_retry
from assessments.terms import terms_of
from courses.exceptions import CoursesError, EnrolmentClosed, StepIsAway
from courses.models import Edition, Enrolment
from courses.outlines import progress_of
from courses.progress import Progress
from people.models import lock_learner
from people.rows import insert_rows

# A queryset for it costs six times as much: decision 0150.
_TIMES_MET = """
    SELECT item.question_id, COUNT(*) FROM courses_enrolment enrolment
    JOIN assessments_attempt attempt ON attempt.enrolment_id = enrolment.id
    JOIN assessments_paperitem item ON item.attempt_id = attempt.id
    WHERE enrolment.learner_id = %s GROUP BY item.question_id
"""

MOST_JOINS = 5
"""How often a save is tried again when others land between reading and writing."""


MOST_STARTS = 60
"""How many tries one person may begin within an hour, of all quizzes together."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class SaveOutcome:
    """What is stored now: the number of the newest save, and when that was.

    `joined` is what was saved elsewhere meanwhile, by item id, and stands beside what was sent.
    """

    number: int
    saved_at: datetime | None
    joined: Mapping[str, Response] = field(default_factory=dict)


def start_attempt(
    enrolment: Enrolment,
    quiz_page: QuizPage,
    progress: Progress | None = None,
    *,
    at: datetime,
    random: Random | None = None,
) -> Attempt:
    """The learner's open attempt at a quiz; a new one, with its own paper, if there is none.

    `progress` is how far they are on the course, where that was read already.
    However many ask at once, there is one open attempt and the limit holds. Raises
    EnrolmentClosed, QuizLocked (with what is missing), NoAttemptsLeft, QuizNotOpenYet, TooManyStarts or
    WaitBeforeNextAttempt (with when), QuizClosed, StepIsAway or PoolTooSmall; then nothing is written.
    """
    quiz = quiz_page.quiz
    if not enrolment.is_open(at):
        raise EnrolmentClosed(enrolment)
    history = attempt_history(enrolment, quiz)
    if history.open is None:
        progress = progress or progress_of(enrolment)
        step = progress.outline.step(quiz_page.translation_key)
        if step is not None and step.is_away:
            raise StepIsAway(step)
        if progress.state_of(quiz_page.translation_key) == "locked":
            raise QuizLocked(quiz_page, progress.missing_for(quiz_page.translation_key))
        if refusal := history.refusal(at):
            raise refusal
        language = (step and step.subject_language) or quiz_page.locale.language_code
        # Drawn before the transaction, which on SQLite keeps everyone else from writing.
        with translation.override(language):
            # What we say ourselves on it, such as “True”, is in the language of its questions.
            edition = Edition.current()
            published = published_quiz(quiz.pk, edition)
            paper = draw_paper(
                published.blueprint,
                published.entries,
                pass_percent=quiz.pass_percent,
                random=random or SystemRandom(),
                times_met=times_met(enrolment.learner_id),
                edition=edition,
            )
        with transaction.atomic():
            lock_learner(enrolment.learner_id)
            history = attempt_history(enrolment, quiz)
            if history.open is None:
                if refusal := history.refusal(at) or _too_many_starts(enrolment.learner_id, at):
                    raise refusal
                return _create_attempt(enrolment, quiz, paper, number=history.next_number, at=at)
    return Attempt.objects.get(pk=history.open.attempt_id)


def _too_many_starts(learner_id: int, at: datetime) -> TooManyStarts | None:
    """Why nobody could have read all that was started. Asked with the learner locked."""
    recent = Attempt.objects.filter(
        enrolment__learner=learner_id, started_at__gt=at - HOUR, started_at__lte=at
    )
    starts = list(recent.order_by("-started_at").values_list("started_at", flat=True)[:MOST_STARTS])
    return TooManyStarts(starts[-1] + HOUR) if len(starts) == MOST_STARTS else None


def _create_attempt(
    enrolment: Enrolment, quiz: Quiz, paper: Paper, *, number: int, at: datetime
) -> Attempt:
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        pass_percent=paper.pass_percent,
        started_at=at,
    )
    PaperItem.objects.add_paper(attempt, paper.items)
    return attempt


def times_met(learner_id: int) -> dict[int, int]:
    """How often a learner was asked each question, by its primary key. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES_MET, [learner_id])
        return dict(cursor.fetchall())


def save_responses(
    attempt: Attempt,
    responses: Mapping[str, Response],
    *,
    base: int,
    at: datetime,
    before: Mapping[str, Response] | None = None,
) -> SaveOutcome:
    """Keep what the learner gave on a page that had seen the save numbered `base`.

    What was saved elsewhere since then for other items is kept as well, and given back as
    `joined`. The statement that takes the next number also requires that the attempt is open,
    that the learner may still be assessed, and that nothing was saved since it was compared; so
    nothing lands after the hand-in and nothing unseen is overwritten. What is stored already is
    not stored again, and the same save sent twice counts once. `before` is what was stored by
    the save `base`, where it was read already.
    Raises AttemptClosed, EnrolmentClosed or TimeIsUp; or ChangedElsewhere, with what is stored
    now, when one item was given two different answers.
    """
    if attempt.is_open:
        terms_of(attempt).refuse_late_save(attempt.started_at, at)
    if before is None:
        before = stored_responses(attempt, up_to=base)
    changed = {
        row.key: responses[row.key]
        for row in attempt.paper_items
        if row.key in responses and responses[row.key] != before.get(row.key)
    }
    if changed and _store(attempt, changed, base=base, at=at):
        return SaveOutcome(base + 1, at)
    for _try in range(MOST_JOINS):
        now = _still_open(attempt, at)
        if now.number == base and not changed:
            return now
        stored = stored_responses(attempt, up_to=now.number)
        if changed and (now.number < base or _are_at_odds(changed, before, stored)):
            break
        outcome = _joined_outcome(now, responses, changed, before, stored)
        missing = {key: given for key, given in changed.items() if stored.get(key) != given}
        if not missing:
            return outcome
        if _store(attempt, missing, base=now.number, at=at):
            return replace(outcome, number=now.number + 1, saved_at=at)
    raise ChangedElsewhere(now.number, now.saved_at)


def _store(attempt: Attempt, changed: Mapping[str, Response], *, base: int, at: datetime) -> bool:
    """Store what changed as the save after `base`; False if that is not the newest save."""
    actor_id = attempt.enrolment.learner_id
    with transaction.atomic():
        if not _unchanged_since(attempt, base, at).update(save_number=base + 1, saved_at=at):
            return False
        insert_rows(
            [
                _step(row, changed[row.key], number=base + 1, actor_id=actor_id, at=at)
                for row in attempt.paper_items
                if row.key in changed
            ]
        )
    return True


def _are_at_odds(
    changed: Mapping[str, Response],
    before: Mapping[str, Response],
    stored: Mapping[str, Response],
) -> bool:
    """Whether an item was changed both here and elsewhere, and to different answers."""
    return any(
        stored.get(key) != before.get(key) and stored.get(key) != given
        for key, given in changed.items()
    )


def _joined_outcome(
    now: SaveOutcome,
    responses: Mapping[str, Response],
    changed: Mapping[str, Response],
    before: Mapping[str, Response],
    stored: Mapping[str, Response],
) -> SaveOutcome:
    """The newest save, with what it holds that the page has not seen."""
    joined = {
        key: given
        for key, given in stored.items()
        if key in responses and key not in changed and given != before.get(key)
    }
    return replace(now, joined=joined)


def _step(
    row: PaperItem, response: Response, *, number: int, actor_id: int, at: datetime
) -> ResponseStep:
    states = ResponseStep.State
    if response is None:
        state = states.EMPTY
    else:
        state = states.COMPLETE if row.item.is_complete(response) else states.INCOMPLETE
    return ResponseStep(
        item=row, number=number, at=at, actor_id=actor_id, state=state, response=response
    )


def submit_attempt(attempt: Attempt, *, base: int, at: datetime) -> Result:
    """Close the attempt and mark what is stored. Only the first submission counts.

    Whatever a pass completes is recorded in the same transaction. Raises AttemptClosed when
    it was handed in already, EnrolmentClosed, or ChangedElsewhere when the learner has not
    seen the newest save.
    """
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        handed_in = _unchanged_since(attempt, base, at).update(
            state=Attempt.State.HANDED_IN, submitted_at=at
        )
        if not handed_in:
            now = _still_open(attempt, at)
            raise ChangedElsewhere(now.number, now.saved_at)
        result = _record_hand_in(attempt, at)
    attempt.state, attempt.submitted_at = Attempt.State.HANDED_IN, at
    return result


def hand_in_overdue(attempt: Attempt, *, at: datetime) -> Result | None:
    """Hand in what is saved of an attempt whose time is up, as the site's doing.

    None when there is nothing to do: it was handed in meanwhile, or was given more time.
    """
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        if not terms_of(attempt).is_overdue(attempt.started_at, at):
            return None
        handed_in = (
            Attempt.objects.open()
            .filter(pk=attempt.pk)
            .update(state=Attempt.State.HANDED_IN, submitted_at=at, handed_in_by_site=True)
        )
        return _record_hand_in(attempt, at) if handed_in else None


def _record_hand_in(attempt: Attempt, at: datetime) -> Result:
    """What an attempt that was just handed in earns, with all that follows from it."""
    if attempt.retry_of is not None:
        return settle_retry(attempt, at=at)
    result = record_result(attempt, mark_attempt(attempt), number=1, at=at)
    if result.passed:
        record_pass(attempt, at)
    return result


def _unchanged_since(attempt: Attempt, base: int, at: datetime) -> QuerySet[Attempt]:
    """The attempt, if it is open, in an open enrolment, and not saved since `base`."""
    enrolment = Enrolment.objects.filter(pk=attempt.enrolment_id).open(at)
    return Attempt.objects.open().filter(pk=attempt.pk, save_number=base, enrolment__in=enrolment)


def _still_open(attempt: Attempt, at: datetime) -> SaveOutcome:
    """The newest save of an attempt that can be gone on with; an error that says why it cannot."""
    now = (
        Attempt.objects.select_related("enrolment")
        .only("state", "save_number", "saved_at", "enrolment")
        .get(pk=attempt.pk)
    )
    refusal: CoursesError | None = None
    if not now.is_open:
        refusal = AttemptClosed(attempt)
    elif not now.enrolment.is_open(at):
        refusal = EnrolmentClosed(now.enrolment)
    if refusal:
        raise refusal
    return SaveOutcome(now.save_number, now.saved_at)
