"""Search that takes whatever people type.

On SQLite, a quotation mark, a back-tick or a NUL in a query is read as an operator and
fails. Every search of the site and of the staff pages comes through here, so the words are
cleaned once, for both databases alike.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string

from people.folding import plain

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
    return searchable(query) if isinstance(query, str) else query


# Each can be imported only where its own tables are.
BACKENDS = {
    "postgresql": "modelsearch.backends.database.postgres.postgres.PostgresSearchBackend",
    "sqlite": "modelsearch.backends.database.sqlite.sqlite.SQLiteSearchBackend",
}


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  the name Wagtail looks for
    """The backend for the database in use."""
    backend = import_string(BACKENDS[connection.vendor])
    return type("CleanSearchBackend", (_Cleaned, backend), {})(params)
