"""What a page that moved leaves behind: its old address leads to the new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail import views as wagtail_views
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from lms.views import pages

PAGE_DOORS = {pages.serve, wagtail_views.serve}


class MovedPagesMiddleware(RedirectMiddleware):
    """Looks for a page's new address where a page was looked for, and nowhere else.

    Our own addresses do not move, so that what is not found there costs no query.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if match is not None and match.func not in PAGE_DOORS:
            return response
        return super().process_response(request, response)
