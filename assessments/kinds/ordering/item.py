"""An ordering question as a paper holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    share,
)


@dataclass(frozen=True)
class Step(Choice):
    """Something to put in order: its place, counted from 1, and why it goes there."""

    place: int
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderingItem(Item):
    """A place for each step. The response is {step id: the place the learner gave it, from 1}.

    The mark is the share of steps in the longest run that is in the right order, so a
    single step out of place costs one step and not all that follow it. One step alone is
    in no order and earns nothing.
    """

    kind: ClassVar[str] = "ordering"
    choices: ClassVar[dict[str, type[Choice]]] = {"steps": Step}
    script: ClassVar[bool] = True

    steps: list[Step]

    def read(self, form: Mapping[str, list[str]]) -> Response:
        places = {str(place): place for place in range(1, len(self.steps) + 1)}
        response = {}
        for step in self.steps:
            place = last_value(form, f"{self.field_name}-{step.id}")
            if place in places:
                response[step.id] = places[place]
        return response or None

    def is_complete(self, response: Response) -> bool:
        places = list(range(1, len(self.steps) + 1))
        return response is not None and sorted(response.values()) == places

    def fraction(self, response: Response) -> Decimal:
        return share(len(self._in_order(response)), len(self.steps)) if self.steps else NOTHING

    def parts(self, response: Response) -> list[Part]:
        """The steps in the learner's order once every step has a place; else as drawn."""
        places = response or {}
        in_order = self._in_order(places)
        steps = self.steps
        if self.is_complete(response):
            steps = sorted(steps, key=lambda step: places[step.id])
        return [
            Part(step, places.get(step.id), step.place in in_order, str(step.place))
            for step in steps
        ]

    def right_response(self) -> Response:
        return {step.id: step.place for step in self.steps}

    def deal(self, random: Random) -> Self:
        dealt = deal_choices(self.steps, random)
        if len(dealt) > 1 and [step.place for step in dealt] == sorted(s.place for s in dealt):
            dealt = [*dealt[1:], dealt[0]]  # shown in the right order, it would answer itself
        return replace(self, id=draw_id(random), steps=dealt)

    @property
    def key(self) -> list[Step]:
        return sorted(self.steps, key=lambda step: step.place)

    def _in_order(self, places: Mapping[str, int]) -> list[int]:
        """The right places of the steps that stand in the longest run; two steps at least."""
        placed = [(places[step.id], step.place) for step in self.steps if step.id in places]
        run = longest_ordered_run(placed)
        return run if len(run) > 1 else []


def longest_ordered_run(placed: Iterable[tuple[int, int]]) -> list[int]:
    """The right places of as many steps as stand in both orders alike.

    Each step comes as (the place given, its right place). Of steps given the same place at
    most one can be in the run.
    """
    runs: list[tuple[int, list[int]]] = []
    for given, right in sorted(placed):
        before = [run for place, run in runs if place < given and run[-1] < right]
        runs.append((given, [*max(before, key=len, default=[]), right]))
    return max((run for _, run in runs), key=len, default=[])
