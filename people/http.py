"""Requests from people whom we know, and where they may be sent."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from people.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is one of ours: the view behind it is `login_required`."""

    user: User


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
