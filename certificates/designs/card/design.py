"""The wallet card: a sheet with a card to cut out and fold once, and below it what it stands for.

A card alone could not say all that a certificate says in letters that can be read. Cut along its
edge and folded in the middle it is as large as a bank card (ID-1 of ISO/IEC 7810). The same sheet
is there for both papers that offices have, A4 and US Letter.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.designs.base import Design, NameSizes

CARD_WIDTH, CARD_HEIGHT = 85.6, 53.98
CARD_TOP = 24
PADDING = 5
CODE = 31
MARK = 4


def measures(page_width: float, page_height: float) -> dict[str, float]:
    """The places of everything, in millimetres, on a page of this size."""
    left = page_width / 2 - CARD_WIDTH
    bottom = CARD_TOP + CARD_HEIGHT
    return {
        "page_width": page_width,
        "page_height": page_height,
        # The card, open: its front on the left and its back on the right.
        "card_left": left,
        "card_top": CARD_TOP,
        "card_width": CARD_WIDTH,
        "card_height": CARD_HEIGHT,
        "open_width": 2 * CARD_WIDTH,
        "fold_x": page_width / 2,
        "card_right": page_width / 2 + CARD_WIDTH,
        "card_bottom": bottom,
        "band_bottom": bottom - 3,
        "mark_above": CARD_TOP - MARK,
        "mark_below": bottom + MARK,
        # What stands on its two halves.
        "side_width": CARD_WIDTH - 2 * PADDING,
        "front_left": left + PADDING,
        "front_top": CARD_TOP + 4,
        "front_bottom": page_height - bottom + 5,
        "back_left": page_width / 2 + PADDING,
        "back_top": CARD_TOP + 6,
        "code_width": CODE,
        "back_words_width": CARD_WIDTH - 2 * PADDING - CODE - 2,
        # How to make it, and below what it stands for.
        "hint_top": bottom + MARK + 3,
        "text_left": left,
        "text_top": bottom + 28,
        "text_width": 2 * CARD_WIDTH,
        "signed_bottom": 34,
        "limits_bottom": 14,
    }


def card(name: str, label: str | Promise, page_width: float, page_height: float) -> Design:
    return Design(
        name=name,
        label=label,
        version=1,
        folder=Path(__file__).parent,
        millimetres=measures(page_width, page_height),
        name_sizes=NameSizes(
            width_mm=CARD_WIDTH - 2 * PADDING,
            largest={1: 17.0, 2: 13.5, 3: 10.5},
            comfortable=11.0,
            smallest_unbroken=8.0,
            largest_broken=9.0,
        ),
        densities=3,
        stacked=(
            ("front", "validity"),
            ("validity", "hint"),
            ("check", "hint"),
            ("hint", "main"),
            ("main", "signed"),
            ("signed", "limits"),
        ),
    )


A4 = card("card", _("Wallet card, A4"), 210, 297)
LETTER = card("card-letter", _("Wallet card, US Letter"), 215.9, 279.4)
