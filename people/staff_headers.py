"""The top of a staff page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def staff_header(title: Any, icon: str, *ways_back: tuple[str, Any]) -> dict[str, Any]:
    """The title of a staff page, its icon, and the way back from it, as its context has them.

    `ways_back` are the addresses of the pages above it with their names, from the top down. A page
    that is the last of them itself is not named twice.
    """
    crumbs: list[dict[str, Any]] = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        *({"url": url, "label": label} for url, label in ways_back),
    ]
    if not ways_back or ways_back[-1][1] != title:
        crumbs.append({"url": "", "label": title})
    return {"header_title": title, "header_icon": icon, "breadcrumbs_items": crumbs}
