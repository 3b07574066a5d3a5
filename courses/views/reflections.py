"""What learners write for themselves: keeping it, reading it again, taking it along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import enrolling
from courses.access import enrolment_of
from courses.exceptions import ReflectionChanged
from courses.languages import in_language
from courses.models import CoursePage, Enrolment, LessonPage, Reflection
from courses.outlines import course_of, progress_of
from courses.views import visiting
from people.http import SignedInRequest, int_or_none, login_required

LONGEST = 20_000

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class UnsavedText:
    """Something written that could not be saved as it is, and why."""

    block_id: str
    prompt: str
    text: str
    message: str
    stored: Reflection | None = None
    is_too_long: bool = False


@dataclass
class SaveOutcome:
    """What became of all that a page sent: saved, deleted because it was emptied, or neither."""

    saved: list[Reflection] = field(default_factory=list)
    deleted_count: int = 0
    unsaved: list[UnsavedText] = field(default_factory=list)


def own_lesson(
    request: SignedInRequest, *, also_down: bool = False
) -> tuple[LessonPage, Enrolment]:
    """The lesson that a form names, with this person's place on its course.

    What they have no place on is not found; nor is what is not published, unless it is asked
    for with `also_down`.
    """
    lessons = LessonPage.objects.all() if also_down else LessonPage.objects.live()
    lesson = get_object_or_404(lessons, pk=int_or_none(request.POST.get("lesson")))
    try:
        enrolment = enrolment_of(request.user, course_of(lesson).translation_key)
    except CoursePage.DoesNotExist:
        raise Http404 from None
    if enrolment is None:
        raise Http404
    return lesson, enrolment


def may_write(enrolment: Enrolment, lesson: LessonPage, at: datetime) -> bool:
    state = progress_of(enrolment).state_of(lesson.translation_key)
    return enrolment.is_open(at) and state != "locked"


@login_required
@require_POST
def save(request: SignedInRequest) -> HttpResponse:
    """Save what was written under a prompt: from the page's script as JSON, or, from its form
    as a whole page, under every prompt of the lesson at once."""
    at = timezone.now()
    lesson, enrolment = own_lesson(request)
    if not may_write(enrolment, lesson, at):
        raise Http404
    block_id = request.POST.get("block", "")
    if "application/json" in request.headers.get("Accept", ""):
        return as_json(save_texts(request, enrolment, lesson, at=at, only=block_id))
    outcome = save_texts(request, enrolment, lesson, at=at)
    visiting.record(request, enrolment, lesson, at=at)
    if outcome.unsaved:
        return show_unsaved(request, lesson, outcome.unsaved)
    if outcome.saved:
        messages.success(
            request,
            ngettext(
                "Your reflection is saved. Only you can read it.",
                "Your reflections are saved. Only you can read them.",
                len(outcome.saved),
            ),
        )
    elif outcome.deleted_count:
        messages.success(request, _("Your reflection is deleted."))
    anchor = next((block.id for block in prompts_of(lesson) if block.id == block_id), "")
    url = visiting.same_page(request, lesson)
    return redirect(f"{url}#reflection-{anchor}" if anchor else url)


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
    """Save what a page sent for the prompts of a lesson, or for one of them alone, and record
    which exercises are done by it.

    A box that was empty when it was sent and when the page was made is left alone.
    """
    outcome = SaveOutcome()
    blocks = [block for block in prompts_of(lesson) if not only or block.id == only]
    sent_blocks = [block for block in blocks if f"text-{block.id}" in request.POST]
    if only and not sent_blocks:
        raise Http404
    for block in sent_blocks:
        text = request.POST[f"text-{block.id}"]
        number = int_or_none(request.POST.get(f"number-{block.id}")) or 0
        prompt = block.value["prompt"]
        visiting.record_tick(request, enrolment, lesson, block, at=at)
        if not text.strip() and not number and not only:
            continue
        if len(text) > LONGEST:
            outcome.unsaved.append(
                UnsavedText(block.id, prompt, text, too_long_message(), is_too_long=True)
            )
            continue
        try:
            reflection = enrolling.save_reflection(
                request.user,
                lesson=lesson,
                block_id=UUID(block.id),
                prompt=prompt,
                text=text,
                number=number,
                at=at,
            )
        except ReflectionChanged as changed:
            outcome.unsaved.append(
                UnsavedText(block.id, prompt, text, str(changed), changed.stored)
            )
        else:
            if reflection is not None:
                visiting.record_written(enrolment, lesson, block, text, at=at)
                outcome.saved.append(reflection)
            else:
                outcome.deleted_count += 1
    return outcome


def too_long_message() -> str:
    return _(
        "This is longer than we can keep (%(most)s characters). Shorten it a little; nothing is lost."
    ) % {"most": f"{LONGEST:,}"}


def as_json(outcome: SaveOutcome) -> HttpResponse:
    """What a script is told of the one box it sent."""
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
    reflection = outcome.saved[0] if outcome.saved else None
    return JsonResponse(
        {
            "state": "saved",
            "number": reflection.number if reflection else 0,
            "saved_at": reflection.saved_at.isoformat() if reflection else None,
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
    there in it."""
    keys = {reflection.lesson_key for reflection in reflections}
    lessons = LessonPage.objects.filter(translation_key__in=keys).select_related("locale")
    in_own = in_language(lessons.defer("body").order_by("path"), get_language() or "")
    return {lesson.translation_key: lesson for lesson in in_own}


@login_required
@require_safe
def reflections(request: SignedInRequest) -> HttpResponse:
    """All that the learner wrote for themselves, newest first."""
    own = list(Reflection.objects.filter(learner=request.user).order_by("-saved_at"))
    lessons = {
        key: {"title": lesson.title, "url": lesson.get_url(request)}
        for key, lesson in lessons_of(own).items()
    }
    return render(
        request,
        "courses/reflections.html",
        {
            "reflections": [
                {"reflection": reflection, "lesson": lessons.get(reflection.lesson_key)}
                for reflection in own
            ]
        },
    )


@login_required
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """The same as a plain text file to keep."""
    own = list(Reflection.objects.filter(learner=request.user).order_by("saved_at"))
    lessons = lessons_of(own)

    def with_heading(reflection: Reflection) -> str:
        lesson = lessons.get(reflection.lesson_key)
        heading = [
            f"{timezone.localtime(reflection.saved_at):%Y-%m-%d}",
            *([lesson.title] if lesson else []),
        ]
        return f"{' · '.join(heading)}\n{reflection.prompt}\n\n{reflection.text}"

    return HttpResponse(
        "\n\n\n".join(map(with_heading, own)),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="reflections.txt"'},
    )


@login_required
@require_POST
def delete(request: SignedInRequest, reflection_id: int) -> HttpResponse:
    get_object_or_404(Reflection.objects.filter(learner=request.user), pk=reflection_id).delete()
    messages.success(request, _("Your reflection is deleted."))
    return redirect(reverse("courses:reflections"))
