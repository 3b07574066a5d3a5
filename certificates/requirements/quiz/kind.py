"""Pass a quiz. Its evidence is a result that passed and was not corrected since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page

from assessments.models import Attempt, Quiz, QuizPage, Result
from certificates.requirements.base import Applicant, Evidence, RequirementKind
from certificates.requirements.quiz.fields import QuizFields
from courses.editions import cached
from courses.languages import title_for_reader
from courses.models import CoursePage, Enrolment
from courses.outlines import outlines_of
from people.rows import rows_where


class QuizKind(RequirementKind):
    name = "quiz"
    label = gettext_lazy("Pass this quiz")
    fields = QuizFields
    reads_much = True

    def text(self, requirement: QuizFields) -> str:
        quiz = _quiz_of(requirement)
        title = title_for_reader(QuizPage.objects.filter(quiz=quiz), quiz.title)
        return _("Pass the quiz “%(title)s”") % {"title": title}

    def evidence(
        self, applicant: Applicant, requirements: Sequence[QuizFields]
    ) -> Mapping[int, Evidence]:
        quizzes = {row.pk: _quiz_of(row) for row in requirements}
        quiz_ids = {quiz.pk for quiz in quizzes.values()}
        urls = _urls_for(applicant, quiz_ids)
        results = _results_by(applicant, quiz_ids)
        return {
            row.pk: _evidence(self.text(row), quizzes[row.pk], urls, results)
            for row in requirements
        }

    def met_by(self, requirement: QuizFields, learner: OuterRef) -> QuerySet[Enrolment]:
        # Not as one join: a database might begin it with every attempt there is at this quiz.
        passed = _standing_results().filter(attempt=OuterRef("pk"), passed=True)
        attempts = Attempt.objects.filter(
            Exists(passed), enrolment=OuterRef("pk"), quiz=requirement.quiz
        )
        return Enrolment.objects.filter(Exists(attempts), learner=learner)

    def naming(self, pages: QuerySet[Page]) -> Q:
        return Q(quiz__pages__in=pages)


KIND = QuizKind()


class Outcome(NamedTuple):
    """What one attempt earned, by its newest result."""

    passed: bool
    percent: Decimal
    marked_at: datetime
    red_lines_left: int
    """How many questions are left to answer again, where the score is enough; 0 elsewhere."""


def _quiz_of(requirement: QuizFields) -> Quiz:
    """The quiz that a requirement of this kind always names; a constraint says so."""
    assert requirement.quiz is not None  # noqa: S101
    return requirement.quiz


# What was shown -----------------------------------------------------------------------------


def _standing_results() -> QuerySet[Result]:
    """The newest result of each attempt: a correction is a later result of the same one."""
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    return Result.objects.exclude(Exists(later))


def _results_by(applicant: Applicant, quiz_ids: Collection[int]) -> Mapping[int, list[Outcome]]:
    """What a learner's attempts at some quizzes earned, by quiz. Two queries at most."""
    if not applicant.enrolment_ids:
        return {}
    attempts = rows_where(Attempt, enrolment=applicant.enrolment_ids, quiz=list(quiz_ids))
    quizzes = {attempt.pk: attempt.quiz_id for attempt in attempts}
    results = rows_where(Result, attempt=list(quizzes)) if quizzes else ()
    # The newest of each attempt is the last that is read.
    newest = {
        result.attempt_id: Outcome(
            result.passed,
            result.percent,
            result.marked_at,
            result.red_lines_missed if result.is_nearly_there else 0,
        )
        for result in sorted(results, key=lambda result: result.number)
    }
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for attempt_id, outcome in newest.items():
        outcomes[quizzes[attempt_id]].append(outcome)
    return outcomes


def _evidence(
    text: str, quiz: Quiz, urls: Mapping[int, str], results: Mapping[int, list[Outcome]]
) -> Evidence:
    outcomes = results.get(quiz.pk, [])
    return Evidence(
        text=text,
        url=urls.get(quiz.pk),
        met_at=min((outcome.marked_at for outcome in outcomes if outcome.passed), default=None),
        how_far=_how_far(quiz, outcomes),
    )


def _how_far(quiz: Quiz, outcomes: Sequence[Outcome]) -> str:
    """Both rounded against the learner's hopes: nobody reads 75 % who has 74.9 %."""
    pass_mark = f"{quiz.pass_percent.normalize():f}"
    if not outcomes:
        return _("not tried yet, pass mark %(pass_mark)s%%") % {"pass_mark": pass_mark}
    nearly_there = [outcome for outcome in outcomes if outcome.red_lines_left]
    if nearly_there:
        left = max(nearly_there, key=lambda outcome: outcome.marked_at).red_lines_left
        return ngettext(
            "%(count)s question left to answer again",
            "%(count)s questions left to answer again",
            left,
        ) % {"count": left}
    if quiz.held_back:  # a figure would tell which answers were right
        return _("not passed yet, pass mark %(pass_mark)s%%") % {"pass_mark": pass_mark}
    best = int(max(outcome.percent for outcome in outcomes))
    return _("best so far %(best)s%%, pass mark %(pass_mark)s%%") % {
        "best": best,
        "pass_mark": pass_mark,
    }


# Where it is sat ----------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a quiz stands: its address, and the page of the course around it."""

    quiz_id: int
    course_id: int
    url: str


def _urls_for(applicant: Applicant, quiz_ids: Iterable[int]) -> Mapping[int, str]:
    """The address of each quiz, in the course that the learner takes where there is a choice."""
    edition = applicant.edition
    ids = frozenset(quiz_ids)
    places = cached(edition, ("places of", ids), lambda: _places_of(ids, edition))
    if len(places) > len(ids):
        own_courses = set(applicant.course_ids.values())
        places = sorted(places, key=lambda place: place.course_id not in own_courses)
    urls: dict[int, str] = {}
    for place in places:
        urls.setdefault(place.quiz_id, place.url)
    return urls


def _places_of(quiz_ids: frozenset[int], edition: int) -> list[Place]:
    """Every published place of some quizzes, in the order of the pages."""
    rows = QuizPage.objects.live().filter(quiz__in=quiz_ids).values_list("pk", "quiz", "path")
    quizzes = {page_id: quiz_id for page_id, quiz_id, _path in rows}
    above = {ancestor for _page, _quiz, path in rows for ancestor in _paths_above(path)}
    courses = CoursePage.objects.live().filter(path__in=above).order_by("path")
    outlines = outlines_of(courses, edition)
    return [
        Place(quizzes[step.page_id], course_id, step.url)
        for course_id, outline in outlines.items()
        for step in outline.steps
        if step.page_id in quizzes and step.url
    ]


def _paths_above(path: str) -> list[str]:
    """The tree paths of the pages above one."""
    return [path[:length] for length in range(Page.steplen, len(path), Page.steplen)]
