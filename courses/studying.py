"""Verbs: recording what a learner went through. The only code that does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.models import DoneExercise, Enrolment, LessonPage, StudiedPart
from courses.parts import Exercise, Part, count_words
from courses.study_time import LEAST_WORDS_WRITTEN
from courses.visits import Visit
from people.models import lock_learner


@transaction.atomic
def record_visit(
    enrolment: Enrolment,
    lesson: LessonPage,
    visit: Visit,
    *,
    answered: Collection[str] = (),
    goes_on: bool = False,
    opens: UUID | None = None,
    at: datetime,
) -> None:
    """Record that parts of a lesson were open, which are done by now, and which one opens.

    `answered` holds the block ids of the questions that were tried; `goes_on` says that *Next*
    or *Finish* was pressed. The time since the visit began is shared by the words of the parts
    that were open together, and is counted once, however many tabs send it. A visit of another
    enrolment or of another lesson, such as the one that this is a copy of, and parts that are no
    longer in the lesson, record nothing.
    """
    if visit.enrolment_id != enrolment.pk or visit.lesson_key != lesson.translation_key:
        return
    parts = {part.key: part for part in lesson.parts}
    seen = [parts[key] for key in visit.part_keys if key in parts]
    lock_learner(enrolment.learner_id)
    on_record = list(StudiedPart.objects.filter(enrolment=enrolment))
    key = lesson.translation_key
    rows = {row.part_key: row for row in on_record if row.lesson_key == key}
    counted = [row.counted_until for row in on_record if row.counted_until]
    since = max([visit.opened_at, *counted])
    shares = _shares(max(0, int((at - since).total_seconds())), seen)
    changed = {}
    for part, seconds in zip(seen, shares, strict=True):
        row = rows.get(part.key) or _new_row(enrolment, lesson, part, visit.opened_at)
        row.seconds += seconds
        row.counted_until = max(at, since)
        row.opened_at = max(row.opened_at, visit.opened_at)
        _note_done(row, part, lesson, answered=answered, goes_on=goes_on, at=at)
        changed[part.key] = row
    if opens in parts:
        row = changed.get(opens) or rows.get(opens) or _new_row(enrolment, lesson, parts[opens], at)
        row.opened_at = at
        changed[opens] = row
    _store(changed.values())


def _shares(seconds: int, parts: list[Part]) -> list[int]:
    """Some seconds, shared by the words of the parts, in whole seconds rounded down."""
    words = sum(part.words for part in parts)
    if not words:
        return [seconds // len(parts) for _part in parts]
    return [seconds * part.words // words for part in parts]


def _new_row(enrolment: Enrolment, lesson: LessonPage, part: Part, at: datetime) -> StudiedPart:
    return StudiedPart(
        enrolment=enrolment,
        lesson_key=lesson.translation_key,
        part_key=part.key,
        words=part.words,
        language=lesson.locale.language_code,
        first_opened_at=at,
        opened_at=at,
    )


def _note_done(
    row: StudiedPart,
    part: Part,
    lesson: LessonPage,
    *,
    answered: Collection[str],
    goes_on: bool,
    at: datetime,
) -> None:
    """A part with a question is done when it was tried; another, when *Next* was pressed."""
    if row.done_at is not None:
        return
    row.words, row.language = part.words, lesson.locale.language_code
    tried = not part.questions.isdisjoint(answered)
    if tried if part.questions else goes_on:
        row.done_at = at


def _store(rows: Iterable[StudiedPart]) -> None:
    StudiedPart.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "lesson_key", "part_key"],
        update_fields=["words", "language", "opened_at", "seconds", "counted_until", "done_at"],
    )


def record_written(
    enrolment: Enrolment, lesson: LessonPage, exercise: Exercise, text: str, *, at: datetime
) -> None:
    """Record that an exercise was done in writing, if enough was written. Only the length of
    the text is looked at. What was ticked before, and is written now, is written."""
    if count_words(text) < LEAST_WORDS_WRITTEN:
        return
    DoneExercise.objects.bulk_create(
        [_done(enrolment, lesson, exercise, DoneExercise.Way.WRITTEN, at)],
        update_conflicts=True,
        unique_fields=["enrolment", "lesson_key", "block_id"],
        update_fields=["way"],
    )


def record_done_elsewhere(
    enrolment: Enrolment, lesson: LessonPage, exercise: Exercise, *, at: datetime
) -> None:
    """Record that the learner says they did an exercise on paper or aloud."""
    DoneExercise.objects.bulk_create(
        [_done(enrolment, lesson, exercise, DoneExercise.Way.ELSEWHERE, at)],
        ignore_conflicts=True,
    )


def take_back_tick(enrolment: Enrolment, lesson: LessonPage, exercise: Exercise) -> None:
    """Take back that an exercise was done elsewhere. What was written stays written."""
    DoneExercise.objects.filter(
        enrolment=enrolment,
        lesson_key=lesson.translation_key,
        block_id=exercise.block_id,
        way=DoneExercise.Way.ELSEWHERE,
    ).delete()


def _done(
    enrolment: Enrolment, lesson: LessonPage, exercise: Exercise, way: str, at: datetime
) -> DoneExercise:
    return DoneExercise(
        enrolment=enrolment,
        lesson_key=lesson.translation_key,
        block_id=exercise.block_id,
        words_asked=exercise.words_asked,
        way=way,
        done_at=at,
    )
