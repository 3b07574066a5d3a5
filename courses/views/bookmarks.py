"""Parts of lessons that a learner wants to find again: keeping them, and going back to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.languages import in_language
from courses.lesson_parts import part_url
from courses.models import Bookmark, LessonPage
from courses.privacy import closed_paths
from courses.views import reflections, visiting
from courses.written_in import LessonOrigin, grouped_by_course, origins_of
from people.http import SignedInRequest, login_required


@dataclass(frozen=True)
class Place:
    """A bookmark as its learner reads it. Its lesson may be down or deleted, and has no address
    then."""

    bookmark: Bookmark
    title: str = ""
    heading: str = ""
    url: str = ""
    language: str = ""
    is_deleted: bool = False


@login_required
@require_POST
def keep(request: SignedInRequest) -> HttpResponse:
    """Bookmark a part. What was written on its page is sent with it, and kept first.

    A part that has a bookmark keeps the one that it has.
    """
    at = timezone.now()
    lesson, enrolment, progress = reflections.own_lesson(request)
    part_key = visiting.key_or_none(request.POST.get("bookmark", ""))
    is_a_part = part_key in [part.key for part in lesson.parts]
    may_keep = is_a_part and reflections.may_write(enrolment, progress, lesson, at)
    if part_key is None or not may_keep:
        raise Http404
    if way_out := reflections.shut_out(request, enrolment, progress, lesson, at=at):
        return way_out
    unsaved = reflections.save_texts(request, enrolment, lesson, at=at).unsaved
    visiting.record(request, enrolment, lesson, at=at)
    Bookmark.objects.get_or_create(
        learner=request.user,
        lesson_key=lesson.translation_key,
        part_key=part_key,
        defaults={"saved_at": at},
    )
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    messages.success(request, _("Bookmarked. You find it under “My learning”."))
    return redirect(visiting.same_page(request, lesson))


@login_required
@require_safe
def bookmarks(request: SignedInRequest) -> HttpResponse:
    """Every part that the learner bookmarked, newest first."""
    own = list(Bookmark.objects.filter(learner=request.user).order_by("-saved_at", "-pk"))
    origins = origins_of(request, {bookmark.lesson_key for bookmark in own})
    places = places_of(own, request, origins)
    groups = grouped_by_course(places, lambda place: place.bookmark.lesson_key, origins)
    return render(request, "courses/bookmarks.html", {"groups": groups})


def places_of(
    bookmarks: Iterable[Bookmark], request: HttpRequest, origins: Mapping[UUID, LessonOrigin]
) -> Iterator[Place]:
    """Where each bookmark leads, in the reader's language where its lesson is published in it."""
    bookmarks = list(bookmarks)
    lessons = lessons_of({bookmark.lesson_key for bookmark in bookmarks}, request)
    for bookmark in bookmarks:
        lesson = lessons.get(bookmark.lesson_key)
        if lesson is None:
            yield Place(bookmark, is_deleted=origins[bookmark.lesson_key].is_deleted)
            continue
        parts = lesson.parts
        heading = next((part.heading for part in parts if part.key == bookmark.part_key), "")
        yield Place(
            bookmark,
            title=lesson.title,
            heading=heading,
            url=part_url(lesson.get_url(request) or "", parts, bookmark.part_key),
            language=lesson.locale.language_code,
        )


def lessons_of(keys: set[UUID], request: HttpRequest) -> dict[UUID, LessonPage]:
    """The published lessons of some keys that this reader is let in to."""
    published = LessonPage.objects.live().filter(translation_key__in=keys)
    lessons = in_language(published.select_related("locale"), get_language() or "")
    closed = closed_paths(request)
    return {
        lesson.translation_key: lesson for lesson in lessons if not lesson.path.startswith(closed)
    }


@login_required
@require_POST
def remove(request: SignedInRequest, bookmark_id: int) -> HttpResponse:
    get_object_or_404(Bookmark.objects.filter(learner=request.user), pk=bookmark_id).delete()
    messages.success(request, _("The bookmark is gone."))
    return redirect("courses:bookmarks")
