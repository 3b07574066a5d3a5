"""Lists of standings: bits in their places, and none that was not set."""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.badges.statuses import (
    PLACES,
    encoded_list,
    places_in,
    revoked_places,
    suspended_places,
)


def bits_of(encoded):
    assert encoded[0] == "u"
    text = encoded[1:]
    return gzip.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_the_first_bit_is_the_leftmost():
    bits = bits_of(encoded_list([0]))
    assert bits[0] == 0b1000_0000
    assert not any(bits[1:])


def test_the_last_bit_is_the_rightmost():
    assert bits_of(encoded_list([PLACES - 1]))[-1] == 1


def test_it_is_as_long_as_the_standard_asks_for():
    assert len(bits_of(encoded_list([]))) * 8 == 131_072


def test_an_empty_list_is_small():
    assert len(encoded_list([])) < 100


@given(st.sets(st.integers(0, PLACES - 1), max_size=50))
def test_what_was_set_is_found(places):
    assert places_in(encoded_list(places)) == places
    assert encoded_list(places) == encoded_list(sorted(places, reverse=True))


@pytest.mark.parametrize("place", [-PLACES // 8 * 8 - 8, PLACES, PLACES + 1])
def test_a_place_beyond_the_list_is_refused(place):
    with pytest.raises(IndexError):
        encoded_list([place])


@pytest.mark.parametrize(
    ("kinds", "is_revoked", "is_suspended"),
    [
        ([], False, False),
        (["revoked"], True, False),
        (["revoked", "reinstated"], False, False),
        (["revoked", "reinstated", "revoked"], True, False),
        (["suspended"], False, True),
        (["suspended", "restored"], False, False),
        (["suspended", "revoked"], True, True),
        (["suspended", "revoked", "reinstated"], False, True),
        (["replaced"], True, False),
        (["withdrawn"], True, False),
        (["suspended", "replaced"], True, True),
    ],
)
def test_what_happened_decides_the_bits(kinds, is_revoked, is_suspended):
    assert revoked_places({7: kinds}) == ({7} if is_revoked else set())
    assert suspended_places({7: kinds}) == ({7} if is_suspended else set())
