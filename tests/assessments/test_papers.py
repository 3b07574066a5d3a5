"""One item at a time: what is read from a form, and what it earns."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import Choice, Option, type_of_item
from assessments.kinds.matching.item import MatchingItem, Stem
from assessments.kinds.multiple_response.item import MultipleResponseItem
from assessments.kinds.ordering.item import OrderingItem, Step, longest_ordered_run
from assessments.kinds.single_choice.item import SingleChoiceItem
from assessments.kinds.true_false.item import TrueFalseItem
from assessments.papers import Paper

COMMON = {
    "question": "7",
    "revision": 3,
    "code": "L07",
    "stem": "<p>What now?</p>",
    "worth": Decimal(1),
}
LETTERS = "abcdefgh"


def option(letter, fraction="0"):
    return Option(
        id=letter, text=letter.upper(), fraction=Decimal(fraction), feedback=f"On {letter}."
    )


def single(**fields):
    options = [option("a", "1"), option("b", "0.5"), option("c")]
    return SingleChoiceItem(id="q", options=options, **{**COMMON, **fields})


def true_false(**fields):
    return TrueFalseItem(id="q", options=[option("t", "1"), option("f")], **{**COMMON, **fields})


def multiple(right="ab", offered="abcd", **fields):
    options = [option(letter, "1" if letter in right else "0") for letter in offered]
    return MultipleResponseItem(id="q", options=options, **{**COMMON, **fields})


def matching(pairs=3, extra=1, **fields):
    offered = [Choice(id=f"c{n}", text=f"choice {n}") for n in range(pairs + extra)]
    stems = [
        Stem(id=f"s{n}", text=f"stem {n}", matches=[f"c{n}"], feedback="") for n in range(pairs)
    ]
    return MatchingItem(id="q", stems=stems, offered=offered, **{**COMMON, **fields})


def ordering(count=5, **fields):
    steps = [Step(id=LETTERS[n], text=f"step {n}", place=n + 1, feedback="") for n in range(count)]
    return OrderingItem(id="q", steps=[*steps[1:], steps[0]], **{**COMMON, **fields})


def every_kind():
    return [single(), true_false(), multiple(), matching(), ordering()]


# What earns what ----------------------------------------------------------------------


@pytest.mark.parametrize(("chosen", "fraction"), [("a", "1"), ("b", "0.5"), ("c", "0"), ("z", "0")])
def test_a_single_choice_earns_what_its_option_says(chosen, fraction):
    assert single().earned(chosen) == Decimal(fraction)


@pytest.mark.parametrize(("chosen", "fraction"), [("t", "1"), ("f", "0")])
def test_true_or_false_earns_all_or_nothing(chosen, fraction):
    assert true_false().earned(chosen) == Decimal(fraction)


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
    assert multiple().earned(list(ticked)) == Decimal(fraction)


@pytest.mark.parametrize(
    ("chosen", "fraction"),
    [
        ({"s0": "c0", "s1": "c1", "s2": "c2"}, "1.00000"),
        ({"s0": "c0", "s1": "c1", "s2": "c3"}, "0.66667"),
        ({"s0": "c0"}, "0.33333"),
        ({"s0": "c1", "s1": "c2", "s2": "c0"}, "0.00000"),
        ({"s0": "c0", "s1": "c0", "s2": "c0"}, "0.33333"),
    ],
)
def test_each_right_pair_earns_its_share(chosen, fraction):
    assert matching().mark(chosen) == Decimal(fraction)


def test_a_choice_that_fits_two_stems_earns_both():
    item = MatchingItem(
        id="q",
        offered=[Choice("c0", "Ask first"), Choice("c1", "Say sorry")],
        stems=[Stem("s0", "One", ["c0"]), Stem("s1", "Two", ["c0"])],
        **COMMON,
    )
    assert item.earned({"s0": "c0", "s1": "c0"}) == 1


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
    given = {letter: place for place, letter in enumerate(order, start=1)}
    assert ordering().earned(given) == Decimal(fraction)


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
    assert ordering().earned(places) == Decimal(fraction)


@pytest.mark.parametrize("item", every_kind(), ids=lambda item: item.kind)
def test_nothing_given_earns_nothing(item):
    assert item.mark(None) == 0
    assert not item.is_complete(None)


@pytest.mark.parametrize("worth", ["0.01", "1", "2.5", "9999.99"])
def test_a_wholly_right_response_earns_exactly_what_the_item_is_worth(worth):
    item = multiple(right="abc", offered="abcd", worth=Decimal(worth))
    assert item.mark(["a", "b", "c"]) == Decimal(worth)


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


# Reading a form -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "form", "given"),
    [
        (single(), {"item-q": ["a"]}, "a"),
        (single(), {"item-q": ["z"]}, None),
        (single(), {"item-q": [""]}, None),
        (single(), {"item-other": ["a"]}, None),
        (single(), {"item-q": ["b", "a"]}, "a"),
        (multiple(), {"item-q": ["b", "a", "b", "nonsense"]}, ["a", "b"]),
        (multiple(), {"item-q": []}, None),
        (matching(), {"item-q-s0": ["c2"], "item-q-s1": [""], "item-q-s9": ["c0"]}, {"s0": "c2"}),
        (matching(), {"item-q-s0": ["s0"]}, None),
        (ordering(), {"item-q-a": ["5"], "item-q-b": ["0"], "item-q-c": ["6"]}, {"a": 5}),
        (ordering(), {"item-q-a": ["9" * 5000], "item-q-b": ["٣"], "item-q-c": ["1.0"]}, None),
        (ordering(), {}, None),
    ],
)
def test_a_form_says_only_what_the_item_offers(item, form, given):
    assert item.read(form) == given


@pytest.mark.parametrize(
    ("item", "given", "complete"),
    [
        (single(), "a", True),
        (multiple(), ["a"], True),
        (matching(), {"s0": "c0", "s1": "c1"}, False),
        (matching(), {"s0": "c0", "s1": "c1", "s2": "c1"}, True),
        (ordering(3), {"a": 1, "b": 2}, False),
        (ordering(3), {"a": 1, "b": 1, "c": 2}, False),
        (ordering(3), {"a": 3, "b": 1, "c": 2}, True),
    ],
)
def test_an_item_knows_whether_a_part_still_asks_for_a_response(item, given, complete):
    assert item.is_complete(given) is complete
    paper = Paper(items=[item], pass_percent=Decimal(75))
    assert paper.unanswered({"q": given}) == ([] if complete else [item])


def test_steps_are_shown_in_the_learners_order_once_each_has_a_place():
    item = ordering(3)
    assert [part.choice.id for part in item.parts(None)] == ["b", "c", "a"]
    assert [part.choice.id for part in item.parts({"a": 1, "c": 2})] == ["b", "c", "a"]
    assert [part.choice.id for part in item.parts({"a": 2, "b": 3, "c": 1})] == ["c", "a", "b"]


# Freezing -----------------------------------------------------------------------------


def test_a_paper_comes_back_from_its_json_as_it_went_in():
    items = [
        type(item)(**{**vars(item), "id": f"q{n}", "competencies": ["LI1"]})
        for n, item in enumerate(every_kind())
    ]
    paper = Paper(items=items, pass_percent=Decimal("66.67"))
    assert Paper.from_json(paper.to_json()) == paper
    assert {item.kind for item in items} == set(type_of_item)


def test_a_paper_frozen_by_a_later_version_is_still_read():
    frozen = single().to_json()
    frozen["invented_later"] = True
    frozen["options"][0]["also_later"] = "x"
    assert SingleChoiceItem.from_json(frozen) == single()
