"""For the staff pages on which pages are taken down, moved and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from wagtail.models import Page

from courses.admin.moving import crosses_languages, why_it_stays
from courses.admin.resting import what_rests_on

register = template.Library()


@register.inclusion_tag("courses/admin/_what_rests.html")
def what_rests(page: Page, *, act: str = "unpublish") -> dict[str, Any]:
    """How many learners and awards rest on a page; nothing, where none do."""
    return {"sentences": what_rests_on([page], act=act)}


@register.inclusion_tag("courses/admin/_what_rests.html")
def what_rests_on_all(items: Iterable[dict[str, Any]], *, act: str = "unpublish") -> dict[str, Any]:
    """The same for the pages of a bulk action, as Wagtail lists them."""
    return {"sentences": what_rests_on([item["item"] for item in items], act=act)}


@register.inclusion_tag("courses/admin/_what_rests.html")
def why_they_stay(items: Iterable[dict[str, Any]], destination: Page) -> dict[str, Any]:
    """Which pages of a bulk action stay where they are, because the place is in another language."""
    pages = [item["item"] for item in items]
    crossing = [page for page in pages if crosses_languages(page, destination)]
    return {"sentences": [why_it_stays(page, destination) for page in crossing]}
