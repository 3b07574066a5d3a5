"""What is worked out from published content, cached for as long as its edition is current.

One small query a request says which edition that is. What is cached was worked out from
published content alone, never from a person, so it may be shown to anyone who may read the
page. Nothing is deleted when an edition ends: its number is in every key, and no key of an
earlier edition is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.http import HttpRequest

from courses.models.editions import Edition

T = TypeVar("T")
Key = tuple[Any, ...]
"""The name of a cache, and what its values differ by. Each part is told apart by its `str()`."""

CONTENT = "content"
"""The cache of each process for what is worked out from published content."""

_MISSING = object()


def edition_for(request: HttpRequest) -> int:
    """The edition this request reads. One query, the first time it is asked."""
    edition: int | None = getattr(request, "_edition", None)
    if edition is None:
        edition = request._edition = Edition.current()  # type: ignore[attr-defined]
    return edition


def note_edition(request: HttpRequest, edition: int | None) -> None:
    """Spare this request the query, where another has read the edition along with its own rows."""
    if edition is not None and getattr(request, "_edition", None) is None:
        request._edition = edition  # type: ignore[attr-defined]  # read once for a request


def cached(edition: int, key: Key, build: Callable[[], T]) -> T:
    """What `build` returns for this edition, from the cache or worked out now.

    It is a value that nobody changes, such as text or a frozen dataclass: never a row of the
    database, and never anything of a person. With DEBUG on it is worked out each time.
    """
    value = cached_value(edition, key, _MISSING)
    if value is _MISSING:
        value = build()
        cache_value(edition, key, value)
    return cast(T, value)


def cached_value(edition: int, key: Key, default: Any = None) -> Any:
    """What is cached for this edition, or `default`."""
    return default if settings.DEBUG else caches[CONTENT].get(_full_key(edition, key), default)


def cache_value(edition: int, key: Key, value: Any) -> None:
    """Cache a value for this edition. See `cached` for what it may be."""
    if not settings.DEBUG:
        caches[CONTENT].set(_full_key(edition, key), value)


def _full_key(edition: int, key: Key) -> str:
    """The same form as Django's tag `{% cache %}` uses."""
    name, *vary_on = key
    return make_template_fragment_key(name, [edition, *vary_on])
