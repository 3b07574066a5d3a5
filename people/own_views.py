"""What a person may do with all that is held about them: read it, take it along, have it forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.act_kinds import ActKind
from people.acts import record_act
from people.copies import files_of, sections, stream_copy
from people.erasure import CannotClose, ask_to_erase, plan, refuse_last_administrator
from people.fates import Fate
from people.fresh_proof import fresh_proof_required
from people.http import SignedInRequest, get_next_url, login_required
from people.models import User
from people.sessions import end_sessions

private = cache_control(private=True, no_store=True)


@require_safe
@private
@fresh_proof_required
def own_data(request: SignedInRequest) -> HttpResponse:
    """What is held about somebody, in short, and the way to a copy of it."""
    held = [
        (section.title, number)
        for section in sections()
        if (number := sum(1 for _row in section.rows(request.user)))
    ]
    context = {"held": held, "files": list(files_of(request.user))}
    return render(request, "account/own_data.html", context)


@require_POST
@private
@fresh_proof_required
def copy(request: SignedInRequest) -> HttpResponseBase:
    """A copy of everything that is held about somebody, sent to them alone and stored nowhere."""
    at = timezone.now()
    # Read afresh: what follows is read while it is sent, when the request is over.
    person = User.objects.get(pk=request.user.pk)
    record_act(ActKind.COPY_MADE, person, by=person, person=person, at=at)
    response = StreamingHttpResponse(stream_copy(person, at=at), content_type="application/zip")
    name = f"about-me-{timezone.localtime(at):%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass
class WhatBecomes:
    """What erasure does to some kinds of record, and why."""

    why: str
    kinds: list[str] = field(default_factory=list)


def what_becomes(person: User) -> dict[str, list[WhatBecomes]]:
    """Of what there is of somebody: what is deleted, what stays without them, and what stays."""
    by_fate: dict[str, dict[str, WhatBecomes]] = {fate.value: {} for fate in Fate}
    for step in plan(person):
        why = str(step.fate.why)
        kind = str(capfirst(step.fate.model._meta.verbose_name_plural))
        by_fate[step.fate.fate.value].setdefault(why, WhatBecomes(why)).kinds.append(kind)
    return {name: list(each.values()) for name, each in by_fate.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@private
@fresh_proof_required
def close_account(request: SignedInRequest) -> HttpResponse:
    """Say what closing an account does; with the box ticked, close it."""
    person = request.user
    try:
        refuse_last_administrator(person)
        if request.method == "POST" and request.POST.get("understood"):
            ask_to_erase(person, at=timezone.now())
            logout(request)
            return redirect("account_closed")
    except CannotClose as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_profile")
    context: dict[str, Any] = {
        "becomes": what_becomes(person),
        "files": list(files_of(person)),
        "days": settings.ERASURE_PAUSE_DAYS,
        "is_missing": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "account/close.html", context, status=status)


@require_safe
@private
def closed(request: HttpRequest) -> HttpResponse:
    """What whoever closed their account reads next. It is the same for everyone."""
    return render(request, "account/closed.html", {"days": settings.ERASURE_PAUSE_DAYS})


@require_http_methods(["GET", "HEAD", "POST"])
@private
@login_required
def prove(request: SignedInRequest) -> HttpResponse:
    """Have somebody who has neither password nor second factor sign in anew, with a code."""
    next_url = get_next_url(request, reverse("account_profile"))
    if request.method == "POST":
        logout(request)
        query = urlencode({"next": next_url})
        return redirect(f"{reverse('account_request_login_code')}?{query}")
    return render(request, "account/prove.html", {"next_url": next_url})


@require_POST
@login_required
def end_all_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign somebody out everywhere, here too."""
    end_sessions(request.user)
    logout(request)
    messages.success(request, _("You are signed out on every device, this one too."))
    return redirect("account_login")
