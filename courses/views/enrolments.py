"""Doing: taking and leaving a place, and finishing a lesson."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import enrolling
from courses.exceptions import CoursesError
from courses.lesson_parts import WHOLE, part_url
from courses.models import CoursePage, Enrolment, LessonPage
from courses.outlines import outline_for_reader, progress_of
from courses.privacy import refuse_closed
from courses.progress import Progress
from courses.views import reflections, visiting
from people.http import SignedInRequest, int_or_none, login_required

AFTER = "after"
"""What a lesson sends to go on to the step after it."""

PAGE = "page-"
"""Before the key of a module or another step, which a lesson sends to go there."""


@login_required
@require_POST
def enrol(request: SignedInRequest) -> HttpResponse:
    course = get_object_or_404(
        CoursePage.objects.live(), pk=int_or_none(request.POST.get("course"))
    )
    refuse_closed(request, course)
    try:
        enrolment = enrolling.enrol(request.user, course, at=timezone.now())
    except CoursesError as refused:
        messages.error(request, str(refused))
        return redirect(course.url)
    progress = progress_of(enrolment)
    welcome = (
        _("Welcome back to %(course)s. Everything is as you left it.")
        if progress.done_count
        else _("You have a place on %(course)s. Here is the first lesson, for whenever you like.")
    )
    messages.success(request, welcome % {"course": course.title})
    step = progress.next_step
    return redirect(step.url if step else course.url)


@login_required
@require_POST
def take_again(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """Begin a finished course once more; what was done before stays on record."""
    own = Enrolment.objects.by(request.user).select_related("course", "learner")
    enrolment = get_object_or_404(own, pk=enrolment_id)
    refuse_closed(request, enrolment.course)
    try:
        run = enrolling.take_again(enrolment, at=timezone.now())
    except CoursesError as refusal:
        messages.error(request, str(refusal))
        return redirect(enrolment.course.url)
    messages.success(
        request,
        _("You begin %(course)s again. What you did before is kept, and so is what you earned.")
        % {"course": outline_for_reader(enrolment.course_id).title},
    )
    step = progress_of(run).next_step
    return redirect(step.url if step else enrolment.course.url)


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
        % {"course": outline_for_reader(enrolment.course_id).title},
    )
    return redirect("learn")


@login_required
@require_POST
def complete_lesson(request: SignedInRequest) -> HttpResponse:
    """Finish a lesson. What was written on its page is sent with it, and kept first.

    A lesson of the course that went down while it was open is finished all the same.
    """
    at = timezone.now()
    lesson, enrolment = reflections.own_lesson(request, also_down=True)
    before = progress_of(enrolment)
    if not lesson.live and before.state_of(lesson.translation_key) == "locked":
        raise Http404
    may_write = reflections.may_write(enrolment, lesson, at)
    unsaved = []
    if may_write:
        unsaved = reflections.save_texts(request, enrolment, lesson, at=at).unsaved
        visiting.record(request, enrolment, lesson, goes_on=True, at=at)
    try:
        enrolling.complete_lesson(enrolment, lesson, at=at)
    except CoursesError as refused:
        messages.info(request, str(refused))
        return redirect(lesson.url)
    after = progress_of(enrolment, before.outline)
    announce_progress(request, lesson, before, after)
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    return redirect(next_url(after, lesson.translation_key) or "learn")


@login_required
@require_POST
def go_to_part(request: SignedInRequest) -> HttpResponse:
    """Go to a part of a lesson, to the whole of it, to what comes after it, or to another page
    of the course.

    What was written on the page is sent with it and kept first. A script sends the page as it
    is left, without saying where to: nothing is answered then.
    """
    at = timezone.now()
    lesson, enrolment = reflections.own_lesson(request)
    if not reflections.may_write(enrolment, lesson, at):
        return redirect(lesson.url)
    typed = request.POST.get("to", "")
    target = visiting.key_or_none(typed)
    unsaved = reflections.save_texts(request, enrolment, lesson, at=at).unsaved if typed else []
    visiting.record(
        request,
        enrolment,
        lesson,
        goes_on=visiting.is_onward(request, lesson, target) or typed == AFTER,
        opens=target,
        at=at,
    )
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    if not typed:
        return HttpResponse(status=204)
    return redirect(address_sent(enrolment, lesson, typed))


def address_sent(enrolment: Enrolment, lesson: LessonPage, typed: str) -> str:
    """Where a button on a lesson leads, by what it sent."""
    if typed == WHOLE:
        return f"{lesson.url}?part={WHOLE}#lesson"
    if typed == AFTER:
        outline = outline_for_reader(enrolment.course_id)
        after = outline.around(lesson.translation_key)[1]
        return after.url if after else outline.url
    if typed.startswith(PAGE):
        key = visiting.key_or_none(typed.removeprefix(PAGE))
        return outline_for_reader(enrolment.course_id).address_of(key)
    return part_url(str(lesson.url), lesson.parts, visiting.key_or_none(typed))


def next_url(progress: Progress, key: UUID) -> str | None:
    """Where to go after a lesson: the one after it while that is still to do, else what is next."""
    after = progress.outline.around(key)[1]
    if after is not None and progress.state_of(after.key) == "open":
        return after.url
    return progress.next_step.url if progress.next_step else None


def announce_progress(
    request: HttpRequest, lesson: LessonPage, before: Progress, after: Progress
) -> None:
    """Say it once when a lesson is finished, or a module or the course has become complete."""
    if after.is_complete and not before.is_complete:
        messages.success(request, _("You have finished every part of this course. Well done."))
        return
    complete = [
        module
        for module in after.outline.modules
        if after.module_is_complete(module) and not before.module_is_complete(module)
    ]
    for module in complete:
        messages.success(request, _("“%(module)s” is complete.") % {"module": module.title})
    if not complete and not before.is_done(lesson.translation_key):
        messages.success(request, _("“%(lesson)s” is finished.") % {"lesson": lesson.title})
