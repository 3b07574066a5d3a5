"""The holder's side of a renewal: a checklist, what they bring for it, and their files."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.access import may_see_credentials
from certificates.checklist_lines import checklist_page
from certificates.evidence_files import TYPES
from certificates.exceptions import CannotBeDone, NameIsNotPrintable, NamesDiffer
from certificates.forms import point_at_first_error
from certificates.models import Credential, RenewalEvidence, StatementVersion
from certificates.renewal_evidence import (
    add_evidence,
    change_evidence,
    remove_evidence,
    sign_again,
)
from certificates.renewal_exceptions import EntryAccepted
from certificates.renewal_forms import EvidenceForm, SignAgainForm, initial_of
from certificates.renewal_outlook import Renewal, renewal_of
from certificates.views.holding import held_by_me, of_number
from people.http import SignedInRequest, login_required

log = logging.getLogger(__name__)
Kind = RenewalEvidence.Kind


def _renewal_or_404(credential: Credential) -> Renewal:
    renewal_now = renewal_of(credential, at=timezone.now())
    if renewal_now is None:
        raise Http404
    return renewal_now


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def renewal(request: SignedInRequest, number: str) -> HttpResponse:
    """What a renewal asks for, by when, how far it is, and what was entered so far."""
    credential = held_by_me(request, number)
    renewal_now = _renewal_or_404(credential)
    page = checklist_page(credential, renewal_now, at=timezone.now())
    return render(request, "certificates/renewal.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: SignedInRequest, number: str, kind: str) -> HttpResponse:
    """Enter continuing hours, or a supervisor's word."""
    if kind not in Kind.values:
        raise Http404
    credential = held_by_me(request, number)
    form = _evidence_form(request, credential, kind)
    if form.is_bound and form.is_valid():
        try:
            add_evidence(credential, Kind(kind), form.brought(), at=timezone.now())
        except CannotBeDone as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("It is entered."))
        return redirect("certificates:renewal", credential.number)
    return _evidence_page(request, credential, form, kind=kind)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, number: str, evidence_id: UUID) -> HttpResponse:
    """Correct an entry, until it is accepted."""
    credential = held_by_me(request, number)
    evidence = get_object_or_404(credential.renewal_evidence.all(), pk=evidence_id)
    if not evidence.may_be_changed:
        messages.info(request, str(EntryAccepted()))
        return redirect("certificates:renewal", credential.number)
    form = _evidence_form(request, credential, evidence.kind, initial=initial_of(evidence))
    if form.is_bound and form.is_valid():
        try:
            change_evidence(evidence, form.brought(), at=timezone.now())
        except CannotBeDone as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("Your correction is entered."))
        return redirect("certificates:renewal", credential.number)
    return _evidence_page(request, credential, form, kind=evidence.kind, evidence=evidence)


@login_required
@require_POST
def remove(request: SignedInRequest, number: str, evidence_id: UUID) -> HttpResponse:
    """Delete an entry with its file, until it is accepted."""
    credential = held_by_me(request, number)
    evidence = get_object_or_404(credential.renewal_evidence.all(), pk=evidence_id)
    try:
        remove_evidence(evidence)
    except CannotBeDone as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The entry is removed, with its file."))
    return redirect("certificates:renewal", credential.number)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def file(request: SignedInRequest, number: str, evidence_id: UUID) -> HttpResponse:
    """The file of an entry, for its holder and for registrars."""
    credentials = of_number(number)
    if not may_see_credentials(request.user):
        credentials = credentials.held_by(request.user)
    rows = RenewalEvidence.objects.filter(credential__in=credentials).exclude(file="")
    evidence = get_object_or_404(rows, pk=evidence_id)
    try:
        with evidence.file.open("rb") as stored:
            content = stored.read()
    except OSError as problem:
        log.exception("The file of evidence %s cannot be read", evidence.pk)
        raise Http404 from problem
    ending = str(evidence.file.name).rpartition(".")[2]
    response = HttpResponse(content, content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{evidence.done_on}.{ending}"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, number: str) -> HttpResponse:
    """Read the current text of a statement and sign it for the renewal."""
    credential = held_by_me(request, number)
    version = _renewal_or_404(credential).statement
    if version is None:
        raise Http404
    form = SignAgainForm(
        request.POST if request.method == "POST" else None, initial={"version": version.pk}
    )
    if form.is_bound and form.is_valid():
        texts = StatementVersion.objects.filter(statement=version.statement_id)
        shown = texts.filter(pk=form.cleaned_data["version"]).first() or version
        try:
            sign_again(
                credential, shown, typed_name=form.cleaned_data["typed_name"], at=timezone.now()
            )
        except (NamesDiffer, NameIsNotPrintable) as problem:
            form.add_error("typed_name", str(problem))
        except CannotBeDone as problem:
            messages.info(request, str(problem))
            return redirect("certificates:sign_again", credential.number)
        else:
            messages.success(request, _("Thank you. Your signature is kept with today’s date."))
            return redirect("certificates:renewal", credential.number)
    point_at_first_error(form)
    context = {"credential": credential, "version": version, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "certificates/sign_again.html", context, status=status)


def _evidence_form(
    request: SignedInRequest, credential: Credential, kind: str, **how: Any
) -> EvidenceForm:
    """The form for an entry. Raises Http404 where the credential has no rule."""
    today = credential.issuer.date_at(timezone.now())
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return EvidenceForm(
        *sent,
        kind=kind,
        rule=_renewal_or_404(credential).rule,
        first_day=credential.issued_on,
        today=today,
        **how,
    )


def _evidence_page(
    request: SignedInRequest,
    credential: Credential,
    form: EvidenceForm,
    *,
    kind: str,
    evidence: RenewalEvidence | None = None,
) -> HttpResponse:
    point_at_first_error(form)
    context = {
        "credential": credential,
        "form": form,
        "is_word": kind == Kind.WORD,
        "evidence": evidence,
    }
    status = 422 if form.is_bound else 200
    return render(request, "certificates/evidence.html", context, status=status)
