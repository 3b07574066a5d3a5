"""Slowing down whoever guesses numbers.

Only look-ups that meet nothing are counted, for each address and minute, so an office that
checks a hundred good certificates is never held up. Whoever has missed too often gets no
answers at all for the rest of the minute: neither a hit nor a miss.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MISSES_A_MINUTE = 60
SECONDS_COUNTED = 120
WRONG_NAMES_AN_HOUR = 10
"""How many names that do not fit one asker may try for one certificate that shows none."""
SECONDS_OF_NAMES = 2 * 60 * 60


def may_look_up(request: HttpRequest, *, at: datetime) -> bool:
    """Whether this address may be answered now. One read of the shared cache."""
    return int(cache.get(key_for(request, at), 0)) < MISSES_A_MINUTE


def misses_left(request: HttpRequest, *, at: datetime) -> int:
    """How many look-ups from this address may still find nothing in this minute."""
    return max(0, MISSES_A_MINUTE - int(cache.get(key_for(request, at), 0)))


def count_miss(request: HttpRequest, *, at: datetime, misses: int = 1) -> None:
    """Count look-ups from this address that found no credential."""
    if not misses:
        return
    key = key_for(request, at)
    if not cache.add(key, misses, SECONDS_COUNTED):
        try:
            cache.incr(key, misses)
        except ValueError:
            cache.set(key, misses, SECONDS_COUNTED)  # It ended in between.


def key_for(request: HttpRequest, at: datetime) -> str:
    """The cache key of an address in a minute. The address itself is not stored."""
    minute = f"{at:%Y%m%d%H%M}"
    return f"missed:{minute}:{salted_hmac('missed', address_of(request)).hexdigest()[:32]}"


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, past the proxies that we trust; a whole IPv6 network is one."""
    try:
        address = get_adapter().get_client_ip(request)
    except (PermissionDenied, ImproperlyConfigured):
        return "unknown"
    if ipaddress.ip_address(address).version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class NameGuesses:
    """The names that one asker, an address or an organisation, tried in this hour and that did not
    fit: by certificate. One read and one write of the shared cache, however many are asked for.
    """

    def __init__(self, asker: str, codes: Collection[str], *, at: datetime) -> None:
        self._keys = {code: _key_of_names(asker, code, at) for code in codes}
        counted = cache.get_many(list(self._keys.values())) if codes else {}
        self._wrong = {code: int(counted.get(key, 0)) for code, key in self._keys.items()}
        self._changed: set[str] = set()

    def may_try(self, code: str) -> bool:
        """Whether a name may still be compared for a certificate."""
        return self._wrong.get(code, 0) < WRONG_NAMES_AN_HOUR

    def count(self, code: str) -> None:
        """Count a name that did not fit."""
        self._wrong[code] = self._wrong.get(code, 0) + 1
        self._changed.add(code)

    def save(self) -> None:
        """Keep what was counted."""
        counted = {self._keys[code]: self._wrong[code] for code in self._changed}
        if counted:
            cache.set_many(counted, SECONDS_OF_NAMES)


def _key_of_names(asker: str, code: str, at: datetime) -> str:
    """The cache key of one asker and one certificate in an hour. Neither is stored itself."""
    return f"names:{at:%Y%m%d%H}:{salted_hmac('names', f'{asker} {code}').hexdigest()[:32]}"
