"""Dates on a certificate."""

import calendar
from datetime import MAXYEAR, date

from django.utils.formats import date_format
from django.utils.translation import get_language


def months_after(day: date, months: int) -> date:
    """The same day some months later, or that month's last: 29 February + 12 is 28 February.

    Later than the calendar goes is its last day.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_words(day: date) -> str:
    """A date as people write it, in the language that is active: 23 November 2026."""
    british = (get_language() or "en").startswith("en")
    return date_format(day, "j F Y" if british else "DATE_FORMAT")
