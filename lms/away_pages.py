"""What is said at the address of a page that is being worked on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.views import serve

from courses.away import find_away_page

GetResponse = Callable[[HttpRequest], HttpResponse]


class AwayPagesMiddleware:
    """Says to a learner that a part of their course is being worked on, where it is not found.

    The status stays 404, since there is no page: the site itself is well, which 503 would deny.
    Visitors, and whoever has no place on the course, are told as before that there is nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        match = request.resolver_match
        if match is None or match.func is not serve or not request.user.is_authenticated:
            return response
        away = find_away_page(request, match.args[0], timezone.now())
        if away is None:
            return response
        page = render(request, "courses/being_worked_on.html", {"away": away}, status=404)
        page["Cache-Control"] = "no-store"
        return page
