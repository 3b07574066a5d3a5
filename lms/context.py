"""What every page may say: the site's name, look and help lines, and its menus."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from wagtail.models import Page, Site

from courses.editions import cached, edition_for
from courses.languages import below, in_language, trees_of
from courses.models import CourseIndexPage
from courses.privacy import closed_paths
from lms.help_lines import Help, HelpContact, Whereabouts, help_for, whereabouts_of
from lms.models import SiteSettings
from people.http import STAFF_SESSION_KEY


@dataclass(frozen=True)
class Link:
    """A page by its name and address."""

    title: str
    url: str
    path: str = ""
    language: str = ""


@dataclass(frozen=True)
class Logo:
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class SiteWords:
    """What the editors of a site say of it as a whole."""

    name: str
    accent: str
    contact_email: str
    help_introduction: str
    emergency: str
    exit_url: str
    card_reviewed_by: str
    course_cost: str


@dataclass(frozen=True)
class Look:
    """What a site shows on all of its pages, in one language. The same for every reader."""

    site_settings: SiteWords
    help_lines: tuple[HelpContact, ...]
    menu: tuple[Link, ...]
    home_url: str
    catalogue_url: str
    catalogue_path: str
    accent_url: str
    logo: Logo | None
    site_id: int | None
    links: frozenset[str]
    """Every address that the header and the footer lead to."""


@dataclass(frozen=True)
class Frame:
    """What stands around every page, rendered."""

    head: SafeString
    header: SafeString
    plain_header: SafeString
    """For a page that has Help now elsewhere, or is itself about help."""
    help_now: SafeString
    footer: SafeString
    scripts: SafeString


def site(request: HttpRequest) -> dict[str, Any]:
    """What every template may say. Nothing is read until a template says it."""

    def lazily(name: str) -> Any:
        return SimpleLazyObject(lambda: getattr(look_for(request), name))

    return {
        "demonstration": settings.DEMONSTRATION,
        "edition": SimpleLazyObject(lambda: edition_for(request)),
        "is_staff": SimpleLazyObject(lambda: is_staff(request)),
        "frame": SimpleLazyObject(lambda: frame_for(request)),
        "current_link": SimpleLazyObject(lambda: current_link(request)),
        "whereabouts": SimpleLazyObject(lambda: whereabouts(request)),
        "help": SimpleLazyObject(lambda: help_of(request)),
        **{name: lazily(name) for name in Look.__dataclass_fields__},
    }


def is_staff(request: HttpRequest) -> bool:
    """Whether this person could open the staff pages when they signed in. It opens nothing.

    False for a request without a session, as a preview may be.
    """
    session = getattr(request, "session", {})
    return request.user.is_authenticated and bool(session.get(STAFF_SESSION_KEY))


NAVIGATION = ("certificates:verify", "search", "learn", "account_profile", "account_login")
"""The addresses of ours that the header leads to, besides the catalogue."""


def current_link(request: HttpRequest) -> str:
    """The address of this page, where the header or the footer links to it; else nothing."""
    return request.path if request.path in look_for(request).links else ""


def frame_for(request: HttpRequest) -> Frame:
    """What stands around this page. It is the same for all of one kind in the same country."""
    edition = edition_for(request)
    reader = {
        "signed_in": request.user.is_authenticated,
        "is_staff": is_staff(request),
        "current_link": current_link(request),
        "whereabouts": whereabouts(request),
    }
    return cached(
        edition,
        ("frame", request.get_host(), get_language(), *reader.values(), closed_paths(request)),
        lambda: render_frame(look_for(request), help=help_of(request), edition=edition, **reader),
    )


def render_frame(look: Look, **reader: Any) -> Frame:
    """What stands around a page for one kind of reader, on the page of a link or on any other."""
    context = {
        "demonstration": settings.DEMONSTRATION,
        **{each.name: getattr(look, each.name) for each in fields(look)},
        "LANGUAGE_CODE": get_language(),
        **reader,
    }
    return Frame(
        head=render_to_string("components/head.html", context),
        header=render_to_string("components/header.html", {**context, "has_help": True}),
        plain_header=render_to_string("components/header.html", context),
        help_now=render_to_string("components/help_now.html", context),
        footer=render_to_string("components/footer.html", context),
        scripts=render_to_string("components/scripts.html", context),
    )


def look_for(request: HttpRequest) -> Look:
    """The look of the site that was asked for: one small query, the first time in a request."""
    look: Look | None = getattr(request, "_look", None)
    if look is None:
        # Noted on the request, of which the stubs know nothing.
        look = request._look = cached(  # type: ignore[attr-defined]
            edition_for(request),
            ("look", request.get_host(), get_language()),
            lambda: read_look(Site.find_for_request(request)),
        )
        closed = closed_paths(request)
        if closed:
            look = request._look = without_closed(look, closed)  # type: ignore[attr-defined]
    return look


def without_closed(look: Look, closed: tuple[str, ...]) -> Look:
    """The look for a reader who is not let in to some pages."""
    menu = tuple(link for link in look.menu if not link.path.startswith(closed))
    is_closed = look.catalogue_path.startswith(closed)
    return replace(look, menu=menu, catalogue_url="" if is_closed else look.catalogue_url)


def whereabouts(request: HttpRequest) -> Whereabouts:
    """Where this reader is, as far as it says whose help lines to show first."""
    return whereabouts_of(request, look_for(request).help_lines)


def help_of(request: HttpRequest) -> Help:
    """The help lines as this reader is shown them."""
    return help_for(look_for(request).help_lines, whereabouts(request), get_language() or "")


def read_look(site: Site | None) -> Look:
    """The look as its editors left it. Where nothing was said, what comes with the site."""
    stored = SiteSettings.objects.filter(site=site).select_related("logo").first() if site else None
    words = stored or SiteSettings()
    language = get_language() or ""
    homes = trees_of(site.root_page, language) if site else []
    home = next((each for each in homes if each.live), None)
    catalogues = CourseIndexPage.objects.live().filter(children_of(homes)).select_related("locale")
    catalogue = next(iter(in_language(catalogues.order_by("path"), language)), None)
    catalogue_url = (catalogue.url if catalogue else None) or ""
    menu = menu_under(homes, language)
    return Look(
        site_settings=SiteWords(**values_of(words, SiteWords)),
        help_lines=tuple(
            HelpContact(**values_of(line, HelpContact))
            for line in (words.help_lines.all() if stored else ())
        ),
        menu=menu,
        home_url=(home.url if home else None) or "/",
        catalogue_url=catalogue_url,
        catalogue_path=catalogue.path if catalogue else "",
        accent_url=f"{reverse('accent')}?v={words.accent[1:].lower()}" if words.accent else "",
        logo=logo_of(words),
        site_id=site.pk if site else None,
        links=frozenset({catalogue_url, *(link.url for link in menu), *map(reverse, NAVIGATION)}),
    )


def values_of(row: Any, value_type: Any) -> dict[str, Any]:
    """The values of a row that a dataclass has fields for."""
    return {each.name: getattr(row, each.name) for each in fields(value_type)}


def menu_under(homes: list[Page], language: str) -> tuple[Link, ...]:
    """The standing pages that Wagtail shows in menus, in the tree's order.

    Each in the reader's language where it is published in it.
    """
    pages = Page.objects.live().in_menu().not_type(CourseIndexPage).filter(children_of(homes))
    return tuple(
        link_to(page)
        for page in in_language(pages.select_related("locale").order_by("path"), language)
    )


def link_to(page: Page) -> Link:
    """A page by its name; the names of the pages that we ship are in our catalogue."""
    title = gettext(page.title)
    language = page.locale.language_code if title == page.title else ""
    return Link(title, page.url or "", page.path, language)


def children_of(homes: list[Page]) -> Q:
    """The condition for a page that stands right below one of some pages."""
    return below(homes) & Q(depth__in={home.depth + 1 for home in homes})


def logo_of(words: SiteSettings) -> Logo | None:
    """The site's own logo at the size of the header; none where its file cannot be read."""
    if words.logo is None:
        return None
    try:
        rendition = words.logo.get_rendition("max-480x96|format-webp-lossless")
    except OSError:
        return None
    return Logo(rendition.url, rendition.width, rendition.height)
