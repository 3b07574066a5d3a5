"""How a mark is written, and how the templates come by the parts of an item."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds import KINDS
from assessments.templatetags.marks import figure, fitting, parts
from tests import make


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (None, ""),
        ("0", "0"),
        ("1.00000", "1"),
        ("0.5", "0.5"),
        ("2.50", "2.5"),
        ("0.66667", "0.67"),
        ("0.125", "0.13"),
        ("0.004", "0"),
        ("0.995", "1"),
        ("10", "10"),
        ("100.00", "100"),
        ("1200", "1200"),
    ],
)
def test_a_mark_is_written_without_idle_noughts(mark, words):
    assert figure(mark and Decimal(mark)).replace(",", "") == words


def test_a_mark_is_written_as_its_readers_write_numbers():
    with translation.override("es"):
        assert figure(Decimal("0.66667")) == "0,67"
        assert figure(Decimal("3")) == "3"


@given(st.decimals("0", "9999", places=5))
def test_what_is_shown_is_never_further_off_than_half_a_hundredth(mark):
    shown = Decimal(figure(mark).replace(",", "").replace("\xa0", ""))
    assert abs(shown - mark) <= Decimal("0.005")


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_an_item_fits_once_it_is_answered_rightly(kind):
    item = make.item(kind)
    right = item.right_response()
    assert parts(item, right) == item.parts(right)
    assert fitting(item, right) >= fitting(item, None)
    assert fitting(item, right) == sum(part.is_right for part in item.parts(right))
