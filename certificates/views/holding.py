"""The holder's side: signing a statement, and fetching one's own certificate."""

from __future__ import annotations

import logging
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from certificates.access import may_see_credentials
from certificates.dates import in_words
from certificates.exceptions import NameIsNotPrintable, NamesDiffer, TextChanged
from certificates.forms import SignatureForm
from certificates.models import Attestation, Credential, StatementVersion
from certificates.names import name_problem
from certificates.numbers import Mistyped, code_in
from certificates.signing_statements import newest_version, same_name, sign_statement
from people.http import SignedInRequest, login_required
from people.models import User

log = logging.getLogger(__name__)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, slug: str) -> HttpResponse:
    """Read a statement and sign it by typing one's name."""
    version = newest_version(slug, at=timezone.now())
    if version is None:
        raise Http404
    if request.method != "POST":
        return _statement_page(request, version, SignatureForm(initial={"version": version.pk}))
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _statement_page(request, version, form, status=422)
    read = StatementVersion.objects.filter(
        statement=version.statement, pk=form.cleaned_data["version"]
    ).first()
    at = timezone.now()
    try:
        sign_statement(
            request.user,
            read or version,
            typed_name=form.cleaned_data["typed_name"],
            at=at,
        )
    except TextChanged as changed:
        messages.info(request, str(changed))
        return redirect("certificates:sign", slug)
    except (NamesDiffer, NameIsNotPrintable) as problem:
        form.add_error("typed_name", str(problem))
        return _statement_page(request, version, form, status=422)
    messages.success(request, _("Thank you. Your signature is kept with today’s date."))
    for earned in Credential.objects.held_by(request.user).filter(issued_at=at):
        messages.success(
            request,
            _("You have earned “%(award)s”. Well done, and congratulations.")
            % {"award": earned.award_name},
        )
    if waits_for := name_problem(request.user):
        messages.warning(request, waits_for)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _statement_page(
    request: SignedInRequest, version: StatementVersion, form: SignatureForm, status: int = 200
) -> HttpResponse:
    signature = Attestation.objects.filter(learner=request.user, version=version).first()
    return render(
        request,
        "certificates/sign.html",
        {
            "version": version,
            "published_on": in_words(timezone.localdate(version.published_at)),
            "form": form,
            "signature": signature,
            "signed_as": _name_under(signature, request.user) if signature else "",
            "name_problem": name_problem(request.user),
            "signed_on": in_words(timezone.localdate(signature.signed_at)) if signature else "",
        },
        status=status,
    )


def _name_under(signature: Attestation, learner: User) -> str:
    """The name as the account writes it; as it was typed, where the account's has changed since."""
    same = same_name(signature.typed_name, learner.full_name)
    return learner.full_name if same else signature.typed_name


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """The stored certificate, byte for byte, for its holder and for registrars."""
    try:
        code = code_in(number)
    except Mistyped as mistyped:
        raise Http404 from mistyped
    found = Credential.objects.filter(code=code)
    if not may_see_credentials(request.user):
        found = found.held_by(request.user)
    credential = get_object_or_404(found)
    if not credential.pdf:
        status = 404 if credential.pdf_problem else 202
        return _no_file(request, credential, status=status)
    content = _stored(credential)
    if content is None:
        return _no_file(request, credential, status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{credential.number}.pdf"'
    return response


def _stored(credential: Credential) -> bytes | None:
    """The file as it was made, or None when it is gone or is not what it was."""
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
