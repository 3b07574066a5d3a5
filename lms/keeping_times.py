"""For how long records are kept, as the privacy page shows it: from what the command obeys."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from people.retention import every_retention

PRIVACY_SLUG = "privacy"
"""Of the page on privacy, which has the same in each language: PRIVACY_URL leads there."""


def keeping_times(page: Page) -> dict[str, Any]:
    """The list for the page on privacy, in any language; nothing for any other page."""
    return {"retentions": every_retention()} if page.slug == PRIVACY_SLUG else {}
