"""Reads what a learner went through on a course, for the rule that counts it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Subquery, Sum

from courses.models import (
    Completion,
    CourseEdition,
    DoneExercise,
    EditionStep,
    StudiedPart,
)
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


def edition_of(learner: User, course_key: UUID) -> CourseEdition | None:
    """The edition of a course by which somebody is judged: that which they completed, the newest
    if several, or the one in force. None where nobody has declared the course."""
    completed = Completion.objects.filter(
        enrolment__learner=learner, enrolment__course_key=course_key, page_key=course_key
    )
    newest = completed.exclude(edition=None).order_by("-completed_at").values("edition")[:1]
    own = CourseEdition.objects.filter(pk=Subquery(newest)).first()
    return own or edition_in_force(course_key)


def edition_in_force(course_key: UUID) -> CourseEdition | None:
    """The newest edition of a course; None where nobody has declared it."""
    return CourseEdition.objects.filter(course_key=course_key).order_by("-number").first()


def content_of(edition: CourseEdition | None) -> CourseContent:
    """How many parts and exercises a course has by one of its editions; none, by none."""
    steps = EditionStep.objects.filter(edition=edition)
    totals = steps.aggregate(parts=Sum("parts"), exercises=Sum("exercises"))
    return CourseContent(totals["parts"] or 0, totals["exercises"] or 0)
