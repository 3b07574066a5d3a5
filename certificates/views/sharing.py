"""How a holder shows a certificate: what strangers see, and links that show all of it for a while."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.dates import in_words
from certificates.exceptions import CannotBeDone
from certificates.models import Credential, ShareLink
from certificates.public_view import PublicView
from certificates.sharing import (
    choose_public_view,
    count_opening,
    find_link,
    is_open,
    make_link,
    stop_link,
)
from certificates.sharing_forms import PublicViewForm, ShareLinkForm
from certificates.verifying import look_up_codes
from certificates.views.holding import held_by_me, log
from certificates.views.verify import found, public_but_unlisted
from people.http import SignedInRequest, login_required

private = cache_control(private=True, no_store=True)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@form_methods
@private
def strangers(request: SignedInRequest, number: str) -> HttpResponse:
    """Choose what strangers who have the number see."""
    credential = held_by_me(request, number)
    is_sent = request.method == "POST"
    initial = {"view": credential.public_view}
    form = PublicViewForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        choose_public_view(credential, PublicView(form.cleaned_data["view"]))
        messages.success(request, _("Your choice is kept. It holds from now on, everywhere."))
        return redirect("certificates:held", credential.number)
    context = {"credential": credential, "form": form}
    status = 422 if is_sent else 200
    return render(request, "certificates/strangers.html", context, status=status)


@login_required
@form_methods
@private
def links(request: SignedInRequest, number: str) -> HttpResponse:
    """The links of a certificate. One that is made is shown on this answer, and never again."""
    credential, at = held_by_me(request, number), timezone.now()
    is_sent, address = request.method == "POST", ""
    form = ShareLinkForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            _link, token = make_link(credential, **form.cleaned_data, at=at)
        except CannotBeDone as problem:
            form.add_error(None, str(problem))
        else:
            address = settings.BASE_URL + reverse("certificates:shared", args=[token])
            form = ShareLinkForm()
    context = {
        "credential": credential,
        "form": form,
        "new_address": address,
        "links": [_line(link, credential) for link in credential.share_links.all()],
    }
    status = 422 if form.errors else 200
    return render(request, "certificates/share_links.html", context, status=status)


def _line(link: ShareLink, credential: Credential) -> dict[str, object]:
    now = timezone.now()
    return {
        "link": link,
        "is_open": is_open(link, at=now),
        "made_on": in_words(credential.issuer.date_at(link.made_at)),
        "ends_on": in_words(credential.issuer.date_at(link.ends_at)),
    }


@login_required
@require_POST
@private
def stop(request: SignedInRequest, number: str, link_id: UUID) -> HttpResponse:
    """Stop a link at once."""
    credential = held_by_me(request, number)
    stop_link(request.user, link_id, at=timezone.now())
    messages.success(request, _("The link is stopped. Whoever opens it reads that it ended."))
    return redirect("certificates:share_links", credential.number)


@require_safe
@public_but_unlisted
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A certificate in full, for whoever has a link of its holder that is open."""
    at = timezone.now()
    link = find_link(token)
    if link is None:
        raise Http404
    credential = look_up_codes([link.credential.code], in_full=True).get(link.credential.code)
    if credential is None or not is_open(link, at=at):
        return no_referrer(render(request, "certificates/share_ended.html", status=410))
    try:
        count_opening(link)
    except DatabaseError:
        log.exception("The opening of a link could not be counted")
    until = in_words(link.ends_at.astimezone(credential.zone).date())
    return no_referrer(found(request, credential, at=at, shared_until=until))


def no_referrer(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no site that the page links to is told it."""
    response["Referrer-Policy"] = "no-referrer"
    return response
