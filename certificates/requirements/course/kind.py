"""Complete a course. Its evidence is the completion, in whatever language it was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q
from django.db.models.query import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page

from certificates.requirements.base import Applicant, Evidence, RequirementKind
from certificates.requirements.course.fields import CourseFields
from courses.languages import title_for_reader
from courses.models import Completion, CoursePage
from courses.outlines import outlines_of
from courses.progress import Outline, Progress


class CourseKind(RequirementKind):
    name = "course"
    label = gettext_lazy("Complete this course")
    fields = CourseFields

    def text(self, requirement: CourseFields) -> str:
        return _text(_course_of(requirement))

    def evidence(
        self, applicant: Applicant, requirements: Sequence[CourseFields]
    ) -> Mapping[int, Evidence]:
        courses = _courses_read_by(applicant, {row.pk: _course_of(row) for row in requirements})
        published = [course for course in courses.values() if course.live]
        outlines = outlines_of(published, applicant.edition)
        return {pk: _evidence(courses[pk], outlines, applicant.completed) for pk in courses}

    def met_by(self, requirement: CourseFields, learner: OuterRef) -> QuerySet[Completion]:
        key = _course_of(requirement).translation_key
        return Completion.objects.filter(enrolment__learner=learner, page_key=key)

    def naming(self, pages: QuerySet[Page]) -> Q:
        return Q(course__in=pages)


KIND = CourseKind()


def _course_of(requirement: CourseFields) -> CoursePage:
    """The course that a requirement of this kind always names; a constraint says so."""
    assert requirement.course is not None  # noqa: S101
    return requirement.course


def _courses_read_by(
    applicant: Applicant, courses: Mapping[int, CoursePage]
) -> Mapping[int, CoursePage]:
    """The same courses, each in the language that the learner takes it in, if they take it."""
    own = applicant.course_ids
    page_ids = {pk: own.get(course.translation_key, course.pk) for pk, course in courses.items()}
    others = set(page_ids.values()) - {course.pk for course in courses.values()}
    pages = CoursePage.objects.in_bulk(others) if others else {}
    return {pk: pages.get(page_ids[pk], course) for pk, course in courses.items()}


def _evidence(
    course: CoursePage, outlines: Mapping[int, Outline], completed: Mapping[UUID, datetime]
) -> Evidence:
    outline, met_at = outlines.get(course.pk), completed.get(course.translation_key)
    return Evidence(
        text=_text(course),
        url=(outline.url or None) if outline else None,
        met_at=met_at,
        how_far=_how_far(Progress(outline, completed)) if outline and not met_at else "",
    )


def _how_far(progress: Progress) -> str:
    if not progress.total_count:
        return ""
    return ngettext(
        "%(done)s of %(total)s step", "%(done)s of %(total)s steps", progress.total_count
    ) % {"done": progress.done_count, "total": progress.total_count}


def _text(course: CoursePage) -> str:
    same = CoursePage.objects.filter(translation_key=course.translation_key)
    title = title_for_reader(same, course.title)
    return _("Complete the course “%(title)s”") % {"title": title}
