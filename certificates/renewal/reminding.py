"""On which days a holder is reminded that a credential runs out. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

STAGES = (90, 60, 30, 7)
"""How many days before the last day there may be a reminder."""


def stage_on(stages: Collection[int], last_day: date, *, on: date) -> int | None:
    """The reminder that is due on a day: the latest whose day has come. None before the first,
    and after the last day.

    Of several that were missed only this one is sent.
    """
    come = [stage for stage in stages if last_day - timedelta(days=stage) <= on]
    return min(come, default=None) if on <= last_day else None


def next_reminder_on(stages: Collection[int], last_day: date, *, after: date) -> date | None:
    """The first day of a reminder that comes after a day, or None where none does."""
    days = [last_day - timedelta(days=stage) for stage in stages]
    return min((day for day in days if day > after), default=None)
