"""What programs ask of every site by a fixed address: what they may read, and an icon."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

A_DAY = 60 * 60 * 24

SECURITY_IS_TRUE_FOR = timedelta(days=30)
"""For how long a copy of security.txt may be relied on."""

PRIVATE = (
    "/accounts/",
    "/admin/",
    "/C/",
    "/c/",
    "/certificates/",
    "/demonstration/",
    "/learn/",
    "/offline/",
    "/quizzes/",
    "/verify/",
)
"""What is about a person, or only for whoever is signed in."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is for everyone, and nothing that is about anyone."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}" for prefix in PRIVATE)]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a fault in private, as RFC 9116 has it; not there where nobody is named.

    It is read from the settings of the running site at each answer, so it is true for as long as
    a copy of it may be kept, and says so.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = timezone.now() + SECURITY_IS_TRUE_FOR
    lines = [
        *(f"Contact: {address}" for address in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}{request.path}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for what looks for it here and not where the pages say it is."""
    response = redirect(static("img/favicon.svg"))
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
