"""Continuing education: an upright page that an auditor reads, with hours, subjects and provider.

The same page is there for both papers that offices have, A4 and US Letter.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.designs.base import Design, NameSizes

MARGIN = 24
BAND = 9
CODE = 34


def measures(page_width: float, page_height: float) -> dict[str, float]:
    """The places of everything, in millimetres, on a page of this size."""
    text_width = page_width - 2 * MARGIN
    return {
        "page_width": page_width,
        "page_height": page_height,
        "band_height": BAND,
        "band_bottom": page_height - 3,
        # The words and the facts, from the issuer at the top.
        "text_left": MARGIN,
        "text_top": 22,
        "text_width": text_width,
        # Who signs, above the foot.
        "signed_bottom": 66,
        # At the foot: how to check on the left, the code on the right.
        "foot_top": page_height - 58,
        "foot_line_width": page_width - MARGIN,
        "foot_bottom": 21,
        "check_width": text_width - CODE - 6,
        "code_width": CODE,
        # What the award is not, along the bottom.
        "limits_bottom": 9,
    }


def continuing(name: str, label: str | Promise, page_width: float, page_height: float) -> Design:
    return Design(
        name=name,
        label=label,
        version=1,
        folder=Path(__file__).parent,
        millimetres=measures(page_width, page_height),
        name_sizes=NameSizes(
            width_mm=page_width - 2 * MARGIN,
            largest={1: 34.0, 2: 24.0, 3: 18.0},
            comfortable=22.0,
            smallest_unbroken=12.0,
            largest_broken=15.0,
        ),
        densities=4,
        stacked=(("main", "signed"), ("signed", "check"), ("check", "limits")),
    )


A4 = continuing("continuing", _("Continuing education, A4"), 210, 297)
LETTER = continuing("continuing-letter", _("Continuing education, US Letter"), 215.9, 279.4)
