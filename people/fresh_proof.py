"""A fresh proof of who somebody is, for what must not be done by whoever finds a page open."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    suspend_request,
)
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from people.http import get_referring_page, login_required

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def fresh_proof_required(view: View) -> View:
    """Have whoever is signed in prove once more who they are, unless they did so just now.

    Whoever has no password and no second factor signs in anew, with a code by email: for them
    allauth would ask nothing.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ways = get_adapter().get_reauthentication_methods(request.user)
        if ways and not did_recently_reauthenticate(request):
            return suspend_request(request, ways[0]["url"])
        if not ways and not signed_in_just_now(request):
            is_read = request.method in {"GET", "HEAD"}
            page = request.get_full_path() if is_read else get_referring_page(request)
            return redirect(f"{reverse('account_prove')}?{urlencode({'next': page})}")
        return view(request, *args, **kwargs)

    return cast(View, login_required(cast(Any, wrapper)))


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether the way in to this session was gone in the last minutes."""
    records = get_authentication_records(request, request.user)
    latest = max((record.get("at", 0) for record in records), default=0)
    return bool(time.time() - latest < REAUTHENTICATION_TIMEOUT)
