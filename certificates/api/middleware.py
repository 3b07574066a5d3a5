"""What is different for programs: no cookie is read or set, nothing is cached, errors are JSON."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from certificates.api.problems import CONTENT_TYPE, in_words

PREFIX = "/api/"
FOR_READERS = "/api/v1/docs/"
"""A page for people, with the site's frame around it."""
CARRIED = ("Allow", "Retry-After", "Content-Language", "Vary")


class ProgramsMiddleware:
    """Stands before whatever reads a cookie. A session opens nothing here, so no other site can
    use one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX) or request.path == FOR_READERS:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        # Nothing of the API is elsewhere on this site: only to https is anybody led.
        is_elsewhere = response.get("Location", "").startswith("/")
        is_problem = response.get("Content-Type") == CONTENT_TYPE
        if is_elsewhere or (response.status_code >= 400 and not is_problem):
            response = _as_problem(request, response)
        response.cookies.clear()
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error that one of our pages would say, in JSON and in the same language."""
    with translation.override(getattr(request, "LANGUAGE_CODE", translation.get_language())):
        answer = in_words(404 if response.status_code < 400 else response.status_code)
    for name in CARRIED:
        if name in response:
            answer[name] = response[name]
    return answer
