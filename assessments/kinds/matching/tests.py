"""What earns what in a matching question, and what is read from its form."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import Choice
from assessments.kinds.examples import example_of
from assessments.kinds.matching.item import MatchingItem, Stem
from tests import make


def matching(pairs=3, extra=1, **fields):
    offered = [Choice(id=f"c{n}", text=f"choice {n}") for n in range(pairs + extra)]
    stems = [
        Stem(id=f"s{n}", text=f"stem {n}", matches=[f"c{n}"], feedback="") for n in range(pairs)
    ]
    return MatchingItem(**make.item_fields(stems=stems, offered=offered, **fields))


@pytest.mark.parametrize(
    ("chosen", "mark"),
    [
        ({"s0": "c0", "s1": "c1", "s2": "c2"}, "1.00000"),
        ({"s0": "c0", "s1": "c1", "s2": "c3"}, "0.66667"),
        ({"s0": "c0"}, "0.33333"),
        ({"s0": "c1", "s1": "c2", "s2": "c0"}, "0.00000"),
        ({"s0": "c0", "s1": "c0", "s2": "c0"}, "0.33333"),
    ],
)
def test_each_right_pair_earns_its_share(chosen, mark):
    assert matching().mark(chosen) == Decimal(mark)


def test_a_choice_that_fits_two_stems_earns_both():
    item = MatchingItem(
        **make.item_fields(
            offered=[Choice("c0", "Ask first"), Choice("c1", "Say sorry")],
            stems=[Stem("s0", "One", ["c0"]), Stem("s1", "Two", ["c0"])],
        )
    )
    assert item.earned_fraction({"s0": "c0", "s1": "c0"}) == 1


def test_a_choice_that_two_pairs_share_is_offered_once_and_fits_both():
    pairs = [("One", "Ask first"), ("Two", "Ask first"), ("Three", "Say sorry")]
    question = example_of(
        "matching",
        code="M1",
        pairs=[("pair", {"left": a, "right": b, "feedback": ""}) for a, b in pairs],
        extra=[],
    )
    item = question.freeze().deal(Random(1))
    assert sorted(choice.text for choice in item.offered) == ["Ask first", "Say sorry"]
    assert {part.choice.text: part.fits for part in item.parts(None)} == dict(pairs)


@given(seed=st.integers(0, 1000))
def test_dealing_never_parts_a_pair(seed):
    item = make.item("matching", seed)
    fits = {part.choice.text: part.fits for part in item.parts(item.right_response())}
    assert fits == {
        "Open": "What was it like?",
        "Closed": "Are you safe?",
        "Leading": "Isn’t it?",
    }


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ({"item-q-s0": ["c2"], "item-q-s1": [""], "item-q-s9": ["c0"]}, {"s0": "c2"}),
        ({"item-q-s0": ["s0"]}, None),
    ],
)
def test_a_form_says_only_what_the_item_offers(form, response):
    assert matching().read(form) == response


@pytest.mark.parametrize(
    ("response", "is_complete"),
    [({"s0": "c0", "s1": "c1"}, False), ({"s0": "c0", "s1": "c1", "s2": "c1"}, True)],
)
def test_it_knows_whether_a_stem_still_asks_for_a_match(response, is_complete):
    assert matching().is_complete(response) is is_complete
