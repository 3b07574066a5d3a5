"""Looking for a page by its words."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from courses.access import visible_to
from lms.search import searchable

ON_A_PAGE = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Pages whose whole text this reader may see and that hold every word of the query."""
    query = request.GET.get("q", "").strip()[:200]
    words = searchable(query)
    site = Site.find_for_request(request)
    matches: list[Page] = []
    if words and site is not None:
        pages = visible_to(
            request.user, Page.objects.descendant_of(site.root_page.localized), timezone.now()
        )
        matches = list(pages.search(words)[:50])
    results = Paginator(matches, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "lms/search.html",
        {"query": query, "page_obj": results, "results": result_rows(request, list(results))},
    )


def result_rows(request: HttpRequest, matches: list[Page]) -> list[dict[str, str]]:
    """What the list says of each page. A query for each kind of page, and not for each page."""
    pages = Page.objects.filter(pk__in=[page.pk for page in matches])
    specific = {page.pk: page for page in pages.specific().defer_streamfields()}
    return [
        {
            "title": page.title,
            "url": page.get_url(request) or "",
            "summary": getattr(page, "summary", ""),
            "kind": str(page._meta.verbose_name),
        }
        for page in (specific[match.pk] for match in matches if match.pk in specific)
    ]
