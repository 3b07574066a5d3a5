"""A quiz as it is published. It is the same for everyone, so its values are cached by edition."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from wagtail.models import Page

from assessments.bank import Question
from assessments.blueprint import BankEntry, PaperSize, Row, paper_size
from assessments.models import Quiz, QuizPage
from courses.editions import cached
from courses.models import CoursePage
from courses.row_values import RowValues
from people.rows import rows_where


@dataclass(frozen=True)
class QuizStep:
    """A place where a quiz stands on a course, in one language, published or in draft."""

    course_key: UUID
    key: UUID
    page_id: int


@dataclass(frozen=True)
class PublishedQuiz:
    """The rules of a quiz, the rows its papers are drawn by, and the questions they may ask."""

    rules: RowValues
    blueprint: tuple[Row, ...]
    entries: tuple[BankEntry, ...]
    paper_size: PaperSize
    steps: tuple[QuizStep, ...]

    def make_row(self) -> Quiz:
        """The quiz as a row of the caller's own."""
        quiz: Quiz = self.rules.make_row()
        return quiz

    def steps_on(self, course_key: UUID) -> list[tuple[UUID, int]]:
        """Wherever it stands on a course: key and page id."""
        return [(step.key, step.page_id) for step in self.steps if step.course_key == course_key]


def published_quiz(quiz_id: int, edition: int) -> PublishedQuiz:
    """A quiz by its primary key. Raises Quiz.DoesNotExist."""
    return cached(edition, ("quiz", quiz_id), lambda: _read_quiz(Quiz.objects.get(pk=quiz_id)))


def _read_quiz(quiz: Quiz) -> PublishedQuiz:
    rows = tuple(quiz.blueprint())
    entries = tuple(
        entry
        for entry in Question.objects.bank_entries()
        if any(row.may_ask(entry) for row in rows)
    )
    return PublishedQuiz(
        RowValues.of(quiz), rows, entries, paper_size(rows, entries), _read_steps(quiz)
    )


def _read_steps(quiz: Quiz) -> tuple[QuizStep, ...]:
    pages = list(QuizPage.objects.filter(quiz=quiz).values_list("path", "translation_key", "pk"))
    above = {path[:length] for path, _, _ in pages for length in range(0, len(path), Page.steplen)}
    courses = CoursePage.objects.filter(path__in=above).values_list("path", "translation_key")
    return tuple(
        QuizStep(course_key, key, page_id)
        for course_path, course_key in courses
        for path, key, page_id in pages
        if path.startswith(course_path)
    )


def published_quiz_page(page_key: UUID, language: str, edition: int) -> QuizPage | None:
    """The page of a quiz in a language, or in whichever there is, as a row of the caller's own.

    Its locale is with it, and its quiz, which is read afresh: what it allows counts at once. None
    where nothing is published under the key. One query.
    """
    values = cached(
        edition, ("quiz_page", page_key, language), lambda: _read_quiz_page(page_key, language)
    )
    if values is None:
        return None
    page: QuizPage = values.make_row()
    page.quiz = next(rows_where(Quiz, id=page.quiz_id))
    return page


def _read_quiz_page(page_key: UUID, language: str) -> RowValues | None:
    pages = QuizPage.objects.live().filter(translation_key=page_key)
    in_order = sorted(
        pages.select_related("quiz", "locale"),
        key=lambda page: page.locale.language_code != language,
    )
    return RowValues.of(in_order[0], *QuizPage.read_with) if in_order else None
