"""What a course comes to by the rule of hours: for a quick reader, and for a thorough one.

Both read every part, and answer every question of one paper of each quiz, and both long enough
to count. The quick one writes nothing; the thorough one does every exercise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.editing import fillings_of
from assessments.models import Quiz
from courses.models import CoursePage, LessonPage
from courses.outlines import outline_of
from courses.parts import Part
from courses.progress import StepOutline
from courses.study_time import (
    ExerciseRecord,
    PartRecord,
    StudyTime,
    exercise_minutes,
    reading_minutes,
    study_time,
)


@dataclass(frozen=True)
class HoursRow:
    """What some steps of a course hold: words that are shown, exercises, and questions."""

    title: str
    lessons: tuple[tuple[LessonPage, tuple[Part, ...]], ...]
    questions: int

    @property
    def parts(self) -> list[Part]:
        return [part for _lesson, parts in self.lessons for part in parts]

    @property
    def words(self) -> int:
        return sum(part.words for part in self.parts)

    @property
    def reading_minutes(self) -> int:
        return int(reading_minutes(self.words))

    @property
    def exercise_minutes(self) -> int:
        exercises = [exercise for part in self.parts for exercise in part.exercises]
        return sum(exercise_minutes(exercise.words_asked) for exercise in exercises)


@dataclass(frozen=True)
class CourseHours:
    """A course by its modules, with what is counted of the two readers."""

    rows: tuple[HoursRow, ...]
    quick: StudyTime
    thorough: StudyTime


def course_hours(course: CoursePage) -> CourseHours:
    """The hours of a course by its edition in force, by the function that counts a learner's.

    A lesson that is being worked on counts with the words that it has; one that was deleted, not.
    """
    outline = outline_of(course)
    steps = [step for step in outline.steps if step.kind.name == "lesson"]
    lessons = LessonPage.objects.in_bulk([step.page_id for step in steps])
    quizzes = {step.subject_id for step in outline.steps if step.kind.name == "quiz"}
    fillings = fillings_of(list(Quiz.objects.filter(pk__in=quizzes)))
    sizes = {pk: filling.size.questions for pk, filling in fillings.items()}
    rows = [_row(module.title, module.steps, lessons, sizes) for module in outline.modules]
    rows += [_row(step.title, [step], lessons, sizes) for step in outline.finals]
    return CourseHours(
        tuple(rows), _counted(rows, with_exercises=False), _counted(rows, with_exercises=True)
    )


def _row(
    title: str,
    steps: Iterable[StepOutline],
    lessons: Mapping[int, LessonPage],
    sizes: Mapping[int, int],
) -> HoursRow:
    steps = list(steps)
    of_lessons = [step for step in steps if step.kind.name == "lesson"]
    pages = [lessons[step.page_id] for step in of_lessons if step.page_id in lessons]
    return HoursRow(
        title=title,
        lessons=tuple((page, page.parts) for page in pages),
        questions=sum(
            sizes.get(step.subject_id or 0, 0) for step in steps if step.kind.name == "quiz"
        ),
    )


def _counted(rows: Iterable[HoursRow], *, with_exercises: bool) -> StudyTime:
    """What is counted of somebody who does all of it, with or without the exercises."""
    rows = list(rows)
    parts, exercises = [], []
    for row in rows:
        for lesson, lesson_parts in row.lessons:
            key = lesson.translation_key
            for part in lesson_parts:
                long_enough = int(reading_minutes(part.words) * 60) + 1
                parts.append(PartRecord(part.key, key, part.words, long_enough, is_done=True))
                exercises += [
                    ExerciseRecord(exercise.block_id, key, exercise.words_asked, is_ticked=False)
                    for exercise in part.exercises
                ]
    return study_time(
        parts,
        exercises if with_exercises else [],
        sum(row.questions for row in rows),
        of_exercises=len(exercises),
    )
