"""What earns what in a true or false question."""

from decimal import Decimal

import pytest

from assessments.items import Option
from assessments.kinds.examples import example_of
from assessments.kinds.true_false.item import TrueFalseItem
from tests import make


def true_false(**fields):
    options = [
        Option(id="t", text="True", fraction=Decimal(1), feedback="On true."),
        Option(id="f", text="False", fraction=Decimal(0), feedback="On false."),
    ]
    return TrueFalseItem(**make.item_fields(options=options, **fields))


@pytest.mark.parametrize(("chosen", "fraction"), [("t", "1"), ("f", "0")])
def test_true_or_false_earns_all_or_nothing(chosen, fraction):
    assert true_false().earned_fraction(chosen) == Decimal(fraction)


@pytest.mark.parametrize("is_true", [True, False])
def test_the_key_is_what_its_author_says(is_true):
    item = example_of("true_false", code="T1", is_true=is_true).freeze()
    assert [option.text for option in item.key] == [str(is_true)]


def test_true_always_stands_before_false():
    for seed in range(10):
        item = make.item("true_false", seed)
        assert [option.text for option in item.options] == ["True", "False"]
