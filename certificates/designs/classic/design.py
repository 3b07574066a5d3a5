"""The classic design: warm paper in a double frame, with the facts in a panel on the right."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from certificates.designs.base import Design, NameSizes

MILLIMETRES = {
    "page_width": 297,
    "page_height": 210,
    # The column of text, from the issuer at its top to the signatory at its foot.
    "text_left": 25,
    "text_top": 23,
    "text_width": 178,
    "foot_bottom": 20,
    # The panel on the right, and the two blocks of text on it.
    "panel_left": 214,
    "panel_top": 16.5,
    "panel_width": 66.5,
    "panel_height": 177,
    "side_left": 222,
    "side_top": 24,
    "side_width": 51,
    "check_bottom": 21,
    "check_width": 54,
    # The code to scan, with its quiet zone.
    "code_width": 36,
}

DESIGN = Design(
    name="classic",
    label=_("Classic"),
    version=3,
    folder=Path(__file__).parent,
    millimetres=MILLIMETRES,
    name_sizes=NameSizes(
        width_mm=MILLIMETRES["text_width"],
        largest={1: 42.0, 2: 33.0, 3: 24.0},
        comfortable=27.0,
        smallest_unbroken=13.0,
        largest_broken=20.0,
    ),
    densities=3,
    stacked=(("main", "foot"), ("side", "check")),
    measured_whole=False,
)
