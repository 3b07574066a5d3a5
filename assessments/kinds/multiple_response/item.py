"""A multiple response question as a paper holds it."""

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
    Option,
    Part,
    Response,
    deal_choices,
    draw_id,
    share,
)


@dataclass(frozen=True, kw_only=True)
class MultipleResponseItem(Item):
    """Every option that fits. The response is the ids of the options ticked.

    Right ticks less wrong ticks, over the number of right options, never below nothing: so
    ticking every box earns no more than knowing, and one slip costs one option.
    """

    kind: ClassVar[str] = "multiple_response"
    choices: ClassVar[dict[str, type[Choice]]] = {"options": Option}

    options: list[Option]
    shuffle: bool = True

    def read(self, form: Mapping[str, list[str]]) -> Response:
        ticked = set(form.get(self.field_name, []))
        return [option.id for option in self.options if option.id in ticked] or None

    def fraction(self, response: Response) -> Decimal:
        right = sum(1 for o in self.options if o.id in response and o.is_right)
        wrong = sum(1 for o in self.options if o.id in response and not o.is_right)
        return share(right - wrong, len(self.key)) if self.key else NOTHING

    def parts(self, response: Response) -> list[Part]:
        ticked = response or ()
        return [Part(o, o.id in ticked, o.is_right) for o in self.options]

    def right_response(self) -> Response:
        return [option.id for option in self.key]

    def deal(self, random: Random) -> Self:
        options = deal_choices(self.options, random, shuffle=self.shuffle)
        return replace(self, id=draw_id(random), options=options)

    @property
    def key(self) -> list[Option]:
        return [option for option in self.options if option.is_right]
