"""What earns what in a multiple response question, and what is read from its form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import Option
from assessments.kinds.multiple_response.item import MultipleResponseItem
from tests import make


def multiple(right="ab", offered="abcd", **fields):
    options = [
        Option(id=id, text=id.upper(), fraction=Decimal(int(id in right)), feedback=f"On {id}.")
        for id in offered
    ]
    return MultipleResponseItem(**make.item_fields(options=options, **fields))


@pytest.mark.parametrize(
    ("ticked", "fraction"),
    [
        ("ab", "1"),
        ("a", "0.5"),
        ("abc", "0.5"),
        ("ac", "0"),
        ("abcd", "0"),
        ("c", "0"),
        ("cd", "0"),
    ],
)
def test_each_wrong_tick_costs_one_right_one_and_never_more_than_all(ticked, fraction):
    assert multiple().earned_fraction(list(ticked)) == Decimal(fraction)


@pytest.mark.parametrize("worth", ["0.01", "1", "2.5", "9999.99"])
def test_a_wholly_right_response_earns_exactly_what_the_item_is_worth(worth):
    item = multiple(right="abc", offered="abcd", worth=Decimal(worth))
    assert item.mark(["a", "b", "c"]) == Decimal(worth)


@given(right=st.integers(1, 8), offered=st.integers(8, 10))
def test_ticking_everything_earns_no_more_than_the_share_that_is_right(right, offered):
    letters = "abcdefghij"[:offered]
    everything = multiple(letters[:right], letters).earned_fraction(list(letters))
    assert 0 <= everything <= Decimal(right) / Decimal(offered)


@pytest.mark.parametrize(
    ("form", "response"),
    [({"item-q": ["b", "a", "b", "nonsense"]}, ["a", "b"]), ({"item-q": []}, None), ({}, None)],
)
def test_a_form_says_only_what_the_item_offers(form, response):
    assert multiple().read(form) == response


def test_one_tick_is_a_whole_response():
    assert multiple().is_complete(["a"])
