"""What the staff pages of practice share: their header, and the way back to the list."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from people.staff_headers import staff_header

INDEX = "wagtailsnippets_practice_conversation:list"


def with_header(title: str, context: dict[str, Any]) -> dict[str, Any]:
    """The context of a staff page with its header and the way back to the conversations."""
    return staff_header(title, "comment", (reverse(INDEX), _("Conversations"))) | context
