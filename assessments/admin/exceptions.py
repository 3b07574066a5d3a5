"""Exceptions for one person, in the staff pages: by person, by quiz, and the two forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from assessments.access import may_give_exceptions, may_see_attempts, of_seen_learners
from assessments.admin.forms import MoveEndForm, QuizExceptionForm
from assessments.excepting import give_exception, latest_number, move_end
from assessments.exception_words import exception_for_staff
from assessments.history import attempt_history
from assessments.models import EnrolmentException, Quiz, QuizException
from assessments.terms import current_exception
from courses.access import enrolments_seen_by
from courses.exceptions import CoursesError
from courses.models import Enrolment
from people.http import SignedInRequest
from people.staff_headers import staff_header


@dataclass(frozen=True)
class GivenException:
    """A row of the list of exceptions: what it gave, and whether it counts now."""

    row: QuizException
    words: list[str]
    counts: bool


def with_header(title: str, context: dict[str, Any]) -> dict[str, Any]:
    """The context of a staff page with its header and the way back to the list of tries."""
    tries = (reverse("attempts:index"), _("Learners’ tries"))
    return staff_header(title, "user", tries) | context


def given_exceptions(rows: list[QuizException]) -> list[GivenException]:
    """Some exceptions, newest first, each with whether it is the one that counts."""
    latest = {(row.enrolment_id, row.quiz_id): row.pk for row in sorted(rows, key=_number)}
    counting = set(latest.values())
    return [
        GivenException(row, exception_for_staff(row), row.pk in counting and not row.is_empty)
        for row in sorted(rows, key=lambda row: row.at, reverse=True)
    ]


def _number(row: QuizException) -> int:
    return row.number


@require_safe
def of_quiz(request: SignedInRequest, quiz_id: int) -> HttpResponse:
    """Every exception at one quiz, newest first."""
    if not may_see_attempts(request.user):
        raise PermissionDenied
    quiz = get_object_or_404(Quiz, pk=quiz_id)
    rows = of_seen_learners(request.user, quiz.exceptions.all())
    return render(
        request,
        "assessments/admin/quiz_exceptions.html",
        with_header(
            _("Exceptions: %(quiz)s") % {"quiz": quiz},
            {
                "quiz": quiz,
                "exceptions": given_exceptions(
                    list(rows.select_related("actor", "quiz", "enrolment__learner"))
                ),
            },
        ),
    )


def find_place(request: SignedInRequest, enrolment_id: UUID) -> Enrolment:
    if not may_give_exceptions(request.user):
        raise PermissionDenied
    seen = enrolments_seen_by(request.user).current()
    places = seen.select_related("learner", "course")
    return get_object_or_404(places, pk=enrolment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def exception(request: SignedInRequest, enrolment_id: UUID, quiz_id: int) -> HttpResponse:
    """What one learner is given at one quiz. Saving it empty takes back what was given."""
    enrolment = find_place(request, enrolment_id)
    quiz = get_object_or_404(Quiz, pk=quiz_id)
    current = current_exception(enrolment, quiz)
    given = {name: getattr(current, name) for name in QuizException.TERMS} if current else {}
    form = QuizExceptionForm(
        request.POST or None,
        quiz=quiz,
        initial={**given, "seen": current.number if current else 0},
    )
    if request.method == "POST" and form.is_valid():
        try:
            give_exception(
                enrolment,
                quiz,
                form.terms,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
        except CoursesError as problem:
            messages.warning(request, str(problem))
            return redirect(request.path)
        messages.success(request, _("Saved. The learner sees it now."))
        return redirect("learners:learner", enrolment.learner_id)
    return exception_page(
        request,
        _("Exception: %(person)s, %(quiz)s") % {"person": enrolment.learner, "quiz": quiz},
        {
            "enrolment": enrolment,
            "quiz": quiz,
            "form": form,
            "history": attempt_history(enrolment, quiz),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """Move the end of one person's time on a course."""
    enrolment = find_place(request, enrolment_id)
    rows = EnrolmentException.objects.filter(enrolment=enrolment)
    initial = {"ends_at": enrolment.ends_at, "seen": latest_number(rows)}
    form = MoveEndForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            move_end(enrolment, by=request.user, at=timezone.now(), **form.cleaned_data)
        except CoursesError as problem:
            messages.warning(request, str(problem))
            return redirect(request.path)
        messages.success(request, _("Saved. The learner sees it now."))
        return redirect("learners:learner", enrolment.learner_id)
    title = _("End of a place: %(person)s, %(course)s")
    return exception_page(
        request,
        title % {"person": enrolment.learner, "course": enrolment.course},
        {"enrolment": enrolment, "form": form},
    )


def exception_page(request: HttpRequest, title: str, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    return render(
        request,
        "assessments/admin/exception.html",
        with_header(title, {**context, "media": form.media}),
        status=422 if form.is_bound else 200,
    )
