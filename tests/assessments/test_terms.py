"""On which terms one learner sits one quiz: each rule, with and without what they were given."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.exceptions import QuizClosed, QuizNotOpenYet, TimeIsUp
from assessments.models import Quiz, QuizException
from assessments.terms import GRACE, Terms, terms_for
from tests.make import DAY, HOUR, NOON

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

# What counts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "exception", "expected"),
    [
        ({}, {}, Terms()),
        # Where a quiz has no limit, there is nothing to ease.
        ({}, {"extra_attempts": 2}, Terms()),
        ({}, {"extra_minutes": 10}, Terms()),
        ({}, {"no_wait": True}, Terms()),
        ({}, {"opens_at": NOON}, Terms()),
        ({}, {"closes_at": NOON}, Terms()),
        # Each limit as it is for everybody.
        ({"attempts_allowed": 3}, {}, Terms(attempts_allowed=3)),
        ({"wait_minutes": 30}, {}, Terms(wait=30 * MINUTE)),
        ({"time_limit_minutes": 45}, {}, Terms(time_limit=45 * MINUTE)),
        ({"opens_at": NOON}, {}, Terms(opens_at=NOON)),
        ({"closes_at": NOON}, {}, Terms(closes_at=NOON)),
        # Each limit as one person has it.
        ({"attempts_allowed": 3}, {"extra_attempts": 2}, Terms(attempts_allowed=5)),
        ({"wait_minutes": 30}, {"no_wait": True}, Terms()),
        ({"time_limit_minutes": 45}, {"extra_minutes": 15}, Terms(time_limit=HOUR)),
        ({"opens_at": NOON}, {"opens_at": NOON - DAY}, Terms(opens_at=NOON - DAY)),
        ({"closes_at": NOON}, {"closes_at": NOON + DAY}, Terms(closes_at=NOON + DAY)),
        # What eases one rule leaves the others as they are.
        (
            {"attempts_allowed": 1, "wait_minutes": 5, "time_limit_minutes": 10},
            {"extra_attempts": 1},
            Terms(attempts_allowed=2, wait=5 * MINUTE, time_limit=10 * MINUTE),
        ),
        (
            {"opens_at": NOON, "closes_at": NOON + DAY},
            {"closes_at": NOON + 2 * DAY},
            Terms(opens_at=NOON, closes_at=NOON + 2 * DAY),
        ),
    ],
)
def test_the_terms_are_the_rules_eased_by_what_was_given(rules, exception, expected):
    terms = terms_for(Quiz(**rules), QuizException(**exception) if exception else None)
    for name in ("attempts_allowed", "wait", "opens_at", "closes_at", "time_limit"):
        assert getattr(terms, name) == getattr(expected, name), name


def test_an_empty_exception_is_as_none():
    quiz = Quiz(attempts_allowed=2, time_limit_minutes=10)
    assert terms_for(quiz, QuizException()) == terms_for(quiz, None)
    assert terms_for(quiz, QuizException()).exception is None


def test_the_exception_that_counts_is_told_with_the_terms():
    exception = QuizException(extra_minutes=5)
    assert terms_for(Quiz(), exception).exception is exception


tries = st.integers(0, 20)


@given(
    allowed=st.none() | tries,
    wait=tries,
    limit=st.none() | st.integers(1, 300),
    more=tries,
    minutes=tries,
    no_wait=st.booleans(),
)
def test_no_exception_takes_a_try_a_minute_or_patience_away(
    allowed, wait, limit, more, minutes, no_wait
):
    quiz = Quiz(attempts_allowed=allowed, wait_minutes=wait, time_limit_minutes=limit)
    everybody = terms_for(quiz, None)
    learners_own = terms_for(
        quiz, QuizException(extra_attempts=more, extra_minutes=minutes, no_wait=no_wait)
    )
    assert learners_own.wait <= everybody.wait
    for name in ("attempts_allowed", "time_limit"):
        before, after = getattr(everybody, name), getattr(learners_own, name)
        assert (after is None) == (before is None)
        assert before is None or after >= before


@pytest.mark.parametrize(
    ("terms", "limit", "wait"),
    [
        (Terms(), None, 0),
        (Terms(time_limit=90 * MINUTE, wait=DAY), 90, 1440),
        (Terms(time_limit=MINUTE, wait=MINUTE), 1, 1),
    ],
)
def test_times_are_told_in_minutes(terms, limit, wait):
    assert (terms.time_limit_minutes, terms.wait_minutes) == (limit, wait)


# Deadlines --------------------------------------------------------------------------------

DEADLINES = [
    (Terms(), None),
    (Terms(opens_at=NOON - DAY), None),
    (Terms(time_limit=HOUR), NOON + HOUR),
    (Terms(closes_at=NOON + DAY), NOON + DAY),
    (Terms(time_limit=HOUR, closes_at=NOON + DAY), NOON + HOUR),
    (Terms(time_limit=HOUR, closes_at=NOON + MINUTE), NOON + MINUTE),
    (Terms(time_limit=HOUR, closes_at=NOON + HOUR), NOON + HOUR),
]


@pytest.mark.parametrize(("terms", "deadline"), DEADLINES)
def test_an_attempt_ends_by_whichever_comes_first(terms, deadline):
    assert terms.deadline(NOON) == deadline


@pytest.mark.parametrize(("terms", "deadline"), [row for row in DEADLINES if row[1]])
@pytest.mark.parametrize(
    ("late", "overdue"),
    [
        (-DAY, False),
        (timedelta(0), False),
        (SECOND, False),
        (GRACE, False),
        (GRACE + SECOND, True),
        (DAY, True),
    ],
)
def test_a_slow_line_has_its_moment_of_grace_to_the_second(terms, deadline, late, overdue):
    at = deadline + late
    assert terms.is_overdue(NOON, at) is overdue
    if overdue:
        with pytest.raises(TimeIsUp) as problem:
            terms.refuse_late_save(NOON, at)
        assert problem.value.deadline == deadline
    else:
        terms.refuse_late_save(NOON, at)


def test_without_a_deadline_nothing_is_ever_late():
    long_after = NOON + 10_000 * DAY
    assert Terms().is_overdue(NOON, long_after) is False
    Terms().refuse_late_save(NOON, long_after)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (NOON - DAY - SECOND, QuizNotOpenYet),
        (NOON - DAY, None),
        (NOON, None),
        (NOON + DAY - SECOND, None),
        (NOON + DAY, QuizClosed),
        (NOON + DAY + SECOND, QuizClosed),
    ],
)
def test_it_may_be_begun_from_the_first_moment_and_not_at_the_last(at, error):
    refusal = Terms(opens_at=NOON - DAY, closes_at=NOON + DAY).refusal(at)
    assert type(refusal) is (error or type(None))


def test_without_dates_it_may_be_begun_at_any_time():
    assert Terms(attempts_allowed=1, time_limit=HOUR, wait=DAY).refusal(NOON) is None


@pytest.mark.parametrize(
    ("refusal", "moment"),
    [
        (Terms(opens_at=NOON).refusal(NOON - DAY), "opens_at"),
        (Terms(closes_at=NOON).refusal(NOON + DAY), "closed_at"),
    ],
)
def test_a_refusal_names_the_day(refusal, moment):
    assert getattr(refusal, moment) == NOON
    assert str(NOON.year) in str(refusal)
