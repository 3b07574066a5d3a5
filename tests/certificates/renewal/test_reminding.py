"""Each chosen day has its reminder, and of several that were missed the latest is sent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.renewal.reminding import STAGES, next_reminder_on, stage_on

LAST = date(2028, 11, 23)
some_stages = st.sets(st.sampled_from(STAGES))
some_days = st.integers(-120, 20).map(lambda days: LAST + timedelta(days=days))


@pytest.mark.parametrize(
    ("before", "stage"),
    [(91, None), (90, 90), (61, 90), (60, 60), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_the_stage_of_a_day(before, stage):
    assert stage_on(STAGES, LAST, on=LAST - timedelta(days=before)) == stage


@pytest.mark.parametrize(
    ("before", "next_before"), [(400, 90), (90, 60), (89, 60), (30, 7), (7, None)]
)
def test_the_next_day(before, next_before):
    next_on = next_reminder_on(STAGES, LAST, after=LAST - timedelta(days=before))
    assert next_on == (None if next_before is None else LAST - timedelta(days=next_before))


@given(some_stages, some_days)
def test_what_comes_next_is_chosen_and_later(stages, day):
    next_on = next_reminder_on(stages, LAST, after=day)
    if next_on is not None:
        assert next_on > day
        assert stage_on(stages, LAST, on=next_on) == (LAST - next_on).days
        assert (LAST - next_on).days in stages


@given(some_days)
def test_whoever_chose_none_is_never_reminded(day):
    assert stage_on([], LAST, on=day) is next_reminder_on([], LAST, after=day) is None
