"""Reads what is published and what was done, and hands it to the pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from wagtail.models import Locale, Page

from courses.editions import cache_value, cached, cached_value
from courses.models import (
    CoursePage,
    Edition,
    Enrolment,
    ModulePage,
    StepPage,
    step_types,
)
from courses.progress import Contact, ModuleOutline, Outline, Progress, StepOutline
from courses.records import (
    LearnerRecords,
    Records,
    current_enrolment,
    records_by_enrolment,
)
from people.models import User


def outline_of(course: CoursePage, edition: int | None = None) -> Outline:
    """A course as it is published now; cached for its edition."""
    return outline_by_id(course.pk, edition)


def outline_by_id(course_id: int, edition: int | None = None) -> Outline:
    """The outline of a course by its primary key. Raises KeyError if there is none."""
    return outlines_by_id([course_id], edition)[course_id]


def outlines_of(courses: Iterable[CoursePage], edition: int | None = None) -> dict[int, Outline]:
    """The outlines of some courses, by page id. No query, once they are cached."""
    return outlines_by_id([course.pk for course in courses], edition)


def outlines_by_id(course_ids: Iterable[int], edition: int | None = None) -> dict[int, Outline]:
    """The outlines of some courses by their primary keys. No query, once they are cached."""
    wanted = list(dict.fromkeys(course_ids))
    if not wanted:
        return {}
    number = Edition.current() if edition is None else edition
    outlines = {pk: cached_value(number, ("outline", pk)) for pk in wanted}
    missing = [pk for pk, outline in outlines.items() if outline is None]
    if missing:
        read = _read_outlines(list(CoursePage.objects.filter(pk__in=missing)))
        for pk, outline in read.items():
            cache_value(number, ("outline", pk), outline)
        outlines |= read
    return {pk: outline for pk, outline in outlines.items() if outline is not None}


def outline_around(page: Page, edition: int) -> Outline | None:
    """The outline of the course that a page is in, or is itself; None for a page in no course."""
    course_id = (
        page.pk
        if isinstance(page, CoursePage)
        else cached(edition, ("course_around", page.pk), lambda: _course_id_around(page))
    )
    return outlines_by_id([course_id], edition).get(course_id) if course_id else None


def _course_id_around(page: Page) -> int | None:
    course_ids = CoursePage.objects.ancestor_of(page).values_list("pk", flat=True)
    course_id: int | None = course_ids.first()
    return course_id


def _read_outlines(courses: list[CoursePage]) -> dict[int, Outline]:
    if not courses:
        return {}  # no condition at all would find the pages of every course
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
                    is_hard=module.is_hard,
                    reviewed_by_lived_experience=module.is_reviewed_by_lived_experience,
                    steps=steps_under(module.path),
                )
                for module in modules
                if module.path[: -module.steplen] == course.path
            ),
            finals=steps_under(course.path),
            contact=Contact(course.contact_name, course.contact_email),
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
        exercise_minutes=getattr(page, "exercise_minutes", 0),
        subject_id=page.subject_id,
        required=page.required,
        summary=getattr(page, "summary", ""),
        language=language,
    )


def course_of(page: Page) -> CoursePage:
    """The course that a page is in."""
    course: CoursePage = CoursePage.objects.ancestor_of(page).get()
    return course


def progress_of(enrolment: Enrolment, outline: Outline | None = None) -> Progress:
    """How far a learner is on one course. One query, besides the outline's."""
    outline = outline or outline_by_id(enrolment.course_id)
    return _progress_on(outline, records_by_enrolment([enrolment.pk])[enrolment.pk])


def enrolment_and_progress(
    learner: User | AnonymousUser, outline: Outline
) -> tuple[Enrolment | None, Progress | None]:
    """A person's place on a course, open or not, and how far they are on it. Two queries.

    Neither, for a visitor and a stranger.
    """
    if not isinstance(learner, User):
        return None, None
    enrolment = current_enrolment(learner.pk, outline.key)
    return enrolment, progress_of(enrolment, outline) if enrolment else None


def enrolments_and_progress(
    records: LearnerRecords, edition: int | None = None
) -> list[tuple[Enrolment, Progress]]:
    """A learner's places, the newest first, and how far they are on each."""
    places = records.current
    outlines = outlines_by_id([enrolment.course_id for enrolment in places], edition)
    return [
        (
            enrolment,
            _progress_on(outlines[enrolment.course_id], records.by_enrolment[enrolment.pk]),
        )
        for enrolment in places
    ]


def _progress_on(outline: Outline, records: Records) -> Progress:
    return Progress(outline, records.completed, frozenset(records.opened))
