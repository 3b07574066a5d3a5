"""Reads what a learner went through on a course, for the rule that counts it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from courses.editions import cached
from courses.models import DoneExercise, LessonPage, StudiedPart
from courses.outlines import outline_by_id
from courses.study_time import ExerciseRecord, PartRecord
from people.models import User


@dataclass(frozen=True)
class CourseContent:
    """How many parts and exercises a course has."""

    parts: int
    exercises: int


def parts_studied(learner: User, course_key: UUID) -> list[PartRecord]:
    """Every part that a learner opened on a course, in all of its runs. One query."""
    rows = StudiedPart.objects.filter(
        enrolment__learner=learner, enrolment__course_key=course_key
    ).values_list("part_key", "lesson_key", "words", "seconds", "done_at")
    return [
        PartRecord(key, lesson_key, words, seconds, done_at is not None)
        for key, lesson_key, words, seconds, done_at in rows
    ]


def exercises_done(learner: User, course_key: UUID) -> list[ExerciseRecord]:
    """Every exercise that a learner did on a course, in all of its runs. One query."""
    rows = DoneExercise.objects.filter(
        enrolment__learner=learner, enrolment__course_key=course_key
    ).values_list("block_id", "lesson_key", "words_asked", "way")
    return [
        ExerciseRecord(key, lesson_key, words, way == DoneExercise.Way.ELSEWHERE)
        for key, lesson_key, words, way in rows
    ]


def content_of(course_id: int, edition: int) -> CourseContent:
    """How many parts and exercises a course has as it is published; cached for its edition."""
    return cached(edition, ("course_content", course_id), lambda: _read_content(course_id, edition))


def _read_content(course_id: int, edition: int) -> CourseContent:
    outline = outline_by_id(course_id, edition)
    page_ids = [step.page_id for step in outline.steps if step.kind.name == "lesson"]
    parts = [part for page in LessonPage.objects.filter(pk__in=page_ids) for part in page.parts]
    return CourseContent(len(parts), sum(len(part.exercises) for part in parts))
