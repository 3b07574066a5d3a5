"""The diploma: a page to frame, in the middle of its paper, with a drawn seal at its foot.

The same page is there for both papers that offices have, A4 and US Letter.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.designs.base import Design, NameSizes

TEXT_WIDTH = 224
COLUMN_WIDTH = 84
MARGIN = 24
FRAME = 8
INNER_FRAME = 10
SEAL = 21


def measures(page_width: float, page_height: float) -> dict[str, float]:
    """The places of everything, in millimetres, on a page of this size."""
    return {
        "page_width": page_width,
        "page_height": page_height,
        "frame_width": page_width - 2 * FRAME,
        "frame_height": page_height - 2 * FRAME,
        "frame_right": page_width - FRAME,
        "frame_bottom": page_height - FRAME,
        "inner_width": page_width - 2 * INNER_FRAME,
        "inner_height": page_height - 2 * INNER_FRAME,
        # The words, in the middle of the page.
        "text_left": (page_width - TEXT_WIDTH) / 2,
        "text_top": 23,
        "text_width": TEXT_WIDTH,
        # The facts, on one line below the words.
        "facts_bottom": 74,
        # At the foot: who signs on the left, the seal in the middle, how to check on the right.
        "column_width": COLUMN_WIDTH,
        "foot_left": MARGIN,
        # Several who sign have the room as far as the seal.
        "signed_width": page_width / 2 - SEAL - MARGIN,
        "foot_bottom": 32,
        "seal_x": page_width / 2,
        "seal_y": page_height - 53,
        "check_right": MARGIN,
        "code_width": 31,
        # What the award is not, along the bottom.
        "limits_bottom": 14.5,
    }


def diploma(name: str, label: str | Promise, page_width: float, page_height: float) -> Design:
    return Design(
        name=name,
        label=label,
        version=2,
        folder=Path(__file__).parent,
        millimetres=measures(page_width, page_height),
        name_sizes=NameSizes(
            width_mm=TEXT_WIDTH,
            largest={1: 44.0, 2: 30.0, 3: 21.0},
            comfortable=27.0,
            smallest_unbroken=13.0,
            largest_broken=18.0,
        ),
        densities=3,
        stacked=(("main", "facts"), ("facts", "foot"), ("facts", "check"), ("check", "limits")),
        measured_whole=False,
    )


A4 = diploma("diploma", _("Diploma, A4"), 297, 210)
LETTER = diploma("diploma-letter", _("Diploma, US Letter"), 279.4, 215.9)
