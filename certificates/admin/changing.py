"""Changing many credentials at once: choose, look it over, start, and see how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from certificates.access import may_change_standing, may_replace
from certificates.admin.change_form import ChangeManyForm
from certificates.admin.pages import render_staff_page
from certificates.admin.proposals import approval_notice, lead_to
from certificates.admin.register import found_in_register
from certificates.approval_exceptions import WasProposed
from certificates.approving.performing import of_list
from certificates.approving.proposing import do_or_propose
from certificates.changing.exceptions import ChangeAlreadyStarted
from certificates.changing.judging import JudgedChange, dry_run_change
from certificates.changing.running import drop_change, may_change_many, store_change
from certificates.exceptions import CannotBeDone, DayIsOver
from certificates.many import MOST_NUMBERS
from certificates.models import BulkChange, BulkChangeLine, Proposal
from certificates.numbers import formatted
from certificates.tables.files import table_response
from people.act_kinds import ActKind
from people.acts import record_act
from people.http import SignedInRequest

PER_PAGE = 20
TITLE = gettext_lazy("Change many")
State, Kind = BulkChangeLine.State, BulkChange.Kind
SHOWN_FIRST = (State.LEFT_OUT, State.OWED, State.DONE)
LETTERS = {
    Kind.RENEW: gettext_lazy(
        "Each holder gets one letter that something is ready for them, with a link to the new "
        "certificate."
    )
}
CHANGED = gettext_lazy(
    "Each holder gets one letter that something has changed, with a link to their own page. It "
    "says neither what nor why."
)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """The form, with the numbers that were chosen in the register; and what was done before."""
    _refuse_others(request)
    options: dict[str, Any] = {"by": request.user, "may_renew": may_replace(request.user)}
    if request.method == "POST":
        form = ChangeManyForm(request.POST, request.FILES, **options)
    else:
        form = ChangeManyForm(initial={"numbers": _chosen_numbers(request)}, **options)
    if form.is_bound and form.is_valid():
        try:
            change = store_change(form.listed, **form.settings, by=request.user, at=timezone.now())
        except DayIsOver as problem:
            form.add_error("review_on", str(problem))
        else:
            return redirect("bulk_changes:change", change.pk)
    changes = BulkChange.objects.with_counts().select_related("by").order_by("-made_at")
    return render_staff_page(
        request,
        "certificates/admin/change_many.html",
        str(TITLE),
        {"form": form, "page_obj": Paginator(changes, PER_PAGE).get_page(request.GET.get("p"))},
        status=422 if form.is_bound else 200,
    )


def _chosen_numbers(request: SignedInRequest) -> str:
    """The rows ticked in the register, or all that its filter found; one number in each line."""
    if "all" not in request.GET:
        return "\n".join(request.GET.getlist("number")[:MOST_NUMBERS])
    rows = found_in_register(request).values_list("prefix", "code")[: MOST_NUMBERS + 1]
    numbers = [formatted(prefix, code) for prefix, code in rows]
    if len(numbers) > MOST_NUMBERS:
        messages.warning(
            request,
            _("The filter finds more than 500. Please narrow it: here are the first 500."),
        )
    return "\n".join(numbers[:MOST_NUMBERS])


@require_safe
def change(request: SignedInRequest, bulk_change_id: UUID) -> HttpResponse:
    """What will happen to each number; of one that was started, what became of it."""
    chosen = _get_change(request, bulk_change_id)
    title = f"{TITLE}: {Kind(chosen.kind).label}"
    if chosen.is_draft and (waiting := chosen.proposals.waiting().first()):
        return redirect("proposals:proposal", waiting.pk)
    if chosen.is_draft:
        lines = list(chosen.lines.all())
        context = {
            "change": chosen,
            "run": dry_run_change(chosen, lines, by=request.user, at=timezone.now()),
            "letter": LETTERS.get(Kind(chosen.kind), CHANGED),
            "may_start": may_change_many(request.user, chosen.kind),
            "notice": approval_notice(f"{chosen.kind}_many"),
            "may_drop": not chosen.proposals.exists(),
        }
        return render_staff_page(
            request, "certificates/admin/change_many_dry_run.html", title, context
        )
    lines = list(chosen.lines.select_related("credential", "renewed_as"))
    groups = [(state, [line for line in lines if line.state == state]) for state in SHOWN_FIRST]
    owed = sum(line.state == State.OWED for line in lines)
    return render_staff_page(
        request,
        "certificates/admin/change_many_progress.html",
        title,
        {
            "change": chosen,
            "groups": [(state, some) for state, some in groups if some],
            "count": len(lines),
            "done": len(lines) - owed,
            "owed": owed,
        },
    )


@require_POST
def start(request: SignedInRequest, bulk_change_id: UUID) -> HttpResponse:
    """Begin. Pressed twice, the second time only leads to how far it is."""
    chosen = _get_change(request, bulk_change_id)
    if not may_change_many(request.user, chosen.kind):
        raise PermissionDenied
    if not chosen.is_draft:
        return redirect("bulk_changes:change", chosen.pk)
    try:
        owed = do_or_propose(of_list(chosen, by=request.user), at=timezone.now())
    except CannotBeDone as problem:
        messages.warning(request, str(problem))
        return redirect("bulk_changes:change", chosen.pk)
    if isinstance(owed, Proposal):
        return lead_to(request, owed)
    messages.success(
        request,
        ngettext(
            "It has begun, for one credential. You can leave this page.",
            "It has begun, for %(count)s credentials. You can leave this page.",
            owed,
        )
        % {"count": owed},
    )
    return redirect("bulk_changes:change", chosen.pk)


@require_POST
def drop(request: SignedInRequest, bulk_change_id: UUID) -> HttpResponse:
    """Throw away one of which nothing was done; of one that was started, say so."""
    chosen = _get_change(request, bulk_change_id)
    if not drop_change(chosen):
        chosen.refresh_from_db()
        problem = WasProposed() if chosen.is_draft else ChangeAlreadyStarted()
        messages.warning(request, str(problem))
        return redirect("bulk_changes:change", chosen.pk)
    messages.success(request, _("It is thrown away, and nothing was changed."))
    return redirect("bulk_changes:index")


@require_safe
def result(request: SignedInRequest, bulk_change_id: UUID, ending: str) -> HttpResponse:
    """What came of each number, as a file; of one that was not started, what will."""
    chosen = _get_change(request, bulk_change_id)
    record_act(ActKind.EXPORTED, chosen, by=request.user, at=timezone.now())
    lines = list(chosen.lines.select_related("credential", "renewed_as"))
    if chosen.is_draft:
        run = dry_run_change(chosen, lines, by=request.user, at=timezone.now())
        rows = _draft_rows(run.lines)
    else:
        rows = _rows(lines)
    headings = [_("Line"), _("Number"), _("Name"), _("Outcome"), _("What to know")]
    return table_response(_("credentials-changed"), ending, headings, rows)


def _draft_rows(lines: list[JudgedChange]) -> Iterator[list[Any]]:
    for each in lines:
        credential = each.credential
        yield [
            each.line.number,
            credential.number if credential else each.line.typed,
            credential.name if credential else each.line.typed_name,
            _("Will be left out") if each.problem else _("Will be done"),
            each.outcome,
        ]


def _rows(lines: list[BulkChangeLine]) -> Iterator[list[Any]]:
    for line in lines:
        credential = line.credential
        yield [
            line.number,
            credential.number if credential else line.typed,
            credential.name if credential else line.typed_name,
            str(State(line.state).label),
            line.renewed_as.number if line.renewed_as else line.problem,
        ]


def _refuse_others(request: SignedInRequest) -> None:
    if not may_change_standing(request.user):
        raise PermissionDenied


def _get_change(request: SignedInRequest, bulk_change_id: UUID) -> BulkChange:
    _refuse_others(request)
    return get_object_or_404(BulkChange.objects.select_related("by"), pk=bulk_change_id)


app_name = "bulk_changes"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<uuid:bulk_change_id>/", change, name="change"),
    path("<uuid:bulk_change_id>/start/", start, name="start"),
    path("<uuid:bulk_change_id>/drop/", drop, name="drop"),
    path("<uuid:bulk_change_id>/result.<slug:ending>", result, name="result"),
]
