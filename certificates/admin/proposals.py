"""What registrars propose to each other, in the staff pages: a list, and what would happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Min, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.widgets import AdminAutoHeightTextInput

from certificates.access import may_act, may_see_proposals
from certificates.admin.pages import render_staff_page
from certificates.approval_form import NEEDED, number_of_registrars
from certificates.approvals import acts_to_approve, must_be_approved
from certificates.approving.facts import facts_of, lines_of, strangers_read
from certificates.approving.judging import approver_problem, list_run, stale_problem
from certificates.approving.proposing import approve, decline, fresh, take_back
from certificates.exceptions import CannotBeDone
from certificates.models import Proposal
from courses.admin.work import WorkItem
from people.http import SignedInRequest
from people.models import User
from people.moments import moment

PER_PAGE = 50
TITLE = gettext_lazy("To approve")
OLD_DAYS = 7
"""After how long the first page says since when the oldest has waited."""
State = Proposal.State


class DecideForm(forms.Form):
    """What is decided: one of three buttons. Words are asked for to decline."""

    APPROVE, DECLINE, TAKE_BACK = "approve", "decline", "take_back"

    decision = forms.ChoiceField(
        choices=[(APPROVE, APPROVE), (DECLINE, DECLINE), (TAKE_BACK, TAKE_BACK)],
        error_messages={"required": gettext_lazy("Choose one of the buttons.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=2000,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Needed to decline. Whoever proposed it reads it, and no holder."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == self.DECLINE and not cleaned.get("answer"):
            self.add_error("answer", _("Please say to whoever proposed it why not."))
        return cleaned


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every proposal: those that wait first, the oldest of them at the top; and what is approved here."""
    _refuse_others(request)
    waiting_first = Case(When(state=State.WAITING, then=Value(0)), default=Value(1))
    since = Case(When(state=State.WAITING, then="proposed_at"))
    proposals = Proposal.objects.select_related("credential", "award", "proposed_by", "decided_by")
    ordered = proposals.select_related("bulk_issue", "bulk_change").order_by(
        waiting_first, since, "-decided_at", "pk"
    )
    approved = acts_to_approve()
    return render_staff_page(
        request,
        "certificates/admin/proposals.html",
        str(TITLE),
        {
            "page_obj": Paginator(ordered, PER_PAGE).get_page(request.GET.get("p")),
            "acts": [act.label for act in Proposal.Act if act in approved],
            "reader": request.user,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what would happen, and what is decided about it."""
    _refuse_others(request)
    chosen = fresh(get_object_or_404(Proposal, pk=proposal_id))
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_decided(request, chosen, form):
        return redirect("proposals:proposal", chosen.pk)
    return render_staff_page(
        request,
        "certificates/admin/proposal.html",
        f"{TITLE}: {chosen}",
        _context(fresh(chosen), request.user, form, at=timezone.now()),
        status=422 if form.is_bound else 200,
    )


def _context(chosen: Proposal, user: User, form: DecideForm, *, at: datetime) -> dict[str, Any]:
    is_own = chosen.proposed_by_id == user.pk
    context: dict[str, Any] = {
        "proposal": chosen,
        "facts": facts_of(chosen),
        "is_own": is_own,
        "form": form,
        "record_url": _record_url(chosen),
    }
    if not chosen.is_waiting:
        return context
    run = list_run(chosen, by=chosen.proposed_by, at=at)
    refusal = None if is_own else approver_problem(chosen, user, at=at, run=run)
    may_decide = not is_own and may_act(user, chosen.act)
    return context | {
        "strangers": strangers_read(chosen, at=at),
        "lists": lines_of(chosen, run),
        "is_change": chosen.bulk_change_id is not None,
        "stale": stale_problem(chosen, run, at=at),
        "refusal": refusal,
        "may_approve": may_decide and refusal is None,
        "may_decline": may_decide and chosen.holder_id != user.pk,
        "has_others": not is_own or number_of_registrars() >= NEEDED,
    }


def _record_url(chosen: Proposal) -> str:
    """Where what it is about is read."""
    if chosen.credential_id:
        return reverse("credentials:inspect", args=[chosen.credential_id])
    if chosen.state != State.APPROVED:
        return ""
    if chosen.bulk_change_id:
        return reverse("bulk_changes:change", args=[chosen.bulk_change_id])
    return reverse("bulk_issues:bulk", args=[chosen.bulk_issue_id]) if chosen.bulk_issue_id else ""


def _is_decided(request: SignedInRequest, chosen: Proposal, form: DecideForm) -> bool:
    acts: dict[str, tuple[Callable[..., None], str]] = {
        DecideForm.APPROVE: (approve, _("You approved it, and it is done.")),
        DecideForm.DECLINE: (decline, _("You declined it. Nothing was changed.")),
        DecideForm.TAKE_BACK: (take_back, _("You took it back. Nothing was changed.")),
    }
    decision = form.cleaned_data["decision"]
    if decision != DecideForm.TAKE_BACK and not may_act(request.user, chosen.act):
        raise PermissionDenied
    verb, sentence = acts[decision]
    words = {"answer": form.cleaned_data["answer"]} if decision == DecideForm.DECLINE else {}
    try:
        verb(chosen, by=request.user, at=timezone.now(), **words)
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, sentence)
    return True


def _refuse_others(request: SignedInRequest) -> None:
    if not may_see_proposals(request.user):
        raise PermissionDenied


# For the pages of the acts themselves -------------------------------------------------------------


def lead_to(request: SignedInRequest, waiting: Proposal) -> HttpResponse:
    """Say that an act waits for another registrar, and show it."""
    messages.success(
        request,
        _("It waits for another registrar. Until they approve it nothing changes."),
    )
    return redirect("proposals:proposal", waiting.pk)


def approval_notice(*acts: str) -> str:
    """What a page says beforehand of an act that has to be approved; empty of any other."""
    if not any(must_be_approved(act) for act in acts):
        return ""
    return _(
        "On this site another registrar approves this. What you send waits for them: until then "
        "nothing changes, nobody outside sees it, and the holder gets no letter."
    )


def proposals_to_decide(user: User) -> list[WorkItem]:
    """What other registrars propose and this one may decide, with its age. One query."""
    if not may_see_proposals(user):
        return []
    counted = Proposal.objects.to_decide(user).aggregate(
        number=Count("pk"), since=Min("proposed_at")
    )
    number, since = counted["number"], counted["since"]
    text = ngettext(
        "One act of another registrar waits for your approval.",
        "%(number)s acts of other registrars wait for your approval.",
        number,
    ) % {"number": number}
    if since is not None and timezone.now() - since > timedelta(days=OLD_DAYS):
        text = _("%(sentence)s The oldest has waited since %(day)s.") % {
            "sentence": text,
            "day": moment(since),
        }
    return [WorkItem(number, text, reverse("proposals:index"), is_urgent=True)]


app_name = "proposals"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("<uuid:proposal_id>/", proposal, name="proposal"),
]
