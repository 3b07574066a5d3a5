"""One credential: its record, and changing its standing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from certificates.access import may_change_standing, may_see_credentials
from certificates.admin.forms import ReasonForm
from certificates.admin.pages import render_staff_page
from certificates.dates import in_words
from certificates.exceptions import CannotBeDone
from certificates.issuing import retry_certificate
from certificates.models import Credential, CredentialEvent
from certificates.revoking import change_problem, restore, revoke, suspend
from certificates.standing import standing_of
from people.http import SignedInRequest


def record(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Show all that was frozen when a credential was issued, and all its events since."""
    credential = _get_credential(request, credential_id)
    events = list(credential.events.select_related("actor"))
    standing = standing_of(credential, at=timezone.now())
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
            "changes": _possible(events) if may_change_standing(request.user) else [],
            "may_change": may_change_standing(request.user),
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
            "This is for ever: a revoked credential cannot be restored, only issued anew."
        ),
        "done": gettext_lazy("%(number)s is revoked."),
    },
}


def _possible(events: Iterable[CredentialEvent]) -> list[tuple[str, str]]:
    """The changes that these events allow next, by name and label."""
    return [
        (name, change["label"])
        for name, change in CHANGES.items()
        if _problem(name, events) is None
    ]


def _problem(name: str, events: Iterable[CredentialEvent]) -> CannotBeDone | None:
    return change_problem(CHANGES[name]["kind"], [event.kind for event in events])


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, credential_id: UUID, name: str) -> HttpResponse:
    """Suspend, restore or revoke: the effect in a sentence, a reason, and a button."""
    credential = _get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    chosen = CHANGES[name]
    if problem := _problem(name, credential.events.all()):
        messages.warning(request, str(problem))
        return redirect("credentials:inspect", credential.pk)
    last = max((event.number for event in credential.events.all()), default=0)
    form = ReasonForm(request.POST or None, initial={"last_seen": last})
    if request.method == "POST" and form.is_valid():
        try:
            chosen["verb"](credential, by=request.user, at=timezone.now(), **form.cleaned_data)
        except CannotBeDone as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, chosen["done"] % {"number": credential.number})
        return redirect("credentials:inspect", credential.pk)
    return render_staff_page(
        request,
        "certificates/admin/change.html",
        f"{chosen['label']}: {credential.number}",
        {"credential": credential, "form": form, "change": chosen, "name": name},
        status=422 if form.is_bound else 200,
    )


@require_POST
def retry(request: SignedInRequest, credential_id: UUID) -> HttpResponse:
    """Try again to render a certificate that could not be."""
    credential = _get_credential(request, credential_id)
    if not may_change_standing(request.user):
        raise PermissionDenied
    if retry_certificate(credential):
        messages.success(request, _("The certificate will be tried again in a moment."))
    return redirect("credentials:inspect", credential.pk)


def _get_credential(request: SignedInRequest, credential_id: UUID) -> Credential:
    if not may_see_credentials(request.user):
        raise PermissionDenied
    credentials = Credential.objects.with_standing().select_related("holder", "award", "replaces")
    return get_object_or_404(credentials, pk=credential_id)
