"""In which course a learner wrote something, so that what is in a copy is told from its original.

A copy of a course has lessons of the same names. Its learners are shown what they wrote and marked
under the course that it stands in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from courses.languages import in_language
from courses.models import CoursePage, EditionStep, Enrolment, LessonPage
from courses.privacy import closed_paths
from people.http import SignedInRequest
from people.models import User

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class NamedCourse:
    """A course by what its learner calls it, and its address where it leads to an open page.

    `place_since` says when they took their place, where another of these courses has its name.
    """

    key: UUID
    title: str
    language: str = ""
    url: str = ""
    place_since: datetime | None = None


@dataclass(frozen=True)
class LessonOrigin:
    """Where a lesson stands, or stood: its course, None for one in no course.

    `title_declared` is what its course called it, where the lesson was deleted in every language.
    """

    course: NamedCourse | None = None
    is_deleted: bool = False
    title_declared: str = ""


@dataclass(frozen=True)
class CourseGroup(Generic[Entry]):
    """What a learner wrote or marked in one course; None for what is in no course."""

    course: NamedCourse | None
    entries: list[Entry]


def grouped_by_course(
    entries: Iterable[Entry],
    key_of: Callable[[Entry], UUID],
    origins: Mapping[UUID, LessonOrigin],
) -> list[CourseGroup[Entry]]:
    """Entries by their course, each group where its first entry stood."""
    groups: dict[NamedCourse | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(origins[key_of(entry)].course, []).append(entry)
    return [CourseGroup(course, own) for course, own in groups.items()]


def origins_of(request: SignedInRequest, keys: set[UUID]) -> dict[UUID, LessonOrigin]:
    """Where each of some lessons stands, in the reader's language where its course is published
    in it. Constant queries, however many they are; none for none."""
    if not keys:
        return {}
    paths = dict(
        LessonPage.objects.filter(translation_key__in=keys)
        .order_by("live", "path")
        .values_list("translation_key", "path")
    )
    steps = _declared_steps(keys - paths.keys())
    by_path, courses = _read_courses(request, paths.values(), {key for key, _ in steps.values()})

    def origin(key: UUID) -> LessonOrigin:
        if key in paths:
            above = next((each for each in by_path if paths[key].startswith(each)), None)
            return LessonOrigin(courses[by_path[above]] if above else None)
        course_key, title = steps.get(key, (None, ""))
        course = courses.get(course_key) if course_key else None
        return LessonOrigin(course, is_deleted=True, title_declared=title)

    return {key: origin(key) for key in keys}


def _declared_steps(keys: set[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """Of lessons that have no page any more: the course that last declared each, and as what."""
    if not keys:
        return {}
    rows = EditionStep.objects.filter(key__in=keys).order_by("edition__number")
    values = rows.values_list("key", "edition__course_key", "title")
    return {key: (course_key, title) for key, course_key, title in values}


def _read_courses(
    request: SignedInRequest, paths: Iterable[str], keys: set[UUID]
) -> tuple[dict[str, UUID], dict[UUID, NamedCourse]]:
    """The courses around some paths and those of some keys: the key of each by its path, and what
    each is called, by its key."""
    step = Page.steplen
    above = {path[:end] for path in paths for end in range(step, len(path), step)}
    around = CoursePage.objects.filter(path__in=above).values("translation_key")
    courses = CoursePage.objects.filter(translation_key__in=around) | CoursePage.objects.filter(
        translation_key__in=keys
    )
    pages = list(courses.select_related("locale").order_by("-live", "path"))
    closed = closed_paths(request)
    named = {
        page.translation_key: NamedCourse(
            page.translation_key,
            page.title,
            page.locale.language_code,
            _address(page, request, closed),
        )
        for page in _for_reader(pages)
    }
    return {page.path: page.translation_key for page in pages}, _told_apart(named, request.user)


def _for_reader(pages: list[CoursePage]) -> list[CoursePage]:
    """Each course once: published if it is, and in the reader's language where it is."""
    language = get_language() or ""
    live = in_language((page for page in pages if page.live), language)
    known = {page.translation_key for page in live}
    down = in_language((page for page in pages if page.translation_key not in known), language)
    return live + down


def _address(page: CoursePage, request: HttpRequest, closed: tuple[str, ...]) -> str:
    is_open = page.live and not page.path.startswith(closed)
    return (page.get_url(request) or "") if is_open else ""


def _told_apart(named: dict[UUID, NamedCourse], learner: User) -> dict[UUID, NamedCourse]:
    """The same courses; where two have one name, with when the learner took their place on each.
    No query, where none have."""
    titles = Counter(course.title for course in named.values())
    twins = {key for key, course in named.items() if titles[course.title] > 1}
    if not twins:
        return named
    places = Enrolment.objects.by(learner).filter(course_key__in=twins).order_by("-run")
    since = dict(places.values_list("course_key", "enrolled_at"))
    return {
        key: replace(course, place_since=since.get(key)) if key in twins else course
        for key, course in named.items()
    }
