"""Questions that every request asks: their statement is worked out once, and then only sent.

Building a statement from a queryset costs several times what the database takes to answer a
look-up by key. A question that is asked on every page is written as a queryset all the same,
and this keeps the statement that Django made of it. See decision 0009.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, TypeVar, cast, get_type_hints
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Field, Model, UUIDField
from django.db.models.query import ModelIterable, QuerySet

R = TypeVar("R")

# For each type of argument: how a column of it is written, and a value to know it by.
KINDS: dict[type, tuple[Field[Any, Any], Callable[[int], Any]]] = {
    int: (BigIntegerField(), lambda nth: 2_000_000_011 + nth),
    str: (CharField(), lambda nth: f"argument \x02{nth}\x03"),
    UUID: (UUIDField(), lambda nth: UUID(int=(0xA5 << 120) + nth)),
    datetime: (DateTimeField(), lambda nth: datetime(1902, 3, 4, tzinfo=UTC) + timedelta(nth)),
}


class NotPrepared(TypeError):
    """A queryset that cannot be asked in this way; its words say why."""


@dataclass(frozen=True)
class Statement:
    """What is sent to one kind of database, and how its rows are read."""

    model: type[Model] | None
    sql: str
    # For each value sent: the number of the argument it is, or None and the value itself.
    values: list[tuple[int | None, Any]]
    columns: list[str]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


class Prepared(Generic[R]):
    """A function that makes a queryset, whose rows are then read without making it again.

    Its arguments are typed as int, str, UUID or datetime and are never None. The queryset
    reads objects of one model, or a `values_list`. Each call is one query and gives a list.
    Raises NotPrepared the first time, where the queryset is of another kind.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, R]]) -> None:
        update_wrapper(self, make)
        self._make = make
        self._names = list(inspect.signature(make).parameters)
        self._fields: list[Field[Any, Any]] = []
        self._statements: dict[str, Statement] = {}

    def __call__(self, *arguments: Any) -> list[R]:
        statement = self._statements.get(connection.vendor) or self._prepare()
        told = self._written(arguments)
        values = [value if nth is None else told[nth] for nth, value in statement.values]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            rows = [list(row) for row in cursor.fetchall()]
        for place, converters, column in statement.converters:
            for row in rows:
                for convert in converters:
                    row[place] = convert(row[place], column, connection)
        if statement.model is None:
            return cast("list[R]", rows)
        read, alias = statement.model.from_db, connection.alias
        return cast("list[R]", [read(alias, statement.columns, row) for row in rows])

    def first(self, *arguments: Any) -> R | None:
        """The first row, or None where there is none."""
        return next(iter(self(*arguments)), None)

    def _written(self, arguments: tuple[Any, ...]) -> list[Any]:
        """The arguments as this kind of database takes them."""
        return [
            field.get_db_prep_value(value, connection)
            for field, value in zip(self._fields, arguments, strict=True)
        ]

    def _prepare(self) -> Statement:
        hints = get_type_hints(self._make)
        kinds = [KINDS[hints[name]] for name in self._names]
        examples = [example(nth) for nth, (_field, example) in enumerate(kinds)]
        self._fields = [field for field, _example in kinds]
        queryset = self._make(*examples)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        model = queryset.model if issubclass(queryset._iterable_class, ModelIterable) else None
        own = [getattr(column, "target", None) in queryset.model._meta.fields for column in columns]
        if model and not all(own):
            raise NotPrepared(f"{self._make.__qualname__} reads more than objects of one model.")
        known = {value: nth for nth, value in enumerate(self._written(tuple(examples)))}
        places = [(known.get(value), value) for value in values]
        if {nth for nth, _value in places} - {None} != set(range(len(examples))):
            raise NotPrepared(f"{self._make.__qualname__} does not ask for all its arguments.")
        statement = Statement(
            model=model,
            sql=sql,
            values=places,
            columns=[column.target.attname for column in columns] if model else [],
            converters=[
                (place, converters, column)
                for place, (converters, column) in compiler.get_converters(columns).items()
            ],
        )
        self._statements[connection.vendor] = statement
        return statement


def prepared(make: Callable[..., QuerySet[Any, R]]) -> Prepared[R]:
    """Read the rows of the queryset that a function makes, as `Prepared` says."""
    return Prepared(make)
