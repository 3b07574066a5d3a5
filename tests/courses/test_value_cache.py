"""The cache of values behaves as a small dictionary that forgets, whatever is asked of it."""

from __future__ import annotations

import time
from collections import OrderedDict
from itertools import count

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from courses.value_cache import ValueCache

numbers = count()


def new_cache(most=3, **params):
    """A cache that shares its values with no other test."""
    return ValueCache(f"test-{next(numbers)}", {"OPTIONS": {"MAX_ENTRIES": most}, **params})


keys = st.sampled_from("abcde")
acts = st.lists(
    st.one_of(
        st.tuples(st.just("set"), keys, st.integers()),
        st.tuples(st.just("add"), keys, st.integers()),
        st.tuples(st.just("get"), keys),
        st.tuples(st.just("delete"), keys),
        st.tuples(st.just("clear")),
    ),
    max_size=30,
)


class Plain:
    """What the cache promises, written as plainly as can be."""

    def __init__(self, most):
        self.most, self.values = most, OrderedDict()

    def get(self, key):
        if key in self.values:
            self.values.move_to_end(key)
        return self.values.get(key)

    def set(self, key, value):
        self.values[key] = value
        self.values.move_to_end(key)
        if len(self.values) > self.most:
            self.values.popitem(last=False)

    def add(self, key, value):
        if self.get(key) is not None:
            return False
        self.set(key, value)
        return True

    def delete(self, key):
        return self.values.pop(key, None) is not None

    def clear(self):
        self.values.clear()


@given(acts, st.integers(1, 4))
def test_it_answers_as_a_dictionary_that_forgets_what_was_longest_unused(steps, most):
    cache, plain = new_cache(most), Plain(most)
    for name, *arguments in steps:
        assert getattr(cache, name)(*arguments) == getattr(plain, name)(*arguments)
        assert len(cache.entries) == len(plain.values) <= most
    for key in "abcde":
        assert cache.get(key) == plain.get(key)


def test_the_value_itself_is_given_out_and_no_copy():
    cache, value = new_cache(), ("a", ("b",))
    cache.set("key", value)
    assert cache.get("key") is value


def test_nothing_and_false_are_values_too():
    cache = new_cache()
    for value in (None, False, 0, "", ()):
        cache.set("key", value)
        assert cache.get("key", "missing") == value
        assert cache.add("key", "another") is False


def test_versions_are_told_apart():
    cache = new_cache()
    cache.set("key", "one", version=1)
    cache.set("key", "two", version=2)
    assert (cache.get("key", version=1), cache.get("key", version=2)) == ("one", "two")
    assert cache.delete("key", version=1)
    assert (cache.get("key", version=1), cache.get("key", version=2)) == (None, "two")


@pytest.mark.parametrize(("seconds", "value"), [(0, "here"), (59, "here"), (60, None), (61, None)])
def test_a_value_expires_at_its_second(seconds, value):
    cache = new_cache()
    with time_machine.travel(time.time(), tick=False) as clock:
        cache.set("key", "here", timeout=60)
        clock.shift(seconds)
        assert cache.get("key") == value
        assert ("key" in cache) is (value is not None)


def test_a_value_without_an_end_stays_and_one_with_none_left_is_gone_at_once():
    cache = new_cache()
    with time_machine.travel(time.time(), tick=False) as clock:
        cache.set("for ever", 1, timeout=None)
        cache.set("no longer", 1, timeout=0)
        clock.shift(10**8)
        assert cache.get("for ever") == 1
        assert cache.get("no longer") is None


def test_touching_gives_a_value_more_time_and_makes_none():
    cache = new_cache()
    with time_machine.travel(time.time(), tick=False) as clock:
        cache.set("key", 1, timeout=10)
        assert cache.touch("key", 100) is True
        assert cache.touch("nowhere", 100) is False
        clock.shift(50)
        assert cache.get("key") == 1
        assert cache.get("nowhere") is None


def test_two_caches_of_one_place_hold_the_same_and_of_two_places_do_not():
    place = f"shared-{next(numbers)}"
    first, second = ValueCache(place, {}), ValueCache(place, {})
    first.set("key", 1)
    assert second.get("key") == 1
    assert new_cache().get("key") is None
    second.clear()
    assert first.get("key") is None
