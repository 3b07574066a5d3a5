"""What apps add to the pages of those that they build on: parts that are drawn in their place."""

from __future__ import annotations

from collections.abc import Callable

from wagtail import hooks

PARTS_HOOK = "register_page_parts"
"""By this hook each app adds to pages of others: a function that returns, by the name of a page's
template, the names of the templates to draw in it."""


def parts_of(template: str) -> list[str]:
    """The templates that apps add to a page, in the order in which they were registered."""
    finders: list[Callable[[], dict[str, list[str]]]] = hooks.get_hooks(PARTS_HOOK)
    return [part for find in finders for part in find().get(template, ())]
