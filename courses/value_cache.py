"""Django's cache in the memory of this process, for values that nobody changes."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class ValueCache(LocMemCache):
    """Django's cache in local memory, which gives out the value itself and not a copy of it.

    Django pickles what it caches, so that nobody can change it for others. Making an outline
    again from its pickle costs more than the page around it. Cache only what cannot be
    changed: text, numbers, tuples, frozen dataclasses. It holds `MAX_ENTRIES` at most, and
    forgets first what was longest unused.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        full_key = self.make_key(key, version=version)
        with self._lock:
            if self._has_expired(full_key):
                self._delete(full_key)
                return default
            self._cache.move_to_end(full_key, last=False)
            return self._cache[full_key]

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        full_key = self.make_key(key, version=version)
        with self._lock:
            self._set(full_key, value, timeout)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        full_key = self.make_key(key, version=version)
        with self._lock:
            is_new = self._has_expired(full_key)
            if is_new:
                self._set(full_key, value, timeout)
        return bool(is_new)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Not for counting: what is counted is shared by all processes."""
        raise NotImplementedError
