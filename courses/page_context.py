"""What the pages of a course show to whoever is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from courses.access import is_editor
from courses.editions import cached, edition_for
from courses.languages import below, in_language
from courses.lesson_body import lesson_text, preview_lesson_body, render_lesson_body
from courses.lesson_parts import place_in, states_in, visit_of
from courses.models import CourseIndexPage, CoursePage, Enrolment, LessonPage, ModulePage
from courses.opinions import has_said
from courses.outlines import (
    course_of,
    enrolment_and_progress,
    outline_around,
    outline_of,
    outlines_of,
)
from courses.privacy import closed_in, closed_paths
from courses.progress import Outline, Progress, StepOutline
from courses.templatetags.learning import standings
from courses.waiting import why_not_yet
from people.models import User
from people.page_parts import parts_of

Context = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a reader stands: the course of the page, and how far they are on it."""

    outline: Outline
    enrolment: Enrolment | None
    progress: Progress | None
    may_read: bool
    has_ended: bool

    @property
    def may_enrol(self) -> bool:
        """Whether a place may be taken, or taken again."""
        return not self.may_read and not self.has_ended

    def why_not_yet(self, at: datetime) -> str:
        """Why the next step of the course cannot be begun now; empty where it can be."""
        if self.enrolment is None or self.progress is None or not self.may_read:
            return ""
        return why_not_yet(self.enrolment, self.progress, at)


def place_of(request: HttpRequest, page: Page, at: datetime) -> Place:
    """The reader's place on the course that a page is in. A page in no course is not found."""
    outline = outline_around(page, edition_for(request))
    if outline is None:
        raise Http404
    outline = closed_in(request, outline)
    enrolment, progress = enrolment_and_progress(request.user, outline)
    return Place(
        outline=outline,
        enrolment=enrolment,
        progress=progress,
        may_read=enrolment is not None and enrolment.is_open(at),
        has_ended=enrolment is not None and enrolment.has_ended(at),
    )


def catalogue(request: HttpRequest, page: CourseIndexPage, at: datetime) -> Context:
    return {"courses": course_cards(request, within=page)}


@dataclass(frozen=True)
class CourseCard:
    """What the catalogue says of a course."""

    title: str
    url: str
    path: str
    language: str
    summary: str
    minutes: int
    exercise_minutes: int
    modules: int
    is_being_prepared: bool
    """Whether nobody can complete it yet: no edition of it was declared."""
    other_language: str
    """What the reader calls its language, where that is not theirs; else empty."""


def course_cards(request: HttpRequest, within: Page) -> tuple[CourseCard, ...]:
    """What the catalogue says of each course below a page that this reader is let in to.

    In the tree's order, each in the reader's language where it is published in it.
    """
    edition, language = edition_for(request), get_language() or ""
    cards = cached(
        edition,
        ("course_cards", within.pk, language),
        lambda: _read_cards(edition, within, language),
    )
    closed = closed_paths(request)
    return tuple(card for card in cards if not card.path.startswith(closed))


def _read_cards(edition: int, within: Page, language: str) -> tuple[CourseCard, ...]:
    places = within.get_translations(inclusive=True)
    published = CoursePage.objects.live().filter(below(places)).select_related("locale")
    courses = in_language(published.order_by("path"), language)
    outlines = outlines_of(courses, edition)
    return tuple(
        CourseCard(
            title=course.title,
            url=course.url or "",
            path=course.path,
            language=course.locale.language_code,
            summary=course.summary,
            minutes=outlines[course.pk].minutes,
            exercise_minutes=outlines[course.pk].exercise_minutes,
            modules=len(outlines[course.pk].modules),
            is_being_prepared=not outlines[course.pk].is_declared,
            other_language=name_of_other(course.locale.language_code, language),
        )
        for course in courses
    )


def name_of_other(code: str, language: str) -> str:
    """What readers of a language call another one; empty for their own."""
    return "" if code == language else str(get_language_info(code)["name_translated"])


def course(request: HttpRequest, page: CoursePage, at: datetime) -> Context:
    place = place_of(request, page, at)
    return {
        "outline": place.outline,
        "enrolment": place.enrolment,
        "progress": place.progress if place.may_read else None,
        "may_enrol": place.may_enrol,
        "why_not_yet": place.why_not_yet(at),
    }


def module(request: HttpRequest, page: ModulePage, at: datetime) -> Context:
    place = place_of(request, page, at)
    progress = place.progress if place.may_read else None
    return {
        "outline": place.outline,
        "module": place.outline.module(page.translation_key),
        "enrolment": place.enrolment,
        "may_enrol": place.may_enrol,
        "progress": progress,
        "why_not_yet": place.why_not_yet(at),
        "missing": progress.missing_for(page.translation_key) if progress else [],
        "parts": parts_of(page.template),
    }


def lesson(request: HttpRequest, page: LessonPage, at: datetime) -> Context:
    place = place_of(request, page, at)
    key = page.translation_key
    progress = place.progress if place.may_read else None
    state = progress.state_of(key) if progress else "closed"
    before, after = place.outline.around(key)
    module = place.outline.module_of(key)
    around: Context = {
        "outline": place.outline,
        "module": module,
        "previous": before,
        "next": after,
    }
    context: Context = {
        **around,
        "enrolment": place.enrolment,
        "progress": progress,
        "state": state,
        "missing": progress.missing_for(key) if progress else [],
        "body": None,
        "head": state,
    }
    if state in {"open", "done"} and place.enrolment is not None:
        context |= _lesson_in_parts(request, page, place.enrolment, state, at)
    around |= {
        "state": context["head"],
        "standings": standings(progress, module.steps) if module else (),
        "saves": bool(context.get("visit")),
    }
    context["surroundings"] = cached_surroundings(page, edition_for(request), around)
    return context


@dataclass(frozen=True)
class Surroundings:
    """What stands around the text of a lesson, rendered: its head, the ways on, its module.

    Where the page has a form to send, the ways on are its buttons: see the pager.
    """

    head: SafeString
    pager: SafeString
    aside: SafeString


def cached_surroundings(page: LessonPage, edition: int, context: Context) -> Surroundings:
    """The surroundings of a lesson, which are the same for all who are as far in its module."""
    shown_to = (context["state"], context["standings"], context["saves"])
    key = (page.pk, get_language(), context["outline"].closed_paths, *shown_to)
    return cached(
        edition, ("lesson_surroundings", *key), lambda: render_surroundings(page, context)
    )


def render_surroundings(page: LessonPage, context: Context) -> Surroundings:
    """What stands around a lesson, for whoever is so far in its module as `context` says."""
    context = {**context, "page": page, "here": page.pk}
    return Surroundings(
        head=render_to_string("courses/_lesson_head.html", context),
        pager=render_to_string("courses/_pager.html", context),
        aside=render_to_string("courses/_module_aside.html", context),
    )


def _lesson_in_parts(
    request: HttpRequest, page: LessonPage, enrolment: Enrolment, state: str, at: datetime
) -> Context:
    """The part of a lesson that a learner is on. One more query where there is more than one."""
    edition = edition_for(request)
    parts = [text.part for text in lesson_text(page, edition)]
    states = states_in(enrolment, page.translation_key) if len(parts) > 1 else []
    place = place_in(parts, request.GET.get("part", ""), states, is_finished=state == "done")
    # Only someone with a place is shown a lesson, so this is a person whom we know.
    learner = cast(User, request.user)
    shown = place.shown
    asks = len(shown) == 1 and not has_said(request, shown[0].key)
    return {
        "place": place,
        "clear_key": shown[0].key if asks else None,
        "bookmark_key": shown[0].key if len(shown) == 1 else None,
        "head": state if place.is_first else "short",
        "visit": visit_of(enrolment, page.translation_key, place, at).sign(),
        "body": render_lesson_body(page, learner, edition, place.number),
    }


def unread_lessons(progress: Progress, key: UUID) -> list[StepOutline]:
    """The lessons of a quiz's own module that are not finished."""
    module = progress.outline.module_of(key)
    lessons = module.lessons if module else []
    return [lesson for lesson in lessons if not progress.is_done(lesson.key)]


def course_preview(page: CoursePage) -> Context:
    """The course as a visitor finds it, with what is published in it."""
    # The saved page, since outlines are cached and a draft's title must not be.
    saved = CoursePage.objects.filter(pk=page.pk).first()
    return {"outline": outline_of(saved) if saved else None}


def module_preview(page: ModulePage) -> Context:
    """The module as a visitor finds it, with what is published in it."""
    outline = outline_of(course_of(page))
    return {"outline": outline, "module": outline.module(page.translation_key)}


def lesson_preview(page: LessonPage) -> Context:
    """The whole lesson, as a learner with a place on the course would read it."""
    return {
        "state": "preview",
        "body": preview_lesson_body(page),
        "surroundings": render_surroundings(page, {"state": "preview"}),
    }


CONTEXTS: dict[type[Page], Callable[[HttpRequest, Any, datetime], Context]] = {
    CourseIndexPage: catalogue,
    CoursePage: course,
    ModulePage: module,
    LessonPage: lesson,
}
PREVIEWS: dict[type[Page], Callable[[Any], Context]] = {
    CoursePage: course_preview,
    ModulePage: module_preview,
    LessonPage: lesson_preview,
}


def page_context(request: HttpRequest, page: Page) -> Context:
    """What the template of a page of ours is given; nothing for a page of another app."""
    if getattr(request, "is_preview", False) and type(page) in PREVIEWS:
        return PREVIEWS[type(page)](page)
    build = CONTEXTS.get(type(page))
    context = build(request, page, timezone.now()) if build else {}
    if (
        isinstance(page, LessonPage)
        and context["state"] == "closed"
        and reads_as_editor(request, page)
    ):
        context |= lesson_preview(page)
    return context


def reads_as_editor(request: HttpRequest, page: Page) -> bool:
    """Whether somebody without a place on the course is shown a page because they may edit it."""
    return bool(getattr(request.user, "is_staff", False)) and is_editor(request.user, page)
