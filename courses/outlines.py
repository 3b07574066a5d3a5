"""Reads what is published and what was done, and hands it to the pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Q, Value
from django.db.models.query import QuerySet
from wagtail.models import Locale, Page

from courses.editions import remembered
from courses.models import (
    Completion,
    CoursePage,
    Edition,
    Enrolment,
    ModulePage,
    Opening,
    StepPage,
    step_types,
)
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from people.models import User
from people.prepared import prepared


def outline_of(course: CoursePage, edition: int | None = None) -> Outline:
    """A course as it is published now, remembered for its edition."""
    return outlines_of([course], edition)[course.pk]


def outlines_of(courses: Iterable[CoursePage], edition: int | None = None) -> dict[int, Outline]:
    """The outlines of some courses, by page id; in one query once they are remembered."""
    courses = list(courses)
    if not courses:
        return {}
    number = Edition.current() if edition is None else edition
    unread: dict[int, Outline] | None = None

    def read(course: CoursePage) -> Outline:
        nonlocal unread
        if unread is None:
            unread = _read_outlines(courses)
        return unread[course.pk]

    return {
        course.pk: remembered(
            number,
            ("outline", course.pk),
            lambda course=course: read(course),  # type: ignore[misc]
        )
        for course in courses
    }


def _read_outlines(courses: list[CoursePage]) -> dict[int, Outline]:
    within = Q()
    for course in courses:
        within |= Q(path__startswith=course.path)
    modules = list(ModulePage.objects.live().filter(within).order_by("path"))
    step_pages = [
        page
        for step_type in step_types()
        for page in step_type.objects.live().filter(within).defer_streamfields()
    ]
    urls = {course.url_path: course.url or "" for course in courses}
    languages = dict(Locale.objects.values_list("pk", "language_code"))

    def url_under(page: Page) -> str:
        """The address of a page in a course, without asking for the site of each."""
        above = next(path for path in urls if page.url_path.startswith(path))
        return urls[above] and urls[above] + page.url_path[len(above) :]

    steps: dict[str, list[tuple[str, StepOutline]]] = defaultdict(list)
    for page in step_pages:
        parent = page.path[: -page.steplen]
        steps[parent].append((page.path, _step(page, url_under(page), languages[page.locale_id])))

    def steps_under(path: str) -> tuple[StepOutline, ...]:
        return tuple(step for _, step in sorted(steps[path], key=lambda pair: pair[0]))

    return {
        course.pk: Outline(
            key=course.translation_key,
            page_id=course.pk,
            title=course.title,
            url=urls[course.url_path],
            in_order=course.order == CoursePage.Order.IN_ORDER,
            summary=course.summary,
            language=languages[course.locale_id],
            modules=tuple(
                ModuleOutline(
                    key=module.translation_key,
                    page_id=module.pk,
                    title=module.title,
                    url=url_under(module),
                    code=module.code,
                    summary=module.summary,
                    language=languages[module.locale_id],
                    steps=steps_under(module.path),
                )
                for module in modules
                if module.path[: -module.steplen] == course.path
            ),
            finals=steps_under(course.path),
        )
        for course in courses
    }


def _step(page: StepPage, url: str, language: str) -> StepOutline:
    return StepOutline(
        kind=page.kind,
        key=page.translation_key,
        page_id=page.pk,
        title=page.title,
        url=url,
        code=getattr(page, "code", ""),
        minutes=page.minutes,
        subject_id=page.subject_id,
        required=page.required,
        summary=getattr(page, "summary", ""),
        language=language,
    )


def course_with(page_id: int, edition: int) -> CoursePage:
    """The course with an id, remembered for the edition."""
    return remembered(edition, ("course", page_id), lambda: CoursePage.objects.get(pk=page_id))


def course_of(page: Page) -> CoursePage:
    """The course that a page is in."""
    course: CoursePage = CoursePage.objects.ancestor_of(page).get()
    return course


def progress_of(enrolment: Enrolment, outline: Outline | None = None) -> Progress:
    """How far a learner is on one course. One query, besides the outline's."""
    outline = outline or outline_of(enrolment.course)
    return _progress(outline, _records_on(enrolment.pk))


def progress_for(
    learner: User, enrolments: Iterable[Enrolment], edition: int | None = None
) -> dict[UUID, Progress]:
    """How far a learner is on each of their courses, by enrolment. Constant queries."""
    enrolments = list(enrolments)
    if not enrolments:
        return {}
    courses = {enrolment.course_id: enrolment.course for enrolment in enrolments}
    outlines = outlines_of(courses.values(), edition)
    records: dict[UUID, list[Record]] = defaultdict(list)
    for record in _records_by(learner.pk):
        records[record[0]].append(record)
    return {
        enrolment.pk: _progress(outlines[enrolment.course_id], records[enrolment.pk])
        for enrolment in enrolments
    }


Record = tuple[UUID, UUID, datetime, str]
"""What was recorded: on which enrolment, of which page, when, and whether completed or opened."""


def _progress(outline: Outline, records: Iterable[Record]) -> Progress:
    completed: dict[UUID, datetime] = {}
    opened: set[UUID] = set()
    for _enrolment, page_key, at, kind in records:
        if kind == "completed":
            completed[page_key] = at
        else:
            opened.add(page_key)
    return Progress(outline, completed, frozenset(opened))


@prepared
def _records_on(enrolment: UUID) -> QuerySet[Completion, Record]:
    return _records(Q(enrolment=enrolment))


@prepared
def _records_by(learner: int) -> QuerySet[Completion, Record]:
    return _records(Q(enrolment__learner=learner))


def _records(of: Q) -> QuerySet[Completion, Record]:
    """What was completed and what was opened: one query for both."""
    completed = Completion.objects.filter(of).values_list(
        "enrolment_id", "page_key", "completed_at", Value("completed", CharField())
    )
    opened = Opening.objects.filter(of).values_list(
        "enrolment_id", "page_key", "opened_at", Value("opened", CharField())
    )
    return completed.union(opened, all=True)
