"""What a copy of pages shares with the original, in sentences; and what it does not share.

The rule is in decision 0050: what learners put in belongs to the page that they put it into;
what is asked and what is earned stands beside the pages, and is one thing however many lead to it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from assessments.editing import questions_asked_by
from assessments.models import Question, Quiz
from certificates.models import Requirement
from courses.models import CoursePage, LessonPage
from practice.models import Conversation


def shared_by_a_copy(page: Page, *, with_pages_below: bool = True) -> list[str]:
    """What a copy of a page shares with it, in sentences.

    Quizzes and awards are told by name, questions and conversations by their count.
    """
    pages = (
        page.get_descendants(inclusive=True)
        if with_pages_below
        else Page.objects.filter(pk=page.pk)
    )
    keys = pages.values("pk")
    quizzes = list(Quiz.objects.filter(pages__in=keys).distinct().order_by("title"))
    quiz_ids = [quiz.pk for quiz in quizzes]
    return [
        *map(_quiz, quizzes),
        *_questions(questions_asked_by(quiz_ids), keys),
        *_conversations(keys),
        *_awards(quiz_ids, keys),
    ]


def _quiz(quiz: Quiz) -> str:
    words = _("The quiz “%(quiz)s”, with its rules and its questions.") % {"quiz": quiz}
    if quiz.attempts_allowed is None:
        return words
    limit = ngettext(
        "It allows one try, in the original or in the copy.",
        "It allows %(count)s tries, in the original and the copy together.",
        quiz.attempts_allowed,
    )
    return f"{words} {limit % {'count': quiz.attempts_allowed}}"


def _questions(question_ids: list[int], pages: QuerySet[Any, Any]) -> list[str]:
    count = len(question_ids)
    if not count:
        return []
    lessons = LessonPage.objects.filter(pk__in=pages).values("translation_key")
    leading = Question.objects.non_polymorphic().filter(
        pk__in=question_ids, lesson__translation_key__in=lessons
    )
    words = ngettext(
        "%(count)s question of the bank, which these quizzes may ask.",
        "%(count)s questions of the bank, which these quizzes may ask.",
        count,
    ) % {"count": count}
    back = leading.count()
    if not back:
        return [words]
    lead_back = ngettext(
        "%(count)s of them says what to read again: in the copy, that is the copied lesson.",
        "%(count)s of them say what to read again: in the copy, that is the copied lesson.",
        back,
    ) % {"count": back}
    return [f"{words} {lead_back}"]


def _conversations(pages: QuerySet[Any, Any]) -> list[str]:
    shared = Conversation.objects.filter(pages__in=pages).distinct()
    conversations = list(shared.only("code", "title"))
    if not conversations:
        return []
    if len(conversations) == 1:
        words = _(
            "The conversation “%(title)s”. Whoever changes it changes it in both. An award that asks "
            "for it accepts it from either. Within one course, its tries in both count together."
        )
        return [words % {"title": conversations[0]}]
    words = _(
        "%(count)s conversations. Whoever changes them changes them in both. An award that asks for "
        "them accepts them from either. Within one course, their tries in both count together."
    )
    return [words % {"count": len(conversations)}]


def _awards(quiz_ids: list[int], pages: QuerySet[Any, Any]) -> list[str]:
    """Each award by its name, once: what of it the copy serves too, and what it does not."""
    passed = Requirement.objects.filter(quiz__in=quiz_ids)
    quizzes: dict[str, list[str]] = {}
    for award, quiz in sorted(set(passed.values_list("award__name", "quiz__title"))):
        quizzes.setdefault(award, []).append(_("“%(quiz)s”") % {"quiz": quiz})
    courses = Requirement.objects.filter(course__in=CoursePage.objects.filter(pk__in=pages))
    of_courses = set(courses.values_list("award__name", flat=True))
    return [
        *(_award(name, titles, name in of_courses) for name, titles in sorted(quizzes.items())),
        *(
            _(
                "Not the award “%(award)s”. It asks for the original course: finishing the copy does "
                "not count for it."
            )
            % {"award": award}
            for award in sorted(of_courses - quizzes.keys())
        ),
    ]


def _award(name: str, quizzes: list[str], asks_for_course: bool) -> str:
    """What a copy does for an award that asks for a quiz, and perhaps for the course as well."""
    words = {"award": name, "quizzes": get_text_list(quizzes, _("and"))}
    if asks_for_course:
        return (
            _(
                "A part of the award “%(award)s”. Passing %(quizzes)s in the copy counts for it. It also "
                "asks for the original course: finishing the copy does not count for that."
            )
            % words
        )
    return _("The award “%(award)s”. Passing %(quizzes)s in the copy counts for it.") % words
