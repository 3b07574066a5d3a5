"""A matching question as a paper holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import ClassVar, Self

from assessments.items import (
    NOTHING,
    Choice,
    Item,
    Part,
    Response,
    deal_choices,
    draw_id,
    last_value,
    pair_choices,
    share,
)


@dataclass(frozen=True)
class Stem(Choice):
    """The left side of a pair: the ids of the choices that match it, and why."""

    matches: list[str]
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class MatchingItem(Item):
    """A choice for each stem. The response is {stem id: choice id}. Each right pair earns its
    share."""

    kind: ClassVar[str] = "matching"
    choices: ClassVar[dict[str, type[Choice]]] = {"stems": Stem, "offered": Choice}
    script: ClassVar[bool] = True

    stems: list[Stem]
    offered: list[Choice]

    def read(self, form: Mapping[str, list[str]]) -> Response:
        offered = {choice.id for choice in self.offered}
        response = {}
        for stem in self.stems:
            chosen = last_value(form, f"{self.field_name}-{stem.id}")
            if chosen in offered:
                response[stem.id] = chosen
        return response or None

    def is_complete(self, response: Response) -> bool:
        return response is not None and len(response) == len(self.stems)

    def fraction(self, response: Response) -> Decimal:
        right = sum(1 for stem in self.stems if response.get(stem.id) in stem.matches)
        return share(right, len(self.stems)) if self.stems else NOTHING

    def parts(self, response: Response) -> list[Part]:
        chosen = response or {}
        return [
            Part(
                stem,
                chosen.get(stem.id),
                chosen.get(stem.id) in stem.matches,
                " / ".join(choice.text for choice in self.offered if choice.id in stem.matches),
            )
            for stem in self.stems
        ]

    def right_response(self) -> Response:
        return {stem.id: stem.matches[0] for stem in self.stems}

    def deal(self, random: Random) -> Self:
        offered = deal_choices(self.offered, random)
        id_of = {choice.source: choice.id for choice in offered}
        new_ids = {choice.id: id_of[choice.source] for choice in self.offered}
        stems = [
            replace(stem, matches=[new_ids[match] for match in stem.matches])
            for stem in deal_choices(self.stems, random)
        ]
        return replace(self, id=draw_id(random), stems=stems, offered=offered)

    def corrected_by(self, version: Item) -> Self:
        """As for every kind, with the matches of the version under the ids of this paper."""
        corrected = super().corrected_by(version)
        offered = self._of_same_kind(version).offered
        own_id = {
            theirs.id: own.id for own, theirs in pair_choices(self.offered, offered, "offered")
        }
        stems = [
            replace(stem, matches=[own_id[match] for match in stem.matches])
            for stem in corrected.stems
        ]
        return replace(corrected, stems=stems)
