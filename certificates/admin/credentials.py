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

from certificates.access import may_change_standing
from certificates.admin.following import successions
from certificates.admin.forms import ReasonForm, change_form
from certificates.admin.pages import get_credential, render_staff_page
from certificates.dates import in_words
from certificates.exceptions import CannotBeDone, DayIsOver
from certificates.expiring import closer_standing
from certificates.holding import signatures_behind
from certificates.issuing import retry_certificate
from certificates.models import Credential, CredentialEvent
from certificates.revoking import change_problem, reinstate, restore, revoke, suspend
from people.http import SignedInRequest
from people.models import User


def record(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Show all that was frozen when a credential was issued, and all its events since."""
    credential = get_credential(request, credential_id)
    events = list(credential.events.select_related("actor"))
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
            "may_change": may_change_standing(request.user),
            "successions": successions(request.user, credential, events, at=at),
            "signatures": signatures_behind(credential),
            "waiting": credential.requests.open(),
            "notes": credential.notes.select_related("written_by"),
        },
    )


CHANGES: dict[str, dict[str, Any]] = {
    "suspend": {
        "verb": suspend,
        "kind": CredentialEvent.Kind.SUSPENDED,
        "label": gettext_lazy("Suspend"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it is suspended "
            "and may not be relied on. You can restore it later."
        ),
        "done": gettext_lazy("%(number)s is suspended."),
    },
    "restore": {
        "verb": restore,
        "kind": CredentialEvent.Kind.RESTORED,
        "label": gettext_lazy("Restore"),
        "effect": gettext_lazy(
            "The suspension ends. From this moment the credential stands as if it had not been "
            "suspended; the record keeps that it was."
        ),
        "done": gettext_lazy("%(number)s is restored."),
    },
    "revoke": {
        "verb": revoke,
        "kind": CredentialEvent.Kind.REVOKED,
        "label": gettext_lazy("Revoke"),
        "effect": gettext_lazy(
            "From this moment everybody who checks the credential is told that it was revoked. "
            "You cannot take this back: only another registrar can undo it, if it was an error."
        ),
        "done": gettext_lazy("%(number)s is revoked."),
    },
    "reinstate": {
        "verb": reinstate,
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


def _revoked(events: Iterable[CredentialEvent], user: User) -> bool:
    """Whether it was this registrar who revoked it last."""
    actors = [event.actor_id for event in events if event.kind == CredentialEvent.Kind.REVOKED]
    return actors[-1:] == [user.pk]


def _problem(name: str, events: Iterable[CredentialEvent]) -> CannotBeDone | None:
    return change_problem(CHANGES[name]["kind"], [event.kind for event in events])


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, credential_id: UUID, name: str) -> HttpResponse:
    """Suspend, restore or revoke: the effect in a sentence, a reason, and a button."""
    credential = get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    chosen = CHANGES[name]
    if problem := _problem(name, credential.events.all()):
        messages.warning(request, str(problem))
        return redirect("credentials:inspect", credential.pk)
    last = max((event.number for event in credential.events.all()), default=0)
    form = change_form(name, request.POST or None, initial={"last_seen": last})
    if form.is_bound and form.is_valid() and _is_over_with(request, credential, name, form):
        return redirect("credentials:inspect", credential.pk)
    return render_staff_page(
        request,
        "certificates/admin/change.html",
        f"{chosen['label']}: {credential.number}",
        {"credential": credential, "form": form, "change": chosen, "name": name},
        status=422 if form.is_bound else 200,
    )


def _is_over_with(
    request: SignedInRequest, credential: Credential, name: str, form: ReasonForm
) -> bool:
    """Whether the change is recorded or cannot be; otherwise the form says what to correct."""
    chosen = CHANGES[name]
    try:
        chosen["verb"](credential, by=request.user, at=timezone.now(), **form.cleaned_data)
    except DayIsOver as problem:
        form.add_error("review_on", str(problem))
        return False
    except CannotBeDone as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, chosen["done"] % {"number": credential.number})
    return True


@require_POST
def retry(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Try again to render a certificate that could not be."""
    credential = get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    if retry_certificate(credential):
        messages.success(request, _("The certificate will be tried again in a moment."))
    return redirect("credentials:inspect", credential.pk)
