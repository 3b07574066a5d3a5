"""What earns what in an ordering question, and what is read from its form."""

from decimal import Decimal
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds.examples import example_of
from assessments.kinds.ordering.item import OrderingItem, Step, longest_ordered_run
from tests import make

LETTERS = "abcdefgh"


def ordering(count=5, **fields):
    steps = [Step(id=LETTERS[n], text=f"step {n}", place=n + 1, feedback="") for n in range(count)]
    return OrderingItem(**make.item_fields(steps=[*steps[1:], steps[0]], **fields))


@pytest.mark.parametrize(
    ("order", "fraction"),
    [
        ("abcde", "1"),
        ("bcdea", "0.8"),  # the first put last costs one step
        ("abced", "0.8"),
        ("badce", "0.6"),
        ("edcba", "0"),  # one step alone is in no order
        ("aebdc", "0.6"),
    ],
)
def test_ordering_earns_the_longest_run_that_is_in_order(order, fraction):
    response = {letter: place for place, letter in enumerate(order, start=1)}
    assert ordering().earned_fraction(response) == Decimal(fraction)


@pytest.mark.parametrize(
    ("places", "fraction"),
    [
        ({"a": 1}, "0"),  # one alone
        ({"a": 1, "b": 2}, "0.4"),
        ({"a": 1, "b": 1}, "0"),  # two in one place are in no order
        ({"a": 1, "b": 1, "c": 2, "d": 3}, "0.6"),
        ({"a": 2, "e": 5}, "0.4"),
    ],
)
def test_an_unfinished_order_earns_for_what_is_placed(places, fraction):
    assert ordering().earned_fraction(places) == Decimal(fraction)


@given(st.permutations(range(1, 7)))
def test_the_longest_run_is_as_long_as_trying_every_choice_finds(right):
    placed = list(enumerate(right, start=1))
    longest = max(
        size
        for size in range(1, 7)
        for some in combinations(right, size)
        if list(some) == sorted(some)
    )
    run = longest_ordered_run(placed)
    assert len(run) == longest
    assert run == sorted(run)


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ({"item-q-a": ["5"], "item-q-b": ["0"], "item-q-c": ["6"]}, {"a": 5}),
        ({"item-q-a": ["9" * 5000], "item-q-b": ["٣"], "item-q-c": ["1.0"]}, None),
        ({}, None),
    ],
)
def test_a_form_says_only_what_the_item_offers(form, response):
    assert ordering().read(form) == response


@pytest.mark.parametrize(
    ("response", "is_complete"),
    [
        ({"a": 1, "b": 2}, False),
        ({"a": 1, "b": 1, "c": 2}, False),
        ({"a": 3, "b": 1, "c": 2}, True),
    ],
)
def test_it_knows_whether_a_step_still_asks_for_a_place(response, is_complete):
    assert ordering(3).is_complete(response) is is_complete


def test_steps_are_shown_in_the_learners_order_once_each_has_a_place():
    item = ordering(3)
    assert [part.choice.id for part in item.parts(None)] == ["b", "c", "a"]
    assert [part.choice.id for part in item.parts({"a": 1, "c": 2})] == ["b", "c", "a"]
    assert [part.choice.id for part in item.parts({"a": 2, "b": 3, "c": 1})] == ["c", "a", "b"]


def test_it_is_never_shown_in_the_right_order():
    two = [("step", {"text": text, "feedback": ""}) for text in ("Notice", "Breathe")]
    frozen = example_of("ordering", code="O1", steps=two).freeze()
    for seed in range(20):
        assert [step.place for step in frozen.deal(Random(seed)).steps] == [2, 1]
