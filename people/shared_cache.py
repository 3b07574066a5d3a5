"""What processes share: the counts of limits. In the database, or in Redis where there is one.

A cache that cannot take a count must not be mistaken for one that is full of them. A database
that is busy says so, and a Redis that has gone is replaced by the table in the database: the
site is slower then, and no limit is open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.db import DatabaseCache as DjangoDatabaseCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.db import DatabaseError, IntegrityError, OperationalError, connections, router
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TABLE = "people_cache"
MOST_ENTRIES = 100_000
NOT_COMMITTED = "database or disk is full: what was put into the cache could not be committed"
SECONDS_LEFT_ALONE = 10
"""How long a Redis that did not answer is not asked again."""


class DatabaseCache(DjangoDatabaseCache):
    """Django's cache in the database, which raises where the database takes no write.

    Django's own says then that the key is there already, and whoever counts by it would take
    a full disk for too many tries. A disk may be full at a statement, or only at the commit,
    which no statement tells of.
    """

    def _base_set(self, mode: str, *args: Any, **kwargs: Any) -> bool:
        refusals: list[DatabaseError] = []

        def note(execute: Callable[..., Any], *call: Any) -> Any:
            try:
                return execute(*call)
            except DatabaseError as error:
                refusals.append(error)
                raise

        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.execute_wrapper(note):
            is_done: bool = super()._base_set(mode, *args, **kwargs)  # type: ignore[misc]
        if is_done or (mode == "touch" and not refusals):
            return is_done
        if not refusals:
            raise OperationalError(NOT_COMMITTED)
        if not isinstance(refusals[0], IntegrityError):
            raise refusals[0]
        return False  # it was there, and may be gone by now: a lock is let go at any moment


def or_in_database(name: str) -> Callable[..., Any]:
    """A method of Redis, and the same of the database while Redis does not answer."""
    ask_redis = getattr(DjangoRedisCache, name)

    @wraps(ask_redis)
    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= RedisCache.ask_again_at:
            try:
                return ask_redis(self, *args, **kwargs)
            except RedisError as error:
                self.leave_alone(error)
        return getattr(self.in_database, name)(*args, **kwargs)

    return method


class RedisCache(DjangoRedisCache):
    """Django's cache in Redis. While that does not answer, the database takes its place."""

    ask_again_at = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        options = {"OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}}
        self.in_database = DatabaseCache(TABLE, {**params, **options})

    def leave_alone(self, error: RedisError) -> None:
        RedisCache.ask_again_at = time.monotonic() + SECONDS_LEFT_ALONE
        log.error(
            "Redis does not answer (%s), so the database counts for now.", type(error).__name__
        )

    def ask_redis_itself(self, key: str, value: str, seconds: int) -> bool:
        """Whether Redis takes and gives back a value. Raises RedisError where it does not answer."""
        DjangoRedisCache.set(self, key, value, seconds)
        return bool(DjangoRedisCache.get(self, key) == value)

    add = or_in_database("add")
    get = or_in_database("get")
    set = or_in_database("set")
    touch = or_in_database("touch")
    delete = or_in_database("delete")
    get_many = or_in_database("get_many")
    has_key = or_in_database("has_key")
    incr = or_in_database("incr")
    set_many = or_in_database("set_many")
    delete_many = or_in_database("delete_many")
    clear = or_in_database("clear")
