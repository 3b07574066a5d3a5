"""The holder's side: their own certificate, what became of it, and what they may ask for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from certificates.access import may_see_credentials
from certificates.appealing import contest_problem
from certificates.dates import in_words
from certificates.exceptions import CannotBeDone
from certificates.forms import (
    ContestForm,
    CorrectionForm,
    RemindersForm,
    RenewalForm,
    point_at_first_error,
)
from certificates.holding import held_credential
from certificates.models import Credential, HolderRequest, RenewalReminder
from certificates.models.credentials import CredentialQuerySet
from certificates.numbers import Mistyped, parse_code
from certificates.reminders import choose_stages
from certificates.requesting import (
    ask_for_correction,
    ask_for_renewal,
    contest_about,
    contest_decision,
    correction_problem,
    renewal_request_problem,
)
from certificates.standing import Standing, standing_of
from people.http import SignedInRequest, login_required
from people.page_parts import parts_of

log = logging.getLogger(__name__)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def held(request: SignedInRequest, number: str) -> HttpResponse:
    """A holder's own certificate: its standing and why, what to do, whom to ask."""
    credential = held_by_me(request, number)
    if number != credential.number:
        return redirect("certificates:held", credential.number)
    return render(
        request,
        "certificates/held.html",
        {
            "held": held_credential(credential, at=timezone.now()),
            "parts": parts_of("certificates/held.html"),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a certificate under a corrected name."""
    credential = held_by_me(request, number)
    form = CorrectionForm(
        request.POST or None,
        printed_name=credential.name,
        initial={"name": request.user.full_name},
    )
    problem = correction_problem(credential)
    return _ask(request, credential, form, ask_for_correction, problem=problem)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a renewal."""
    credential = held_by_me(request, number)
    form = RenewalForm(request.POST if request.method == "POST" else None)
    problem = renewal_request_problem(credential, at=timezone.now())
    return _ask(request, credential, form, ask_for_renewal, problem=problem)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: SignedInRequest, number: str) -> HttpResponse:
    """Write one's side of a suspension or revocation; after a no, appeal against it."""
    credential = held_by_me(request, number)
    form = ContestForm(request.POST if request.method == "POST" else None)
    possible = contest_about(credential)
    problem = contest_problem(possible, on=credential.issuer.date_at(timezone.now()))
    kind = possible.kind if possible else ""
    return _ask(request, credential, form, contest_decision, problem=problem, kind=kind)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: SignedInRequest, number: str) -> HttpResponse:
    """Choose when to be reminded that a certificate runs out, or never."""
    credential = held_by_me(request, number)
    if credential.expires_on is None:
        raise Http404
    planned = RenewalReminder.objects.filter(credential=credential).first()
    stages = planned.stages if planned else []
    form = RemindersForm(
        request.POST if request.method == "POST" else None, initial={"stages": stages}
    )
    if form.is_bound and form.is_valid():
        choose_stages(credential, form.cleaned_data["stages"], at=timezone.now())
        messages.success(request, _("Your choice is kept."))
        return redirect("certificates:held", credential.number)
    return render(
        request,
        "certificates/reminders.html",
        {"credential": credential, "form": form, "last_day": in_words(credential.expires_on)},
        status=422 if form.is_bound else 200,
    )


def _ask(
    request: SignedInRequest,
    credential: Credential,
    form: forms.Form,
    ask: Callable[..., HolderRequest],
    *,
    problem: CannotBeDone | None,
    kind: str = "",
) -> HttpResponse:
    """The page of a request; sent rightly, it is on the registrars' list."""
    if problem is not None:
        messages.warning(request, str(problem))
        return redirect("certificates:held", credential.number)
    if form.is_bound and form.is_valid():
        try:
            ask(credential, at=timezone.now(), **form.cleaned_data)
        except CannotBeDone as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("Your request is with the issuer. They answer by email."))
        return redirect("certificates:held", credential.number)
    point_at_first_error(form)
    return render(
        request,
        "certificates/ask.html",
        {
            "credential": credential,
            "form": form,
            "kind": kind or ("correction" if "name" in form.fields else "renewal"),
        },
        status=422 if form.is_bound else 200,
    )


def of_number(number: str) -> CredentialQuerySet:
    """The credential of a number, before any query for one that cannot be."""
    try:
        code = parse_code(number)
    except Mistyped as mistyped:
        raise Http404 from mistyped
    return Credential.objects.filter(code=code)


def held_by_me(request: SignedInRequest, number: str) -> Credential:
    credentials = of_number(number).held_by(request.user)
    return get_object_or_404(
        credentials.with_standing()
        .select_related("award")
        .prefetch_related("award__renewal_rules", "requests")
    )


def _file_name(credential: Credential) -> str:
    """Such as PSW-7K3M-QX9R-4TWK.pdf, or PSW-7K3M-QX9R-4TWK-replaced.pdf."""
    standing = standing_of(credential, at=timezone.now())
    ending = "" if standing == Standing.CURRENT else f"-{standing.value}"
    return f"{credential.number}{ending}.pdf"


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The stored certificate, byte for byte, for its holder and for registrars.

    The name of the file says its standing, where that is not that it is current.
    """
    credentials = of_number(number).with_standing()
    credential = credentials.held_by(request.user).first()
    if credential is None:
        # Most who ask are holders: nobody else's permissions need be read.
        credential = credentials.first() if may_see_credentials(request.user) else None
    if credential is None:
        raise Http404
    if not credential.pdf:
        status = 404 if credential.pdf_problem else 202
        return _no_file(request, credential, status=status)
    content = stored_file(credential)
    if content is None:
        return _no_file(request, credential, status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(credential)}"'
    return response


def stored_file(credential: Credential) -> bytes | None:
    """The stored file, or None when it is gone or has changed since it was rendered."""
    try:
        with credential.pdf.open("rb") as file:
            content: bytes = file.read()
    except OSError:
        log.exception("The file of credential %s cannot be read", credential.pk)
        return None
    if sha256(content).hexdigest() != credential.pdf_sha256:
        log.error("The file of credential %s is not the one that was made", credential.pk)
        return None
    return content


def _no_file(request: SignedInRequest, credential: Credential, *, status: int) -> HttpResponse:
    return render(
        request,
        "certificates/no_file.html",
        {"credential": credential, "being_made": status == 202, "out_of_reach": status == 503},
        status=status,
    )
