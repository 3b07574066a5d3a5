"""A single choice question as a paper holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import ClassVar, Self

from assessments.items import (
    NOTHING,
    WHOLE,
    Choice,
    Item,
    Option,
    Part,
    Response,
    deal_choices,
    draw_id,
    last_value,
)


@dataclass(frozen=True, kw_only=True)
class SingleChoiceItem(Item):
    """One option of several. The response is the id of an option."""

    kind: ClassVar[str] = "single_choice"
    choices: ClassVar[dict[str, type[Choice]]] = {"options": Option}

    options: list[Option]
    shuffle: bool = True

    def read(self, form: Mapping[str, list[str]]) -> Response:
        chosen = last_value(form, self.field_name)
        return chosen if any(option.id == chosen for option in self.options) else None

    def fraction(self, response: Response) -> Decimal:
        return sum((o.fraction for o in self.options if o.id == response), NOTHING)

    def parts(self, response: Response) -> list[Part]:
        return [Part(o, o.id == response, o.fraction == WHOLE) for o in self.options]

    def right_response(self) -> Response:
        return self.key[0].id

    def deal(self, random: Random) -> Self:
        options = deal_choices(self.options, random, shuffle=self.shuffle)
        return replace(self, id=draw_id(random), options=options)

    @property
    def key(self) -> list[Option]:
        return [option for option in self.options if option.fraction == WHOLE]
