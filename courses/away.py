"""Pages of a course that are down for a while: what a learner with a place on it is told.

A page that is not published is not found. For somebody who is asked for it that is no answer: it
counts as before, and is being worked on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from courses.editions import edition_for
from courses.languages import trees_of
from courses.models import CoursePage, ModulePage, step_types
from courses.outlines import enrolment_and_progress, outline_around
from courses.privacy import as_open_to, is_closed_to
from courses.progress import Outline, Progress


@dataclass(frozen=True)
class AwayPage:
    """What is being worked on, by the name that the outline gives it, and how far its reader is."""

    title: str
    language: str
    outline: Outline
    progress: Progress
    is_whole_course: bool


def find_away_page(request: HttpRequest, path: str, at: datetime) -> AwayPage | None:
    """What an address would lead to, if it were not away.

    None for anything but a part of a declared course, and for whoever has no open place on it or
    is not let in to it: they are told nothing of it.
    """
    page = _page_not_served(request, path)
    if page is None or is_closed_to(request, page):
        return None
    outline = outline_around(page, edition_for(request))
    if outline is None or not outline.is_declared:
        return None
    enrolment, progress = enrolment_and_progress(request.user, outline)
    if enrolment is None or progress is None or not enrolment.is_open(at):
        return None
    return _away(page, outline, as_open_to(request, progress))


def pages_at(request: HttpRequest, path: str) -> PageQuerySet[Page]:
    """The pages that have an address, in every language that it may be read in, published or
    not. Its queries are those for the site and its languages."""
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    roots = trees_of(site.root_page, get_language() or "")
    addresses = [f"{root.url_path}{path.strip('/')}/" for root in roots]
    pages: PageQuerySet[Page] = Page.objects.filter(url_path__in=addresses)
    return pages


def _page_not_served(request: HttpRequest, path: str) -> Page | None:
    """The course, module or step at an address where nothing was found: it is not published, or
    what it stands in is not. Three queries at most."""
    page = pages_at(request, path).type(CoursePage, ModulePage, *step_types()).first()
    return page.specific_deferred if page else None


def _away(page: Page, outline: Outline, progress: Progress) -> AwayPage | None:
    key = page.translation_key
    if key == outline.key or not CoursePage.objects.live().filter(pk=outline.page_id).exists():
        return AwayPage(outline.title, outline.language, outline, progress, is_whole_course=True)
    part = outline.step(key) or outline.module(key)
    if part is None or not part.is_away:
        return None
    return AwayPage(part.title, part.language, outline, progress, is_whole_course=False)
