"""Sitting a quiz: start, answer, save, look over, hand in, and see how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models.query import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import attempting
from courses.access import enrolment_of
from courses.editions import edition_for, remembered
from courses.exceptions import AttemptClosed, ChangedElsewhere, CoursesError, EnrolmentClosed
from courses.marking import Strength, shown_percent, strengths
from courses.models import (
    Attempt,
    Competency,
    CoursePage,
    Enrolment,
    LessonPage,
    Mark,
    Quiz,
    QuizPage,
    Result,
)
from courses.models.quizzes import Feedback
from courses.papers import Given, Item
from courses.progress import Outline, Progress, StepOutline
from courses.reading import course_of, course_with, outline_of, progress_of
from courses.sittings import sittings_of
from people.http import SignedInRequest, login_required
from people.prepared import prepared

TRIES_BEFORE_A_TALK = 2
WAITING = "answers_waiting"

View = Callable[..., HttpResponse]
private = cache_control(private=True, no_store=True)


class SeeOther(HttpResponseRedirect):
    """Go and look there. A reload of that page sends nothing again."""

    status_code = 303


@dataclass(frozen=True)
class Asked:
    """An item as its page shows it: its place on the paper, and what was given for it."""

    number: int
    item: Item
    given: Given

    @property
    def is_complete(self) -> bool:
        return self.item.is_complete(self.given)


@dataclass(frozen=True)
class Marked(Asked):
    """An item of a marked paper."""

    mark: Mark | None


# Find ---------------------------------------------------------------------------------


def own_attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    """An attempt of whoever asks. Anybody else's is not found."""
    attempt = _attempt_of.first(attempt_id, request.user.pk)
    if attempt is None:
        raise Http404
    return attempt


def own_attempt_in_its_place(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    """The same with its quiz, its enrolment and their course, which a whole page shows."""
    attempt, edition = own_attempt(request, attempt_id), edition_for(request)
    attempt.quiz = remembered(
        edition, ("quiz", attempt.quiz_id), lambda: Quiz.objects.get(pk=attempt.quiz_id)
    )
    enrolment = attempt.enrolment = _enrolment(attempt.enrolment_id)[0]
    enrolment.learner = request.user
    enrolment.course = course_with(enrolment.course_id, edition)
    return attempt


@prepared
def _attempt_of(attempt: UUID, learner: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk=attempt, enrolment__learner=learner)


@prepared
def _enrolment(pk: UUID) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(pk=pk)


def number_from(request: HttpRequest) -> int | None:
    """The save that the page had seen, as it names it; None when it names none."""
    named = request.POST.get("base", "")
    if not (named.isascii() and named.isdigit()) or len(named) > 10:
        return None
    return int(named) if int(named) < attempting.LAST_SAVE else None


def fields_of(request: HttpRequest) -> Mapping[str, list[str]]:
    return dict(request.POST.lists())


def step_of(attempt: Attempt, outline: Outline) -> StepOutline | None:
    """Where the quiz stands on the course now; None once it has been taken down."""
    return next((step for step in outline.steps if step.quiz_id == attempt.quiz_id), None)


# Respond ------------------------------------------------------------------------------


def about(request: HttpRequest, attempt: Attempt) -> dict[str, Any]:
    """What every page of an attempt says: which quiz, of which course, and the way back."""
    outline = outline_of(attempt.enrolment.course, edition_for(request))
    step = step_of(attempt, outline)
    return {
        "attempt": attempt,
        "outline": outline,
        "step": step,
        "title": step.title if step else attempt.quiz.title,
        "module": outline.module_of(step.key) if step else None,
    }


def asked(attempt: Attempt, responses: Mapping[str, Given]) -> list[Asked]:
    return [
        Asked(number, item, responses.get(item.id))
        for number, item in enumerate(attempt.paper.items, start=1)
    ]


def show_paper(
    request: HttpRequest,
    attempt: Attempt,
    responses: Mapping[str, Given],
    *,
    base: int,
    changed: ChangedElsewhere | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    """The paper, to be answered. With `changed`, what was typed and the choice to be made."""
    questions = asked(attempt, responses)
    return render(
        request,
        "courses/attempt.html",
        {
            **about(request, attempt),
            "questions": questions,
            "answered": sum(question.is_complete for question in questions),
            "base": base,
            "saved_at": attempt.saved_at,
            "changed": changed,
            "unsaved": unsaved,
        },
        status=409 if changed else 200,
    )


def show_look_over(
    request: HttpRequest,
    attempt: Attempt,
    *,
    base: int,
    changed: ChangedElsewhere | None = None,
) -> HttpResponse:
    """What has an answer and what has none yet, before handing in."""
    questions = asked(attempt, attempting.stored_responses(attempt))
    return render(
        request,
        "courses/attempt_finish.html",
        {
            **about(request, attempt),
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
        "courses/attempt_ended.html",
        {**about(request, attempt), "refusal": refusal},
        status=403,
    )


def to_result(attempt: Attempt) -> HttpResponse:
    return SeeOther(reverse("courses:result", args=[attempt.pk]))


# Do -----------------------------------------------------------------------------------


@private
@login_required
@require_POST
def start(request: SignedInRequest, page_key: UUID) -> HttpResponse:
    page = own_language_first(
        QuizPage.objects.live().filter(translation_key=page_key).select_related("quiz", "locale")
    )
    try:
        course = remembered(edition_for(request), ("course of", page.pk), lambda: course_of(page))
    except CoursePage.DoesNotExist as elsewhere:  # moved out of every course
        raise Http404 from elsewhere
    enrolment = enrolment_of(request.user, course.translation_key)
    if enrolment is None:
        raise Http404
    try:
        attempt = attempting.start_attempt(enrolment, page, at=timezone.now())
    except CoursesError as refusal:
        messages.warning(request, str(refusal))
        return SeeOther(page.get_url(request) or "/")
    return SeeOther(reverse("courses:attempt", args=[attempt.pk]))


def own_language_first(pages: QuerySet[QuizPage]) -> QuizPage:
    """The page in the language being read, or in whichever there is."""
    language = get_language()
    found = sorted(pages, key=lambda page: page.locale.language_code != language)
    if not found:
        raise Http404
    return found[0]


def answers_wait(view: View) -> View:
    """Keeps the answers of a form that was sent after its reader had been signed out.

    They wait in the browser's session and are shown again, still to be saved, to the one whose
    attempt it is.
    """

    @wraps(view)
    def asked(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, attempt_id)
        attempt = Attempt.objects.open().filter(pk=attempt_id).first()
        if attempt is not None:
            responses = attempt.paper.read(fields_of(request))
            request.session[WAITING] = {"attempt": str(attempt.pk), "responses": responses}
            messages.info(
                request, _("You had been signed out. Sign in, and your answers are here to save.")
            )
        return redirect_to_login(request.path)

    return asked


def waiting(request: HttpRequest, attempt: Attempt) -> dict[str, Given] | None:
    """The answers that wait to be saved on an attempt, if any do."""
    kept = request.session.get(WAITING, {})
    return kept["responses"] if kept.get("attempt") == str(attempt.pk) else None


@private
@answers_wait
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """The paper. A form sent without a script is saved here, as a whole page."""
    attempt = own_attempt_in_its_place(request, attempt_id)
    at = timezone.now()
    if not attempt.is_open:
        return to_result(attempt)
    if not attempt.enrolment.is_open(at):
        return show_ended(request, attempt, EnrolmentClosed(attempt.enrolment))
    if request.method != "POST":
        unsaved = waiting(request, attempt)
        responses = attempting.stored_responses(attempt) if unsaved is None else unsaved
        return show_paper(
            request, attempt, responses, base=attempt.save_number, unsaved=unsaved is not None
        )
    responses = attempt.paper.read(fields_of(request))
    base = number_from(request)
    try:
        if base is None:
            raise ChangedElsewhere(attempt.save_number, attempt.saved_at)
        attempting.save_responses(attempt, responses, base=base, at=at)
    except AttemptClosed as closed:
        messages.info(request, str(closed))
        return to_result(attempt)
    except EnrolmentClosed as ended:
        return show_ended(request, attempt, ended)
    except ChangedElsewhere as changed:
        return show_paper(request, attempt, responses, base=changed.number, changed=changed)
    if waiting(request, attempt) is not None:
        del request.session[WAITING]
    if request.POST.get("action") == "finish":
        return SeeOther(reverse("courses:finish", args=[attempt.pk]))
    messages.success(request, _("Your answers are saved."))
    return SeeOther(reverse("courses:attempt", args=[attempt.pk]))


def signed_in_or_told(view: View) -> View:
    """Tells a script that its reader has been signed out, instead of sending it elsewhere."""

    @wraps(view)
    def told(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, attempt_id)
        page = reverse("courses:attempt", args=[attempt_id])
        sign_in = redirect_to_login(page).url
        return JsonResponse({"state": "signed_out", "sign_in_url": sign_in}, status=401)

    return told


@private
@require_POST
@signed_in_or_told
def save(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Save from the page's script: what is stored now, or why nothing was."""
    attempt = own_attempt(request, attempt_id)
    base = number_from(request)
    if base is None:
        return JsonResponse({"state": "unreadable"}, status=422)
    try:
        kept = attempting.save_responses(
            attempt, attempt.paper.read(fields_of(request)), base=base, at=timezone.now()
        )
    except AttemptClosed as closed:
        return told_in_json(
            "closed", closed, 409, result_url=resolve_url("courses:result", attempt.pk)
        )
    except ChangedElsewhere as changed:
        return told_in_json(
            "changed", changed, 409, number=changed.number, saved_at=in_json(changed.saved_at)
        )
    except EnrolmentClosed as ended:
        return told_in_json("ended", ended, 403)
    return JsonResponse(
        {"state": "saved", "number": kept.number, "saved_at": in_json(kept.saved_at)}
    )


def told_in_json(state: str, refusal: CoursesError, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"state": state, "message": str(refusal), **more}, status=status)


def in_json(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@private
@login_required
@require_safe
def finish(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """What has no answer yet, and the button that hands it in."""
    attempt = own_attempt_in_its_place(request, attempt_id)
    if not attempt.is_open:
        return to_result(attempt)
    if not attempt.enrolment.is_open(timezone.now()):
        return show_ended(request, attempt, EnrolmentClosed(attempt.enrolment))
    return show_look_over(request, attempt, base=attempt.save_number)


@private
@login_required
@require_POST
def submit(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Hand in. A second press, or another tab, leads to the same result."""
    attempt = own_attempt_in_its_place(request, attempt_id)
    base = number_from(request)
    try:
        if base is None:
            raise ChangedElsewhere(attempt.save_number, attempt.saved_at)
        attempting.submit_attempt(attempt, base=base, at=timezone.now())
    except AttemptClosed:
        pass
    except EnrolmentClosed as ended:
        return show_ended(request, attempt, ended)
    except ChangedElsewhere as changed:
        if not attempt.is_open:
            return to_result(attempt)
        return show_look_over(request, attempt, base=changed.number, changed=changed)
    return to_result(attempt)


# How it went --------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What of a marked paper its learner sees, by the quiz's feedback policy."""

    review: bool
    key: bool

    @classmethod
    def by(cls, policy: str, *, passed: bool) -> Shown:
        return cls(
            review=policy != Feedback.SCORE,
            key=policy == Feedback.FULL or (policy == Feedback.AFTER_PASSING and passed),
        )


@dataclass(frozen=True)
class Named:
    """A strength with the name of its competency, and the lessons that teach it."""

    name: str
    strength: Strength
    lessons: list[StepOutline]


@private
@login_required
@require_safe
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    attempt = own_attempt_in_its_place(request, attempt_id)
    if attempt.is_open:
        return SeeOther(reverse("courses:attempt", args=[attempt.pk]))
    at = timezone.now()
    stands = Result.objects.filter(attempt=attempt).order_by("-number").first()
    if stands is None:
        raise Http404
    marks = {mark.item_id: mark for mark in stands.marks.all()}
    responses = attempting.stored_responses(attempt)
    sittings = sittings_of(attempt.enrolment, attempt.quiz)
    shown = Shown.by(attempt.quiz.feedback, passed=sittings.passed)
    page = about(request, attempt)
    progress = progress_of(attempt.enrolment, page["outline"])
    may_go_on = attempt.enrolment.is_open(at)
    return render(
        request,
        "courses/attempt_result.html",
        {
            **page,
            "result": stands,
            "percent": shown_percent(stands.percent, attempt.paper.pass_percent, stands.passed),
            "pass_percent": attempt.paper.pass_percent,
            "shown": shown,
            "questions": [
                Marked(number, item, responses.get(item.id), marks.get(item.id))
                for number, item in enumerate(attempt.paper.items, start=1)
            ]
            if shown.review
            else [],
            "strengths": named(attempt, marks, progress) if shown.review else [],
            "sittings": sittings,
            "refusal": sittings.refusal(at),
            "offer_a_talk": not sittings.passed
            and sum(not one.passed for one in sittings.handed_in) >= TRIES_BEFORE_A_TALK,
            "progress": progress if may_go_on else None,
            "next_step": progress.next_step if may_go_on else None,
        },
    )


def named(attempt: Attempt, marks: Mapping[str, Mark], progress: Progress) -> list[Named]:
    """How each competency went, by its name now, with the lessons that teach it.

    A lesson that has not opened for the learner yet is no place to look again.
    """
    found = strengths(attempt.paper.items, {item_id: mark.mark for item_id, mark in marks.items()})
    codes = [one.competency for one in found]
    names = dict(Competency.objects.filter(code__in=codes).values_list("code", "name"))
    pages = {
        step.page_id: step
        for step in progress.outline.steps
        if step.kind == "lesson" and progress.state_of(step.key) != "locked"
    }
    weak = [one.competency for one in found if one.level != "strong"]
    taught = (
        LessonPage.objects.filter(pk__in=pages, competencies__code__in=weak)
        .order_by("path")
        .values_list("competencies__code", "pk")
        if weak
        else []
    )
    lessons: dict[str, list[StepOutline]] = {}
    for code, page_id in taught:
        lessons.setdefault(code, []).append(pages[page_id])
    return [
        Named(
            name=names.get(one.competency, one.competency),
            strength=one,
            lessons=lessons.get(one.competency, []),
        )
        for one in found
    ]
