"""Where a name or an address stands in text that erasure leaves as it is, for staff to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field, JSONField, Q, TextField
from django.db.models.functions import Cast

from people.fates import Fate, ModelFate, every_fate, text_fields
from people.models import User


@dataclass(frozen=True)
class Mention:
    """A field of a model in which somebody is named, and in how many rows."""

    model: str
    field: str
    rows: int


def mentions(person: User) -> Iterator[Mention]:
    """Where the name or the address of somebody stands and will stay. Reads every table."""
    for fate in every_fate():
        for name in _staying_text(fate):
            if rows := _rows_naming(fate, name, person):
                yield Mention(fate.label, name, rows)


def _staying_text(fate: ModelFate) -> list[str]:
    if fate.fate == Fate.DELETE:
        return []
    return [name for name in text_fields(fate.model) if name not in fate.blanks]


def _rows_naming(fate: ModelFate, name: str, person: User) -> int:
    field = cast("Field[Any, Any]", fate.model._meta.get_field(name))
    rows = fate.model._base_manager.all()
    if isinstance(field, JSONField):
        rows = rows.annotate(text_of_it=Cast(name, TextField()))
        name = "text_of_it"
    named = Q(**{f"{name}__icontains": person.email})
    if person.full_name:
        named |= Q(**{f"{name}__icontains": person.full_name})
    return rows.filter(named).count()
