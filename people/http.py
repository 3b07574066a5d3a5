"""Requests of people who are signed in, and the addresses of ours they may be sent to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from people.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is one of ours: the view behind it is `login_required`."""

    user: User


STAFF_SESSION_KEY = "is_staff"
STAFF_SEEN_KEY = "staff_seen_at"
"""In the session of somebody of the staff: when they were last there, in seconds since 1970."""
"""In the session of someone who could open the staff pages when they signed in."""

MAX_INTEGER_DIGITS = 18  # what fits a column of either database


def is_site_url(url: str | None) -> bool:
    """Whether an address stays on this site: a path, or a full address under BASE_URL.

    The host that a request names is not consulted: a stranger can choose it.
    """
    if not url:
        return False
    if url == settings.BASE_URL or url.startswith(settings.BASE_URL + "/"):
        url = url[len(settings.BASE_URL) :] or "/"
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def get_next_url(request: HttpRequest, default: str) -> str:
    """The address in the request's `next`, when it is one of our pages; else `default`.

    Every redirect to an address that came with a request goes through here or through
    `is_site_url`.
    """
    next_url = request.POST.get("next") or request.GET.get("next")
    return next_url if next_url and is_site_url(next_url) else default


def int_or_none(text: str | None) -> int | None:
    """The number that a form field holds, or None where it holds anything else.

    Numbers of more than eighteen digits are None too: no column of ours can hold them.
    """
    digits = text or ""
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= MAX_INTEGER_DIGITS
    return int(digits) if is_number else None


def get_referring_page(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; the learner's own page where none is named."""
    referer = request.headers.get("Referer", "")
    if not referer.startswith(f"{settings.BASE_URL}/") or not is_site_url(referer):
        return str(settings.LOGIN_REDIRECT_URL)
    return referer[len(settings.BASE_URL) :]


View = TypeVar("View", bound=Callable[..., HttpResponse])


def login_required(view: View) -> View:
    """Send visitors to sign in first, and bring them back to where they were.

    A form that is sent after its reader was signed out leads back to its page and not to the
    address it was sent to, which has nothing to show. Django's own decorator leads there.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        messages.info(
            request,
            _("You had been signed out, so that is not done yet. Sign in, and press it once more."),
        )
        return redirect_to_login(get_referring_page(request))

    return cast(View, wrapper)
