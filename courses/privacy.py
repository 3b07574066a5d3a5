"""Who is let in to what editors closed by Wagtail's privacy of a page.

Pages, lists, searches, places on courses, and the files of lessons ask here alone. See docs/decisions/0066-an-address-leads-to-its-page.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction
from wagtail.models.view_restrictions import BaseViewRestriction
from wagtail.query import PageQuerySet

from courses.closures import Closure, read_closures
from courses.editions import cached, edition_for
from courses.languages import below
from courses.models import Enrolment
from courses.outlines import outline_for_reader
from courses.progress import Outline, Progress

AnyPage = TypeVar("AnyPage", bound=Page)


def closures_for(request: HttpRequest) -> tuple[Closure, ...]:
    """Every restriction; from the cache, until something is published or closed."""
    return cached(edition_for(request), ("closures",), read_closures)


def closed_paths(request: HttpRequest) -> tuple[str, ...]:
    """The paths that this reader is not let in to. No query, where nothing is closed."""
    closures = closures_for(request)
    if not closures:
        return ()
    # Whoever signs in during a request is somebody else from then on.
    known: dict[int | None, tuple[str, ...]] = request.__dict__.setdefault("_closed_paths", {})
    if request.user.pk not in known:
        closed = (each for each in closures if not lets_in(each, request))
        known[request.user.pk] = tuple(sorted({path for each in closed for path in each.paths}))
    return known[request.user.pk]


def lets_in(closure: Closure, request: HttpRequest) -> bool:
    """Whether a reader passes one restriction, as Wagtail decides it."""
    user: Any = request.user
    if closure.kind == PageViewRestriction.PASSWORD:
        key = PageViewRestriction.passed_view_restrictions_session_key
        return closure.restriction in request.session.get(key, [])
    if closure.kind == PageViewRestriction.GROUPS:
        is_in_group = user.is_authenticated and not closure.groups.isdisjoint(groups_of(request))
        return bool(user.is_superuser or is_in_group)
    return bool(user.is_authenticated)


def groups_of(request: HttpRequest) -> frozenset[int]:
    """The groups of whoever is signed in. One query in a request."""
    known: dict[int | None, frozenset[int]] = request.__dict__.setdefault("_group_ids", {})
    if request.user.pk not in known:
        known[request.user.pk] = frozenset(request.user.groups.values_list("pk", flat=True))
    return known[request.user.pk]


def closed_in(request: HttpRequest, outline: Outline) -> Outline:
    """A course as this reader finds it: what is for the groups of others is closed to them.

    What asks for a password is not: its page is where it is typed.
    """
    others = (
        each
        for each in closures_for(request)
        if each.kind == PageViewRestriction.GROUPS and not lets_in(each, request)
    )
    return outline.closing(tuple(sorted({path for each in others for path in each.paths})))


def as_open_to(request: HttpRequest, progress: Progress) -> Progress:
    """How far somebody is, with the course as this reader finds it: they are led into nothing that
    is closed to them."""
    return replace(progress, outline=closed_in(request, progress.outline))


def is_closed_to(request: HttpRequest, page: Page) -> bool:
    """Whether this reader is not let in to a page."""
    return bool(page.path.startswith(closed_paths(request)))


def is_closed_to_some(request: HttpRequest, page: Page) -> bool:
    """Whether anybody is not let in to a page."""
    return any(each.covers(page.path) for each in closures_for(request))


def open_to(request: HttpRequest, pages: PageQuerySet[AnyPage]) -> PageQuerySet[AnyPage]:
    """Those of some pages that this reader is let in to."""
    return not_below(closed_paths(request), pages)


def refuse_closed(request: HttpRequest, page: Page) -> None:
    """Raise PermissionDenied for a page that this reader is not let in to."""
    if is_closed_to(request, page):
        raise PermissionDenied


def is_closed_since(request: HttpRequest, enrolment: Enrolment, kind: str, subject_id: int) -> bool:
    """Whether what was begun on a course, of a kind of step, is closed to this reader by now.

    No query, where nothing is closed to them.
    """
    closed = closed_paths(request)
    if not closed:
        return False
    outline = outline_for_reader(enrolment.course_id, edition_for(request))
    return outline.closing(closed).closes(kind, subject_id)


def refuse_closed_since(
    request: HttpRequest, enrolment: Enrolment, kind: str, subject_id: int
) -> None:
    """Raise PermissionDenied for what was begun, and is closed to this reader by now."""
    if is_closed_since(request, enrolment, kind, subject_id):
        raise PermissionDenied


def refuse_signed_in(request: HttpRequest, restrictions: Iterable[BaseViewRestriction]) -> None:
    """Raise PermissionDenied for somebody signed in whose groups a restriction does not let in."""
    for restriction in restrictions:
        is_for_groups = restriction.restriction_type == BaseViewRestriction.GROUPS
        is_signed_in = request.user.is_authenticated
        if is_for_groups and is_signed_in and not restriction.accept_request(request):
            raise PermissionDenied


def not_below(paths: tuple[str, ...], pages: PageQuerySet[AnyPage]) -> PageQuerySet[AnyPage]:
    """Those of some pages that stand at none of these paths, nor below."""
    others: PageQuerySet[AnyPage] = pages
    if paths:
        others = pages.exclude(below(Page(path=path) for path in paths))
    return others
