"""Marking: arithmetic over a frozen paper, with no database, clock or settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from assessments.items import NOTHING, WHOLE, Item, Response, exact
from assessments.papers import Paper

STRONG = Decimal("0.75")
GROWING = Decimal("0.4")


@dataclass(frozen=True)
class ItemMark:
    """What one response earned: a fraction within 0 and 1, and that share of the item's worth."""

    fraction: Decimal
    mark: Decimal


@dataclass(frozen=True)
class Score:
    """The marks of a paper, by item id, their sum, and whether that passes.

    `red_lines` and `missed_red_lines` are the ids of items, in the order of the paper.
    """

    marks: dict[str, ItemMark]
    score: Decimal
    out_of: Decimal
    reached_pass_mark: bool
    pass_percent: Decimal = NOTHING
    red_lines: tuple[str, ...] = ()
    missed_red_lines: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached and every red line is in place."""
        return self.reached_pass_mark and not self.missed_red_lines


def mark_paper(
    paper: Paper, responses: Mapping[str, Response], *, in_place: Collection[str] = ()
) -> Score:
    """Mark every item on the paper; one left blank earns nothing.

    A red line is missed unless its response earns the whole mark, or its id is `in_place`: it was
    answered rightly later, or talked through aloud. Being in place changes no mark.

    The score is the sum of the marks, so its parts always add up. The pass is decided on
    what was earned before the marks were rounded: three thirds are a whole, and nobody
    misses by a hundred-thousandth. An appeal heard years from now must reach the same
    result from the same paper.
    """
    marks = {}
    earned = NOTHING
    missed = []
    for item in paper.items:
        response = responses.get(item.id)
        fraction = item.earned_fraction(response)
        earned += fraction * item.worth
        marks[item.id] = mark_item(item, response)
        if item.red_line and fraction < WHOLE and item.id not in in_place:
            missed.append(item.id)
    return Score(
        marks=marks,
        score=sum((mark.mark for mark in marks.values()), NOTHING),
        out_of=exact(paper.out_of),
        reached_pass_mark=exact(earned) * 100 >= paper.pass_percent * paper.out_of,
        pass_percent=paper.pass_percent,
        red_lines=tuple(item.id for item in paper.items if item.red_line),
        missed_red_lines=tuple(missed),
    )


def mark_item(item: Item, response: Response) -> ItemMark:
    """What one response earns, each figure rounded by itself."""
    return ItemMark(fraction=exact(item.earned_fraction(response)), mark=item.mark(response))


@dataclass(frozen=True)
class Strength:
    """How much of what tested one competency was earned, as a fraction within 0 and 1."""

    competency: str
    fraction: Decimal
    items: int
    misses_red_line: bool = False

    @property
    def level(self) -> Literal["strong", "growing", "again"]:
        """In a word: strong, growing, or worth looking at again, as a missed red line always is."""
        if self.misses_red_line:
            return "again"
        if self.fraction >= STRONG:
            return "strong"
        return "growing" if self.fraction >= GROWING else "again"

    @property
    def percent(self) -> int:
        return int(self.fraction * 100)


def strengths(
    items: Iterable[Item], marks: Mapping[str, Decimal], *, missed: Collection[str] = ()
) -> list[Strength]:
    """What was earned on each competency that a paper tests, the strongest first.

    `marks` is by item id, and `missed` has the ids of red lines that are not in place. An item
    that tests two competencies counts whole for each; one that was left out counts for none.
    """
    items = list(items)
    crossed = {code for item in items if item.id in missed for code in item.competencies}
    earned: dict[str, Decimal] = {}
    worth: dict[str, Decimal] = {}
    count: dict[str, int] = {}
    for item in items:
        for code in item.competencies if item.worth else ():
            earned[code] = earned.get(code, NOTHING) + marks.get(item.id, NOTHING)
            worth[code] = worth.get(code, NOTHING) + item.worth
            count[code] = count.get(code, 0) + 1
    by_competency = [
        Strength(code, exact(earned[code] / worth[code]), count[code], code in crossed)
        for code in earned
    ]
    return sorted(by_competency, key=lambda strength: (-strength.fraction, strength.competency))


def shown_percent(percent: Decimal, pass_percent: Decimal, passed: bool) -> Decimal:
    """A score as a percentage to show: whole, halves up, or as fine as the truth needs.

    A figure never says that a paper passed when it did not, nor the other way about.
    """
    for places in (Decimal(1), Decimal("0.1"), Decimal("0.01")):
        shown = percent.quantize(places, rounding=ROUND_HALF_UP)
        if (shown >= pass_percent) == passed:
            return shown
    return percent.quantize(Decimal("0.01"), rounding=ROUND_CEILING if passed else ROUND_FLOOR)
