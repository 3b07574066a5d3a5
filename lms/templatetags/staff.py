"""What the front of the staff pages asks for."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.search import admin_search_areas
from wagtail.models import Page

from lms import sharing
from people.language_change import language_of_browser_to_offer

register = template.Library()


@register.simple_tag
def shared_by_a_copy(page: Page) -> list[str]:
    """What a copy of a page, with all below it, shares with it."""
    return sharing.shared_by_a_copy(page)


@register.simple_tag(takes_context=True)
def offered_language(context: Any) -> dict[str, str] | None:
    """The language of this person's browser, with words in it, where their account has another."""
    return language_of_browser_to_offer(context["request"])


@register.simple_tag(takes_context=True)
def first_search(context: Any) -> dict[str, Any] | None:
    """The first list that this person may search, as in the menu; None where there is none.

    Wagtail's own asks everybody for pages, and then refuses those who may see none.
    """
    areas = admin_search_areas.search_items_for_request(context["request"])
    if not areas:
        return None
    return {"url": areas[0].url, "form": SearchForm(placeholder=str(areas[0].label))}
