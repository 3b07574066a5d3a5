"""Issuing to many people from a table: upload, look it over, start, and see how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

from certificates.access import may_issue
from certificates.admin.bulk_form import BulkForm
from certificates.admin.pages import render_staff_page
from certificates.admin.proposals import approval_notice, lead_to
from certificates.approval_exceptions import WasProposed
from certificates.approving.performing import of_table
from certificates.approving.proposing import do_or_propose
from certificates.bulk.exceptions import AlreadyStarted
from certificates.bulk.judging import dry_run
from certificates.bulk.running import drop_draft, store_bulk
from certificates.exceptions import CannotBeDone
from certificates.models import BulkIssue, BulkLine, Proposal
from certificates.tables.files import table_response
from people.act_kinds import ActKind
from people.acts import record_act
from people.http import SignedInRequest, int_or_none

PER_PAGE = 20
TITLE = gettext_lazy("Issue to many")
TEMPLATE_HEADINGS = (
    gettext_lazy("Name"),
    gettext_lazy("Email"),
    gettext_lazy("Award"),
    gettext_lazy("Date"),
    gettext_lazy("Hours"),
    gettext_lazy("Attested by"),
    gettext_lazy("Language"),
)
SHOWN_FIRST = (BulkLine.State.LEFT_OUT, BulkLine.State.WAITING, BulkLine.State.OWED)


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """The form for a file, and what was uploaded before. A file that is read is looked over next."""
    _refuse_others(request)
    form = BulkForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        bulk = store_bulk(
            form.typed,
            file_name=form.file_name,
            **form.settings,
            by=request.user,
            at=timezone.now(),
        )
        return redirect("bulk_issues:bulk", bulk.pk)
    bulks = BulkIssue.objects.with_counts().select_related("by").order_by("-uploaded_at")
    return render_staff_page(
        request,
        "certificates/admin/bulk.html",
        str(TITLE),
        {
            "form": form,
            "page_obj": Paginator(bulks, PER_PAGE).get_page(request.GET.get("p")),
            "headings": TEMPLATE_HEADINGS,
        },
        status=422 if form.is_bound else 200,
    )


@require_safe
def template(request: SignedInRequest, ending: str) -> HttpResponse:
    """An empty table with the headings that are read, in the language of the page."""
    _refuse_others(request)
    headings = [str(heading) for heading in TEMPLATE_HEADINGS]
    return table_response(_("certificates-to-issue"), ending, headings, [])


@require_safe
def bulk(request: SignedInRequest, bulk_id: UUID) -> HttpResponse:
    """What each line of a file comes to; of one that was started, what became of it."""
    chosen = _get_bulk(request, bulk_id)
    if chosen.is_draft and (waiting := chosen.proposals.waiting().first()):
        return redirect("proposals:proposal", waiting.pk)
    if chosen.is_draft:
        return _dry_run_page(request, chosen)
    lines = list(chosen.lines.select_related("credential", "person", "award"))
    counts = dict.fromkeys(BulkLine.State, 0)
    for line in lines:
        counts[BulkLine.State(line.state)] += 1
    done = len(lines) - counts[BulkLine.State.OWED]
    groups = [
        (state, [line for line in lines if line.state == state])
        for state in (*SHOWN_FIRST, BulkLine.State.ISSUED)
    ]
    return render_staff_page(
        request,
        "certificates/admin/bulk_progress.html",
        _("Issue to many: %(file)s") % {"file": chosen.file_name},
        {
            "bulk": chosen,
            "groups": [(state, some) for state, some in groups if some],
            "done": done,
            "count": len(lines),
            "owed": counts[BulkLine.State.OWED],
        },
    )


def _dry_run_page(
    request: SignedInRequest, chosen: BulkIssue, *, problem: str = "", status: int = 200
) -> HttpResponse:
    lines = list(chosen.lines.all())
    return render_staff_page(
        request,
        "certificates/admin/bulk_dry_run.html",
        _("Look it over: %(file)s") % {"file": chosen.file_name},
        {
            "bulk": chosen,
            "run": dry_run(chosen, lines, by=request.user, at=timezone.now()),
            "problem": problem,
            "notice": approval_notice(Proposal.Act.ISSUE_MANY),
            "may_drop": not chosen.proposals.exists(),
        },
        status=status,
    )


@require_POST
def start(request: SignedInRequest, bulk_id: UUID) -> HttpResponse:
    """Begin to issue. Pressed twice, the second time only leads to how far it is."""
    chosen = _get_bulk(request, bulk_id)
    numbers = map(int_or_none, request.POST.getlist("confirmed"))
    confirmed = {number for number in numbers if number is not None}
    if not chosen.is_draft:
        return redirect("bulk_issues:bulk", chosen.pk)
    try:
        wish = of_table(chosen, confirmed=confirmed, by=request.user)
        owed = do_or_propose(wish, at=timezone.now())
    except CannotBeDone as problem:
        messages.warning(request, str(problem))
        return redirect("bulk_issues:bulk", chosen.pk)
    if isinstance(owed, Proposal):
        return lead_to(request, owed)
    messages.success(
        request,
        ngettext(
            "It has begun, for one person. You can leave this page.",
            "It has begun, for %(count)s people. You can leave this page.",
            owed,
        )
        % {"count": owed},
    )
    return redirect("bulk_issues:bulk", chosen.pk)


@require_POST
def drop(request: SignedInRequest, bulk_id: UUID) -> HttpResponse:
    """Throw away a file of which nothing was issued; of one that was started, say so."""
    chosen = _get_bulk(request, bulk_id)
    if not drop_draft(chosen):
        chosen.refresh_from_db()
        problem = WasProposed() if chosen.is_draft else AlreadyStarted()
        messages.warning(request, str(problem))
        return redirect("bulk_issues:bulk", chosen.pk)
    messages.success(request, _("The file is gone, and nothing was issued."))
    return redirect("bulk_issues:index")


@require_safe
def result(request: SignedInRequest, bulk_id: UUID, ending: str) -> HttpResponse:
    """What came of each line, as a file; of one that was not started, what will."""
    chosen = _get_bulk(request, bulk_id)
    record_act(ActKind.EXPORTED, chosen, by=request.user, at=timezone.now())
    lines = list(chosen.lines.select_related("credential", "award"))
    rows = _draft_rows(request, chosen, lines) if chosen.is_draft else _rows(lines)
    headings = [
        *(_("Line"), _("Name"), _("Email"), _("Award")),
        *(_("Outcome"), _("Number"), _("What to know")),
    ]
    return table_response(_("certificates-issued"), ending, headings, rows)


def _rows(lines: Sequence[BulkLine]) -> Iterator[list[Any]]:
    for line in lines:
        award = line.award.name if line.award else line.cells.get("award", "")
        credential = line.credential
        yield [
            line.number,
            credential.name if credential else line.cells.get("name", ""),
            line.email,
            award,
            str(BulkLine.State(line.state).label),
            credential.number if credential else "",
            line.reason,
        ]


def _draft_rows(
    request: SignedInRequest, chosen: BulkIssue, lines: Sequence[BulkLine]
) -> Iterator[list[Any]]:
    run = dry_run(chosen, lines, by=request.user, at=timezone.now())
    outcomes = {
        **dict.fromkeys((line.number for line in run.wrong), _("Something is wrong")),
        **dict.fromkeys((line.number for line in run.uncertain), _("Asks you first")),
        **dict.fromkeys((line.number for line in run.to_invite), _("Will be invited")),
    }
    for line in run.lines:
        yield [
            line.number,
            line.name,
            line.email,
            line.award.name if line.award else line.cells.get("award", ""),
            outcomes.get(line.number, _("Will be issued")),
            "",
            " ".join([*line.problems, *line.questions, *line.notes]),
        ]


def _refuse_others(request: SignedInRequest) -> None:
    if not may_issue(request.user):
        raise PermissionDenied


def _get_bulk(request: SignedInRequest, bulk_id: UUID) -> BulkIssue:
    _refuse_others(request)
    return get_object_or_404(BulkIssue.objects.select_related("by", "award__issuer"), pk=bulk_id)


app_name = "bulk_issues"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("template.<slug:ending>", template, name="template"),
    path("<uuid:bulk_id>/", bulk, name="bulk"),
    path("<uuid:bulk_id>/start/", start, name="start"),
    path("<uuid:bulk_id>/drop/", drop, name="drop"),
    path("<uuid:bulk_id>/result.<slug:ending>", result, name="result"),
]
