"""Reading a statement and signing it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certificates.dates import in_words
from certificates.exceptions import (
    DetailNeeded,
    NameIsNotPrintable,
    NamesDiffer,
    TextChanged,
    WordingNeeded,
)
from certificates.forms import SignatureForm, point_at_first_error
from certificates.models import Attestation, Credential, StatementVersion
from certificates.names import name_problem
from certificates.signing_statements import (
    newest_version,
    same_name,
    sign_statement,
    signature_under,
)
from people.http import SignedInRequest, login_required
from people.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, slug: str) -> HttpResponse:
    """Read a statement and sign it by typing one's name."""
    version = newest_version(slug, at=timezone.now(), language=get_language() or "")
    if version is None:
        raise Http404
    form = _form_for(request, version)
    if not form.is_bound:
        return _statement_page(request, version, form)
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
            at=at,
            **form.signature(),
        )
    except TextChanged as changed:
        messages.info(request, str(changed))
        return redirect("certificates:sign", slug)
    except (NamesDiffer, NameIsNotPrintable) as problem:
        form.add_error("typed_name", str(problem))
        return _statement_page(request, version, form, status=422)
    except (WordingNeeded, DetailNeeded) as problem:
        form.add_error("wording", str(problem))
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


def _form_for(request: SignedInRequest, version: StatementVersion) -> SignatureForm:
    """The form of the newest version. What was sent under an older one is refused by the verb."""
    return SignatureForm(
        request.POST if request.method == "POST" else None,
        initial={"version": version.pk},
        signed_version=version,
        signer=request.user,
        today=timezone.localdate(),
    )


def _statement_page(
    request: SignedInRequest, version: StatementVersion, form: SignatureForm, status: int = 200
) -> HttpResponse:
    point_at_first_error(form)
    signature = signature_under(request.user, version)
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
