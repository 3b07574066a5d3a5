"""Requests from people whom we know, and where they may be sent."""

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
    """A request whose user is one of ours: the view behind it is `signed_in_first`."""

    user: User


STAFF = "is_staff"
"""In the session of someone who may open the staff pages, as they signed in."""


def is_ours(url: str | None) -> bool:
    """Whether an address stays on this site: a path, or a whole address under BASE_URL.

    The host that a request names is not asked: a stranger can choose it.
    """
    if not url:
        return False
    if url == settings.BASE_URL or url.startswith(settings.BASE_URL + "/"):
        url = url[len(settings.BASE_URL) :] or "/"
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def where_next(request: HttpRequest, default: str) -> str:
    """Where the request asks to go on to, when that is one of our pages; else `default`.

    Every redirect to an address that came with a request goes through here or through
    `is_ours`.
    """
    wanted = request.POST.get("next") or request.GET.get("next")
    return wanted if wanted and is_ours(wanted) else default


def whole(typed: str | None) -> int | None:
    """A whole number from a form, or None. No number of ours has more than eighteen digits."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; the learner's own page where none is named."""
    referer = request.headers.get("Referer", "")
    if not referer.startswith(f"{settings.BASE_URL}/") or not is_ours(referer):
        return str(settings.LOGIN_REDIRECT_URL)
    return referer[len(settings.BASE_URL) :]


View = TypeVar("View", bound=Callable[..., HttpResponse])


def signed_in_first(view: View) -> View:
    """Have people sign in, and bring them to where they were.

    A form that was sent after its reader had been signed out leads back to its page and not
    to the address it was sent to, which has nothing to show.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        messages.info(
            request,
            _("You had been signed out, so that is not done yet. Sign in, and press it once more."),
        )
        return redirect_to_login(came_from(request))

    return cast(View, asked)
