"""What a correction does to one attempt, as the dry run and the run both work it out. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.corrections import (
    AttemptRecords,
    Change,
    Correction,
    StoredResult,
    Way,
    change_by,
)
from assessments.exceptions import NothingLeftToMark, RedLineStays
from assessments.papers import Paper
from tests import make

QUESTION = 7


def paper(*, count=4, pass_percent="75", **first):
    items = [replace(make.item("true_false", n), id=f"q{n}", question=n) for n in range(count)]
    items[0] = replace(items[0], question=QUESTION, **first)
    return Paper(items, Decimal(pass_percent))


def records_of(paper_given, *, right=4, is_open=False, **fields):
    """The records of a sitting in which the last `right` items were answered rightly."""
    responses = {
        item.id: item.right_response()
        for item in paper_given.items[len(paper_given.items) - right :]
    }
    records = AttemptRecords(paper_given, responses, **fields)
    if is_open:
        return records
    score = records.mark()
    return replace(
        records,
        result=StoredResult(score.score, score.out_of, score.passed, score.reached_pass_mark),
        marks={key: mark.mark for key, mark in score.marks.items()},
    )


FULL_MARK = Correction(Way.FULL_MARK, question=QUESTION)
LEFT_OUT = Correction(Way.LEFT_OUT, question=QUESTION)


def lower(percent, **fields):
    return Correction(Way.PASS_MARK, pass_percent=Decimal(percent), **fields)


# Flawed questions -------------------------------------------------------------------------


def test_a_flawed_question_that_earns_everybody_its_mark_turns_a_fail_into_a_pass():
    change = change_by(FULL_MARK, records_of(paper(), right=2))
    assert (change.before.score, change.after.score) == (2, 3)
    assert change.passes_now
    assert not change.fails_now
    assert change.outcome == "changed"


def test_whoever_had_it_right_already_sees_no_difference():
    change = change_by(FULL_MARK, records_of(paper(), right=4))
    assert not change.is_different
    assert change.outcome == "unchanged"


def test_a_question_that_is_left_out_is_worth_nothing_and_shortens_the_paper():
    change = change_by(LEFT_OUT, records_of(paper(), right=3))
    assert (change.after.score, change.after.out_of) == (3, 3)
    assert change.items["q0"].worth == 0


def test_leaving_out_what_somebody_had_right_takes_no_pass_away():
    """They were right about it; the figure falls and the better result stays theirs."""
    paper_given = paper(count=4, pass_percent="75")
    wrong_at_the_end = replace(
        records_of(paper_given, right=4),
        responses={item.id: item.right_response() for item in paper_given.items[:3]},
    )
    score = wrong_at_the_end.mark()
    records = replace(
        wrong_at_the_end,
        result=StoredResult(score.score, score.out_of, score.passed, score.reached_pass_mark),
        marks={key: mark.mark for key, mark in score.marks.items()},
    )
    assert records.result.passed
    change = change_by(LEFT_OUT, records)
    assert change.after.percent < change.before.percent
    assert change.fails_now
    assert change.outcome == "kept"
    strict = change_by(replace(LEFT_OUT, keep_better=False), records)
    assert strict.outcome == "changed"
    assert not strict.is_kept


def test_the_last_question_of_a_paper_cannot_be_left_out():
    change = change_by(LEFT_OUT, records_of(paper(count=1), right=0))
    assert isinstance(change.refusal, NothingLeftToMark)
    assert change.outcome == "refused"
    assert change.after is None


@pytest.mark.parametrize("correction", [FULL_MARK, LEFT_OUT])
def test_a_red_line_is_never_given_away(correction):
    """A mark for nothing would say that somebody is safe who was never shown to be."""
    change = change_by(correction, records_of(paper(red_line=True), right=3))
    assert isinstance(change.refusal, RedLineStays)
    assert change.outcome == "refused"
    assert not change.items


def test_a_flawed_question_that_is_on_no_paper_changes_nothing():
    change = change_by(Correction(Way.FULL_MARK, question=99), records_of(paper(), right=2))
    assert change.outcome == "unchanged"
    assert not change.items


def test_a_second_flaw_is_marked_from_the_question_as_it_was_asked():
    """Left out first and then given to everybody: it is worth again what it was worth."""
    paper_given = paper()
    left_out = replace(paper_given.items[0], worth=Decimal(0))
    records = records_of(
        Paper([left_out, *paper_given.items[1:]], paper_given.pass_percent),
        right=3,
        originals={"q0": paper_given.items[0]},
    )
    change = change_by(FULL_MARK, records)
    assert change.items["q0"].worth == paper_given.items[0].worth == 1
    assert (change.after.score, change.after.out_of) == (4, 4)


# An attempt under way ---------------------------------------------------------------------


def test_an_attempt_under_way_gets_the_corrected_question_and_no_result():
    change = change_by(FULL_MARK, records_of(paper(), is_open=True))
    assert change.outcome == "open"
    assert change.items["q0"].everybody_earns
    assert (change.before, change.after, change.score) == (None, None, None)
    for difference in ("is_different", "is_worse", "passes_now", "fails_now", "is_kept"):
        assert getattr(change, difference) is False, difference


# A lower pass mark ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "outcome"),
    [("74.99", "changed"), ("50", "changed"), ("75", "not_needed"), ("80", "not_needed")],
)
def test_only_a_lower_pass_mark_is_a_change(percent, outcome):
    change = change_by(lower(percent), records_of(paper(), right=3))
    expected = "unchanged" if outcome == "changed" else outcome
    assert change.outcome == expected
    assert change.pass_percent == min(Decimal(percent), Decimal(75))


def test_a_lower_pass_mark_lets_those_pass_who_reach_it_and_changes_no_mark():
    change = change_by(lower("50"), records_of(paper(), right=2))
    assert change.passes_now
    assert change.after.score == change.before.score
    assert change.outcome == "changed"


def test_a_lower_pass_mark_forgives_no_red_line():
    change = change_by(lower("50"), records_of(paper(red_line=True), right=3))
    assert not change.before.passed
    assert not change.after.passed


def test_a_pass_mark_that_is_not_said_is_no_change():
    change = change_by(Correction(Way.PASS_MARK), records_of(paper()))
    assert change.outcome == "not_needed"


# A list of many ---------------------------------------------------------------------------


def test_a_change_without_its_paper_says_the_same_of_what_it_leads_to():
    change = change_by(FULL_MARK, records_of(paper(), right=2))
    short = change.without_paper()
    for name in ("outcome", "before", "after", "passes_now", "fails_now", "is_different"):
        assert getattr(short, name) == getattr(change, name), name
    assert not short.records.responses
    assert not short.items


results = st.builds(
    StoredResult,
    score=st.integers(0, 20).map(Decimal),
    out_of=st.just(Decimal(20)),
    passed=st.booleans(),
    reached_pass_mark=st.booleans(),
)


@given(results, results)
def test_of_two_results_at_most_one_is_worse(first, second):
    assert not (first.rank < second.rank and second.rank < first.rank)
    if first.passed and not second.passed:
        assert second.rank < first.rank


@given(
    right=st.integers(0, 6),
    way=st.sampled_from([Way.FULL_MARK, Way.LEFT_OUT]),
    pass_percent=st.integers(1, 100),
)
def test_with_the_better_kept_nobody_ends_with_less_than_they_had(right, way, pass_percent):
    paper_given = paper(count=6, pass_percent=str(pass_percent))
    change = change_by(Correction(way, question=QUESTION), records_of(paper_given, right=right))
    result = change.before if change.is_kept else change.after
    assert result.rank >= change.before.rank
    assert change.outcome in {"kept", "changed", "unchanged"}
    assert (change.outcome == "kept") == change.is_worse


@given(right=st.integers(0, 6))
def test_giving_everybody_the_mark_is_never_worse_for_anyone(right):
    change = change_by(FULL_MARK, records_of(paper(count=6), right=right))
    assert isinstance(change, Change)
    assert not change.is_worse
    assert change.after.score >= change.before.score
