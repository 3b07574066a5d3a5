"""Notes beside the parts of lessons: reading them again, and deleting them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.lesson_parts import part_url
from courses.models import LessonPage, PartNote
from courses.views.bookmarks import lessons_of
from courses.written_in import LessonOrigin, grouped_by_course, origins_of
from people.http import SignedInRequest, login_required


@dataclass(frozen=True)
class NotePlace:
    """A note with the part that it stands beside, as its writer reads it.

    Where the part or its lesson is gone, it says what they were called. `url` leads to the part,
    to the lesson where only the part is gone, and nowhere where the lesson is. A lesson that was
    deleted does not come back.
    """

    note: PartNote
    title: str
    heading: str
    language: str
    url: str = ""
    is_gone: bool = False
    is_deleted: bool = False


@login_required
@require_safe
def notes(request: SignedInRequest) -> HttpResponse:
    """Every note that the learner wrote beside a part, newest first."""
    own = list(PartNote.objects.filter(learner=request.user).order_by("-saved_at", "-pk"))
    origins = origins_of(request, {note.lesson_key for note in own})
    places = places_of(own, request, origins)
    groups = grouped_by_course(places, lambda place: place.note.lesson_key, origins)
    return render(request, "courses/notes.html", {"groups": groups})


def places_of(
    notes: Iterable[PartNote], request: HttpRequest, origins: Mapping[UUID, LessonOrigin]
) -> Iterator[NotePlace]:
    """Where each note stands, in the reader's language where its lesson is published in it."""
    notes = list(notes)
    lessons = lessons_of({note.lesson_key for note in notes}, request)
    for note in notes:
        place = _place_of(note, lessons.get(note.lesson_key), request)
        yield replace(place, is_deleted=origins[note.lesson_key].is_deleted)


def _place_of(note: PartNote, lesson: LessonPage | None, request: HttpRequest) -> NotePlace:
    if lesson is None:
        return NotePlace(note, note.lesson_title, note.heading, note.language, is_gone=True)
    parts = lesson.parts
    url = part_url(lesson.get_url(request) or "", parts, note.part_key)
    part = next((part for part in parts if part.key == note.part_key), None)
    if part is None:
        return NotePlace(note, note.lesson_title, note.heading, note.language, url, is_gone=True)
    return NotePlace(
        note,
        lesson.title,
        part.heading,
        lesson.locale.language_code,
        url.replace("#lesson", f"#note-{part.key}") if "#" in url else f"{url}#note-{part.key}",
    )


@login_required
@require_POST
def delete(request: SignedInRequest, note_id: int) -> HttpResponse:
    get_object_or_404(PartNote.objects.filter(learner=request.user), pk=note_id).delete()
    messages.success(request, _("Your note is deleted."))
    return redirect("courses:notes")
