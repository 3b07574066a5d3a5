"""Doing: taking and leaving a place, and finishing a lesson."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import enrolling
from courses.editions import edition_for
from courses.exceptions import CoursesError
from courses.lesson_parts import WHOLE, part_url
from courses.models import CoursePage, Enrolment, LessonPage
from courses.outlines import outline_for_reader, progress_for_reader, progress_of
from courses.privacy import as_open_to, closed_in, refuse_closed
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
    except CoursesError as refusal:
        messages.error(request, str(refusal))
        return redirect(course.url)
    progress = as_open_to(request, progress_for_reader(enrolment, edition_for(request)))
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
    step = as_open_to(request, progress_for_reader(run, edition_for(request))).next_step
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
    """Finish a lesson. What was written on its page is sent with it, and saved first.

    A lesson of the course that went down while it was open is finished all the same.
    """
    at = timezone.now()
    lesson, enrolment, before = reflections.own_lesson(request)
    if way_out := reflections.shut_out(request, enrolment, before, lesson, may_finish=True, at=at):
        return way_out
    unsaved = []
    if reflections.may_write(enrolment, before, lesson, at):
        unsaved = reflections.save_texts(request, enrolment, lesson, at=at).unsaved
        visiting.record(request, enrolment, lesson, goes_on=True, at=at)
    try:
        enrolling.complete_lesson(enrolment, lesson, at=at)
    except CoursesError as refusal:
        messages.info(request, str(refusal))
        return redirect(lesson.url)
    after = progress_of(enrolment, before.outline)
    announce_progress(request, lesson, before, after)
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    return redirect(next_url(as_open_to(request, after), lesson.translation_key) or "learn")


@login_required
@require_POST
def go_to_part(request: SignedInRequest) -> HttpResponse:
    """Go to a part of a lesson, to the whole of it, to what comes after it, or to another page
    of the course.

    What was written on the page is sent with it and saved first. A script sends the page as it
    is left, without saying where to: nothing is answered then.
    """
    at = timezone.now()
    lesson, enrolment, progress = reflections.own_lesson(request)
    destination = request.POST.get("to", "")
    if not destination and reflections.is_down(progress, lesson):
        return HttpResponse(status=204)
    if way_out := reflections.shut_out(request, enrolment, progress, lesson, at=at):
        return way_out
    if not reflections.may_write(enrolment, progress, lesson, at):
        return redirect(lesson.url)
    target = visiting.key_or_none(destination)
    unsaved = (
        reflections.save_texts(request, enrolment, lesson, at=at).unsaved if destination else []
    )
    visiting.record(
        request,
        enrolment,
        lesson,
        goes_on=visiting.is_onward(request, lesson, target) or destination == AFTER,
        opens=target,
        at=at,
    )
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    if not destination:
        return HttpResponse(status=204)
    return redirect(address_of(request, enrolment, lesson, destination))


def address_of(
    request: HttpRequest, enrolment: Enrolment, lesson: LessonPage, destination: str
) -> str:
    """The address of what a button on a lesson names as its destination."""
    if destination == WHOLE:
        return f"{lesson.url}?part={WHOLE}#lesson"
    if destination == AFTER:
        outline = closed_in(request, outline_for_reader(enrolment.course_id))
        after = outline.around(lesson.translation_key)[1]
        return after.url if after else outline.url
    if destination.startswith(PAGE):
        key = visiting.key_or_none(destination.removeprefix(PAGE))
        return outline_for_reader(enrolment.course_id).address_of(key)
    return part_url(str(lesson.url), lesson.parts, visiting.key_or_none(destination))


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
