"""Reads what was declared and what was done, and hands it to the pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language
from wagtail.models import Page

from courses.editions import cache_value, cached, cached_value
from courses.models import CoursePage, Edition, Enrolment
from courses.outline_reading import read_outline_by, read_outlines
from courses.progress import Outline, Progress
from courses.records import (
    LearnerRecords,
    Records,
    current_enrolment,
    records_by_enrolment,
)
from people.models import User


def outline_of(course: CoursePage, edition: int | None = None) -> Outline:
    """A course by its edition in force, as its pages are now; cached for what is published."""
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
        read = read_outlines(missing)
        for pk, outline in read.items():
            cache_value(number, ("outline", pk), outline)
        outlines |= read
    return {pk: outline for pk, outline in outlines.items() if outline is not None}


def outline_for_reader(course_id: int, edition: int | None = None) -> Outline:
    """The outline of a course in the reader's language, where it is published in it. Raises
    KeyError if there is no such course."""
    number = Edition.current() if edition is None else edition
    return outline_by_id(_ids_in_language(number).get(course_id, course_id), number)


def _ids_in_language(edition: int) -> Mapping[int, int]:
    """Of each course that is published in the reader's language, its page in it, by the id of its
    page in any. Cached for an edition."""
    language = get_language() or ""
    return cached(edition, ("course_ids", language), lambda: _read_ids_in(language))


def _read_ids_in(language: str) -> Mapping[int, int]:
    pages = list(
        CoursePage.objects.values_list("pk", "translation_key", "locale__language_code", "live")
    )
    there = {key: pk for pk, key, code, is_live in pages if is_live and code == language}
    ids = {pk: there[key] for pk, key, _code, _is_live in pages if key in there}
    return MappingProxyType(ids)  # nobody can change what everybody is given


def outline_around(page: Page, edition: int) -> Outline | None:
    """The outline of the course that a page is in, or is itself, in the reader's language where
    it is published in it; None for a page in no course."""
    course_id = (
        page.pk
        if isinstance(page, CoursePage)
        else cached(edition, ("course_around", page.pk), lambda: _course_id_around(page))
    )
    return outline_for_reader(course_id, edition) if course_id else None


def _course_id_around(page: Page) -> int | None:
    course_ids = CoursePage.objects.ancestor_of(page).values_list("pk", flat=True)
    course_id: int | None = course_ids.first()
    return course_id


def course_of(page: Page) -> CoursePage:
    """The course that a page is in."""
    course: CoursePage = CoursePage.objects.ancestor_of(page).get()
    return course


def progress_of(enrolment: Enrolment, outline: Outline | None = None) -> Progress:
    """How far a learner is on one course. One query, besides the outline's."""
    outline = outline or outline_by_id(enrolment.course_id)
    return progress_on(outline, records_by_enrolment([enrolment.pk])[enrolment.pk])


def progress_for_reader(enrolment: Enrolment, edition: int) -> Progress:
    """The same by the course in the language of whoever reads it now: what is being worked on in
    the one in which they took their place may be there in theirs."""
    return progress_of(enrolment, outline_for_reader(enrolment.course_id, edition))


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
    """A learner's places, the newest first, and how far they are on each, in their language."""
    places = records.current
    number = Edition.current() if edition is None else edition
    in_language = _ids_in_language(number) if places else {}
    ids = {place.pk: in_language.get(place.course_id, place.course_id) for place in places}
    outlines = outlines_by_id(ids.values(), number)
    return [
        (place, progress_on(outlines[ids[place.pk]], records.by_enrolment[place.pk], number))
        for place in places
    ]


def progress_on(outline: Outline, records: Records, edition: int | None = None) -> Progress:
    """How far somebody is, by what they did: the only place that puts both together.

    Whoever completed the course is counted by the edition that they completed. No query, but
    where that is another than the one in force and is not cached.
    """
    own = records.editions.get(outline.key)
    completed_by = None
    if own is not None and own != outline.edition_id:
        number = Edition.current() if edition is None else edition
        key = ("outline_by", outline.page_id, own)
        completed_by = cached(number, key, lambda: read_outline_by(outline.page_id, own))
    return Progress(outline, records.completed, frozenset(records.opened), completed_by)
