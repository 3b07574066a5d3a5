"""Search that takes whatever people type.

On SQLite, a quotation mark, a back-tick or a NUL in a query is read as an operator and
fails. Every search of the site and of the staff pages comes through here, so the words are
cleaned once, for both databases alike. And since each database folds in a way of its own, what is
indexed holds beside its words what people type for them: docs/decisions/0064-one-folding.md.
"""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string
from modelsearch.backends.base import BaseIndex
from modelsearch.index import AutocompleteField, SearchField
from modelsearch.query import And, Phrase, PlainText

from people.folding import fold_for_search, plain

LONGEST_QUERY = 200
MOST_TERMS = 20


def searchable(typed: str) -> str:
    """The words of a query: letters, digits and marks, at most 20 of them."""
    text = plain(typed[:LONGEST_QUERY])
    cleaned = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text)
    return " ".join(cleaned.split()[:MOST_TERMS])


class _Cleaned:
    """Searches for the words of a query, and finds nothing where there are none."""

    def search(self, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        return super().search(_clean(query), model_or_queryset, **kwargs)  # type: ignore[misc]

    def autocomplete(self, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        return super().autocomplete(_clean(query), model_or_queryset, **kwargs)  # type: ignore[misc]


def _clean(query: Any) -> Any:
    """A query without what would be read as an operator; one that the staff pages took apart
    already, with its words as they were meant."""
    if isinstance(query, str):
        return searchable(query)
    if isinstance(query, PlainText):
        return PlainText(plain(query.query_string), query.operator, query.boost)
    if isinstance(query, Phrase):
        return Phrase(plain(query.query_string))
    if isinstance(query, And):
        return And([_clean(each) for each in query.subqueries])
    return query


class _FoldedSearchField(SearchField):
    """A field of the index with those words of another that people in a hurry type otherwise."""

    def get_value(self, obj: Any) -> str:
        return folded_words(super().get_value(obj))


class _FoldedAutocompleteField(AutocompleteField):
    """The same, for what is found while it is typed."""

    def get_value(self, obj: Any) -> str:
        return folded_words(super().get_value(obj))


def folded_words(value: Any) -> str:
    """The words of what a field holds that are typed otherwise without accents and wide letters."""
    pieces = value if isinstance(value, list | tuple) else [value]
    text = " ".join(str(piece) for piece in pieces if piece is not None)
    known = set(text.lower().split())
    folded = dict.fromkeys(fold_for_search(text).split())
    return " ".join(word for word in folded if word not in known)


def with_folded(fields: list[Any]) -> list[Any]:
    """The fields of an index, each that is searched with one of its folded words beside it."""
    kinds = [(SearchField, _FoldedSearchField), (AutocompleteField, _FoldedAutocompleteField)]
    return fields + [
        folded(field.field_name)
        for field in fields
        for kind, folded in kinds
        if isinstance(field, kind)
    ]


class _FoldedIndex(BaseIndex):
    """Puts the folded words of what is indexed beside it."""

    def add_items(self, model: Any, objs: Any) -> None:
        rows = list(objs)
        for row in rows:
            row.get_search_fields = partial(with_folded, type(row).get_search_fields())
        super().add_items(model, rows)


# Each can be imported only where its own tables are.
BACKENDS = {
    "postgresql": "modelsearch.backends.database.postgres.postgres.PostgresSearchBackend",
    "sqlite": "modelsearch.backends.database.sqlite.sqlite.SQLiteSearchBackend",
}


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name Wagtail looks for
    """The backend for the database in use."""
    backend = import_string(BACKENDS[connection.vendor])
    index = type("FoldedIndex", (_FoldedIndex, backend.index_class), {})
    return type("CleanSearchBackend", (_Cleaned, backend), {"index_class": index})(params)
