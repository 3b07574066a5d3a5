"""The one door to every page that is read.

Wagtail finds a page by a query for each level of its address, and then reads its site, its
restrictions and its type. What an address leads to is the same for everyone until something
is published, so we remember it for the edition, and a page costs one query however deep.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.views import serve as wagtail_serve

from courses.editions import edition_for, remembered
from courses.models import ReaderPage


class NotOurs(LookupError):
    """An address that leads to no page of ours, or to one that is not for everyone."""


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at an address. What is unusual about a page is left to Wagtail."""
    edition = edition_for(request)
    address = ("page at", request.get_host(), get_language(), path.strip("/"))
    try:
        page, site = remembered(edition, address, lambda: find(request, path))
    except NotOurs:
        return wagtail_serve(request, path)
    if request.method not in {"GET", "HEAD"}:
        return wagtail_serve(request, path)
    request._wagtail_site = site  # type: ignore[attr-defined]  # as Site.find_for_request does
    if is_any_visitor(request):
        return as_visitors_see_it(request, page, site, edition)
    return show(request, page)


def is_any_visitor(request: HttpRequest) -> bool:
    """Whether nothing but the language tells this request from any other visitor's."""
    return (
        request.method in {"GET", "HEAD"}
        and not request.META.get("QUERY_STRING")
        and not request.COOKIES.keys() - {settings.LANGUAGE_COOKIE_NAME}
    )


def as_visitors_see_it(request: HttpRequest, page: Page, site: Site, edition: int) -> HttpResponse:
    """A page as every visitor gets it, drawn once for each edition, site and language."""

    def draw() -> bytes | None:
        response = show(request, page).render()  # type: ignore[attr-defined]
        is_for_all = not response.cookies and "CSRF_COOKIE" not in request.META
        return response.content if is_for_all else None

    key = ("as visitors see it", site.pk, get_language(), request.path)
    content: bytes | None = remembered(edition, key, draw)
    if content is None:
        return show(request, page)
    response = HttpResponse(content)
    # With a cookie the same address may be answered otherwise.
    patch_vary_headers(response, ["Cookie"])
    return response


def show(request: HttpRequest, page: Page) -> HttpResponse:
    """One of our pages, as it is for whoever asks. Pages are for reading: nothing is sent to one."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return TemplateResponse(request, page.template, page.get_context(request))


def find(request: HttpRequest, path: str) -> tuple[Page, Site]:
    """The page at an address, where it is one of ours that anyone may be shown.

    Raises NotOurs for any other, so that nobody fills our memory with addresses made up.
    """
    route = Page.route_for_request(request, path)
    if route is None:
        raise NotOurs(path)
    page, args, kwargs = route
    if args or kwargs or not isinstance(page, ReaderPage) or page.get_view_restrictions().exists():
        raise NotOurs(path)
    # A lesson that is ready waits for its module and its course: Wagtail asks the page alone.
    if page.get_ancestors().filter(live=False, depth__gt=1).exists():
        raise Http404
    # What a template asks of a page is read now, so that every reader shares it.
    _ = (page.url, page.locale)
    return page, Site.find_for_request(request)
