"""What a process remembers of the published content, for as long as its edition is current.

One small query a request says which edition is current. Everything kept here was worked out
from published content alone, never from a person, so it may be shown to anyone who may read
the page, and it is all forgotten when a new edition begins.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.http import HttpRequest

from courses.models.editions import Edition

T = TypeVar("T")

_remembered: dict[Hashable, Any] = {}
_edition: int = -1
MOST_REMEMBERED = 5000

TOKEN_GOES_HERE = f"token-{secrets.token_hex(16)}"
"""Stands in remembered markup where each reader has a token of their own. Nobody can guess
it, so nobody can write it into a page."""


def edition_for(request: HttpRequest) -> int:
    """The edition this request reads. One query, the first time it is asked."""
    edition: int | None = getattr(request, "_edition", None)
    if edition is None:
        edition = request._edition = Edition.current()  # type: ignore[attr-defined]
    return edition


def remembered(edition: int, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, worked out once in this process for each edition and key.

    Callers share what they get and must not change it.
    """
    global _edition, _remembered
    if edition != _edition or len(_remembered) > MOST_REMEMBERED:
        # Threads that still hold the old dictionary finish with it; nobody reads it again.
        _edition, _remembered = edition, {}
    kept = _remembered
    try:
        return kept[(edition, key)]
    except KeyError:
        made = make()
        kept[(edition, key)] = made
        return made


def forget() -> None:
    """Forget everything, as a process that has just started."""
    global _edition, _remembered
    _edition, _remembered = -1, {}
