"""How a database answers a query: which tables it reads from end to end."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, OneToOneField

from people.models import User

NAMED = re.compile(r'(?:FROM|JOIN)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?', re.IGNORECASE)
KEYWORDS = {"on", "where", "inner", "left", "join", "order", "group", "limit", "cross", "set"}
OTHER_WAYS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
"""What PostgreSQL does with small tables in place of asking an index row by row."""
OF_WHAT_IS_OWED = {
    "answers_due",
    "evidence_to_look_at",
    "evidence_to_tell_of",
    "not_announced",
    "notes_to_look_at",
    "not_rendered",
    "not_signed",
    "notices_due",
    "one_open_request_of_a_kind",
    "reached_and_not_passed",
    "remark_notices_due",
    "remarks_owed",
    "talks_wanted",
    "tries_under_way",
}
"""Indexes that hold only the few rows that something is still to be done about. To walk through
one is to read those."""


def growing_tables() -> set[str]:
    """The tables with a row for each person, and for each thing that somebody did.

    It is worked out: those from which a key that is never empty leads to a person, at once or by
    way of others.
    """
    growing: set[type[Model]] = {User}
    models = apps.get_models(include_auto_created=True)
    while added := {each for each in models if each not in growing and _leads_to(each, growing)}:
        growing |= added
    return {model._meta.db_table for model in growing}


def _leads_to(model: type[Model], others: set[type[Model]]) -> bool:
    return any(
        isinstance(field, ForeignKey | OneToOneField)
        and not field.null
        and field.related_model in others
        for field in model._meta.local_fields
    )


def tables_read_whole(statement: str) -> set[str]:
    """The tables that a statement reads from end to end, as the database plans it now."""
    if not statement.lstrip("( \n").upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
        return set()
    named = _tables_by_alias(statement)
    return {table for alias in _read_whole(statement) for table in named[alias]}


def _tables_by_alias(statement: str) -> dict[str, set[str]]:
    """The tables that go by each name. In another part of a statement a name may be another's."""
    named: dict[str, set[str]] = defaultdict(set)
    for table, alias in NAMED.findall(statement):
        is_word = alias.lower() in KEYWORDS
        named[alias if alias and not is_word else table].add(table)
    return named


def _read_whole(statement: str) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield from _read_whole_by_sqlite(statement)
    else:
        yield from _read_whole_by_postgresql(statement)


def _read_whole_by_sqlite(statement: str) -> Iterator[str]:
    """Each table that is walked through. One walked in the order of an index, until there is
    enough for a page of a list, is not."""
    lines = [line for *_, line in _explain("EXPLAIN QUERY PLAN " + statement)]
    sorts = any("TEMP B-TREE" in line and "RIGHT PART" not in line for line in lines)
    stops_early = statement.rpartition(")")[2].count(" LIMIT ") and not sorts
    for line in lines:
        walked = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)
        if walked is None or walked[2] in OF_WHAT_IS_OWED or (stops_early and walked[2]):
            continue
        if walked[1] != "CONSTANT":
            yield walked[1]


def _read_whole_by_postgresql(statement: str) -> Iterator[str]:
    """Each table for which no index serves. What is quicker for a few rows is forbidden meanwhile,
    so that a table is read whole only where there is no other way."""
    _allow(OTHER_WAYS, "off")
    try:
        [(plan,)] = _explain("EXPLAIN (FORMAT JSON) " + statement)
    finally:
        _allow(OTHER_WAYS, "on")
    plan = json.loads(plan) if isinstance(plan, str) else plan
    yield from _walked_by(plan[0]["Plan"], stops_early=False)


def _allow(ways: Iterable[str], answer: str) -> None:
    with connection.cursor() as cursor:
        for way in ways:
            cursor.execute(f"SET LOCAL {way} = {answer}")


def _walked_by(node: dict[str, Any], *, stops_early: bool) -> Iterator[str]:
    reads = "Relation Name" in node and "Scan" in node["Node Type"]
    is_owed = node.get("Index Name") in OF_WHAT_IS_OWED
    if reads and not (stops_early or is_owed) and not _is_narrowed(node):
        yield node["Alias"]
    stops = node["Node Type"] == "Limit" or (stops_early and node["Node Type"] != "Sort")
    for part in node.get("Plans", ()):
        yield from _walked_by(part, stops_early=stops)


def _is_narrowed(node: dict[str, Any]) -> bool:
    """Whether an index leads to the rows: by its first column, without which it is walked whole."""
    if "Index Name" in node:
        return _first_column(node["Index Name"]) in node.get("Index Cond", "")
    parts = node.get("Plans", ()) if node["Node Type"].startswith("Bitmap") else ()
    narrowed = [_is_narrowed(part) for part in parts if part["Node Type"].startswith("Bitmap")]
    return all(narrowed) if node["Node Type"] == "BitmapOr" else any(narrowed)


@cache
def _first_column(index: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass, 1, true)", [f'"{index}"'])
        [(column,)] = cursor.fetchall()
    return str(column)


def _explain(statement: str) -> list[Any]:
    # What a value holds may look like a placeholder; without parameters nothing is replaced.
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def shape_of(statement: str) -> str:
    """A statement without the values in it, so that each kind of query is looked at once."""
    text = re.sub(r"'(?:[^']|'')*'", "?", statement)
    text = re.sub(r"\b\d+(?:\.\d+)?\b", "?", text)
    return re.sub(r"\(\?(?:, ?\?)+\)", "(?)", text)


def each_once(statements: Iterable[str]) -> list[str]:
    """One statement of each shape."""
    return list({shape_of(statement): statement for statement in statements}.values())
