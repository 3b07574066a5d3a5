"""What a page that moved leaves behind: its old address leads to the new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware
from wagtail.views import serve


class MovedPagesMiddleware(RedirectMiddleware):
    """Looks for a page's new address where a page was looked for, and nowhere else.

    Our own addresses do not move, so that what is not found there costs no query: a mistyped
    number is told from an unknown one without asking the database.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if match is not None and match.func is not serve:
            return response
        return super().process_response(request, response)
