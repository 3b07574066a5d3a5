"""Which page an address leads to, and in which of its languages a reader is shown it.

An address leads to its page whoever asks. A page is there in one or more languages; a reader is
shown theirs where it is published, else the site's own, else whichever there is, and the page says
in which language its text is. What was moved into another course is no longer this page in another
language. See docs/decisions/0066-an-address-leads-to-its-page.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TypeVar

from django.apps import apps
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
    those of other languages. A page that is not published leads on to what stands in for it.
    """
    site = Site.find_for_request(request)
    if site is None:
        return None
    language = get_language() or ""
    roots = trees_of(site.root_page, language)
    components = [component for component in path.split("/") if component]
    route = next(filter(None, (_route_in(root, request, components) for root in roots)), None)
    if route is None:
        return _stand_in(request, roots, site.root_page, components)
    if route.page.locale.language_code == language:
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
    is_here = page is not None and bool(in_course_of(result.page, [page]))
    return _route_to(page, root, request) if is_here else None


def in_course_of(page: Page, translations: Iterable[AnyPage]) -> list[AnyPage]:
    """Those of the translations of a page that stand in the same course as it, or in none as it.

    One that was moved into another course is a part of that one, which its readers may have no
    place on: no address of this page leads there. A query, where there are any.
    """
    candidates = list(translations)
    keys = course_keys([page, *candidates]) if candidates else {}
    return [each for each in candidates if keys[each.pk] == keys[page.pk]]


def course_keys(pages: Iterable[Page]) -> dict[int, object]:
    """The translation key of the course that each of some pages is in, or is itself, by the id of
    the page; None for what is in no course. One query."""
    paths = {page.pk: page.path for page in pages}
    above = {path[:end] for path in paths.values() for end in range(0, len(path) + 1, Page.steplen)}
    courses = apps.get_model("courses", "CoursePage").objects.filter(path__in=above)
    keys: dict[str, object] = dict(courses.values_list("path", "translation_key"))
    return {
        pk: next((key for above, key in keys.items() if path.startswith(above)), None)
        for pk, path in paths.items()
    }


def _route_to(page: Page, root: Page, request: HttpRequest) -> RouteResult | None:
    components = page.url_path[len(root.url_path) :].split("/")
    return _route_in(root, request, [component for component in components if component])


def _stand_in(
    request: HttpRequest, roots: list[Page], site_root: Page, components: list[str]
) -> RouteResult | None:
    """What is shown for a page that is not published, or that stands in one that is not: the same
    page in the reader's language, and for a translation the page that it translates.

    A page that others translate gives way to none of them: whoever took it down has its readers
    wait, and not read it in a language that they may not know.
    """
    addresses = [root.url_path + "".join(f"{each}/" for each in components) for root in roots]
    down = Page.objects.filter(url_path__in=addresses)
    is_translation = Q(translation_record__source__isnull=False) | Q(
        ~Q(locale=site_root.locale_id), translation_records=None
    )
    giving_way = set(down.filter(is_translation).values_list("translation_key", flat=True))
    same = [
        each
        for page in down
        for each in in_course_of(
            page, Page.objects.live().filter(translation_key=page.translation_key)
        )
    ]
    for root in roots:
        is_own = root.locale.language_code == get_language()
        for page in same:
            is_shown = is_own or page.translation_key in giving_way
            is_here = is_shown and page.path.startswith(root.path)
            route = _route_to(page, root, request) if is_here else None
            if route is not None:
                return route
    return None


def is_shown_in_another_language(page: Page) -> bool:
    """Whether readers of a translation that is not published are shown it in another language.

    Those of a page that others translate are not: whoever took it down has its readers wait.
    """
    translations: PageQuerySet[Page] = page.get_translations()
    is_translation = Page.objects.filter(pk=page.pk, translation_record__source__isnull=False)
    return is_translation.exists() and bool(in_course_of(page, translations.live()))


def missing_in(locale: Locale, pages: PageQuerySet[Page]) -> PageQuerySet[Page]:
    """Those of some pages that are not there in a language, not even as a draft."""
    there = Page.objects.filter(locale=locale)
    missing: PageQuerySet[Page] = pages.exclude(translation_key__in=there.values("translation_key"))
    return missing
