"""What programs ask of every site by a fixed address: what they may read, and an icon."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

A_DAY = 60 * 60 * 24

PRIVATE = (
    "/accounts/",
    "/admin/",
    "/C/",
    "/c/",
    "/certificates/",
    "/demonstration/",
    "/learn/",
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
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for what looks for it here and not where the pages say it is."""
    response = redirect(static("img/favicon.svg"))
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
