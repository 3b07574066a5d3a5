"""Putting a wrong key or pass mark right, in the staff pages: look first, then do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.widgets import AdminAutoHeightTextInput

from assessments.access import may_remark, may_see_every_attempt, may_see_remarkings
from assessments.admin.finding import kind_of
from assessments.corrections import Change, Way
from assessments.exceptions import CannotRemark
from assessments.models import Attempt, Question, Quiz, RemarkedAttempt, Remarking
from assessments.models.remarking import WAYS
from assessments.remarking import (
    DryRun,
    PapersOf,
    RemarkPlan,
    begin_remarking,
    dry_run,
    papers_of,
)
from assessments.tasks import enqueue_remarking
from people.http import SignedInRequest
from people.staff_headers import staff_header

PER_PAGE = 50
TITLE = gettext_lazy("Papers marked again")
KEEP = [
    ("yes", gettext_lazy("Everybody keeps the better result: nobody loses marks or a pass")),
    ("no", gettext_lazy("The new result counts, also where it is less")),
]


# Forms -------------------------------------------------------------------------------------


class QuestionPlanForm(forms.Form):
    """How a question is put right, and for which quiz."""

    way = forms.ChoiceField(
        label=gettext_lazy("What was wrong"),
        choices=[way for way in WAYS if way[0] != Way.PASS_MARK],
        widget=forms.RadioSelect,
        initial=Way.VERSION,
    )
    quiz = forms.ModelChoiceField(
        label=gettext_lazy("For whom"),
        queryset=Quiz.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everybody, in all quizzes"),
    )
    keep_better = forms.ChoiceField(
        label=gettext_lazy("Where somebody would have less than before"),
        choices=KEEP,
        widget=forms.RadioSelect,
        initial="yes",
    )

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        asked = Attempt.objects.filter(items__question=question)
        quizzes = Quiz.objects.filter(pk__in=asked.values("quiz"))
        self.fields["quiz"].queryset = quizzes  # type: ignore[attr-defined]

    def plan(self) -> RemarkPlan:
        return RemarkPlan(
            way=Way(self.cleaned_data["way"]),
            question=self.question,
            quiz=self.cleaned_data["quiz"],
            keep_better=self.cleaned_data["keep_better"] == "yes",
        )


class PassMarkPlanForm(forms.Form):
    """A lower pass mark for papers of one quiz. Nobody has less by it."""

    pass_percent = forms.DecimalField(
        label=gettext_lazy("Lower pass mark (%)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(100))],
        help_text=gettext_lazy(
            "For papers that were begun under a higher one. New papers follow the quiz itself."
        ),
    )

    def __init__(self, *args: Any, quiz: Quiz, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quiz = quiz

    def plan(self) -> RemarkPlan:
        return RemarkPlan(
            way=Way.PASS_MARK, quiz=self.quiz, pass_percent=self.cleaned_data["pass_percent"]
        )


class RunForm(forms.Form):
    """The decision, below the list that it is about."""

    whom = forms.ChoiceField(
        label=gettext_lazy("Do this for"),
        choices=[
            ("all", gettext_lazy("Everybody in the list, on all its pages")),
            ("ticked", gettext_lazy("Only those ticked on this page")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy(
            "Kept with your name. Learners whose result changes read it, so write it for them."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput)


# What is shown -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedAttempt:
    """A row of the dry run as staff read it."""

    attempt: Attempt
    change: Change
    outcome: str


@dataclass(frozen=True)
class Subject:
    """What is put right, with the form that says how and the words around it."""

    title: str
    form: Any
    edit_url: str
    question: Question | None = None
    quiz: Quiz | None = None
    papers: PapersOf | None = None


def _context(title: Any, context: dict[str, Any]) -> dict[str, Any]:
    return staff_header(title, "resubmit", (reverse("remarking:index"), TITLE)) | context


def listed(rows: Page, *, may_see_names: bool) -> list[ListedAttempt]:
    """The rows of one page of a dry run with their attempts. One query."""
    ids = [row.attempt_id for row in rows]
    attempts: QuerySet[Attempt] = Attempt.objects.select_related("quiz")
    if may_see_names:
        attempts = attempts.select_related("enrolment__learner")
    by_id = attempts.in_bulk(ids)
    labels = dict(RemarkedAttempt.Outcome.choices)
    return [
        ListedAttempt(by_id[row.attempt_id], row.change, str(labels[row.change.outcome]))
        for row in rows
        if row.attempt_id in by_id
    ]


# Look first, then do it ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def of_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Put the key of a question right: how, for whom, what would change, and do it."""
    _refuse_unless(may_remark(request.user))
    question = get_object_or_404(Question, pk=question_id)
    edit_url = reverse(kind_of(question).snippet_viewset.get_url_name("edit"), args=[question.pk])
    subject = Subject(
        title=_("Put the key right: %(code)s") % {"code": question.code},
        form=QuestionPlanForm(request.GET if "way" in request.GET else None, question=question),
        edit_url=edit_url,
        question=question,
        papers=papers_of(question),
    )
    return _look_or_run(request, subject)


@require_http_methods(["GET", "HEAD", "POST"])
def of_quiz(request: SignedInRequest, quiz_id: int) -> HttpResponse:
    """Lower the pass mark of papers that were begun: what would change, and do it."""
    _refuse_unless(may_remark(request.user))
    quiz = get_object_or_404(Quiz, pk=quiz_id)
    given = request.GET if "pass_percent" in request.GET else None
    subject = Subject(
        title=_("Lower the pass mark: %(quiz)s") % {"quiz": quiz},
        form=PassMarkPlanForm(given, quiz=quiz, initial={"pass_percent": quiz.pass_percent}),
        edit_url=reverse(Quiz.snippet_viewset.get_url_name("edit"), args=[quiz.pk]),
        quiz=quiz,
    )
    return _look_or_run(request, subject)


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _look_or_run(request: SignedInRequest, subject: Subject) -> HttpResponse:
    """The plan is in the address, so that a list can be looked at page by page."""
    if not subject.form.is_valid():
        return _show(request, subject)
    plan = subject.form.plan()
    run_form = RunForm(request.POST or None)
    if request.method == "POST" and run_form.is_valid():
        try:
            remarking = begin_remarking(
                _for_whom(plan, request),
                by=request.user,
                reason=run_form.cleaned_data["reason"],
                at=timezone.now(),
                seen=run_form.cleaned_data["seen"],
            )
        except CannotRemark as refusal:
            run_form.add_error(None, str(refusal))
        else:
            enqueue_remarking(remarking)
            return redirect("remarking:progress", remarking.pk)
    try:
        dry = dry_run(plan)
    except CannotRemark as refusal:
        subject.form.add_error(None, str(refusal))
        return _show(request, subject)
    return _show(request, subject, plan=plan, dry=dry, run_form=run_form)


def _for_whom(plan: RemarkPlan, request: HttpRequest) -> RemarkPlan:
    if request.POST.get("whom") != "ticked":
        return plan
    return replace(plan, chosen=frozenset(_uuids(request.POST.getlist("attempts"))))


def _uuids(texts: list[str]) -> list[UUID]:
    """Those of some texts that are ids, of one page at most."""
    ids = []
    for text in texts[:PER_PAGE]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def _show(
    request: SignedInRequest,
    subject: Subject,
    *,
    plan: RemarkPlan | None = None,
    dry: DryRun | None = None,
    run_form: RunForm | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"subject": subject, "plan": plan, "dry_run": dry}
    if plan is not None and dry is not None and run_form is not None:
        context |= _list_context(request, plan, dry)
        _decide_on(run_form, dry)
        context["run_form"] = run_form
    is_refused = subject.form.is_bound and bool(subject.form.errors)
    is_refused = is_refused or bool(run_form and run_form.is_bound)
    context["is_refused"] = is_refused
    return render(
        request,
        "assessments/admin/remark.html",
        _context(subject.title, context),
        status=422 if is_refused else 200,
    )


def _decide_on(run_form: RunForm, dry: DryRun) -> None:
    """Whatever was sent, the list that is shown now is the one that is decided on."""
    if not run_form.is_bound:
        run_form.initial["seen"] = dry.digest
        return
    sent = MultiValueDict(run_form.data)
    sent["seen"] = dry.digest
    run_form.data = sent


def _list_context(request: SignedInRequest, plan: RemarkPlan, dry: DryRun) -> dict[str, Any]:
    page = Paginator(dry.rows, PER_PAGE).get_page(request.GET.get("p"))
    may_see_names = may_see_every_attempt(request.user)
    version = plan.question.freeze() if plan.question and plan.way == Way.VERSION else None
    return {
        "page_obj": page,
        "rows": listed(page, may_see_names=may_see_names),
        "may_see_names": may_see_names,
        "query": _query_without_page(request.GET),
        "counts": {
            outcome: dry.count(outcome) for outcome in ("changed", "unchanged", "open", "refused")
        },
        "key": version.parts(version.right_response()) if version else [],
        "ticked": set(request.POST.getlist("attempts")),
    }


def _query_without_page(query: Mapping[str, str]) -> str:
    """The address of the plan, for the links to the other pages of its list."""
    values = {name: query[name] for name in query if name != "p"}
    return f"{urlencode(values)}&"


# Afterwards -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def index(request: SignedInRequest) -> HttpResponse:
    """Every re-marking there was, the newest first."""
    _refuse_unless(may_see_remarkings(request.user))
    remarkings = Remarking.objects.select_related("quiz", "decided_by").annotate(
        attempt_count=Count("attempts", distinct=True)
    )
    remarkings = remarkings.order_by("-decided_at", "-pk")
    page = Paginator(remarkings, PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "assessments/admin/remarkings.html", _context(TITLE, {"page_obj": page}))


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: SignedInRequest, remarking_id: UUID) -> HttpResponse:
    """How far a re-marking is, and what it did. Sent as a form, it is asked to go on."""
    _refuse_unless(may_see_remarkings(request.user))
    remarking = get_object_or_404(
        Remarking.objects.select_related("quiz", "decided_by"), pk=remarking_id
    )
    if request.method == "POST":
        _refuse_unless(may_remark(request.user))
        enqueue_remarking(remarking)
        messages.info(request, _("It goes on."))
        return redirect("remarking:progress", remarking.pk)
    may_see_names = may_see_every_attempt(request.user)
    rows = remarking.attempts.select_related(
        "attempt__quiz", "attempt__enrolment__learner", "old_result", "new_result"
    )
    counts = remarking.attempts.order_by().values_list("outcome").annotate(Count("pk"))
    by_outcome = dict(counts)
    context = {
        "remarking": remarking,
        "total": sum(by_outcome.values()),
        "done": sum(by_outcome.values()) - by_outcome.get("owed", 0),
        "counts": [
            (label, by_outcome[outcome])
            for outcome, label in RemarkedAttempt.Outcome.choices
            if outcome in by_outcome
        ],
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        "may_see_names": may_see_names,
        "may_remark": may_remark(request.user),
    }
    title = _("Marked again: %(subject)s") % {"subject": remarking.subject}
    return render(request, "assessments/admin/remarking.html", _context(title, context))


app_name = "remarking"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("question/<int:question_id>/", of_question, name="question"),
    path("quiz/<int:quiz_id>/", of_quiz, name="quiz"),
    path("<uuid:remarking_id>/", progress, name="progress"),
]
