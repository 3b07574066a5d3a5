"""Which column of a table holds what, by its heading in English or Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from certificates.tables.parsing import Row
from people.folding import fold_for_search

Headings = Mapping[str, tuple[str, ...]]
"""The words for each column, folded; the first of them in English and in Spanish are the usual."""


@dataclass(frozen=True)
class Columns:
    """Where each column stands, the headings that are not read, and those that came twice."""

    places: Mapping[str, int]
    unread: tuple[str, ...]
    doubled: tuple[str, ...]

    def of(self, row: Row) -> dict[str, str]:
        """The cells of a row by the names of their columns; one that is not there is empty."""
        return {
            name: row.cells[place] if place < len(row.cells) else ""
            for name, place in self.places.items()
        }


def recognise(headings: Sequence[str], known: Headings) -> Columns:
    """Find the columns by the words at their top."""
    by_word = {word: name for name, words in known.items() for word in words}
    places: dict[str, int] = {}
    unread, doubled = [], []
    for place, heading in enumerate(headings):
        name = by_word.get(_plain_heading(heading))
        if name is None:
            unread += [heading] if heading else []
        elif name in places:
            doubled.append(heading)
        else:
            places[name] = place
    return Columns(places, tuple(unread), tuple(doubled))


def _plain_heading(heading: str) -> str:
    """Such as “attested by” of “Attested_by *”, and “hours” of “Hours (optional)”."""
    folded = re.sub(r"\(.*?\)", " ", fold_for_search(heading))
    return " ".join(re.sub(r"[^\w]|_", " ", folded).split())
