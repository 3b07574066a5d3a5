"""What a course covers, as a certificate lists it: in groups, with what was assessed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CoveredGroup:
    """Competencies under one name. `assessed` are those that the holder's own papers met."""

    name: str
    competencies: tuple[str, ...]
    assessed: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "competencies": list(self.competencies),
            "assessed": list(self.assessed),
        }


def group_covered(competencies: Iterable[Mapping[str, Any]]) -> list[CoveredGroup]:
    """The competencies that were frozen with a credential, in their groups and in their order.

    One that is in no group stands by itself. Those from before there were groups, and before
    anything was said of what was assessed, are in none and were not.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in competencies:
        groups.setdefault(row.get("group") or row["name"], []).append(row)
    return [
        CoveredGroup(
            name,
            tuple(row["name"] for row in rows),
            tuple(row["name"] for row in rows if row.get("assessed")),
        )
        for name, rows in groups.items()
    ]
