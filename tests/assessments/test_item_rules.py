"""What all items share: rounding, reading a form, ids that tell nothing, and coming back from JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import (
    Choice,
    Item,
    Option,
    StructureDiffers,
    clamp,
    deal_choices,
    draw_id,
    exact,
    item_from_json,
    item_types,
    last_value,
    pair_choices,
    share,
)
from assessments.kinds import KINDS
from tests import make

decimals = st.decimals("-20", "20", places=7)


# Arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.333333333", "0.33333"),
        ("0.666666666", "0.66667"),
        ("0.000005", "0.00001"),
        ("0.000004", "0.00000"),
        ("1", "1.00000"),
        ("2.5", "2.50000"),
    ],
)
def test_a_mark_has_five_places_and_halves_go_up(value, rounded):
    assert str(exact(Decimal(value))) == rounded


@given(decimals)
def test_rounding_twice_rounds_no_further(value):
    assert exact(exact(value)) == exact(value)
    assert abs(exact(value) - value) <= Decimal("0.000005")


@given(decimals)
def test_a_fraction_lies_between_nothing_and_the_whole(value):
    assert 0 <= clamp(value) <= 1
    if 0 <= value <= 1:
        assert clamp(value) == value


@given(st.integers(-5, 12), st.integers(1, 10))
def test_a_share_is_a_part_of_a_whole(part, whole):
    fraction = share(part, whole)
    assert 0 <= fraction <= 1
    if 0 <= part <= whole:
        assert fraction == Decimal(part) / Decimal(whole)


# Forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ({}, ""),
        ({"a": []}, ""),
        ({"a": ["x"]}, "x"),
        ({"a": ["x", "y"]}, "y"),
        ({"b": ["x"]}, ""),
        ({"a": [""]}, ""),
    ],
)
def test_of_several_values_the_last_counts(form, value):
    assert last_value(form, "a") == value


@pytest.mark.parametrize(
    ("response", "fields"),
    [
        (None, {}),
        ("a1", {"item-q": ["a1"]}),
        (["a1", "a2"], {"item-q": ["a1", "a2"]}),
        ({"s1": 2, "s2": 1}, {"item-q-s1": ["2"], "item-q-s2": ["1"]}),
    ],
)
def test_a_response_is_sent_in_the_fields_of_its_own_item(response, fields):
    assert replace(make.item(KINDS[0]), id="q").to_form(response) == fields


# Ids --------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
def test_an_id_is_short_and_holds_nothing_of_what_it_stands_for(seed):
    identity = draw_id(Random(seed))
    assert len(identity) == 12
    assert identity.isalnum()
    assert identity == draw_id(Random(seed))


def test_ids_do_not_repeat_within_a_paper():
    random = Random(1)
    assert len({draw_id(random) for _ in range(5000)}) == 5000


choices = st.lists(st.text(max_size=5), max_size=8).map(
    lambda texts: [Choice(str(n), text, source=n) for n, text in enumerate(texts)]
)


@given(choices, st.integers(0, 99), st.booleans())
def test_dealing_keeps_every_choice_and_its_place_in_the_question(offered, seed, shuffle):
    dealt = deal_choices(offered, Random(seed), shuffle=shuffle)
    assert {(c.source, c.text) for c in dealt} == {(c.source, c.text) for c in offered}
    assert len({c.id for c in dealt}) == len(offered)
    if not shuffle:
        assert [c.source for c in dealt] == [c.source for c in offered]


# A later version --------------------------------------------------------------------------


@given(st.lists(st.text(alphabet="abcde", min_size=1, max_size=4), unique=True, max_size=6))
def test_choices_that_only_moved_are_the_same_choices(texts):
    own = [Choice(f"o{n}", text, source=n) for n, text in enumerate(texts)]
    moved = [Choice(f"t{n}", text, source=n) for n, text in enumerate(reversed(texts))]
    assert all(shown.text == other.text for shown, other in pair_choices(own, moved, "options"))


@given(
    st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=5),
    st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=5),
)
def test_choices_are_paired_one_to_one_or_not_at_all(then, now):
    own = [Choice(f"o{n}", text, source=n) for n, text in enumerate(then)]
    others = [Choice(f"t{n}", text, source=n) for n, text in enumerate(now)]
    try:
        pairs = pair_choices(own, others, "options")
    except StructureDiffers:
        assert sorted(then) != sorted(now) or len(set(now)) < len(now)
        return
    assert [shown for shown, _ in pairs] == own
    assert sorted(other.id for _, other in pairs) == sorted(other.id for other in others)


def test_a_difference_says_what_was_and_what_is():
    differs = StructureDiffers("options", then=3, now=2)
    assert (differs.what, differs.then, differs.now) == ("options", 3, 2)


# Flaws ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_flawed_item_earns_everybody_its_whole_mark(kind):
    item = make.item(kind, everybody_earns=True, worth=Decimal("2.5"))
    for response in (None, item.right_response()):
        assert item.mark(response) == Decimal("2.5")


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_worth_nothing_earns_nothing(kind):
    item = make.item(kind, worth=Decimal(0))
    assert item.mark(item.right_response()) == 0


# JSON -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_that_is_stored_twice_is_stored_alike(kind):
    item = make.item(kind, worth=Decimal("0.01"), note="Take care.", competencies=["LI1"])
    stored = json.dumps(item.to_json(), sort_keys=True)
    again = item_from_json(json.loads(stored))
    assert json.dumps(again.to_json(), sort_keys=True) == stored
    assert again == item


def test_an_item_of_a_kind_that_is_gone_is_no_silent_zero():
    with pytest.raises(KeyError):
        item_from_json({"kind": "hologram"})


@pytest.mark.parametrize(("fraction", "is_right"), [("1", True), ("0.5", True), ("0", False)])
def test_an_option_is_right_where_it_earns_anything(fraction, is_right):
    assert Option("a", "Wait", fraction=Decimal(fraction)).is_right is is_right


def test_a_kind_that_says_nothing_of_itself_cannot_be_marked():
    """Whoever adds a kind is told at once what is missing."""
    try:

        class Unfinished(Item):
            kind = "unfinished"

        item = Unfinished(id="q", question=1, revision=None, code="X", stem="<p>?</p>")
        with pytest.raises(NotImplementedError):
            item.read({})
        with pytest.raises(NotImplementedError):
            item.fraction("a")
        with pytest.raises(NotImplementedError):
            item.parts(None)
        with pytest.raises(NotImplementedError):
            item.right_response()
        with pytest.raises(NotImplementedError):
            item.deal(Random(1))
        assert item.mark(None) == 0
    finally:
        item_types.pop("unfinished", None)
