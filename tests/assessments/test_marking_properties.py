"""What holds of any paper with red lines, of any strengths, and of any figure that is shown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.kinds import KINDS
from assessments.marking import mark_item, mark_paper, shown_percent, strengths
from assessments.papers import Paper
from tests import make

CODES = ["LI1", "LI2", "BO1", "CR1"]
ITEMS = [make.item(kind, seed) for seed, kind in enumerate(KINDS)]


@st.composite
def papers(draw):
    """A paper of any kinds, some of them red lines, testing any competencies."""
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=8))
    return Paper(
        [
            replace(
                item,
                id=f"q{number}",
                red_line=draw(st.booleans()),
                worth=draw(st.decimals("0.01", "20", places=2)),
                competencies=draw(st.lists(st.sampled_from(CODES), unique=True)),
            )
            for number, item in enumerate(items)
        ],
        draw(st.decimals("1", "100", places=2)),
    )


@st.composite
def sittings(draw):
    """A paper with right responses to some of its items, and nothing given for the others."""
    paper = draw(papers())
    answered = draw(st.sets(st.sampled_from([item.id for item in paper.items])))
    return paper, {item.id: item.right_response() for item in paper.items if item.id in answered}


@settings(deadline=None)
@given(sittings())
def test_nobody_passes_who_misses_a_red_line(sitting):
    paper, responses = sitting
    score = mark_paper(paper, responses)
    missed = [item.id for item in paper.red_lines if item.id not in responses]
    assert list(score.missed_red_lines) == missed
    assert list(score.red_lines) == [item.id for item in paper.red_lines]
    assert score.passed == (score.reached_pass_mark and not missed)


@settings(deadline=None)
@given(sittings())
def test_red_lines_put_right_later_open_the_way_and_change_no_mark(sitting):
    paper, responses = sitting
    before = mark_paper(paper, responses)
    after = mark_paper(paper, responses, in_place=before.missed_red_lines)
    assert after.marks == before.marks
    assert after.score == before.score
    assert after.missed_red_lines == ()
    assert after.passed == before.reached_pass_mark


@settings(deadline=None)
@given(sittings(), st.data())
def test_a_further_right_response_never_costs_anything(sitting, data):
    paper, responses = sitting
    more = data.draw(st.sampled_from(paper.items))
    before = mark_paper(paper, responses)
    after = mark_paper(paper, {**responses, more.id: more.right_response()})
    assert after.score >= before.score
    assert after.passed or not before.passed
    assert set(after.missed_red_lines) <= set(before.missed_red_lines)


@settings(deadline=None)
@given(sittings(), st.randoms())
def test_the_order_of_a_paper_decides_no_mark(sitting, random):
    paper, responses = sitting
    shuffled = random.sample(paper.items, len(paper.items))
    score, again = (
        mark_paper(paper, responses),
        mark_paper(replace(paper, items=shuffled), responses),
    )
    assert again.marks == score.marks
    assert again.score == score.score
    assert again.passed == score.passed


@settings(deadline=None)
@given(sittings())
def test_an_item_alone_earns_what_it_earns_on_its_paper(sitting):
    paper, responses = sitting
    score = mark_paper(paper, responses)
    for item in paper.items:
        assert score.marks[item.id] == mark_item(item, responses.get(item.id))


# Strengths --------------------------------------------------------------------------------


@settings(deadline=None)
@given(sittings())
def test_strengths_name_every_competency_of_the_paper_once_the_strongest_first(sitting):
    paper, responses = sitting
    score = mark_paper(paper, responses)
    earned = {key: mark.mark for key, mark in score.marks.items()}
    by_competency = strengths(paper.items, earned, missed=score.missed_red_lines)
    codes = [strength.competency for strength in by_competency]
    assert sorted(codes) == sorted({code for item in paper.items for code in item.competencies})
    assert [s.fraction for s in by_competency] == sorted(
        (s.fraction for s in by_competency), reverse=True
    )
    for strength in by_competency:
        assert 0 <= strength.fraction <= 1
        assert strength.items == sum(strength.competency in i.competencies for i in paper.items)
        assert strength.percent == int(strength.fraction * 100)


@settings(deadline=None)
@given(sittings())
def test_a_competency_is_worth_another_look_exactly_when_little_or_a_red_line_says_so(sitting):
    paper, responses = sitting
    score = mark_paper(paper, responses)
    earned = {key: mark.mark for key, mark in score.marks.items()}
    crossed = {
        code
        for item in paper.items
        if item.id in score.missed_red_lines
        for code in item.competencies
    }
    for strength in strengths(paper.items, earned, missed=score.missed_red_lines):
        assert strength.misses_red_line == (strength.competency in crossed)
        again = strength.misses_red_line or strength.fraction < Decimal("0.4")
        assert (strength.level == "again") == again


def test_an_item_that_was_left_out_counts_for_no_competency():
    left_out = replace(ITEMS[0], id="q0", worth=Decimal(0), competencies=["LI1"])
    counted = replace(ITEMS[1], id="q1", worth=Decimal(2), competencies=["LI1"])
    assert strengths([left_out], {}) == []
    [strength] = strengths([left_out, counted], {"q1": Decimal(1)})
    assert (strength.fraction, strength.items) == (Decimal("0.5"), 1)


# Figures ----------------------------------------------------------------------------------

percents = st.decimals("0", "100", places=5)


@given(percents, percents)
def test_a_figure_never_contradicts_the_result_and_is_never_far_off(percent, pass_percent):
    passed = percent >= pass_percent
    shown = shown_percent(percent, pass_percent, passed)
    assert abs(shown - percent) <= Decimal("0.5")
    pass_percent_shown = pass_percent.quantize(Decimal("0.01"))
    if pass_percent_shown == pass_percent:  # what a quiz can be set to
        assert (shown >= pass_percent) == passed


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_whole_figure_is_shown_whole(percent, pass_percent):
    shown = shown_percent(Decimal(percent), Decimal(pass_percent), percent >= pass_percent)
    assert shown == percent
    assert shown.as_tuple().exponent == 0
