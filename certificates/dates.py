"""Dates and hours on a certificate."""

import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def months_after(day: date, months: int) -> date:
    """The same day some months later, or that month's last: 29 February + 12 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_words(day: date) -> str:
    """A date as people write it, in the language that is active: 23 November 2026."""
    british = (get_language() or "en").startswith("en")
    return date_format(day, "j F Y" if british else "DATE_FORMAT")


def in_hours(minutes: int) -> str:
    """Such as “6.5 h”: to two decimals, and none that say nothing."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    kept = format(hours, "f").rstrip("0").rstrip(".")
    return _("%(hours)s h") % {"hours": number_format(Decimal(kept), use_l10n=True)}
