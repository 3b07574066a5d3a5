"""The button that sends a draft to be read before it is published, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

OUR_WORKFLOW = "Lead trainer"
"""The name of the workflow that comes with the site, and of its one task, as it is stored."""
SEND_BUTTON = "action-submit"


def name_the_reader(menu_items: Iterable[Any]) -> None:
    """Let the buttons of an editor say *a lead trainer* in the reader's language.

    Wagtail puts the stored name of the workflow there. One that an organisation made for itself
    keeps its own name.
    """
    for item in menu_items:
        if item.name == SEND_BUTTON:
            item.get_context_data = _with_label(item.get_context_data)


def _with_label(get_context_data: Any) -> Any:
    def labelled(parent_context: Any) -> Any:
        context = get_context_data(parent_context)
        label = str(context.get("label", ""))
        if label.endswith(f" {OUR_WORKFLOW}"):
            context["label"] = label.removesuffix(OUR_WORKFLOW) + _("a lead trainer")
        return context

    return labelled
