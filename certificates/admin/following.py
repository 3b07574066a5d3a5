"""Replacing and renewing a credential, in the staff pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from certificates.access import may_replace
from certificates.admin.forms import FollowForm, RenewForm
from certificates.admin.pages import get_credential, render_staff_page
from certificates.admin.proposals import approval_notice, lead_to
from certificates.approving.performing import on_credential
from certificates.approving.proposing import do_or_propose
from certificates.checklist_lines import checklist_lines, when_in_words
from certificates.exceptions import CannotBeDone
from certificates.following import renewal_problem
from certificates.models import Credential, CredentialEvent, HolderRequest, Proposal
from certificates.renewal_exceptions import NothingToCorrect
from certificates.renewal_outlook import Renewal, renewal_of
from certificates.revoking import change_problem
from people.http import SignedInRequest
from people.models import User

Kind = CredentialEvent.Kind

SUCCESSIONS: dict[str, dict[str, Any]] = {
    "replace": {
        "kind": Kind.REPLACED,
        "asked_for": HolderRequest.Kind.CORRECTION,
        "label": gettext_lazy("Replace"),
        "effect": gettext_lazy(
            "For a name that was misspelt or has changed. A new certificate is issued with the "
            "same dates and a new number. From this moment the old number says Replaced, and "
            "shows no name. This cannot be taken back."
        ),
        "done": gettext_lazy("%(old)s is replaced by %(new)s."),
    },
    "renew": {
        "kind": Kind.RENEWED,
        "asked_for": HolderRequest.Kind.RENEWAL,
        "label": gettext_lazy("Renew"),
        "effect": gettext_lazy(
            "A new certificate is issued with a new number. It counts on from the last day of "
            "the old one, without a gap; one that has lapsed counts from today, unless the rule of "
            "the award keeps its dates. The old number says Renewed, and which number counts now. This cannot be taken back."
        ),
        "done": gettext_lazy("%(old)s is renewed as %(new)s."),
    },
}


def successions(
    user: User, credential: Credential, events: Iterable[CredentialEvent], *, at: datetime
) -> list[tuple[str, Any]]:
    """What this registrar can issue in the place of a credential, by address and label."""
    if not may_replace(user):
        return []
    kinds = [event.kind for event in events]
    return [
        (reverse(f"credentials:{name}", args=[credential.pk]), each["label"])
        for name, each in SUCCESSIONS.items()
        if _problem(name, credential, kinds, at=at) is None
    ]


def _problem(
    name: str, credential: Credential, kinds: list[str], *, at: datetime
) -> CannotBeDone | None:
    """Why this cannot be done to a credential at all, or None."""
    if problem := change_problem(SUCCESSIONS[name]["kind"], kinds):
        return problem
    today = credential.issuer.date_at(at)
    return renewal_problem(credential, on=today) if name == "renew" else None


def replace(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Issue the same credential under another name."""
    return _follow(request, credential_id, "replace")


def renew(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Issue a credential for another term."""
    return _follow(request, credential_id, "renew")


@require_http_methods(["GET", "HEAD", "POST"])
def _follow(request: SignedInRequest, credential_id: UUID, name: str) -> HttpResponse:
    """The effect in a sentence, what the holder asked for, a name, a reason, and a button."""
    credential = get_credential(request, credential_id)
    if not may_replace(request.user):
        raise PermissionDenied
    events = list(credential.events.all())
    kinds = [event.kind for event in events]
    if problem := _problem(name, credential, kinds, at=timezone.now()):
        messages.warning(request, str(problem))
        return redirect("credentials:inspect", credential.pk)
    chosen = SUCCESSIONS[name]
    request_of_holder = credential.requests.open().filter(kind=chosen["asked_for"]).first()
    renewal = renewal_of(credential, at=timezone.now()) if name == "renew" else None
    form = _form(request, renewal, initial=_initial(credential, request_of_holder, events))
    if form.is_bound and form.is_valid():
        new = _try(request, name, credential, form)
        if isinstance(new, Proposal):
            return lead_to(request, new)
        if new is not None:
            numbers = {"old": credential.number, "new": new.number}
            messages.success(request, chosen["done"] % numbers)
            return redirect("credentials:inspect", new.pk)
    return render_staff_page(
        request,
        "certificates/admin/follow.html",
        f"{chosen['label']}: {credential.number}",
        {
            "credential": credential,
            "form": form,
            "succession": chosen,
            "asked": request_of_holder,
            "lines": checklist_lines(renewal) if renewal else [],
            "when": when_in_words(renewal.outlook) if renewal else "",
            "notice": approval_notice(name),
        },
        status=422 if form.is_bound else 200,
    )


def _form(
    request: SignedInRequest, renewal: Renewal | None, *, initial: dict[str, Any]
) -> FollowForm:
    """The form; of a renewal by a rule with a box for what is missing."""
    if renewal is None:
        return FollowForm(request.POST or None, initial=initial)
    is_complete = renewal.outlook.is_complete
    return RenewForm(request.POST or None, initial=initial, is_complete=is_complete)


def _initial(
    credential: Credential, request_of_holder: HolderRequest | None, events: list[CredentialEvent]
) -> dict[str, Any]:
    return {
        "last_seen": max((event.number for event in events), default=0),
        "name": (request_of_holder and request_of_holder.name)
        or credential.holder.full_name
        or credential.name,
    }


def _try(
    request: SignedInRequest, name: str, credential: Credential, form: FollowForm
) -> Credential | Proposal | None:
    """The new credential, or what waits for approval; or None, with the form saying why not."""
    wish = on_credential(name, credential, by=request.user, **form.cleaned_data)
    try:
        done: Credential | Proposal = do_or_propose(wish, at=timezone.now())
    except NothingToCorrect as problem:
        form.add_error("name", str(problem))
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
    else:
        return done
    return None
