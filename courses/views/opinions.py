"""Where a reader says whether a part of a lesson was clear."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.opinions import count_opinion, has_said, remember_said
from courses.views import reflections, visiting
from people.http import SignedInRequest, login_required

ANSWERS = {"yes": True, "no": False}


@login_required
@require_POST
def say_clear(request: SignedInRequest) -> HttpResponse:
    """Count whether a part was clear. What was written on its page is sent with it, and kept first."""
    at = timezone.now()
    lesson, enrolment, progress = reflections.own_lesson(request)
    answer, _dot, typed = request.POST.get("clear", "").partition(":")
    part_key = visiting.key_or_none(typed)
    may_say = answer in ANSWERS and part_key in [part.key for part in lesson.parts]
    may_say = may_say and reflections.may_write(enrolment, progress, lesson, at)
    if part_key is None or not may_say:
        raise Http404
    if way_out := reflections.shut_out(request, enrolment, progress, lesson, at=at):
        return way_out
    unsaved = reflections.save_texts(request, enrolment, lesson, at=at).unsaved
    visiting.record(request, enrolment, lesson, at=at)
    if not has_said(request, part_key):
        count_opinion(lesson, part_key, is_clear=ANSWERS[answer])
        remember_said(request, part_key)
    if unsaved:
        return reflections.show_unsaved(request, lesson, unsaved)
    messages.success(request, _("Thank you. It is counted without your name."))
    return redirect(visiting.same_page(request, lesson))
