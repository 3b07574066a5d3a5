"""Which page an address leads to, and in which of its languages a reader is shown it.

An address leads to its page whoever asks. A page is there in one or more languages; a reader is
shown theirs where it is published, else the site's own, else whichever there is, and the page says
in which language its text is. See docs/decisions/0066-an-address-leads-to-its-page.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

AnyPage = TypeVar("AnyPage", bound=Page)


def trees_of(root: Page, language: str) -> list[Page]:
    """The front page of a site in each language, drafts too: the reader's own, the site's, others.

    One query, and one for each kind of front page.
    """
    roots = root.get_translations(inclusive=True).select_related("locale")
    return sorted(
        roots,
        key=lambda each: (each.locale.language_code != language, each.pk != root.pk, each.pk),
    )


def in_language(pages: Iterable[AnyPage], language: str) -> list[AnyPage]:
    """Each page once, in the reader's language where it is among them, in the order given."""
    chosen: dict[object, AnyPage] = {}
    for page in pages:
        known = chosen.setdefault(page.translation_key, page)
        if known is not page and page.locale.language_code == language:
            chosen[page.translation_key] = page
    return list(chosen.values())


def title_for_reader(pages: PageQuerySet[AnyPage], title: str) -> str:
    """The title of one of some pages in the reader's language; the one given, where none is in it.

    A query, for readers of another language than the site's.
    """
    language = get_language() or ""
    if language == settings.LANGUAGE_CODE:
        return title
    titles = pages.live().filter(locale__language_code=language).values_list("title", flat=True)
    return titles.first() or title


def below(roots: Iterable[Page]) -> Q:
    """The condition for a page below one of some pages, or one of them itself."""
    conditions = [Q(path__startswith=root.path) for root in roots]
    return reduce(or_, conditions) if conditions else Q(pk__in=[])


def without_translated(pages: PageQuerySet[AnyPage], language: str) -> PageQuerySet[AnyPage]:
    """Some pages without those that are also published in the reader's language."""
    in_own = Page.objects.live().filter(locale__language_code=language)
    others = Page.objects.exclude(locale__language_code=language)
    there = others.filter(translation_key__in=in_own.values("translation_key"))
    untranslated: PageQuerySet[AnyPage] = pages.exclude(pk__in=there.values("pk"))
    return untranslated


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """The page that an address leads to, in the reader's language where it is published in it.

    None where it leads to no page. The reader's own tree is asked first, then the site's, then
    those of other languages.
    """
    site = Site.find_for_request(request)
    if site is None:
        return None
    language = get_language() or ""
    roots = trees_of(site.root_page, language)
    components = [component for component in path.split("/") if component]
    route = next(filter(None, (_route_in(root, request, components) for root in roots)), None)
    if route is None or route.page.locale.language_code == language:
        return route
    return _translated(request, roots[0], route, language) or route


def _route_in(root: Page, request: HttpRequest, components: list[str]) -> RouteResult | None:
    try:
        result: RouteResult = root.specific.route(request, components)
    except Http404:
        return None
    return result


def _translated(
    request: HttpRequest, root: Page, result: RouteResult, language: str
) -> RouteResult | None:
    """The same page in the reader's language, where that can be reached."""
    if root.locale.language_code != language or result.args or result.kwargs:
        return None
    same = root.get_descendants(inclusive=True).filter(
        translation_key=result.page.translation_key, live=True
    )
    page = same.first()
    if page is None:
        return None
    components = page.url_path[len(root.url_path) :].split("/")
    return _route_in(root, request, [component for component in components if component])


def is_shown_in_another_language(page: Page) -> bool:
    """Whether a page that is not published is shown to readers in another of its languages."""
    translations: PageQuerySet[Page] = page.get_translations()
    return translations.live().exists()


def missing_in(locale: Locale, pages: PageQuerySet[Page]) -> PageQuerySet[Page]:
    """Those of some pages that are not there in a language, not even as a draft."""
    there = Page.objects.filter(locale=locale)
    missing: PageQuerySet[Page] = pages.exclude(translation_key__in=there.values("translation_key"))
    return missing
