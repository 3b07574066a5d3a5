"""Dates on a certificate."""

import calendar
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day some months later, or that month's last: 29 February + 12 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
