"""Where a page cannot be moved to, and why: said before Wagtail speaks of a missing right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page


def keep_in_its_language(
    request: HttpRequest, page: Page, destination: Page
) -> HttpResponse | None:
    """Back to where the place is chosen, with the reason, for one in the tree of another language.

    Nobody may move a page there, whatever their rights: they would be told that they lack one.
    """
    if not crosses_languages(page, destination):
        return None
    messages.error(request, why_it_stays(page, destination))
    return redirect("wagtailadmin_pages:move", page.pk)


def crosses_languages(page: Page, destination: Page) -> bool:
    """Whether a page would stand in the tree of another language. The root has no language."""
    return not destination.is_root() and destination.locale_id != page.locale_id


def why_it_stays(page: Page, destination: Page) -> str:
    """The reason why a page cannot be moved to a place, and where it can be."""
    return _(
        "“%(title)s” is in %(language)s, and “%(place)s” in %(other)s: a page stays among the pages "
        "of its own language. Choose a place in %(language)s."
    ) % {
        "title": page.get_admin_display_title(),
        "language": _name_of(page),
        "place": destination.get_admin_display_title(),
        "other": _name_of(destination),
    }


def _name_of(page: Page) -> str:
    return str(get_language_info(page.locale.language_code)["name_translated"])
