"""What meets the requirements of an award: the one place that reads courses for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, Min, OuterRef
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import QuizMinutes, QuizPage, Result
from certificates.models import Attestation, Award, Credential, Requirement, Statement
from courses.editions import cached
from courses.models import Competency, Completion, CoursePage, Edition, Enrolment, LessonMinutes
from courses.outlines import outline_of, outlines_of
from courses.progress import Outline
from courses.row_values import RowValues
from people.models import User

STEP = CoursePage.steplen
"""How much longer a page's path is than its parent's."""


@dataclass(frozen=True)
class RequirementEvidence:
    """A requirement, in words, and the day it was met where the issuer is, or None."""

    requirement: Requirement
    text: str
    met_on: date | None
    url: str | None


@dataclass(frozen=True)
class Taught:
    """The hours and competencies that an award says were taught, as published today."""

    minutes: int
    minutes_by_domain: list[dict[str, Any]]
    competencies: list[dict[str, str]]


def evidence_for(
    learner: User, award: Award, edition: int | None = None
) -> list[RequirementEvidence]:
    """Each requirement of an award, in its order, with what this learner has to show for it."""
    return evidence_for_awards(learner, [award], edition)[award.pk]


def evidence_for_awards(
    learner: User, awards: Iterable[Award], edition: int | None = None
) -> dict[int, list[RequirementEvidence]]:
    """The evidence for several awards, by award. Constant queries, however many there are."""
    return evidence_by_award_id(learner, [award.pk for award in awards], edition)


def evidence_by_award_id(
    learner: User, award_ids: Iterable[int], edition: int | None = None
) -> dict[int, list[RequirementEvidence]]:
    """The same for awards that are known by their primary keys."""
    edition = Edition.current() if edition is None else edition
    found: dict[int, list[RequirementEvidence]] = {award_id: [] for award_id in award_ids}
    requirements = _requirements_of(frozenset(found), edition)
    places = _Places(learner, requirements, edition)
    completed = dict(_completed_by(learner.pk))
    passed = dict(_passed_by(learner.pk))
    signed = dict(_signed_by(learner.pk))
    for requirement in requirements:
        if requirement.course is not None:
            met_at = completed.get(requirement.course.translation_key)
        elif requirement.quiz_id is not None:
            met_at = passed.get(requirement.quiz_id)
        else:
            met_at = signed.get(requirement.statement_id)
        text, url = places.of(requirement)
        met_on = requirement.award.issuer.date_at(met_at) if met_at else None
        found[requirement.award_id].append(RequirementEvidence(requirement, text, met_on, url))
    return found


def _requirements_of(awards: frozenset[int], edition: int) -> list[Requirement]:
    """All that some awards ask for, in their order."""
    read_with = ("award__issuer", "course", "quiz", "statement")
    rows = Requirement.objects.filter(award__in=awards).select_related(*read_with)
    values = cached(
        edition,
        ("requirements", sorted(awards)),
        lambda: tuple(
            RowValues.of(row, *read_with) for row in rows.order_by("award", "sort_order", "pk")
        ),
    )
    return [each.make_row() for each in values]


def awards_resting_on(course_key: UUID) -> QuerySet[Award]:
    """The awards that may be earned and ask for a course to be completed, in any language."""
    return (
        Award.objects.filter(active=True, requirements__course__translation_key=course_key)
        .select_related("issuer")
        .distinct()
    )


# What was shown -----------------------------------------------------------------------------


def _completed_by(learner: int) -> QuerySet[Completion, tuple[UUID, datetime]]:
    """When each lesson, module and course was completed, by its key."""
    rows = Completion.objects.filter(enrolment__learner=learner)
    return rows.values_list("page_key", "completed_at")


def _passing_results() -> QuerySet[Result]:
    """Results that pass and stand: a correction is a later result of the same attempt."""
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    return Result.objects.filter(passed=True).exclude(Exists(later))


def _passed_by(learner: int) -> QuerySet[Result, tuple[int, datetime]]:
    """When each quiz was first passed."""
    rows = _passing_results().filter(attempt__enrolment__learner=learner).order_by()
    return rows.values_list("attempt__quiz").annotate(first_at=Min("marked_at"))


def _signed_by(learner: int) -> QuerySet[Attestation, tuple[int, datetime]]:
    """When each statement was signed, the last time last. A signature under an earlier version
    still stands: what a person has shown is never taken back because the text was improved."""
    rows = Attestation.objects.filter(learner=learner).order_by("signed_at")
    return rows.values_list("version__statement", "signed_at")


def learners_who_met(award: Award) -> QuerySet[User]:
    """Everyone who has met all the requirements of an award. One query."""
    return _learners_who_meet(award.requirements.select_related("course"))


def _learners_who_meet(requirements: Iterable[Requirement]) -> QuerySet[User]:
    learners = User.objects.filter(is_active=True)
    asked = [Exists(_evidence_of(requirement)) for requirement in requirements]
    return learners.filter(*asked) if asked else learners.none()


def _evidence_of(requirement: Requirement) -> QuerySet[Any]:
    """What meets one requirement, for the person of the query around it."""
    person = OuterRef("pk")
    if requirement.course is not None:
        return Completion.objects.filter(
            enrolment__learner=person, page_key=requirement.course.translation_key
        )
    if requirement.quiz_id is not None:
        return _passing_results().filter(
            attempt__enrolment__learner=person, attempt__quiz=requirement.quiz_id
        )
    return Attestation.objects.filter(learner=person, version__statement=requirement.statement_id)


def learners_owed(
    award: Award, requirements: Iterable[Requirement] | None = None
) -> QuerySet[User]:
    """Everyone who has met all the requirements of an award and was never issued it.

    Or would be owed it with other requirements, and for an award that is not kept yet: those
    that a registrar is about to save.
    """
    if requirements is None:
        requirements = award.requirements.select_related("course")
    held = Credential.objects.filter(holder=OuterRef("pk"), award_id=award.pk)
    return _learners_who_meet(requirements).exclude(Exists(held))


# Where to go and show it --------------------------------------------------------------------


class _Places:
    """What each requirement is called and where it is met, in the language the learner reads."""

    def __init__(self, learner: User, requirements: list[Requirement], edition: int) -> None:
        courses = {r.course.translation_key: r.course for r in requirements if r.course}
        taken = dict(_courses_taken_by(learner.pk)) if courses else {}
        others = {taken.get(key, course.pk) for key, course in courses.items()}
        others -= {course.pk for course in courses.values()}
        for course in CoursePage.objects.filter(pk__in=others) if others else []:
            courses[course.translation_key] = course
        self.courses = courses
        self.outlines = self._outlines(courses.values(), edition)
        self.quiz_urls = _quiz_urls(self.outlines.values())
        missing = frozenset(r.quiz_id for r in requirements if r.quiz_id) - set(self.quiz_urls)
        if missing:
            elsewhere = self._outlines(_courses_with(missing), edition)
            self.quiz_urls = _quiz_urls(elsewhere.values()) | self.quiz_urls

    @staticmethod
    def _outlines(courses: Iterable[CoursePage], edition: int) -> dict[int, Outline]:
        return outlines_of([course for course in courses if course.live], edition)

    def of(self, requirement: Requirement) -> tuple[str, str | None]:
        if requirement.course is not None:
            course = self.courses[requirement.course.translation_key]
            outline = self.outlines.get(course.pk)
            url = outline.url if outline else None
            return _("Complete the course “%(title)s”") % {"title": course.title}, url or None
        if requirement.quiz is not None:
            url = self.quiz_urls.get(requirement.quiz_id)
            return _("Pass the quiz “%(title)s”") % {"title": requirement.quiz.title}, url
        statement = cast(Statement, requirement.statement)  # the only other kind
        return (
            _("Sign the statement “%(title)s”") % {"title": statement.title},
            reverse("certificates:sign", args=[statement.slug]),
        )


def _courses_taken_by(learner: int) -> QuerySet[Enrolment, tuple[UUID, int]]:
    return Enrolment.objects.filter(learner=learner).values_list("course_key", "course_id")


def _quiz_urls(outlines: Iterable[Outline]) -> dict[int, str]:
    return {
        step.subject_id: step.url
        for outline in outlines
        for step in outline.steps
        if step.kind.name == "quiz" and step.subject_id is not None and step.url
    }


def _courses_with(quiz_ids: Iterable[int]) -> QuerySet[CoursePage]:
    """The courses in which some quizzes stand."""
    paths = QuizPage.objects.live().filter(quiz__in=quiz_ids).values_list("path", flat=True)
    above = {path[:length] for path in paths for length in range(STEP, len(path), STEP)}
    return CoursePage.objects.live().filter(path__in=above)


# What was taught ----------------------------------------------------------------------------


def taught_for(award: Award) -> Taught:
    """The hours by domain and the competencies of the award's course, as published now."""
    if award.hours_course is None:
        return Taught(0, [], [])
    outline = outline_of(award.hours_course)
    pages = [step.page_id for step in outline.steps]
    competencies = Competency.objects.filter(lessons__in=pages).distinct().order_by("code")
    shown = [{"code": one.code, "name": one.name} for one in competencies]
    if award.hour_scheme is None:
        return Taught(outline.minutes, [], shown)
    minutes: dict[int, int] = defaultdict(int)
    for model, field in [(LessonMinutes, "lesson__in"), (QuizMinutes, "quiz_page__in")]:
        rows = model.objects.filter(**{field: pages}, domain__scheme=award.hour_scheme)
        for domain, some in rows.values_list("domain", "minutes"):
            minutes[domain] += some
    by_domain = [
        {"domain": domain.name, "minutes": minutes[domain.pk]}
        for domain in award.hour_scheme.domains.all()
        if minutes[domain.pk]
    ]
    return Taught(sum(minutes.values()), by_domain, shown)
