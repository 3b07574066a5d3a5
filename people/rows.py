"""Reads rows by a plain statement, for the few reads that most requests make.

For Django to build a statement from a queryset costs several times what a database takes to
answer it. Decision 0030 says what that is worth, and where it is used; 0150, how rows are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Columns:
    """The columns of a model, and how what a database gives for each becomes a value."""

    statement: str
    names: tuple[str, ...]
    converters: tuple[tuple[int, Any, tuple[Callable[..., Any], ...]], ...]

    def make_row(self, model: type[Row], values: Sequence[Any]) -> Row:
        """A row of the model, as a queryset would have made it."""
        converted = list(values)
        for place, column, convert in self.converters:
            for each in convert:
                converted[place] = each(converted[place], column, connection)
        return model.from_db(connection.alias, self.names, converted)


@cache
def _columns_of(model: type[Model], vendor: str) -> Columns:
    """The columns of a model on a kind of database: another gives other values for the same."""
    table = model._meta.db_table
    fields = cast(Any, model._meta.concrete_fields)
    columns = [field.get_col(table) for field in fields]
    converters = [
        (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        for column in columns
    ]
    return Columns(
        statement=", ".join(f"{table}.{field.column}" for field in fields),
        names=tuple(field.attname for field in fields),
        converters=tuple(
            (place, columns[place], convert) for place, convert in enumerate(converters) if convert
        ),
    )


def rows_where(model: type[Row], **values: Any) -> Iterator[Row]:
    """The rows of a model whose fields hold some values; for a list, any of its values.

    One query, in no order. A field is named as in `filter`, without anything behind its name,
    and holds a value, a list with something in it, or None. Whatever may not be seen by
    everyone has to be asked for by name: no manager of the model adds a condition.
    """
    columns = _columns_of(model, connection.vendor)
    rows = _read(columns.statement, model._meta.db_table, model, values)
    return (columns.make_row(model, each) for each in rows)


def first_row(model: type[Row], **values: Any) -> Row | None:
    """A row of a model whose fields hold some values; None where there is none. One query."""
    return next(rows_where(model, **values), None)


def first_row_with(model: type[Row], *related: str, **values: Any) -> Row | None:
    """The same with the rows that it points at by some fields, none of them empty. One query."""
    table = model._meta.db_table
    parts = [(model, _columns_of(model, connection.vendor))]
    tables = [table]
    for name in related:
        field = cast(Any, model._meta.get_field(name))
        other = field.related_model
        parts.append((other, _columns_of(other, connection.vendor)))
        joined = other._meta.db_table
        tables.append(
            f"JOIN {joined} ON {joined}.{field.target_field.column} = {table}.{field.column}"
        )
    columns = ", ".join(part.statement for _model, part in parts)
    found = next(iter(_read(columns, " ".join(tables), model, values)), None)
    if found is None:
        return None
    rows, begin = [], 0
    for part_model, part in parts:
        end = begin + len(part.names)
        rows.append(part.make_row(part_model, found[begin:end]))
        begin = end
    first, *others = rows
    for name, other in zip(related, others, strict=True):
        setattr(first, name, other)
    return first


def count_where(model: type[Model], **values: Any) -> int:
    """How many rows of a model have fields that hold some values. One query."""
    [(number,)] = _read("COUNT(*)", model._meta.db_table, model, values)
    return int(number)


def insert_rows(rows: Sequence[Model]) -> None:
    """Add rows of one model in one statement, without reading back the keys they are given.

    As `bulk_create` does it, for rows whose key the database gives. All of them, or none: call it
    inside a transaction.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [cast(Any, field) for field in meta.concrete_fields if not field.primary_key]
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    columns = ", ".join(field.column for field in fields)
    placeholders = f"({', '.join(['%s'] * len(fields))})"
    places = ", ".join([placeholders] * len(rows))
    statement = f"INSERT INTO {meta.db_table} ({columns}) VALUES {places}"  # noqa: S608  our own names; values go apart
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _read(
    columns: str, tables: str, model: type[Model], values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """What a database gives for some columns, where the fields of a model hold some values."""
    table = model._meta.db_table
    conditions, parameters = [], []
    for name, value in values.items():
        condition, stored = _condition(table, cast(Any, model._meta.get_field(name)), value)
        conditions.append(condition)
        parameters += stored
    # The names of the tables and the columns are the models'; whatever a reader gave is a parameter.
    statement = f"SELECT {columns} FROM {tables} WHERE {' AND '.join(conditions)}"  # noqa: S608  the same
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cast(list[tuple[Any, ...]], cursor.fetchall())


def _condition(table: str, field: Field[Any, Any], value: Any) -> tuple[str, list[Any]]:
    """What must be true of a column, and the values it is compared with, as the database has them."""
    if value is None:
        return f"{table}.{field.column} IS NULL", []
    values = value if isinstance(value, list) else [value]
    stored = [field.get_db_prep_value(each, connection) for each in values]
    return f"{table}.{field.column} IN ({', '.join(['%s'] * len(stored))})", stored
