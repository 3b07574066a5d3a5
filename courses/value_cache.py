"""A cache for Django in the memory of this process, for values that nobody changes."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache


class Entry(NamedTuple):
    """A value, and the time when it expires; None for never."""

    value: Any
    expires_at: float | None


# Each thread has a cache object of its own; what they hold is shared, by their LOCATION.
_entries: dict[str, OrderedDict[str, Entry]] = defaultdict(OrderedDict)
_locks: dict[str, Lock] = defaultdict(Lock)


class ValueCache(BaseCache):
    """A cache backend that gives out the value itself and not a copy of it.

    Django's own pickles what it caches, so that nobody can change it for others. Making an
    outline again from its pickle costs more than the page around it. Cache only what cannot
    be changed: text, numbers, tuples, frozen dataclasses. It holds `MAX_ENTRIES` at most, and
    forgets first what was longest unused.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = params.get("OPTIONS", {})
        self.most_entries = int(options.get("MAX_ENTRIES", 300))
        self.entries = _entries[location]
        self.lock = _locks[location]

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        full_key = self.make_key(key, version=version)
        with self.lock:
            entry = self.entries.get(full_key)
            if entry is None:
                return default
            if entry.expires_at is not None and entry.expires_at <= time.time():
                del self.entries[full_key]
                return default
            self.entries.move_to_end(full_key)
        return entry.value

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        full_key = self.make_key(key, version=version)
        with self.lock:
            self.entries[full_key] = Entry(value, self.get_backend_timeout(timeout))
            self.entries.move_to_end(full_key)
            while len(self.entries) > self.most_entries:
                self.entries.popitem(last=False)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Cache a value that is not there yet. Of two at once, the later one stays."""
        missing = object()
        if self.get(key, missing, version=version) is not missing:
            return False
        self.set(key, value, timeout, version=version)
        return True

    def touch(
        self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        full_key = self.make_key(key, version=version)
        with self.lock:
            entry = self.entries.get(full_key)
            if entry is not None:
                expires_at = self.get_backend_timeout(timeout)
                self.entries[full_key] = entry._replace(expires_at=expires_at)
        return entry is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        with self.lock:
            return self.entries.pop(self.make_key(key, version=version), None) is not None

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()
