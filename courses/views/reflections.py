"""What learners write for themselves: keeping it, reading it again, taking it along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import own_words
from courses.access import place_for
from courses.editions import edition_for
from courses.exceptions import ReflectionChanged
from courses.languages import in_language
from courses.models import Enrolment, LessonPage, PartNote, Reflection
from courses.outlines import progress_for_reader
from courses.parts import Part
from courses.privacy import closed_paths, is_closed_to
from courses.progress import Progress
from courses.views import visiting
from courses.written_in import LessonOrigin, NamedCourse, grouped_by_course, origins_of
from people.http import SignedInRequest, int_or_none, login_required
from people.models import User
from people.moments import moment

LONGEST = 20_000

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class UnsavedText:
    """Something written that could not be saved as it is, and why."""

    block_id: str
    prompt: str
    text: str
    message: str
    stored: Reflection | PartNote | None = None
    is_too_long: bool = False


@dataclass
class SaveOutcome:
    """What became of all that a page sent: saved, deleted because it was emptied, or neither."""

    saved: list[Reflection | PartNote] = field(default_factory=list)
    deleted_count: int = 0
    unsaved: list[UnsavedText] = field(default_factory=list)


def own_lesson(request: SignedInRequest) -> tuple[LessonPage, Enrolment, Progress]:
    """The lesson that a form names, with this person's place on its course and how far they are.

    What they have no place on is not found. What was taken down while they read it is.
    """
    lesson = get_object_or_404(LessonPage, pk=int_or_none(request.POST.get("lesson")))
    enrolment = place_for(request.user, lesson)
    if enrolment is None:
        raise Http404
    return lesson, enrolment, progress_for_reader(enrolment, edition_for(request))


def may_write(enrolment: Enrolment, progress: Progress, lesson: LessonPage, at: datetime) -> bool:
    """Whether words are kept for a lesson: it is open to this learner, or may have been when its
    page was made. What was never published was open to nobody."""
    key = lesson.translation_key
    is_open = progress.state_of(key) != "locked"
    was_open = progress.outline.step(key) is None and lesson.first_published_at is not None
    return enrolment.is_open(at) and (is_open or was_open)


def is_down(progress: Progress, lesson: LessonPage) -> bool:
    """Whether a lesson is being worked on, or is in the course no longer."""
    step = progress.outline.step(lesson.translation_key)
    return not lesson.live or step is None or step.is_away


def shut_out(
    request: SignedInRequest,
    enrolment: Enrolment,
    progress: Progress,
    lesson: LessonPage,
    *,
    may_finish: bool = False,
    at: datetime,
) -> HttpResponse | None:
    """The way out for a learner to whom a lesson was closed, or from whom it was taken down, while
    it was open in their browser.

    What they wrote is kept, and nothing else counts. None where it is open to them, or where it
    is down and they `may_finish` it: a step of the course. Raises Http404 for a lesson that is
    down and was never open to them.
    """
    is_step = progress.outline.step(lesson.translation_key) is not None
    is_away = is_down(progress, lesson) and not (may_finish and is_step)
    if not is_away and not is_closed_to(request, lesson):
        return None
    keeps_words = may_write(enrolment, progress, lesson, at)
    if keeps_words:
        unsaved = save_texts(request, enrolment, lesson, at=at).unsaved
        if unsaved:
            return show_unsaved(request, lesson, unsaved)
    elif is_away:
        raise Http404
    if is_away and not is_closed_to(request, lesson):
        messages.info(request, taken_down_message(progress, lesson))
    return redirect(lesson.url if lesson.live or is_step else "learn")


def taken_down_message(progress: Progress, lesson: LessonPage) -> str:
    """What is said of a lesson that is being worked on, or that is not part of the course."""
    if progress.outline.is_declared and progress.outline.step(lesson.translation_key) is None:
        return _(
            "“%(lesson)s” is not part of your course. What you wrote there is kept under “My "
            "reflections” and “My notes”, and only you can read it."
        ) % {"lesson": lesson.title}
    return _(
        "“%(lesson)s” is being worked on at the moment. What you wrote there is kept, and only "
        "you can read it."
    ) % {"lesson": lesson.title}


@login_required
@require_POST
def save(request: SignedInRequest) -> HttpResponse:
    """Save what was written under a prompt: from the page's script as JSON, or, from its form
    as a whole page, under every prompt of the lesson at once."""
    at = timezone.now()
    lesson, enrolment, progress = own_lesson(request)
    if not may_write(enrolment, progress, lesson, at):
        raise Http404
    block_id = request.POST.get("block", "")
    if "application/json" in request.headers.get("Accept", ""):
        outcome = save_texts(request, enrolment, lesson, at=at, only=block_id)
        message = taken_down_message(progress, lesson) if is_down(progress, lesson) else ""
        return as_json(outcome, message)
    if way_out := shut_out(request, enrolment, progress, lesson, at=at):
        return way_out
    outcome = save_texts(request, enrolment, lesson, at=at)
    visiting.record(request, enrolment, lesson, at=at)
    if outcome.unsaved:
        return show_unsaved(request, lesson, outcome.unsaved)
    if sentence := what_became_of(outcome):
        messages.success(request, sentence)
    return redirect(f"{visiting.same_page(request, lesson)}{anchor_of(lesson, block_id)}")


def what_became_of(outcome: SaveOutcome) -> str:
    """A sentence on what a page sent; nothing where it sent nothing to keep."""
    kinds = {type(words) for words in outcome.saved}
    if kinds == {Reflection}:
        return ngettext(
            "Your reflection is saved. Only you can read it.",
            "Your reflections are saved. Only you can read them.",
            len(outcome.saved),
        )
    if kinds == {PartNote}:
        return ngettext(
            "Your note is saved. Only you can read it.",
            "Your notes are saved. Only you can read them.",
            len(outcome.saved),
        )
    if kinds:
        return _("What you wrote is saved. Only you can read it.")
    return _("What you wrote there is deleted.") if outcome.deleted_count else ""


def anchor_of(lesson: LessonPage, box: str) -> str:
    """Where the box that was saved stands on its page; nothing for what is no box of it."""
    if box in {block.id for block in prompts_of(lesson)}:
        return f"#reflection-{box}"
    return f"#note-{box}" if box in {str(part.key) for part in lesson.parts} else ""


def prompts_of(lesson: LessonPage) -> Iterable:
    return (block for block in lesson.body if block.block_type == "reflection")


def save_texts(
    request: SignedInRequest,
    enrolment: Enrolment,
    lesson: LessonPage,
    *,
    at: datetime,
    only: str = "",
) -> SaveOutcome:
    """Save what a page sent for the prompts of a lesson and beside its parts, or for one of these
    alone, and record which exercises are done by it.

    A box that was empty when it was sent and when the page was made is left alone.
    """
    outcome = SaveOutcome()
    blocks = [block for block in prompts_of(lesson) if not only or block.id == only]
    parts = [part for part in lesson.parts if not only or str(part.key) == only]
    sent_blocks = [block for block in blocks if f"text-{block.id}" in request.POST]
    sent_parts = [part for part in parts if f"text-{part.key}" in request.POST]
    if only and not sent_blocks and not sent_parts:
        raise Http404
    for block in sent_blocks:
        visiting.record_tick(request, enrolment, lesson, block, at=at)
        save_box(request, outcome, prompt_box(request.user, enrolment, lesson, block, at), only)
    for part in sent_parts:
        save_box(request, outcome, note_box(request.user, lesson, part, at), only)
    return outcome


@dataclass(frozen=True)
class Box:
    """A place to write on a lesson's page. `save` keeps its text, by the number that was seen."""

    key: str
    prompt: str
    save: Callable[[str, int], Reflection | PartNote | None]


def prompt_box(
    learner: User, enrolment: Enrolment, lesson: LessonPage, block: Any, at: datetime
) -> Box:
    def save(text: str, number: int) -> Reflection | None:
        reflection = own_words.save_reflection(
            learner,
            lesson=lesson,
            block_id=UUID(block.id),
            prompt=block.value["prompt"],
            text=text,
            number=number,
            at=at,
        )
        if reflection is not None:
            visiting.record_written(enrolment, lesson, block, text, at=at)
        return reflection

    return Box(block.id, block.value["prompt"], save)


def note_box(learner: User, lesson: LessonPage, part: Part, at: datetime) -> Box:
    def save(text: str, number: int) -> PartNote | None:
        return own_words.save_note(
            learner, lesson=lesson, part=part, text=text, number=number, at=at
        )

    return Box(str(part.key), part.heading or lesson.title, save)


def save_box(request: SignedInRequest, outcome: SaveOutcome, box: Box, only: str) -> None:
    """Save what was sent for one box, and note what became of it."""
    text = request.POST[f"text-{box.key}"]
    number = int_or_none(request.POST.get(f"number-{box.key}")) or 0
    if not text.strip() and not number and not only:
        return
    if len(text) > LONGEST:
        outcome.unsaved.append(
            UnsavedText(box.key, box.prompt, text, too_long_message(), is_too_long=True)
        )
        return
    try:
        saved = box.save(text, number)
    except ReflectionChanged as changed:
        outcome.unsaved.append(UnsavedText(box.key, box.prompt, text, str(changed), changed.stored))
    else:
        if saved is None:
            outcome.deleted_count += 1
        else:
            outcome.saved.append(saved)


def too_long_message() -> str:
    return _(
        "This is longer than we can keep (%(most)s characters). Shorten it a little; nothing is lost."
    ) % {"most": f"{LONGEST:,}"}


def as_json(outcome: SaveOutcome, message: str = "") -> HttpResponse:
    """What a script is told of the one box it sent; with a message, where it is saved and there
    is more to say."""
    if outcome.unsaved:
        [unsaved] = outcome.unsaved
        if unsaved.is_too_long:
            return JsonResponse({"state": "too_long", "message": unsaved.message}, status=422)
        return JsonResponse(
            {
                "state": "changed",
                "text": unsaved.stored.text if unsaved.stored else "",
                "number": unsaved.stored.number if unsaved.stored else 0,
                "message": unsaved.message,
            },
            status=409,
        )
    saved = outcome.saved[0] if outcome.saved else None
    return JsonResponse(
        {
            "state": "saved",
            "number": saved.number if saved else 0,
            "saved_at": saved.saved_at.isoformat() if saved else None,
            **({"message": message} if message else {}),
        }
    )


def show_unsaved(
    request: HttpRequest, lesson: LessonPage, unsaved: list[UnsavedText]
) -> HttpResponse:
    """All that could not be saved, each in a box of its own, to be sent again."""
    return render(
        request,
        "courses/reflection_changed.html",
        {"lesson": lesson, "unsaved": unsaved},
        status=409 if any(not text.is_too_long for text in unsaved) else 422,
    )


# Reading them again ------------------------------------------------------------------------


def lessons_of(reflections: Iterable[Reflection]) -> dict[UUID, LessonPage]:
    """The lessons that some reflections were written in, each in the reader's language if it is
    published in it, and one that is published nowhere all the same."""
    keys = {reflection.lesson_key for reflection in reflections}
    lessons = LessonPage.objects.filter(translation_key__in=keys).select_related("locale")
    pages = list(lessons.defer("body").order_by("path"))
    language = get_language() or ""
    published = in_language((page for page in pages if page.live), language)
    return {page.translation_key: page for page in (*in_language(pages, language), *published)}


@dataclass(frozen=True)
class WrittenPlace:
    """A reflection with the lesson that it was written in; without an address, where the lesson
    was deleted or is closed to its writer."""

    reflection: Reflection
    title: str
    url: str
    is_deleted: bool


@login_required
@require_safe
def reflections(request: SignedInRequest) -> HttpResponse:
    """All that the learner wrote for themselves, by course, newest first."""
    own = list(Reflection.objects.filter(learner=request.user).order_by("-saved_at"))
    origins = origins_of(request, {reflection.lesson_key for reflection in own})
    places = written_places(request, own, origins)
    groups = grouped_by_course(places, lambda place: place.reflection.lesson_key, origins)
    return render(request, "courses/reflections.html", {"groups": groups})


def written_places(
    request: SignedInRequest, own: list[Reflection], origins: Mapping[UUID, LessonOrigin]
) -> list[WrittenPlace]:
    lessons, closed = lessons_of(own), closed_paths(request)
    places = []
    for reflection in own:
        lesson, origin = lessons.get(reflection.lesson_key), origins[reflection.lesson_key]
        title = lesson.title if lesson else origin.title_declared
        is_open = lesson is not None and not lesson.path.startswith(closed)
        url = (lesson.get_url(request) or "") if lesson and is_open else ""
        places.append(WrittenPlace(reflection, title, url, origin.is_deleted))
    return places


@login_required
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """The same as a plain text file to keep, in the order in which it was written."""
    own = list(Reflection.objects.filter(learner=request.user).order_by("saved_at"))
    origins = origins_of(request, {reflection.lesson_key for reflection in own})

    def with_heading(place: WrittenPlace) -> str:
        reflection = place.reflection
        course = origins[reflection.lesson_key].course
        heading = [
            f"{timezone.localtime(reflection.saved_at):%Y-%m-%d}",
            *([name_in_file(course)] if course else []),
            *([place.title] if place.title else []),
        ]
        return f"{' · '.join(heading)}\n{reflection.prompt}\n\n{reflection.text}"

    return HttpResponse(
        "\n\n\n".join(map(with_heading, written_places(request, own, origins))),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="reflections.txt"'},
    )


def name_in_file(course: NamedCourse) -> str:
    """What a course is called in the file, told from another of its name."""
    if course.place_since is None:
        return course.title
    return _("%(course)s, your place since %(when)s") % {
        "course": course.title,
        "when": moment(course.place_since),
    }


@login_required
@require_POST
def delete(request: SignedInRequest, reflection_id: int) -> HttpResponse:
    get_object_or_404(Reflection.objects.filter(learner=request.user), pk=reflection_id).delete()
    messages.success(request, _("Your reflection is deleted."))
    return redirect(reverse("courses:reflections"))
