"""A whole paper: its parts add up, its bounds hold, and the pass is fair."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.items import exact, item_from_json
from assessments.kinds import KINDS
from assessments.kinds.matching.tests import matching
from assessments.kinds.multiple_response.tests import multiple
from assessments.kinds.ordering.tests import ordering
from assessments.kinds.single_choice.tests import single
from assessments.kinds.true_false.tests import true_false
from assessments.marking import mark_paper, shown_percent, strengths
from assessments.papers import Paper
from tests import make
from tests.assessments.forms import responses_to


def paper_of(*items, pass_percent="75"):
    numbered = [replace(item, id=f"q{n}") for n, item in enumerate(items)]
    return Paper(items=numbered, pass_percent=Decimal(pass_percent))


def test_every_response_right_is_the_whole_score():
    sized = [single(), true_false(), multiple("abc"), matching(7), ordering(6)]
    paper = paper_of(*sized, *(make.item(kind) for kind in KINDS))
    score = mark_paper(paper, {item.id: item.right_response() for item in paper.items})
    assert score.score == score.out_of == 5 + len(KINDS)
    assert score.passed


def test_a_blank_paper_earns_nothing_and_is_still_marked_item_by_item():
    paper = paper_of(single(), multiple(), matching())
    score = mark_paper(paper, {})
    assert score.score == 0
    assert set(score.marks) == {"q0", "q1", "q2"}
    assert not score.passed


def test_responses_to_items_that_are_not_on_the_paper_count_for_nothing():
    paper = paper_of(single())
    assert mark_paper(paper, {"elsewhere": "a"}).score == 0


@pytest.mark.parametrize(
    ("pass_percent", "passed"), [("50", True), ("50.01", False), ("0", True), ("100", False)]
)
def test_three_thirds_and_a_whole_are_half_of_four(pass_percent, passed):
    """Nobody misses by the hundred-thousandths that rounding thirds loses."""
    paper = paper_of(matching(), matching(), matching(), single(), pass_percent=pass_percent)
    third = {"s0": "c0"}
    score = mark_paper(paper, {"q0": third, "q1": third, "q2": third, "q3": "a"})
    assert score.score == Decimal("1.99999")
    assert score.passed is passed


@pytest.mark.parametrize(("right", "passed"), [(74, False), (75, True), (76, True)])
def test_the_pass_mark_itself_passes(right, passed):
    paper = paper_of(*[true_false() for _ in range(100)])
    given = {item.id: "t" if n < right else "f" for n, item in enumerate(paper.items)}
    assert mark_paper(paper, given).passed is passed


worths = st.decimals("0.01", "9999.99", places=2)
# Every kind as its example is, and those whose size matters in every size.
items = st.one_of(
    st.builds(lambda kind, worth: make.item(kind, worth=worth), st.sampled_from(KINDS), worths),
    worths.map(lambda worth: single(worth=worth)),
    worths.map(lambda worth: true_false(worth=worth)),
    st.builds(
        lambda right, worth: multiple(right="abcdefg"[:right], offered="abcdefgh", worth=worth),
        st.integers(1, 7),
        worths,
    ),
    st.builds(lambda pairs, worth: matching(pairs, worth=worth), st.integers(1, 7), worths),
    st.builds(lambda count, worth: ordering(count, worth=worth), st.integers(2, 7), worths),
)


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_the_parts_sum_to_the_total_and_every_bound_holds(data):
    paper = paper_of(
        *data.draw(st.lists(items, min_size=1, max_size=12)),
        pass_percent=str(data.draw(st.decimals("0", "100", places=2))),
    )
    given = {item.id: data.draw(responses_to(item)) for item in paper.items}
    score = mark_paper(paper, given)
    assert score.score == sum(mark.mark for mark in score.marks.values())
    assert 0 <= score.score <= score.out_of == paper.out_of
    for item in paper.items:
        mark = score.marks[item.id]
        assert 0 <= mark.fraction <= 1
        assert 0 <= mark.mark <= item.worth
        assert mark.mark == exact(mark.mark)
    # A pass and the exact score agree, but for what rounding the marks can lose.
    loss = Decimal("0.00001") * len(paper.items)
    needed = paper.pass_percent * paper.out_of / 100
    if score.passed:
        assert score.score + loss >= needed
    else:
        assert score.score - loss < needed
    assert mark_paper(paper, given) == score
    stored = [item_from_json(item.to_json()) for item in paper.items]
    assert mark_paper(Paper(stored, paper.pass_percent), given) == score


# What is shown ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "passed", "shown"),
    [
        ("87.5", True, "88"),
        ("74.4", False, "74"),
        ("74.5", False, "74.5"),
        ("74.96", False, "74.96"),
        ("74.999", False, "74.99"),
        ("75", True, "75"),
        ("74.99999", True, "75"),
        ("0", False, "0"),
        ("100", True, "100"),
    ],
)
def test_a_shown_score_never_contradicts_the_result(percent, passed, shown):
    assert shown_percent(Decimal(percent), Decimal(75), passed) == Decimal(shown)


def test_strengths_are_by_competency_the_strongest_first():
    paper = paper_of(
        single(competencies=["LI1", "LI2"]),
        single(competencies=["LI2"], worth=Decimal(3)),
        true_false(competencies=["LI3"]),
        single(),
    )
    by_competency = strengths(
        paper.items, {"q0": Decimal(1), "q1": Decimal("1.5"), "q2": Decimal(0)}
    )
    assert [
        (strength.competency, strength.fraction, strength.items, strength.level)
        for strength in by_competency
    ] == [
        ("LI1", Decimal(1), 1, "strong"),
        ("LI2", Decimal("0.625"), 2, "growing"),
        ("LI3", Decimal(0), 1, "again"),
    ]


def test_nothing_is_called_strong_while_a_red_line_of_it_is_missed():
    paper = paper_of(
        single(competencies=["CR1"], worth=Decimal(9)), single(competencies=["CR1", "CR2"])
    )
    earned = {"q0": Decimal(9), "q1": Decimal(0)}
    levels = {strength.competency: strength.level for strength in strengths(paper.items, earned)}
    assert levels == {"CR1": "strong", "CR2": "again"}
    with_missed = strengths(paper.items, earned, missed={"q1"})
    assert {strength.competency: strength.level for strength in with_missed} == {
        "CR1": "again",
        "CR2": "again",
    }
