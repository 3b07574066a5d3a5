"""Quizzes as they are published: the same for everyone, so their values are cached by edition."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef

from assessments.blueprint import PaperSize, Row
from assessments.editing import fillings_of
from assessments.models import Quiz, QuizPage
from courses.editions import cached
from courses.models import CoursePage
from courses.row_values import RowValues


def published_quiz(quiz_id: int, edition: int) -> Quiz:
    """A quiz with its rules, as a row of the caller's own."""
    values = cached(edition, ("quiz", quiz_id), lambda: RowValues.of(Quiz.objects.get(pk=quiz_id)))
    quiz: Quiz = values.make_row()
    return quiz


def published_quiz_page(page_key: UUID, language: str, edition: int) -> QuizPage | None:
    """The page of a quiz in a language, or in whichever there is, as a row of the caller's own.

    Its quiz and its locale are with it. None where nothing is published under the key.
    """
    values = cached(
        edition, ("quiz_page", page_key, language), lambda: _read_quiz_page(page_key, language)
    )
    return values.make_row() if values else None


def _read_quiz_page(page_key: UUID, language: str) -> RowValues | None:
    pages = QuizPage.objects.live().filter(translation_key=page_key)
    in_order = sorted(
        pages.select_related("quiz", "locale"),
        key=lambda page: page.locale.language_code != language,
    )
    return RowValues.of(in_order[0], *QuizPage.read_with) if in_order else None


def blueprint_of(quiz: Quiz, edition: int) -> Sequence[Row]:
    """The rows by which the papers of a quiz are drawn."""
    return cached(edition, ("blueprint", quiz.pk), lambda: tuple(quiz.blueprint()))


def paper_size_of(quiz: Quiz, edition: int) -> PaperSize:
    """How many questions a paper of a quiz has."""
    return cached(edition, ("paper_size", quiz.pk), lambda: fillings_of([quiz])[quiz.pk].size)


def steps_with_quiz(quiz_id: int, course_key: UUID, edition: int) -> Sequence[tuple[UUID, int]]:
    """Wherever a quiz stands on a course, in any language and also in draft: key and page id."""
    return cached(
        edition,
        ("steps_with_quiz", quiz_id, course_key),
        lambda: _read_steps(quiz_id, course_key),
    )


def _read_steps(quiz_id: int, course_key: UUID) -> tuple[tuple[UUID, int], ...]:
    course = CoursePage.objects.annotate(
        page_path=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(translation_key=course_key, page_path__startswith=F("path"))
    pages = QuizPage.objects.filter(Exists(course), quiz=quiz_id)
    return tuple(pages.values_list("translation_key", "pk"))
