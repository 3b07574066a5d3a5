"""A paper: the questions one learner was given, frozen. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.items import NOTHING, Item, Response


@dataclass(frozen=True)
class Paper:
    """The items one learner was given, in the order shown, and the mark that passes."""

    items: list[Item]
    pass_percent: Decimal

    @property
    def out_of(self) -> Decimal:
        return sum((item.worth for item in self.items), NOTHING)

    @property
    def red_lines(self) -> list[Item]:
        """The items that must be right whatever the score."""
        return [item for item in self.items if item.red_line]

    def read(self, form: Mapping[str, list[str]]) -> dict[str, Response]:
        """What a learner gave for each item, by item id, from the fields of a form."""
        return {item.id: item.read(form) for item in self.items}

    def unanswered(self, responses: Mapping[str, Response]) -> list[Item]:
        """The items with a part that still asks for a response."""
        return [item for item in self.items if not item.is_complete(responses.get(item.id))]

    @property
    def scripts(self) -> list[str]:
        """The static files of the scripts that its kinds bring, each once."""
        return sorted({item.script_path for item in self.items if item.script_path})


def competencies_on(items: Iterable[Item]) -> list[str]:
    """The codes of the competencies that items test, each once, in order."""
    return sorted({code for item in items for code in item.competencies})
