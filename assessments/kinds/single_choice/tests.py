"""What earns what in a single choice question, and what is read from its form."""

from decimal import Decimal
from random import Random

import pytest

from assessments.items import Option
from assessments.kinds.examples import example_of
from assessments.kinds.single_choice.item import SingleChoiceItem
from tests import make

FRACTIONS = {"a": "1", "b": "0.5", "c": "0"}


def single(**fields):
    options = [
        Option(id=id, text=id.upper(), fraction=Decimal(fraction), feedback=f"On {id}.")
        for id, fraction in FRACTIONS.items()
    ]
    return SingleChoiceItem(**make.item_fields(options=options, **fields))


@pytest.mark.parametrize(("chosen", "fraction"), [*FRACTIONS.items(), ("z", "0")])
def test_a_single_choice_earns_what_its_option_says(chosen, fraction):
    assert single().earned_fraction(chosen) == Decimal(fraction)


@pytest.mark.parametrize(
    ("form", "response"),
    [
        ({"item-q": ["a"]}, "a"),
        ({"item-q": ["z"]}, None),
        ({"item-q": [""]}, None),
        ({"item-other": ["a"]}, None),
        ({"item-q": ["b", "a"]}, "a"),
    ],
)
def test_a_form_says_only_what_the_item_offers(form, response):
    assert single().read(form) == response


def test_a_choice_is_a_whole_response():
    assert single().is_complete("a")


def test_an_author_may_keep_the_order_of_the_options():
    question = example_of("single_choice", code="S1", shuffle=False)
    texts = [option.text for option in question.freeze().options]
    for seed in range(10):
        dealt = question.freeze().deal(Random(seed))
        assert [option.text for option in dealt.options] == texts


def test_shuffled_options_come_in_another_order_on_another_paper():
    orders = {tuple(o.text for o in make.item("single_choice", seed).options) for seed in range(30)}
    assert len(orders) == 6
