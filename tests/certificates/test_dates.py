"""Dates as they stand on a certificate."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from certificates.dates import in_words, months_after


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 11, 23), 2, date(2027, 1, 23)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        # The last of a shorter month.
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        # The end of the calendar.
        (date(9999, 12, 1), 0, date(9999, 12, 1)),
        (date(9999, 12, 1), 1, date.max),
        (date(9990, 1, 1), 600, date.max),
    ],
)
def test_some_months_later_is_the_same_day_or_the_last_of_its_month(day, months, expected):
    assert months_after(day, months) == expected


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2900, 12, 31))


@given(days, st.integers(0, 600))
def test_it_is_never_another_month_and_never_a_later_day_of_it(day, months):
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later >= day


@given(days, st.integers(0, 300), st.integers(0, 300))
def test_a_longer_validity_never_ends_earlier(day, months, more):
    assert months_after(day, months) <= months_after(day, months + more)


@given(days, days, st.integers(0, 600))
def test_what_was_issued_later_never_ends_earlier(first_day, second_day, months):
    first, second = sorted((first_day, second_day))
    assert months_after(first, months) <= months_after(second, months)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "3 February 2027"),
        ("en-gb", "3 February 2027"),
        ("es", "3 de febrero de 2027"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(language, words):
    with translation.override(language):
        assert in_words(date(2027, 2, 3)) == words
