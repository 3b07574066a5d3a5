"""Slowing down whoever guesses numbers.

Only look-ups that meet nothing are counted, for each address and minute, so an office that
checks a hundred good certificates is never held up. Whoever has missed too often gets no
answers at all for the rest of the minute: neither a hit nor a miss.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MISSES_A_MINUTE = 60
SECONDS_COUNTED = 120


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
