"""The values of a row, from which each request makes a row of its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from wagtail.fields import StreamField


@dataclass(frozen=True)
class RowValues:
    """The values of a row, without its streams, and of some rows that it refers to.

    It can be cached and shared, which a row cannot: a row remembers what was read through it.
    """

    model: str
    names: tuple[str, ...]
    values: tuple[Any, ...]
    related: tuple[tuple[str, RowValues], ...] = ()

    @classmethod
    def of(cls, row: Model, *related: str) -> RowValues:
        """The values of a row, and of the rows under some of its foreign keys.

        `related` is as `select_related` takes it. A foreign key that is empty stays empty.
        """
        names = tuple(
            field.attname
            for field in row._meta.concrete_fields
            if not isinstance(field, StreamField)
        )
        further: dict[str, list[str]] = defaultdict(list)
        for path in related:
            name, _, rest = path.partition("__")
            further[name] += [rest] if rest else []
        others = {name: getattr(row, name) for name in further}
        return cls(
            row._meta.label,
            names,
            tuple(getattr(row, name) for name in names),
            tuple((name, cls.of(row, *further[name])) for name, row in others.items() if row),
        )

    def make_row(self) -> Any:
        """A row with these values, as if it had just been read. A stream is read when asked for."""
        model: Any = apps.get_model(self.model)
        row = model.from_db(DEFAULT_DB_ALIAS, self.names, self.values)
        for name, other in self.related:
            setattr(row, name, other.make_row())
        return row
