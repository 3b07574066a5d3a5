"""How learners did, in the staff pages: every try, one try, and what was talked through."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from assessments import waiting
from assessments.access import (
    attempts_seen_by,
    may_give_exceptions,
    may_see_attempts,
    may_talk_through,
)
from assessments.admin import exceptions
from assessments.admin.forms import TakeBackForm, TalkedThroughForm
from assessments.exceptions import AlreadyInPlace, CannotTakeBack
from assessments.history import attempt_history
from assessments.models import Attempt, PaperItem, Quiz, RedLineRecord
from assessments.recording import latest_result
from assessments.red_lines import missed_red_lines, record_talked_through, take_back
from assessments.views.results import result_context
from people.act_kinds import ActKind
from people.acts import record_act
from people.http import SignedInRequest
from people.models import words_sought


class Outcome(django_filters.ChoiceFilter):
    """Tries by what became of them."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [
            ("passed", gettext_lazy("Passed")),
            ("nearly_there", gettext_lazy("Nearly there")),
            ("waiting", gettext_lazy("Nearly there, and not passed in another try")),
            ("not_passed", gettext_lazy("Not passed")),
            ("talk", gettext_lazy("Would like a talk")),
            ("under_way", gettext_lazy("Under way")),
        ]
        super().__init__(label=gettext_lazy("Outcome"), choices=choices, **kwargs)

    def filter(self, qs: QuerySet[Attempt], value: str) -> QuerySet[Attempt]:
        narrow = {"waiting": waiting.nearly_there, "talk": waiting.asking_for_a_talk}
        if value in narrow:
            tries: QuerySet[Attempt] = narrow[value](qs)
            return tries
        nearly = Q(latest_reached=True, latest_passed=False, latest_missed__gt=0)
        conditions = {
            "passed": Q(latest_passed=True),
            "nearly_there": nearly,
            "not_passed": Q(latest_passed=False) & ~nearly,
            "under_way": Q(state=Attempt.State.IN_PROGRESS),
        }
        return qs.filter(conditions[value]) if value in conditions else qs


class AttemptFilterSet(WagtailFilterSet):
    outcome = Outcome()
    quiz = django_filters.ModelChoiceFilter(label=gettext_lazy("Quiz"), queryset=Quiz.objects.all())

    class Meta:
        model = Attempt
        fields: list[str] = []


def outcome_of(attempt: Any) -> str:
    """What became of a try, in a word; from the latest result that the list reads with it."""
    if attempt.latest_passed is None:
        return str(attempt.get_state_display())
    if attempt.latest_passed:
        return _("Passed")
    if attempt.latest_reached and attempt.latest_missed:
        return _("Nearly there")
    return _("Not passed; would like a talk") if attempt.wants_talk else _("Not passed")


class AttemptsView(generic.IndexView):
    """Every try of the learners whom the reader sees, newest first, found by name, address or quiz."""

    any_permission_required = ["view"]
    default_ordering = "-started_at"
    is_searchable = True
    page_title = gettext_lazy("Learners’ tries")

    def get_base_queryset(self) -> QuerySet[Attempt]:
        tries = attempts_seen_by(self.request.user).with_latest_result()
        queryset: QuerySet[Attempt] = tries.select_related("enrolment__learner", "quiz")
        return queryset

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title(
                "learner",
                label=_("Learner"),
                accessor=lambda attempt: attempt.enrolment.learner,
                get_url=self.get_inspect_url,
            ),
            Column("quiz", label=_("Quiz"), sort_key="quiz__title"),
            Column("number", label=_("Try")),
            DateColumn("started_at", label=_("Begun"), sort_key="started_at"),
            Column("outcome", label=_("Outcome"), accessor=outcome_of),
        ]

    def search_queryset(self, queryset: QuerySet[Attempt]) -> QuerySet[Attempt]:
        for word in words_sought(self.search_query or ""):
            queryset = queryset.filter(enrolment__learner__search_words__contains=word)
        return queryset

    def get_inspect_url(self, instance: Attempt) -> str:
        return reverse("attempts:inspect", args=[instance.pk])

    def get_edit_url(self, instance: Attempt) -> None:
        """An attempt is never edited."""

    def get_add_url(self) -> None:
        """Nobody sits a quiz for somebody else."""


def find_attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    if not may_see_attempts(request.user):
        raise PermissionDenied
    attempts = attempts_seen_by(request.user).select_related("enrolment__learner", "quiz")
    return get_object_or_404(attempts, pk=attempt_id)


def languages_of(attempt: Attempt) -> list[str]:
    """The languages in which a paper, or some of it, could be read, where there are several."""
    items = attempt.paper.items
    own = {item.language or settings.LANGUAGE_CODE for item in items}
    others = {language for item in items for language in item.translations}
    return sorted(own | others) if others else []


def record_reading(request: SignedInRequest, attempt: Attempt) -> None:
    """Write into the log that somebody of the staff reads how a learner did."""
    learner_id = attempt.enrolment.learner_id
    record_act(ActKind.READ, attempt, by=request.user, person=learner_id, at=timezone.now())


@require_safe
def record(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """How one try went, and what must be right that is missing. The paper is a page of its own."""
    attempt = find_attempt(request, attempt_id)
    record_reading(request, attempt)
    result = latest_result(attempt)
    history = attempt_history(attempt.enrolment, attempt.quiz)
    return staff_page(
        request,
        "assessments/admin/attempt.html",
        f"{attempt.enrolment.learner}: {attempt.quiz}",
        {
            "attempt": attempt,
            "result": result,
            "results": attempt.results.select_related("decided_by"),
            "missed": missed_red_lines(attempt) if result else [],
            "records": RedLineRecord.objects.filter(item__attempt=attempt).select_related(
                "item", "actor", "taken_back_by"
            ),
            # Once the quiz is passed, in this try or another, nothing waits to be talked through.
            "may_talk_through": may_talk_through(request.user) and not history.passed,
            "may_give_exceptions": (
                may_give_exceptions(request.user) and attempt.quiz.limits_something
            ),
        },
    )


@require_safe
def as_the_learner_sees_it(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """A try as its learner saw it: the paper, what they answered and the result. Nothing can be done.

    What is not handed in is its learner's own, and is not shown.
    """
    attempt = find_attempt(request, attempt_id)
    language = request.GET.get("in", "")
    context = (
        {}
        if attempt.is_open
        else result_context(request, attempt, timezone.now(), looks_on=True, language=language)
    )
    if not context:
        messages.info(request, _("There is no marked paper of this try to look at."))
        return redirect("attempts:inspect", attempt.pk)
    record_reading(request, attempt)
    return render(
        request,
        "assessments/admin/paper.html",
        {
            **context,
            "learner": attempt.enrolment.learner,
            "progress": None,
            "retry": None,
            "languages": languages_of(attempt),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def talked_through(request: SignedInRequest, attempt_id: UUID, item_id: int) -> HttpResponse:
    """Record that a missed red line was talked through aloud, with how it went."""
    attempt = find_attempt(request, attempt_id)
    if not may_talk_through(request.user):
        raise PermissionDenied
    row = get_object_or_404(PaperItem, pk=item_id, attempt=attempt)
    form = TalkedThroughForm(request.POST or None)
    if row.pk not in {missed.pk for missed in missed_red_lines(attempt)}:
        messages.warning(request, str(AlreadyInPlace(row)))
        return redirect("attempts:inspect", attempt.pk)
    if request.method == "POST" and form.is_valid():
        try:
            record_talked_through(
                row, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except AlreadyInPlace as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("Recorded. It counts as right from now on."))
        return redirect("attempts:inspect", attempt.pk)
    return staff_page(
        request,
        "assessments/admin/talked_through.html",
        _("Talked through aloud"),
        {"attempt": attempt, "row": row, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_back_talk(request: SignedInRequest, attempt_id: UUID, item_id: int) -> HttpResponse:
    """Take back that a red line was talked through, with the reason."""
    attempt = find_attempt(request, attempt_id)
    if not may_talk_through(request.user):
        raise PermissionDenied
    row = get_object_or_404(PaperItem, pk=item_id, attempt=attempt)
    talked = RedLineRecord.How.TALKED_THROUGH
    record = RedLineRecord.objects.counted().filter(item=row, how=talked).first()
    if record is None:
        messages.warning(request, _("Nothing is recorded as talked through here."))
        return redirect("attempts:inspect", attempt.pk)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(
                record, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except CannotTakeBack as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("Taken back. It waits to be answered or talked through."))
        return redirect("attempts:inspect", attempt.pk)
    return staff_page(
        request,
        "assessments/admin/take_back.html",
        _("Take back what was talked through"),
        {"attempt": attempt, "row": row, "form": form},
        status=422 if form.is_bound else 200,
    )


def staff_page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A staff page with its header and the way back to the list of tries."""
    return render(request, template, exceptions.with_header(title, context), status=status)


class TriesMenuItem(MenuItem):
    """In the menu of those who work on quizzes. Others come to a try from its learner."""

    def is_shown(self, request: SignedInRequest) -> bool:
        return request.user.has_perms(["assessments.view_attempt", "assessments.view_quiz"])


class AttemptViewSet(ModelViewSet):
    """Tries are read. What may be added is a red line talked through, and exceptions."""

    model = Attempt
    name = "attempts"
    icon = "user"
    menu_label = gettext_lazy("Learners’ tries")
    menu_name = "attempts"
    index_view_class = AttemptsView
    filterset_class = AttemptFilterSet
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    search_fields = ["enrolment__learner__full_name"]

    menu_item_class = TriesMenuItem

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = ["add", "edit", "delete", "history", "usage", "copy"]
        return super().get_common_view_kwargs(
            **dict.fromkeys((f"{name}_url_name" for name in absent), self.UNDEFINED), **kwargs
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<uuid:attempt_id>/", record, name="inspect"),
            path("<uuid:attempt_id>/paper/", as_the_learner_sees_it, name="paper"),
            path(
                "<uuid:attempt_id>/talked-through/<int:item_id>/",
                talked_through,
                name="talked_through",
            ),
            path(
                "<uuid:attempt_id>/talked-through/<int:item_id>/take-back/",
                take_back_talk,
                name="take_back_talk",
            ),
            path("places/<uuid:enrolment_id>/end/", exceptions.end, name="end"),
            path(
                "places/<uuid:enrolment_id>/quizzes/<int:quiz_id>/",
                exceptions.exception,
                name="exception",
            ),
            path("quizzes/<int:quiz_id>/", exceptions.of_quiz, name="of_quiz"),
        ]

    def register_admin_url_finder(self) -> None:
        """There is no page to edit one on."""
