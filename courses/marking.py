"""Marking: arithmetic over a frozen paper, with no database, clock or settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from courses.papers import NOTHING, Given, Paper, exact


@dataclass(frozen=True)
class ItemMark:
    """What one response earned: a fraction within 0 and 1, and that share of the item's worth."""

    fraction: Decimal
    mark: Decimal


@dataclass(frozen=True)
class Score:
    """The marks of a paper, by item id, their sum, and whether that passes."""

    marks: dict[str, ItemMark]
    score: Decimal
    out_of: Decimal
    passed: bool


def mark_paper(paper: Paper, responses: Mapping[str, Given]) -> Score:
    """Mark every item on the paper; one left blank earns nothing.

    An appeal heard years from now must reach the same result from the same paper. The pass
    is decided on the exact score, before any rounding for display.
    """
    marks = {}
    for item in paper.items:
        given = responses.get(item.id)
        fraction = NOTHING if given is None else exact(item.fraction(given))
        marks[item.id] = ItemMark(fraction=fraction, mark=exact(fraction * item.worth))
    score = sum((mark.mark for mark in marks.values()), NOTHING)
    # Thirds lose a hundred-thousandth each to rounding; a paper answered rightly does not.
    if all(mark.fraction == 1 for mark in marks.values()):
        score = paper.out_of
    return Score(
        marks=marks,
        score=exact(score),
        out_of=exact(paper.out_of),
        passed=score * 100 >= paper.pass_percent * paper.out_of,
    )
