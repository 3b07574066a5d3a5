"""What spares a page its queries: where its address leads, and the whole page for a visitor.

Wagtail serves every page by its own view and hooks. These middlewares stand before it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from courses.editions import cache_value, cached, cached_value, edition_for
from courses.languages import find_route
from courses.models import ReaderPage
from courses.privacy import is_closed_to_some
from courses.row_values import RowValues
from lms.context import whereabouts
from lms.help_lines import CHOICE_COOKIE

GetResponse = Callable[[HttpRequest], HttpResponse]


class VisitorPageMiddleware:
    """Answers a visitor who brings no cookie and no query with the page as it was rendered last.

    Such a page is the same for every visitor of one edition, host and language. It is not
    cached with DEBUG on, nor where the answer is anything but a page for everyone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_page_for_visitors(request) and may_be_shown_to_all(request, response):
            cache_value(edition_for(request), visitor_page_key(request), response.content)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not is_page_for_visitors(request):
            return None
        content = cached_value(edition_for(request), visitor_page_key(request))
        if content is None:
            return None
        request.is_from_cache = True  # type: ignore[attr-defined]
        response = HttpResponse(content)
        vary_by_cookie(response)
        return response


def visitor_page_key(request: HttpRequest) -> tuple[Any, ...]:
    here = whereabouts(request)
    return ("visitor_page", request.get_host(), get_language(), request.path, here)


def is_page_for_visitors(request: HttpRequest) -> bool:
    """Whether a page is asked for, and nothing tells one visitor from another but the language
    and whose help lines come first."""
    match = request.resolver_match
    return (
        match is not None
        and match.func is serve
        and request.method in {"GET", "HEAD"}
        and not settings.DEBUG
        and not request.META.get("QUERY_STRING")
        and not request.COOKIES.keys() - {settings.LANGUAGE_COOKIE_NAME, CHOICE_COOKIE}
    )


def may_be_shown_to_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer is a whole page without anything of whoever asked."""
    if response.status_code != 200 or response.streaming or hasattr(request, "is_from_cache"):
        return False
    vary_by_cookie(response)
    return (
        "Cache-Control" not in response
        and not response.cookies
        and "CSRF_COOKIE" not in request.META
    )


def vary_by_cookie(response: HttpResponse) -> None:
    """Tell caches on the way that whoever brings a cookie may be answered otherwise."""
    patch_vary_headers(response, ["Cookie"])


class PageRouteMiddleware:
    """Tells Wagtail which page an address leads to, which costs it a query for each level.

    What is cached is the values of the page, and each request makes a page of its own from
    them. An address that leads to no page of ours, or to one that is not for everyone, is left
    to Wagtail, so that nobody fills the cache with addresses made up.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if view is not serve:
            return
        path = str(args[0]).strip("/")
        key = ("page_route", request.get_host(), get_language(), path)
        with suppress(NotCacheable):
            values = cached(edition_for(request), key, lambda: find_page(request, path))
            if not hasattr(request, "_wagtail_route_for_request"):
                route = RouteResult(make_page(values))
                request._wagtail_route_for_request = route  # type: ignore[attr-defined]


class NotCacheable(LookupError):
    """An address that leads to no page of ours, or to one that is not for everyone."""


def find_page(request: HttpRequest, path: str) -> RowValues:
    """The values of the page that Wagtail finds at an address. Raises NotCacheable."""
    found = find_route(request, path)
    # By this attribute Wagtail is told what was found; the stubs do not know it.
    # Wagtail would ask the reader's own tree alone, where this is missing.
    request._wagtail_route_for_request = found  # type: ignore[attr-defined]
    if found is None:
        raise NotCacheable(path)
    page, args, kwargs = found
    if args or kwargs or not isinstance(page, ReaderPage) or is_closed_to_some(request, page):
        raise NotCacheable(path)
    return RowValues.of(page, *page.read_with)


def make_page(values: RowValues) -> ReaderPage:
    """A page for one request. Nothing restricts it."""
    page: ReaderPage = values.make_row()
    page.is_unrestricted = True
    return page
