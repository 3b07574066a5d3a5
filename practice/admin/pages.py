"""What the staff pages of practice share: their header, and the way back to the list."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

INDEX = "wagtailsnippets_practice_conversation:list"


def with_header(title: str, context: dict[str, Any]) -> dict[str, Any]:
    """The context of a staff page with its header and the way back to the conversations."""
    return {
        "header_title": title,
        "header_icon": "comment",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(INDEX), "label": _("Conversations")},
            {"url": "", "label": title},
        ],
        **context,
    }
