"""Lists of standings (W3C Bitstring Status List): a bit for each badge, and no name. Pure."""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping

from certificates.standing import is_revoked, is_suspended

PLACES = 131_072
"""The fewest that the standard allows: among so many nobody can tell who is looked up."""


def encoded_list(places: Iterable[int]) -> str:
    """A list in which the bits of some places are set, the first bit being the leftmost."""
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> (place % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + urlsafe_b64encode(packed).decode().rstrip("=")


def places_in(encoded: str) -> set[int]:
    """The places whose bits are set."""
    text = encoded.removeprefix("u")
    bits = gzip.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return {
        number * 8 + bit
        for number, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte & 0x80 >> bit
    }


def revoked_places(events: Mapping[int, list[str]]) -> set[int]:
    """The places of badges that are no longer to be relied on: revoked, replaced or withdrawn.

    What was renewed stays good until its last day.
    """
    return {
        place
        for place, kinds in events.items()
        if is_revoked(kinds) or "replaced" in kinds or "withdrawn" in kinds
    }


def suspended_places(events: Mapping[int, list[str]]) -> set[int]:
    return {place for place, kinds in events.items() if is_suspended(kinds)}
