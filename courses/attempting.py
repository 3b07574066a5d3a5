"""Verbs: starting a quiz, saving what is given, and handing it in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from uuid import UUID

from django.db import transaction
from django.db.models import (
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast
from django.utils import translation

from courses.drawing import draw_paper
from courses.enrolling import record_completion, record_progress
from courses.exceptions import (
    AttemptClosed,
    ChangedElsewhere,
    CoursesError,
    EnrolmentClosed,
    QuizLocked,
)
from courses.marking import mark_paper
from courses.models import Attempt, CoursePage, Enrolment, Mark, QuizPage, Response, Result
from courses.papers import Given
from courses.reading import progress_of
from courses.sittings import sittings_of
from people.models import lock_learner
from people.prepared import prepared

LAST_SAVE = 2_000_000_000
"""The highest number that a save may have."""


@dataclass(frozen=True)
class SaveOutcome:
    """What is stored now: the number of the newest save, and when that was."""

    number: int
    saved_at: datetime | None


def start_attempt(
    enrolment: Enrolment, quiz_page: QuizPage, *, at: datetime, random: Random | None = None
) -> Attempt:
    """The learner's open attempt at a quiz; a new one, with its own paper, if there is none.

    However many ask at once, there is one open attempt and the limit holds. Raises
    EnrolmentClosed, QuizLocked (with what is missing), NoAttemptsLeft,
    WaitBeforeNextAttempt (with when), or PoolTooSmall; then nothing is written.
    """
    quiz = quiz_page.quiz
    if not enrolment.is_open(at):
        raise EnrolmentClosed(enrolment)
    sittings = sittings_of(enrolment, quiz)
    if sittings.open is None:
        progress = progress_of(enrolment)
        if progress.state_of(quiz_page.translation_key) == "locked":
            raise QuizLocked(quiz_page, progress.missing_for(quiz_page.translation_key))
        if refusal := sittings.refusal(at):
            raise refusal
        # Drawn before the transaction, which on SQLite keeps everyone else from writing.
        with translation.override(quiz_page.locale.language_code):
            # What we say ourselves on it, such as “True”, is in the language of its questions.
            paper = draw_paper(quiz, random=random or SystemRandom(), seen=questions_met(enrolment))
        with transaction.atomic():
            lock_learner(enrolment.learner_id)
            sittings = sittings_of(enrolment, quiz)
            if sittings.open is None:
                if refusal := sittings.refusal(at):
                    raise refusal
                return Attempt.objects.create(
                    enrolment=enrolment,
                    quiz=quiz,
                    number=sittings.next_number,
                    paper=paper,
                    started_at=at,
                )
    return Attempt.objects.get(pk=sittings.open.attempt_id)


def questions_met(enrolment: Enrolment) -> Counter[int]:
    """How often the learner met each question on this course, by its primary key."""
    # As text: a count needs no paper built again from each.
    papers = Attempt.objects.filter(enrolment=enrolment).values_list(
        Cast("paper", TextField()), flat=True
    )
    return Counter(int(item["question"]) for paper in papers for item in json.loads(paper)["items"])


def stored_responses(attempt: Attempt, *, up_to: int | None = None) -> dict[str, Given]:
    """What the learner gave for each item, by item id; with `up_to`, as of that save. One query."""
    return dict(_given_in(attempt.pk, LAST_SAVE if up_to is None else up_to))


@prepared
def _given_in(attempt: UUID, up_to: int) -> QuerySet[Response, tuple[str, Given]]:
    rows = Response.objects.filter(attempt=attempt, save_number__lte=up_to)
    return rows.order_by("save_number").values_list("item_id", "given")


def save_responses(
    attempt: Attempt, responses: Mapping[str, Given], *, base: int, at: datetime
) -> SaveOutcome:
    """Keep what the learner gave, if nothing was saved since the save numbered `base`.

    The statement that takes the next number also requires that the attempt is open, that
    the learner may still be assessed, and that `base` is the newest save; so nothing lands
    after the hand-in and nothing unseen is overwritten. What is stored already is not
    stored again, and the same save sent twice counts once.
    Raises AttemptClosed, EnrolmentClosed, or ChangedElsewhere with what is stored now.
    """
    before = stored_responses(attempt, up_to=base)
    changed = {
        item.id: responses[item.id]
        for item in attempt.paper.items
        if item.id in responses and responses[item.id] != before.get(item.id)
    }
    if changed:
        with transaction.atomic():
            if _as_it_was_at(attempt, base, at).update(save_number=base + 1, saved_at=at):
                Response.objects.bulk_create(
                    Response(
                        attempt=attempt,
                        item_id=item_id,
                        save_number=base + 1,
                        given=given,
                        saved_at=at,
                    )
                    for item_id, given in changed.items()
                )
                return SaveOutcome(base + 1, at)
    now = _still_open(attempt, at)
    if now.number == base and not changed:
        return now
    stored = stored_responses(attempt)
    if all(stored.get(item_id) == given for item_id, given in responses.items()):
        return now
    raise ChangedElsewhere(now.number, now.saved_at)


def submit_attempt(attempt: Attempt, *, base: int, at: datetime) -> Result:
    """Close the attempt and mark what is stored. Only the first submission counts.

    Whatever a pass completes is recorded in the same transaction. Raises AttemptClosed when
    it was handed in already, EnrolmentClosed, or ChangedElsewhere when the learner has not
    seen the newest save.
    """
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        if not _as_it_was_at(attempt, base, at).update(submitted_at=at):
            now = _still_open(attempt, at)
            raise ChangedElsewhere(now.number, now.saved_at)
        score = mark_paper(attempt.paper, stored_responses(attempt))
        result = Result.objects.create(
            attempt=attempt,
            score=score.score,
            out_of=score.out_of,
            passed=score.passed,
            marked_at=at,
        )
        Mark.objects.bulk_create(
            Mark(result=result, item_id=item_id, fraction=earned.fraction, mark=earned.mark)
            for item_id, earned in score.marks.items()
        )
        if result.passed:
            _record_pass(attempt, at)
    attempt.submitted_at = at
    return result


def _as_it_was_at(attempt: Attempt, base: int, at: datetime) -> QuerySet[Attempt]:
    """The attempt, if it is open, in an open enrolment, and not saved since `base`."""
    enrolment = Enrolment.objects.filter(pk=attempt.enrolment_id).open(at)
    return Attempt.objects.open().filter(pk=attempt.pk, save_number=base, enrolment__in=enrolment)


def _still_open(attempt: Attempt, at: datetime) -> SaveOutcome:
    """The newest save of an attempt that can be gone on with; an error that says why it cannot."""
    now = (
        Attempt.objects.select_related("enrolment")
        .only("submitted_at", "save_number", "saved_at", "enrolment")
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


def _record_pass(attempt: Attempt, at: datetime) -> None:
    """Record that the quiz is done, wherever on this course it stands, and what follows."""
    enrolment = attempt.enrolment
    course = CoursePage.objects.annotate(
        page_path=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(translation_key=enrolment.course_key, page_path__startswith=F("path"))
    for page in QuizPage.objects.filter(Exists(course), quiz=attempt.quiz_id):
        record_completion(enrolment, page, at=at)
    record_progress(enrolment, at=at)
