"""What the registrars' own pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def render_staff_page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A staff page with its header and the way back to the register."""
    context = {
        "header_title": title,
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("credentials:index"), "label": _("Credentials")},
            {"url": "", "label": title},
        ],
        **context,
    }
    return render(request, template, context, status=status)
