"""Reads rows by a plain statement, for the few reads that most requests make.

For Django to build a statement from a queryset costs several times what a database takes to
answer it. Decision 0030 says what that is worth, and where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def rows_where(model: type[Row], **values: Any) -> Iterator[Row]:
    """The rows of a model whose fields hold some values; for a list, any of its values.

    One query, in no order. A field is named as in `filter`, without anything behind its name,
    and holds a value, a list with something in it, or None. Whatever may not be seen by
    everyone has to be asked for by name: no manager of the model adds a condition.
    """
    conditions, parameters = [], []
    for name, value in values.items():
        condition, stored = _condition(cast(Any, model._meta.get_field(name)), value)
        conditions.append(condition)
        parameters += stored
    # The names of the table and the columns are the model's; whatever a reader gave is a parameter.
    statement = f"SELECT * FROM {model._meta.db_table} WHERE {' AND '.join(conditions)}"  # noqa: S608
    return iter(model._base_manager.raw(statement, parameters))


def first_row(model: type[Row], **values: Any) -> Row | None:
    """A row of a model whose fields hold some values; None where there is none. One query."""
    return next(rows_where(model, **values), None)


def _condition(field: Field[Any, Any], value: Any) -> tuple[str, list[Any]]:
    """What must be true of a column, and the values it is compared with, as the database has them."""
    if value is None:
        return f"{field.column} IS NULL", []
    values = value if isinstance(value, list) else [value]
    stored = [field.get_db_prep_value(each, connection) for each in values]
    return f"{field.column} IN ({', '.join(['%s'] * len(stored))})", stored
