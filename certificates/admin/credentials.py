"""One credential: its record, and changing its standing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from certificates.access import may_change_standing, may_see_proposals
from certificates.admin.following import successions
from certificates.admin.forms import ReasonForm, change_form
from certificates.admin.pages import get_credential, render_staff_page
from certificates.admin.proposals import approval_notice, lead_to
from certificates.approving.performing import on_credential
from certificates.approving.proposing import do_or_propose
from certificates.dates import in_words
from certificates.exceptions import CannotBeDone, DayIsOver
from certificates.expiring import closer_standing
from certificates.holding import signatures_behind
from certificates.issuing import retry_certificate
from certificates.models import Credential, CredentialEvent, Proposal
from certificates.revoking import change_problem
from people.http import SignedInRequest
from people.models import User


def record(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Show all that was frozen when a credential was issued, and all its events since."""
    credential = get_credential(request, credential_id)
    events = list(credential.events.select_related("actor", "approved_by"))
    at = timezone.now()
    standing = closer_standing(credential, at=at)
    return render_staff_page(
        request,
        "certificates/admin/record.html",
        credential.number,
        {
            "credential": credential,
            "issued_on": in_words(credential.issued_on),
            "expires_on": in_words(credential.expires_on) if credential.expires_on else "",
            "hours": credential.hours,
            "events": events,
            "standing": standing,
            "changes": _possible(events, request.user),
            "needs_another": _needs_another(events, request.user),
            "may_change": may_change_standing(request.user),
            "successions": successions(request.user, credential, events, at=at),
            "signatures": signatures_behind(credential),
            "waiting": credential.requests.open(),
            "proposals": _waiting_proposals(request.user, credential),
            "notes": credential.notes.select_related("written_by"),
        },
    )


def _waiting_proposals(user: User, credential: Credential) -> list[Proposal]:
    """What waits for approval about a credential, for whoever may read it."""
    if not may_see_proposals(user):
        return []
    return list(credential.proposals.waiting().select_related("proposed_by"))


CHANGES: dict[str, dict[str, Any]] = {
    "suspend": {
        "kind": CredentialEvent.Kind.SUSPENDED,
        "label": gettext_lazy("Suspend"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it is suspended "
            "and may not be relied on. You can restore it later."
        ),
        "done": gettext_lazy("%(number)s is suspended."),
    },
    "restore": {
        "kind": CredentialEvent.Kind.RESTORED,
        "label": gettext_lazy("Restore"),
        "effect": gettext_lazy(
            "The suspension ends. From this moment the credential stands as if it had not been "
            "suspended; the record keeps that it was."
        ),
        "done": gettext_lazy("%(number)s is restored."),
    },
    "revoke": {
        "kind": CredentialEvent.Kind.REVOKED,
        "label": gettext_lazy("Revoke"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it was revoked. "
            "You cannot take this back: only another registrar can undo it, if it was an error."
        ),
        "done": gettext_lazy("%(number)s is revoked."),
    },
    "reinstate": {
        "kind": CredentialEvent.Kind.REINSTATED,
        "label": gettext_lazy("Undo the revocation"),
        "effect": gettext_lazy(
            "For a revocation that was an error. From this moment the credential stands as it "
            "stood before; the record keeps that it was revoked, and the holder is written to."
        ),
        "done": gettext_lazy("The revocation of %(number)s is undone."),
    },
}


def _possible(events: Iterable[CredentialEvent], user: User) -> list[tuple[str, str]]:
    """The changes that these events allow this registrar next, by name and label."""
    if not may_change_standing(user):
        return []
    return [
        (name, change["label"])
        for name, change in CHANGES.items()
        if _problem(name, events) is None and not (name == "reinstate" and _revoked(events, user))
    ]


def _needs_another(events: Iterable[CredentialEvent], user: User) -> bool:
    """Whether there is a revocation that somebody else can undo, and this registrar cannot."""
    is_revoked = _problem("reinstate", events) is None
    return is_revoked and may_change_standing(user) and _revoked(events, user)


def _revoked(events: Iterable[CredentialEvent], user: User) -> bool:
    """Whether it was this registrar who revoked it last, or approved that."""
    revocations = [event for event in events if event.kind == CredentialEvent.Kind.REVOKED]
    return bool(revocations) and user.pk in revocations[-1].deciders


def _problem(name: str, events: Iterable[CredentialEvent]) -> CannotBeDone | None:
    return change_problem(CHANGES[name]["kind"], [event.kind for event in events])


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, credential_id: UUID, name: str) -> HttpResponse:
    """Suspend, restore or revoke: the effect in a sentence, a reason, and a button.

    Where another registrar has to approve it, sending it leads to what waits for them.
    """
    credential = get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    chosen = CHANGES[name]
    if problem := _problem(name, credential.events.all()):
        messages.warning(request, str(problem))
        return redirect("credentials:inspect", credential.pk)
    last = max((event.number for event in credential.events.all()), default=0)
    form = change_form(name, request.POST or None, initial={"last_seen": last})
    if form.is_bound and form.is_valid() and (answer := _answer(request, credential, name, form)):
        return answer
    return render_staff_page(
        request,
        "certificates/admin/change.html",
        f"{chosen['label']}: {credential.number}",
        {
            "credential": credential,
            "form": form,
            "change": chosen,
            "name": name,
            "notice": approval_notice(name),
        },
        status=422 if form.is_bound else 200,
    )


def _answer(
    request: SignedInRequest, credential: Credential, name: str, form: ReasonForm
) -> HttpResponse | None:
    """Where it leads when the change is recorded, waits or cannot be; None where the form says
    what to correct."""
    wish = on_credential(name, credential, by=request.user, **form.cleaned_data)
    try:
        done = do_or_propose(wish, at=timezone.now())
    except DayIsOver as problem:
        form.add_error("review_on", str(problem))
        return None
    except CannotBeDone as problem:
        messages.warning(request, str(problem))
    else:
        if isinstance(done, Proposal):
            return lead_to(request, done)
        messages.success(request, CHANGES[name]["done"] % {"number": credential.number})
    return redirect("credentials:inspect", credential.pk)


@require_POST
def retry(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Try again to render a certificate that could not be."""
    credential = get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    if retry_certificate(credential):
        messages.success(request, _("The certificate will be tried again in a moment."))
    return redirect("credentials:inspect", credential.pk)
