"""What rests on a page, so that an editor is told before deleting it, and why it stays."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from assessments.models import Attempt, Draw, Question, Quiz
from certificates.models import Award, Requirement
from courses.models import Completion, Enrolment


def records_on(page: Page) -> list[str]:
    """Each kind of record that rests on a page or on one below it, in words. Empty: none does."""
    pages = page.get_descendants(inclusive=True).values("pk")
    quizzes = Quiz.objects.filter(pages__in=pages).values("pk")
    questions = Question.objects.non_polymorphic()
    counts = [
        _people(Enrolment.objects.filter(course__in=pages).count()),
        _completions(Completion.objects.filter(page__in=pages).count()),
        _attempts(Attempt.objects.counted().filter(quiz__in=quizzes).count()),
        _questions(questions.filter(Q(module__in=pages) | Q(lesson__in=pages)).count()),
    ]
    return [sentence for sentence in counts if sentence] + _awards_and_quizzes(pages)


def _awards_and_quizzes(pages: Any) -> list[str]:
    """The awards and quizzes that rest on the pages, each by its name."""
    required_by = Requirement.objects.naming(pages).values_list("award__name", flat=True)
    hours_of = Award.objects.filter(hours_course__in=pages).values_list("name", flat=True)
    drawn_by = Draw.objects.filter(module__in=pages).values_list("quiz__title", flat=True)
    return [
        *(
            _("the award “%(name)s” asks for it") % {"name": name}
            for name in sorted(set(required_by))
        ),
        *(
            _("the award “%(name)s” takes its hours from it") % {"name": name}
            for name in sorted(set(hours_of))
        ),
        *(
            _("the quiz “%(name)s” draws questions from it") % {"name": name}
            for name in sorted(set(drawn_by))
        ),
    ]


def _people(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d person has or had a place on it",
        "%(count)d people have or had a place on it",
        count,
    ) % {"count": count}


def _completions(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d record that somebody finished it",
        "%(count)d records that somebody finished it or a part of it",
        count,
    ) % {"count": count}


def _attempts(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)d try at its quiz", "%(count)d tries at its quizzes", count) % {
        "count": count
    }


def _questions(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d question of the bank belongs to it",
        "%(count)d questions of the bank belong to it",
        count,
    ) % {"count": count}
