"""What the tries so far say about the next one. Values alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from assessments.exceptions import NoAttemptsLeft, QuizClosed, WaitBeforeNextAttempt
from assessments.history import AttemptHistory, PastAttempt
from assessments.models import Attempt
from assessments.terms import Terms
from tests.make import DAY, HOUR, NOON

State = Attempt.State


def past(number=1, state=State.HANDED_IN, **fields):
    """A try that was handed in an hour after it began, unless said otherwise."""
    handed_in = {"submitted_at": NOON + HOUR} if state == State.HANDED_IN else {}
    return PastAttempt(
        attempt_id=uuid4(),
        number=number,
        state=state,
        started_at=NOON,
        **{**handed_in, **fields},
    )


def history(*attempts, **terms):
    return AttemptHistory(attempts, Terms(**terms))


PASSED = {"passed": True, "reached_pass_mark": True, "red_lines": 2}
NEARLY = {"reached_pass_mark": True, "red_lines": 3, "red_lines_missed": 1}
BELOW = {"red_lines": 3, "red_lines_missed": 1}


# One try ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "nearly", "reached", "in_place"),
    [
        (PASSED, False, True, 2),
        (NEARLY, True, True, 2),
        (BELOW, False, False, 2),
        ({}, False, False, 0),
        # A pass by hand counts as a pass, whatever the score was.
        ({"passed": True}, False, True, 0),
    ],
)
def test_nearly_there_is_the_score_without_the_red_lines(fields, nearly, reached, in_place):
    attempt = past(**fields)
    assert attempt.is_nearly_there is nearly
    assert attempt.reached is reached
    assert attempt.red_lines_in_place == in_place


@pytest.mark.parametrize(
    ("score", "out_of", "percent"),
    [
        ("8", "10", 80),
        ("0", "10", 0),
        ("10", "10", 100),
        ("2.5", "4", Decimal("62.5")),
        (None, None, None),
        (None, "10", None),
        ("0", "0", None),
    ],
)
def test_a_percentage_needs_a_score_out_of_something(score, out_of, percent):
    fields = {"score": score and Decimal(score), "out_of": out_of and Decimal(out_of)}
    assert past(**fields).percent == percent


@pytest.mark.parametrize("state", State)
def test_a_try_under_way_alone_is_open(state):
    attempt = past(state=state)
    assert attempt.is_open is (state == State.IN_PROGRESS)
    assert (attempt in history(attempt).handed_in) is (state == State.HANDED_IN)


# All of them ------------------------------------------------------------------------------


def test_of_nobodys_tries_there_is_nothing_to_say():
    nothing = history()
    assert (nothing.open, nothing.latest, nothing.nearly_there) == (None, None, None)
    assert nothing.handed_in == []
    assert nothing.passed is False
    assert nothing.next_number == 1
    assert nothing.refusal(NOON) is None


def test_the_open_one_is_gone_on_with_and_the_latest_is_the_last_handed_in():
    first, left, second, now = (
        past(1),
        past(2, State.ABANDONED),
        past(3),
        past(4, State.IN_PROGRESS),
    )
    sat = history(first, left, second, now)
    assert sat.open is now
    assert sat.latest is second
    assert sat.handed_in == [first, second]
    assert sat.next_number == 5


def test_numbers_go_on_from_the_highest_whatever_order_they_come_in():
    assert history(past(7), past(2)).next_number == 8


@pytest.mark.parametrize(
    ("results", "place"),
    [
        ([NEARLY], 0),
        ([NEARLY, BELOW], 0),
        ([NEARLY, NEARLY], 1),
        ([BELOW], None),
        ([PASSED, NEARLY], None),
        ([NEARLY, PASSED], None),
        ([], None),
    ],
)
def test_the_latest_that_is_nearly_there_can_be_put_right_until_the_quiz_is_passed(results, place):
    attempts = [past(number, **fields) for number, fields in enumerate(results, start=1)]
    expected = None if place is None else attempts[place]
    assert history(*attempts).nearly_there is expected


@pytest.mark.parametrize("results", [[PASSED], [BELOW, PASSED], [PASSED, BELOW]])
def test_once_passed_is_passed(results):
    assert history(*(past(n, **fields) for n, fields in enumerate(results))).passed


# The next one -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "sat", "left"),
    [(None, 0, None), (None, 9, None), (1, 0, 1), (3, 1, 2), (2, 2, 0), (2, 3, 0), (0, 0, 0)],
)
def test_tries_that_are_left_are_never_fewer_than_none(allowed, sat, left):
    sat_so_far = history(*(past(n) for n in range(1, sat + 1)), attempts_allowed=allowed)
    assert sat_so_far.attempts_left == left
    assert isinstance(sat_so_far.refusal(NOON + DAY), NoAttemptsLeft) is (left == 0)


def test_a_try_that_was_left_or_is_open_counts_as_one_of_those_allowed():
    attempts = (past(1, State.ABANDONED), past(2, State.IN_PROGRESS))
    assert history(*attempts, attempts_allowed=3).attempts_left == 1


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        (timedelta(0), True),
        (HOUR - timedelta(seconds=1), True),
        (HOUR, False),
        (DAY, False),
    ],
)
def test_the_pause_runs_from_the_hand_in_and_ends_to_the_second(after, refused):
    sat = history(past(1), wait=HOUR)
    assert sat.opens_at == NOON + 2 * HOUR
    refusal = sat.refusal(NOON + HOUR + after)
    assert isinstance(refusal, WaitBeforeNextAttempt) is refused
    assert refusal is None or refusal.until == NOON + 2 * HOUR


@pytest.mark.parametrize(
    "attempts", [(), (past(1, State.ABANDONED),), (past(1, State.IN_PROGRESS),)]
)
def test_there_is_no_pause_before_anything_was_handed_in(attempts):
    assert history(*attempts, wait=DAY).opens_at is None


def test_there_is_no_pause_where_the_quiz_has_none():
    assert history(past(1)).opens_at is None


def test_of_several_refusals_the_one_that_time_cannot_mend_is_told():
    """Nobody is told to wait for a try that they do not have, or for a quiz that has closed."""
    sat = history(past(1), attempts_allowed=1, wait=DAY, closes_at=NOON + HOUR)
    assert isinstance(sat.refusal(NOON + 2 * HOUR), QuizClosed)
    without_dates = replace(sat, terms=replace(sat.terms, closes_at=None))
    assert isinstance(without_dates.refusal(NOON + 2 * HOUR), NoAttemptsLeft)
