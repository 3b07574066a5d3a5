"""Sitting a quiz: start, answer, save, look over, hand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import attempting
from assessments.asked_in import AskedIn, asked_by_quiz, asked_in
from assessments.attempting import SaveOutcome
from assessments.exceptions import AttemptClosed, ChangedElsewhere, ResponseTooLong, TimeIsUp
from assessments.items import Response
from assessments.models import Attempt
from assessments.published import published_quiz_page
from assessments.terms import terms_of
from assessments.views.finding import (
    SeeOther,
    ShownItem,
    attempt_context,
    form_fields,
    next_open,
    own_attempt,
    private,
    sections_of,
    seen_save_number,
    shown_items,
)
from courses.editions import edition_for
from courses.exceptions import CoursesError, EnrolmentClosed
from courses.outlines import enrolment_and_progress, outline_around
from courses.privacy import refuse_closed
from people.http import SignedInRequest, login_required
from people.language_change import choose_language
from people.page_owners import form_address

View = Callable[..., HttpResponse]


# Respond ------------------------------------------------------------------------------


def show_paper(
    request: HttpRequest,
    attempt: Attempt,
    responses: Mapping[str, Response],
    *,
    base: int,
    changed: ChangedElsewhere | None = None,
    late: TimeIsUp | None = None,
) -> HttpResponse:
    """The paper, to be answered.

    With `changed`, what was typed and the choice to be made. With `late`, what was typed when
    the time was up already, to be copied.
    """
    questions = shown_items(attempt, responses)
    context = attempt_context(request, attempt)
    return render(
        request,
        "assessments/attempt.html",
        {
            **context,
            "asked_in": asked_by_paper(request, attempt, questions, context["language"]),
            "sends_language": True,
            "questions": questions,
            "sections": sections_of(questions),
            "next_open": next_open(questions),
            "answered": sum(question.is_complete for question in questions),
            "base": base,
            "saved_at": attempt.saved_at,
            "changed": changed,
            "late": late,
            "deadline": terms_of(attempt).deadline(attempt.started_at),
            "scripts": attempt.paper.scripts,
        },
        status=409 if changed or late else 200,
    )


def asked_by_paper(
    request: HttpRequest, attempt: Attempt, questions: Iterable[ShownItem], course_language: str
) -> AskedIn:
    """What is to be said of the languages of a paper, and whether its whole quiz
    has words in the language of the page by now."""
    shown = asked_in([question.item for question in questions], course_language)
    if not shown.others:
        return shown
    now = asked_by_quiz(attempt.quiz_id, edition_for(request), course_language)
    return replace(shown, began_before=not now.others)


def show_summary(
    request: HttpRequest,
    attempt: Attempt,
    *,
    base: int,
    changed: ChangedElsewhere | None = None,
) -> HttpResponse:
    """What has an answer and what has none yet, before handing in."""
    questions = shown_items(attempt, attempting.stored_responses(attempt))
    return render(
        request,
        "assessments/attempt_finish.html",
        {
            **attempt_context(request, attempt),
            "questions": questions,
            "unanswered": [question for question in questions if not question.is_complete],
            "base": base,
            "changed": changed,
        },
        status=409 if changed else 200,
    )


def show_ended(request: HttpRequest, attempt: Attempt, refusal: EnrolmentClosed) -> HttpResponse:
    return render(
        request,
        "assessments/attempt_ended.html",
        {**attempt_context(request, attempt), "refusal": refusal},
        status=403,
    )


def show_time_is_up(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """That its time is over, with the button that hands in what is saved."""
    deadline = terms_of(attempt).deadline(attempt.started_at)
    assert deadline is not None  # noqa: S101  its time could not be over otherwise
    return render(
        request,
        "assessments/attempt_ended.html",
        {
            **attempt_context(request, attempt),
            "refusal": TimeIsUp(deadline),
            "base": attempt.save_number,
            "may_hand_in": True,
        },
        status=403,
    )


def result_url(attempt: Attempt) -> str:
    """Where to read how it went. A retry is read on the result of what it asks again."""
    return reverse("assessments:result", args=[attempt.retry_of_id or attempt.pk])


def to_result(attempt: Attempt) -> HttpResponse:
    return SeeOther(result_url(attempt))


# Do -----------------------------------------------------------------------------------


@private
@login_required
@require_POST
def start(request: SignedInRequest, page_key: UUID) -> HttpResponse:
    edition = edition_for(request)
    page = published_quiz_page(page_key, get_language() or "", edition)
    outline = outline_around(page, edition) if page else None
    if page is None or outline is None:
        raise Http404
    refuse_closed(request, page)
    enrolment, progress = enrolment_and_progress(request.user, outline)
    if enrolment is None:
        raise Http404
    try:
        attempt = attempting.start_attempt(enrolment, page, progress, at=timezone.now())
    except CoursesError as refusal:
        messages.warning(request, str(refusal))
        return SeeOther(page.get_url(request) or "/")
    return SeeOther(reverse("assessments:attempt", args=[attempt.pk]))


@private
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """The paper. A form sent without a script is saved here, as a whole page."""
    attempt = own_attempt(request, attempt_id)
    at = timezone.now()
    if not attempt.is_open:
        return to_result(attempt)
    if not attempt.enrolment.is_open(at):
        return show_ended(request, attempt, EnrolmentClosed(attempt.enrolment))
    if request.method == "POST":
        return save_whole_page(request, attempt, at)
    if terms_of(attempt).is_overdue(attempt.started_at, at):
        return show_time_is_up(request, attempt)
    responses = attempting.stored_responses(attempt)
    return show_paper(request, attempt, responses, base=attempt.save_number)


def save_whole_page(request: SignedInRequest, attempt: Attempt, at: datetime) -> HttpResponse:
    """Save what the form of the page sent, and go on to where its button leads."""
    fields = form_fields(request)
    responses = attempt.paper.read(fields)
    base = seen_save_number(request)
    if numbers := attempt.paper.overlong(fields):
        messages.warning(request, str(ResponseTooLong(numbers)))
        page = show_paper(request, attempt, responses, base=base or attempt.save_number)
        page.status_code = 422
        return page
    try:
        if base is None:
            raise ChangedElsewhere(attempt.save_number, attempt.saved_at)
        outcome = attempting.save_responses(attempt, responses, base=base, at=at)
    except AttemptClosed as closed:
        messages.info(request, str(closed))
        return to_result(attempt)
    except EnrolmentClosed as ended:
        return show_ended(request, attempt, ended)
    except TimeIsUp as late:
        return show_paper(request, attempt, responses, base=attempt.save_number, late=late)
    except ChangedElsewhere as changed:
        return show_paper(request, attempt, responses, base=changed.number, changed=changed)
    action = request.POST.get("action")
    if language := request.POST.get("language"):
        response = SeeOther(reverse("assessments:attempt", args=[attempt.pk]))
        choose_language(request, response, language)
        return response
    if action == "hand_in" and attempt.is_retry:
        return hand_in_retry(request, attempt, responses, at)
    if action == "finish":
        return SeeOther(reverse("assessments:finish", args=[attempt.pk]))
    messages.success(request, words_for_saved(outcome))
    return SeeOther(reverse("assessments:attempt", args=[attempt.pk]))


def words_for_saved(outcome: SaveOutcome) -> str:
    if outcome.joined:
        return _("Saved. What you answered in another place is here too.")
    return _("Your answers are saved.")


def hand_in_retry(
    request: SignedInRequest, attempt: Attempt, responses: Mapping[str, Response], at: datetime
) -> HttpResponse:
    """Hand in a short paper straight away, once each of its questions has an answer."""
    if attempt.paper.unanswered(responses):
        messages.info(request, _("Choose an answer first. There is no hurry."))
        return SeeOther(reverse("assessments:attempt", args=[attempt.pk]))
    return hand_in(request, attempt, Attempt.objects.get(pk=attempt.pk).save_number, at)


def json_when_signed_out(view: View) -> View:
    """Tells a script that its reader has been signed out, instead of sending it elsewhere."""

    @wraps(view)
    def wrapped(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, attempt_id)
        page = reverse("assessments:attempt", args=[attempt_id])
        sign_in = redirect_to_login(page).url
        return JsonResponse({"state": "signed_out", "sign_in_url": sign_in}, status=401)

    return wrapped


@form_address("assessments:attempt")
@private
@require_POST
@json_when_signed_out
def save(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Save from the page's script: what is stored now, or why nothing was."""
    attempt = own_attempt(request, attempt_id)
    base = seen_save_number(request)
    if base is None:
        return JsonResponse({"state": "unreadable"}, status=422)
    before = attempting.stored_responses(attempt, up_to=base)
    fields = form_fields(request)
    if numbers := attempt.paper.overlong(fields):
        return refusal_json("too_long", ResponseTooLong(numbers), 422)
    try:
        outcome = attempting.save_responses(
            attempt, attempt.paper.read(fields), base=base, at=timezone.now(), before=before
        )
    except AttemptClosed as closed:
        return refusal_json("closed", closed, 409, result_url=result_url(attempt))
    except ChangedElsewhere as changed:
        saved_at = json_time(changed.saved_at)
        return refusal_json("changed", changed, 409, number=changed.number, saved_at=saved_at)
    except (EnrolmentClosed, TimeIsUp) as ended:
        return refusal_json("ended", ended, 403)
    return JsonResponse(
        {
            "state": "saved",
            "number": outcome.number,
            "saved_at": json_time(outcome.saved_at),
            "joined": form_of_joined(attempt, outcome),
        }
    )


def form_of_joined(attempt: Attempt, outcome: SaveOutcome) -> dict[str, list[list[str]]]:
    """What was saved elsewhere, as the names and values of fields, by the field of its item."""
    return {
        item.field_name: [
            [name, value]
            for name, values in item.to_form(outcome.joined[item.id]).items()
            for value in values
        ]
        for item in attempt.paper.items
        if item.id in outcome.joined
    }


def refusal_json(state: str, refusal: CoursesError, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"state": state, "message": str(refusal), **more}, status=status)


def json_time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@private
@login_required
@require_safe
def finish(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """What has no answer yet, and the button that hands it in."""
    attempt = own_attempt(request, attempt_id)
    if not attempt.is_open:
        return to_result(attempt)
    if not attempt.enrolment.is_open(timezone.now()):
        return show_ended(request, attempt, EnrolmentClosed(attempt.enrolment))
    if terms_of(attempt).is_overdue(attempt.started_at, timezone.now()):
        return show_time_is_up(request, attempt)
    return show_summary(request, attempt, base=attempt.save_number)


@private
@login_required
@require_POST
def submit(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Hand in. A second press, or another tab, leads to the same result."""
    attempt = own_attempt(request, attempt_id)
    return hand_in(request, attempt, seen_save_number(request), timezone.now())


def not_in_place_yet() -> str:
    return _(
        "Not all of it is in place yet. Read the lesson once more, and answer again whenever "
        "you like."
    )


def hand_in(
    request: SignedInRequest, attempt: Attempt, base: int | None, at: datetime
) -> HttpResponse:
    """Hand in what was saved up to `base`, and go to the result."""
    try:
        if base is None:
            raise ChangedElsewhere(attempt.save_number, attempt.saved_at)
        result = attempting.submit_attempt(attempt, base=base, at=at)
        if attempt.is_retry and result.red_lines_missed:
            messages.info(request, not_in_place_yet())
    except AttemptClosed:
        pass
    except EnrolmentClosed as ended:
        return show_ended(request, attempt, ended)
    except ChangedElsewhere as changed:
        if not attempt.is_open:
            return to_result(attempt)
        return show_summary(request, attempt, base=changed.number, changed=changed)
    return to_result(attempt)
