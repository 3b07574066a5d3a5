"""A gap fill question as a paper holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import unescape
from random import Random
from typing import Any, ClassVar, Self

from assessments.items import (
    NOTHING,
    Choice,
    Item,
    Part,
    Response,
    StructureDiffers,
    deal_choices,
    draw_id,
    last_value,
    pair_choices,
    share,
)
from assessments.text_rules import Comparison, sample, typed

MARKER = re.compile(r"\{(\d{1,2})\}")
"""Where a gap stands in the stem: its number in braces."""

OPENING = re.compile(r"(?:[“‘«„(\[¿¡]|&quot;|&#x27;)+$")
"""Signs at the end of a piece of the stem that belong to the gap after it."""

SHOWN_EXAMPLES = 3


@dataclass(frozen=True)
class Gap(Choice):
    """A gap of the stem. One with a group is a drop-down of that group's choices, and `fitting`
    has the id of the right one; one without is typed, and `fitting` has patterns."""

    fitting: list[str]
    group: str = ""
    feedback: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What fits a gap that is typed is words; what fits a drop-down is an id."""
        return ("feedback",) if self.group else ("feedback", "fitting")


@dataclass(frozen=True)
class GapChoice(Choice):
    """A choice that every drop-down of its group offers."""

    group: str


@dataclass(frozen=True)
class GapPart(Part):
    """A gap with the piece of the stem before it, what it offers, and its response in words.

    `opening` is what at the end of that piece stays on one line with the gap, such as a quotation
    mark, and `lead` is the piece without it.
    """

    before: str = ""
    number: int = 0
    offered: list[GapChoice] = field(default_factory=list)
    words: str = ""

    @property
    def opening(self) -> str:
        opening_mark = OPENING.search(self.before)
        return unescape(opening_mark[0]) if opening_mark else ""

    @property
    def lead(self) -> str:
        return OPENING.sub("", self.before)


@dataclass(frozen=True, kw_only=True)
class GapFillItem(Item):
    """Running text with gaps, typed or chosen. The response is {gap id: text or choice id}.
    Each right gap earns its share."""

    kind: ClassVar[str] = "gap_fill"
    choices: ClassVar[dict[str, type[Choice]]] = {"gaps": Gap, "offered": GapChoice}
    key_fields: ClassVar[tuple[str, ...]] = (
        *Item.key_fields,
        "comparison",
        "feedback_right",
        "feedback_wrong",
    )
    text_fields: ClassVar[tuple[str, ...]] = (
        *Item.text_fields,
        "feedback_right",
        "feedback_wrong",
    )
    accepts_every_language: ClassVar[bool] = True
    style: ClassVar[bool] = True

    gaps: list[Gap]
    offered: list[GapChoice] = field(default_factory=list)
    comparison: dict[str, Any] = field(default_factory=dict)
    """The fields of `Comparison` that the author set."""
    feedback_right: str = ""
    feedback_wrong: str = ""

    def read(self, form: Mapping[str, list[str]]) -> Response:
        response = {}
        for gap in self.gaps:
            given = typed(last_value(form, f"{self.field_name}-{gap.id}"))
            if given is not None and self._may_hold(gap, given):
                response[gap.id] = given
        return response or None

    def is_complete(self, response: Response) -> bool:
        return response is not None and len(response) == len(self.gaps)

    def fraction(self, response: Response) -> Decimal:
        right = sum(self._is_right(gap, response.get(gap.id)) for gap in self.gaps)
        return share(right, len(self.gaps)) if self.gaps else NOTHING

    def parts(self, response: Response) -> list[Part]:
        """The gaps in the order of the stem."""
        given = response or {}
        in_order, pieces = self._split_stem()
        return [
            GapPart(
                choice=gap,
                given=given.get(gap.id),
                is_right=self._is_right(gap, given.get(gap.id)),
                fits=" / ".join(self._examples(gap)),
                before=before,
                number=number,
                offered=self._offered_in(gap),
                words=self._words(gap, given.get(gap.id)),
            )
            for number, (gap, before) in enumerate(zip(in_order, pieces, strict=False), start=1)
        ]

    def right_response(self) -> Response:
        comparison = Comparison.from_json(self.comparison)
        return {
            gap.id: gap.fitting[0] if gap.group else comparison.example(gap.fitting[0])
            for gap in self.gaps
        }

    def deal(self, random: Random) -> Self:
        offered = deal_choices(self.offered, random)
        id_of = {choice.source: choice.id for choice in offered}
        new_ids = {choice.id: id_of[choice.source] for choice in self.offered}
        gaps = [
            replace(gap, fitting=[new_ids[fits] for fits in gap.fitting]) if gap.group else gap
            for gap in deal_choices(self.gaps, random, shuffle=False)
        ]
        return replace(self, id=draw_id(random), gaps=gaps, offered=offered)

    def corrected_by(self, version: Item) -> Self:
        """As for every kind, with what fits a drop-down under the ids of this paper."""
        corrected = super().corrected_by(version)
        theirs = self._of_same_kind(version)
        own_id = {
            choice.id: own.id
            for own, choice in pair_choices(self.offered, theirs.offered, "offered")
        }
        gaps = []
        for own, gap in zip(self.gaps, corrected.gaps, strict=True):
            if own.group != gap.group:  # a gap that was typed cannot become a drop-down
                raise StructureDiffers("gaps", then=own.group, now=gap.group)
            fitting = [own_id[fits] for fits in gap.fitting] if gap.group else gap.fitting
            gaps.append(replace(gap, fitting=fitting))
        return replace(corrected, gaps=gaps)

    @property
    def words(self) -> str:
        return MARKER.sub("…", self.stem)

    # Its own -------------------------------------------------------------------------

    @property
    def after(self) -> str:
        """The piece of the stem after its last gap."""
        return self._split_stem()[1][-1]

    def _split_stem(self) -> tuple[list[Gap], list[str]]:
        """The gaps in the order of the stem, and the pieces of it: before each, and at the end.

        Gaps that the stem does not name, as in a draft, come after it.
        """
        by_source = {gap.source: gap for gap in self.gaps}
        gaps, pieces, start = [], [], 0
        for marker in MARKER.finditer(self.stem):
            gap = by_source.pop(int(marker[1]) - 1, None)
            if gap is not None:
                gaps.append(gap)
                pieces.append(self.stem[start : marker.start()])
                start = marker.end()
        unnamed = list(by_source.values())
        pieces += [self.stem[start:], *("" for _ in unnamed)]
        return [*gaps, *unnamed], pieces

    def _may_hold(self, gap: Gap, given: str) -> bool:
        return not gap.group or any(choice.id == given for choice in self._offered_in(gap))

    def _is_right(self, gap: Gap, given: str | None) -> bool:
        if given is None or gap.group:
            return given in gap.fitting
        fitting = [*gap.fitting, *self._fitting_elsewhere(gap)]
        return Comparison.from_json(self.comparison).first_match(fitting, given) is not None

    def _fitting_elsewhere(self, gap: Gap) -> list[str]:
        """What fits a typed gap in the other languages of the item."""
        return [
            pattern
            for texts in self.translations.values()
            for pattern in texts["choices"]["gaps"].get(str(gap.source), {}).get("fitting", [])
        ]

    def _offered_in(self, gap: Gap) -> list[GapChoice]:
        return [choice for choice in self.offered if gap.group and choice.group == gap.group]

    def _words(self, gap: Gap, given: str | None) -> str:
        if not gap.group:
            return given or ""
        return next((choice.text for choice in self.offered if choice.id == given), "")

    def _examples(self, gap: Gap) -> list[str]:
        if gap.group:
            return [choice.text for choice in self.offered if choice.id in gap.fitting]
        return [sample(pattern, "…") for pattern in gap.fitting[:SHOWN_EXAMPLES]]
