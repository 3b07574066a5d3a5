"""A paper: the questions one learner was given, frozen. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.items import MOST_CHARACTERS, NOTHING, Item, Response


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

    @property
    def is_held_back(self) -> bool:
        """Whether any of it is kept for a final, so that no key on it is ever shown."""
        return any(item.held_back for item in self.items)

    def read(self, form: Mapping[str, list[str]]) -> dict[str, Response]:
        """What a learner gave for each item, by item id, from the fields of a form."""
        return {item.id: item.read(form) for item in self.items}

    def overlong(self, form: Mapping[str, list[str]]) -> list[int]:
        """The numbers of the items for which a form holds more than may be given."""
        return [
            number
            for number, item in enumerate(self.items, start=1)
            if any(
                name.startswith(item.field_name) and len(value) > MOST_CHARACTERS
                for name, values in form.items()
                for value in values
            )
        ]

    def unanswered(self, responses: Mapping[str, Response]) -> list[Item]:
        """The items with a part that still asks for a response."""
        return [item for item in self.items if not item.is_complete(responses.get(item.id))]

    @property
    def scripts(self) -> list[str]:
        """The static files of the scripts that its kinds bring, each once."""
        return sorted({item.script_path for item in self.items if item.script_path})

    @property
    def styles(self) -> list[str]:
        """The static files of the style sheets that its kinds bring, each once."""
        return sorted({item.style_path for item in self.items if item.style_path})


def competencies_on(items: Iterable[Item]) -> list[str]:
    """The codes of the competencies that items test, each once, in order."""
    return sorted({code for item in items for code in item.competencies})
