"""What a page that moved leaves behind: its old address leads to the new one."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.views import serve

from courses.away import pages_at


class MovedPagesMiddleware(RedirectMiddleware):
    """Looks for a page's new address where a page was looked for, and nowhere else.

    Our own addresses do not move, so that what is not found there costs no query: a mistyped
    number is told from an unknown one without asking the database. An address that a page has
    again, after a move and back, leads nowhere else, whether that page is published or not. What an
    address asks of a page, such as the part of a lesson, is asked of it where it stands now.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if match is not None and match.func is not serve:
            return response
        answer = super().process_response(request, response)
        if answer is response:
            return response
        if urlsplit(answer["Location"]).path == request.path or is_taken_again(request):
            return response
        answer["Location"] += query_to_take_along(request, answer["Location"])
        # A page may move back, and a browser that remembers both ways would go to and fro.
        answer["Cache-Control"] = "no-cache"
        return answer


def is_taken_again(request: HttpRequest) -> bool:
    """Whether a page has this address now, and nobody chose by hand where it leads. Two queries."""
    if not pages_at(request, request.path).exists():
        return False
    old_path = Redirect.normalise_path(request.path)
    return not Redirect.objects.filter(old_path=old_path, automatically_created=False).exists()


def query_to_take_along(request: HttpRequest, address: str) -> str:
    """What is added to a new address so that it asks for the same as the old one.

    Nothing for another site, nor where somebody chose by hand where this very query leads, or
    with which query. A query, for an address that has one.
    """
    query = request.META.get("QUERY_STRING", "")
    if not query or urlsplit(address).query or urlsplit(address).fragment:
        return ""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    with_query = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    return f"?{iri_to_uri(query)}" if get_redirect(request, with_query) is None else ""
