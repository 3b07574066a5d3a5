"""Issuing by hand: fill in, read it over, issue."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from certificates.access import may_issue
from certificates.admin.forms import IssueByHandForm
from certificates.admin.pages import render_staff_page
from certificates.admin.proposals import approval_notice, lead_to
from certificates.approving.performing import of_issue
from certificates.approving.proposing import do_or_propose
from certificates.eligibility import unmet
from certificates.evidence import evidence_for_awards
from certificates.exceptions import CannotBeDone
from certificates.holding import event_behind
from certificates.models import Credential, Proposal
from certificates.standing import Standing, standing_of
from people.http import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: SignedInRequest) -> HttpResponse:
    """Issue an award on a registrar's word: fill in, read it over, issue."""
    if not may_issue(request.user):
        raise PermissionDenied
    form = IssueByHandForm(request.POST or None, by=request.user)
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return _issue_page(request, form, status=422 if form.errors else 200)
    if "confirmed" not in request.POST:
        award = form.cleaned_data["award"]
        printed = award.words_on_certificate(form.holder, typed=form.words_to_print is not None)
        return render_staff_page(
            request,
            "certificates/admin/issue_confirm.html",
            _("Issue by hand"),
            {
                "words": form.words_to_print,
                "attested": form.hours_to_print,
                "form": form.as_hidden(),
                "award": award,
                "printed": printed,
                "printed_in": get_language_info(printed.language)["name_translated"],
                "revoked": _revoked_before(form),
                "not_shown": _not_shown(form),
                "notice": approval_notice(Proposal.Act.ISSUE),
            },
        )
    wish = of_issue(
        form.cleaned_data["award"],
        form.holder,
        evidence=form.cleaned_data["evidence"],
        name=form.cleaned_data["name"] or None,
        words=form.words_to_print,
        attested=form.hours_to_print,
        by=request.user,
    )
    try:
        credential = do_or_propose(wish, at=timezone.now())
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return _issue_page(request, form, status=422)
    if isinstance(credential, Proposal):
        return lead_to(request, credential)
    messages.success(request, _("%(number)s is issued.") % {"number": credential.number})
    return redirect("credentials:inspect", credential.pk)


def _revoked_before(form: IssueByHandForm) -> list[dict[str, Any]]:
    """The credentials of this person that were revoked, of any award, with when and why."""
    held = Credential.objects.held_by(form.holder).with_standing()
    return [
        {"credential": credential, "revocation": event}
        for credential in held
        if (event := event_behind(Standing.REVOKED, list(credential.events.all())))
        and standing_of(credential, at=timezone.now()) == Standing.REVOKED
    ]


def _not_shown(form: IssueByHandForm) -> list[str]:
    """What the certificate would say in the award's words that the records here do not show."""
    if form.words_to_print is not None:
        return []
    award = form.cleaned_data["award"]
    return [item.text for item in unmet(evidence_for_awards(form.holder, [award])[award.pk])]


def _issue_page(request: HttpRequest, form: IssueByHandForm, status: int) -> HttpResponse:
    return render_staff_page(
        request,
        "certificates/admin/issue.html",
        _("Issue by hand"),
        {"form": form},
        status=status,
    )
