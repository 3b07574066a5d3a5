"""The site's own colour, as a stylesheet: a strict policy allows no styles in the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from lms.colours import dark_shades, light_shades
from lms.context import look_for

A_YEAR = 60 * 60 * 24 * 365


@require_safe
def accent(request: HttpRequest) -> HttpResponse:
    """The colours that follow from the site's own, or nothing where it keeps ours.

    The address names the colour, so a browser may keep it for as long as it likes.
    """
    chosen = look_for(request).site_settings.accent.lower()
    css = (
        render_to_string(
            "lms/accent.css", {"light": light_shades(chosen), "dark": dark_shades(chosen)}
        )
        if chosen
        else ""
    )
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    is_versioned = bool(chosen) and request.GET.get("v") == chosen[1:]
    response["Cache-Control"] = (
        f"public, max-age={A_YEAR}, immutable" if is_versioned else "no-cache"
    )
    return response
