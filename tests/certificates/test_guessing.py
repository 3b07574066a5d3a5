"""Whoever guesses numbers is slowed down, and nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from certificates import guessing
from certificates.guessing import MISSES_A_MINUTE, address_of, count_miss, key_for, may_look_up
from tests.make import NOON

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def request_from(address="203.0.113.7", **headers):
    return RequestFactory().get("/verify/", REMOTE_ADDR=address, **headers)


def miss(count, request, at=NOON):
    for _ in range(count):
        count_miss(request, at=at)


def test_the_last_miss_that_is_allowed_is_still_answered_and_the_next_is_not():
    request = request_from()
    miss(MISSES_A_MINUTE - 1, request)
    assert may_look_up(request, at=NOON)
    miss(1, request)
    assert not may_look_up(request, at=NOON)


def test_the_next_minute_begins_anew():
    request = request_from()
    miss(MISSES_A_MINUTE, request)
    assert not may_look_up(request, at=NOON + MINUTE - timedelta(seconds=1))
    assert may_look_up(request, at=NOON + MINUTE)


def test_a_neighbour_is_not_held_up():
    miss(MISSES_A_MINUTE, request_from("203.0.113.7"))
    assert may_look_up(request_from("203.0.113.8"), at=NOON)


def test_asking_counts_for_nothing():
    request = request_from()
    for _ in range(2 * MISSES_A_MINUTE):
        assert may_look_up(request, at=NOON)


def test_one_who_has_a_whole_network_counts_as_one():
    miss(MISSES_A_MINUTE, request_from("2001:db8:0:1::1"))
    assert not may_look_up(request_from("2001:db8:0:1:ffff::2"), at=NOON)
    assert may_look_up(request_from("2001:db8:0:2::1"), at=NOON)


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::2", "2001:db8:0:1::/64"),
        ("::1", "::/64"),
    ],
)
def test_an_address_is_counted_by_itself_or_by_its_network(address, counted_as):
    assert address_of(request_from(address)) == counted_as


def test_a_header_that_anybody_may_send_makes_nobody_somebody_else(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    forged = request_from("203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert address_of(forged) == "203.0.113.7"


def test_those_whose_address_cannot_be_told_share_one_count():
    request = request_from("")
    assert address_of(request) == "unknown"
    miss(MISSES_A_MINUTE, request)
    assert not may_look_up(request_from(""), at=NOON)
    assert may_look_up(request_from(), at=NOON)


def test_no_address_is_stored():
    assert "203.0.113" not in key_for(request_from(), NOON)


def test_a_count_that_ends_while_it_is_raised_begins_again(monkeypatch):
    """Between asking whether it is there and raising it, the cache may drop it."""
    request = request_from()
    count_miss(request, at=NOON)

    def drop_and_fail(key, misses):
        cache.delete(key)
        raise ValueError

    monkeypatch.setattr(guessing.cache, "incr", drop_and_fail)
    count_miss(request, at=NOON)
    assert cache.get(key_for(request, NOON)) == 1
