"""Doing: taking and leaving a place, finishing a lesson, keeping a reflection."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses import enrolling
from courses.access import enrolment_of
from courses.exceptions import CoursesError, ReflectionChanged
from courses.models import CoursePage, Enrolment, LessonPage, Reflection
from courses.progress import Progress
from courses.reading import course_of, progress_of
from people.http import SignedInRequest

LONGEST_REFLECTION = 20_000


@login_required
@require_POST
def enrol(request: SignedInRequest) -> HttpResponse:
    course = get_object_or_404(
        CoursePage.objects.live().public(), pk=whole(request.POST.get("course"))
    )
    try:
        enrolment = enrolling.enrol(request.user, course, at=timezone.now())
    except CoursesError as refused:
        messages.error(request, str(refused))
        return redirect(course.url)
    messages.success(
        request,
        _("You have a place on %(course)s. Begin whenever you like.") % {"course": course.title},
    )
    step = progress_of(enrolment).next_step
    return redirect(step.url if step else course.url)


@login_required
@require_POST
def withdraw(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    enrolment = get_object_or_404(
        Enrolment.objects.by(request.user).select_related("course"), pk=enrolment_id
    )
    enrolling.withdraw(enrolment, at=timezone.now())
    messages.success(
        request,
        _("You have left %(course)s. All you did is kept, and you can come back at any time.")
        % {"course": enrolment.course.title},
    )
    return redirect("learn")


@login_required
@require_POST
def complete_lesson(request: SignedInRequest) -> HttpResponse:
    lesson = get_object_or_404(LessonPage.objects.live(), pk=whole(request.POST.get("lesson")))
    enrolment = own_enrolment(request, lesson)
    before = progress_of(enrolment)
    try:
        enrolling.complete_lesson(enrolment, lesson, at=timezone.now())
    except CoursesError as refused:
        messages.info(request, str(refused))
        return redirect(lesson.url)
    after = progress_of(enrolment, before.outline)
    say_what_was_reached(request, before, after)
    step = after.outline.around(lesson.translation_key)[1]
    if step is not None and after.state_of(step.key) != "locked":
        return redirect(step.url)
    return redirect(after.next_step.url if after.next_step else enrolment.course.url)


def say_what_was_reached(request: HttpRequest, before: Progress, after: Progress) -> None:
    """Say it once when a module or the course has become complete."""
    if after.is_complete and not before.is_complete:
        messages.success(request, _("You have finished every part of this course. Well done."))
        return
    for module in after.outline.modules:
        if after.module_is_complete(module) and not before.module_is_complete(module):
            messages.success(request, _("“%(module)s” is complete.") % {"module": module.title})


@login_required
@require_POST
def save_reflection(request: SignedInRequest) -> HttpResponse:
    """Keep a reflection: from the page's script as JSON, or from its form as a whole page."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=whole(request.POST.get("lesson")))
    enrolment = own_enrolment(request, lesson)
    wants_json = "application/json" in request.headers.get("Accept", "")
    block = next((b for b in lesson.body if b.id == request.POST.get("block")), None)
    if block is None or block.block_type != "reflection":
        raise Http404
    text = request.POST.get("text", "")
    if (
        not enrolment.is_open(timezone.now())
        or progress_of(enrolment).state_of(lesson.translation_key) == "locked"
    ):
        raise Http404
    if len(text) > LONGEST_REFLECTION:
        return too_long(request, lesson, block.id, text, wants_json)
    try:
        kept = enrolling.save_reflection(
            request.user,
            lesson=lesson,
            block_id=UUID(block.id),
            prompt=block.value["prompt"],
            text=text,
            number=whole(request.POST.get("number")) or 0,
            at=timezone.now(),
        )
    except ReflectionChanged as changed:
        stored = changed.stored
        if wants_json:
            return JsonResponse(
                {
                    "state": "changed",
                    "text": stored.text if stored else "",
                    "number": stored.number if stored else 0,
                    "message": str(changed),
                },
                status=409,
            )
        return render(
            request,
            "courses/reflection_changed.html",
            {
                "lesson": lesson,
                "block_id": block.id,
                "prompt": block.value["prompt"],
                "text": text,
                "stored": stored,
                "message": str(changed),
            },
            status=409,
        )
    if wants_json:
        return JsonResponse(
            {
                "state": "saved",
                "number": kept.number if kept else 0,
                "saved_at": kept.saved_at.isoformat() if kept else None,
            }
        )
    messages.success(
        request,
        _("Your reflection is saved. Only you can read it.")
        if kept
        else _("Your reflection is deleted."),
    )
    return redirect(f"{lesson.url}#reflection-{block.id}")


def too_long(
    request: HttpRequest, lesson: LessonPage, block_id: str, text: str, wants_json: bool
) -> HttpResponse:
    message = _(
        "This is longer than we can keep (%(most)s characters). Shorten it a little; nothing is lost."
    ) % {"most": f"{LONGEST_REFLECTION:,}"}
    if wants_json:
        return JsonResponse({"state": "too_long", "message": message}, status=422)
    return render(
        request,
        "courses/reflection_changed.html",
        {"lesson": lesson, "block_id": block_id, "text": text, "stored": None, "message": message},
        status=422,
    )


@login_required
@require_GET
def reflections(request: SignedInRequest) -> HttpResponse:
    """All that the learner wrote for themselves, newest first."""
    own = list(Reflection.objects.filter(learner=request.user).order_by("-saved_at"))
    lessons = {
        lesson.translation_key: {"title": lesson.title, "url": lesson.get_url(request)}
        for lesson in LessonPage.objects.filter(
            translation_key__in={one.lesson_key for one in own}
        ).defer("body")
    }
    return render(
        request,
        "courses/reflections.html",
        {
            "reflections": [
                {"reflection": one, "lesson": lessons.get(one.lesson_key)} for one in own
            ]
        },
    )


@login_required
@require_GET
def reflections_download(request: SignedInRequest) -> HttpResponse:
    """The same as a plain text file to keep."""
    own = Reflection.objects.filter(learner=request.user).order_by("saved_at")
    text = "\n\n".join(f"{one.saved_at:%Y-%m-%d}\n{one.prompt}\n\n{one.text}" for one in own)
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="reflections.txt"'},
    )


@login_required
@require_POST
def delete_reflection(request: SignedInRequest, reflection_id: int) -> HttpResponse:
    get_object_or_404(Reflection.objects.filter(learner=request.user), pk=reflection_id).delete()
    messages.success(request, _("Your reflection is deleted."))
    return redirect(reverse("courses:reflections"))


def own_enrolment(request: SignedInRequest, lesson: LessonPage) -> Enrolment:
    """This person's place on the course of a lesson; what they have no place on is not found."""
    try:
        enrolment = enrolment_of(request.user, course_of(lesson).translation_key)
    except CoursePage.DoesNotExist:
        raise Http404 from None
    if enrolment is None:
        raise Http404
    return enrolment


def whole(typed: str | None) -> int | None:
    """A whole number from a form, or None. No number of ours has more than eighteen digits."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
