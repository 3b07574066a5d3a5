"""Moments as somebody reads them: in their own time zone, which is named beside them.

The zone is the person's (`User.time_zone`), on the pages of learners and of staff alike; Wagtail's
own setting only mirrors it. See docs/decisions/0065-one-time-zone.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from people.time_zones import city_name

WORLD_CLOCK = {"UTC", "Etc/UTC", "Zulu", "Universal"}


def zone_in_words() -> str:
    """The time zone of whoever is asking, such as “Denver time”, or “UTC”."""
    zone = timezone.get_current_timezone_name()
    if zone in WORLD_CLOCK:
        return "UTC"
    return _("%(city)s time") % {"city": city_name(zone)}


def moment(at: datetime | None) -> str:
    """A moment with its time zone, such as “26 November 2026, 16:27 Denver time”."""
    if not at:
        return ""
    local = timezone.localtime(at)
    day, time = (formats.date_format(local, each) for each in ("DATE_FORMAT", "TIME_FORMAT"))
    return _with_zone(_("%(day)s, %(time)s") % {"day": day, "time": time})


def short_moment(at: datetime | None) -> str:
    """As `moment`, for a list: the month in three letters."""
    return _formatted(at, "SHORT_DATETIME_FORMAT")


def time_of_day(at: datetime | None) -> str:
    """As `moment`, without the day."""
    return _formatted(at, "TIME_FORMAT")


def _formatted(at: datetime | None, date_format: str) -> str:
    return _with_zone(formats.date_format(timezone.localtime(at), date_format)) if at else ""


def _with_zone(local: str) -> str:
    return _("%(moment)s %(zone)s") % {"moment": local, "zone": zone_in_words()}


def zone_and_offsets() -> str:
    """The time zone of whoever is asking, with how far it is from UTC, for one who types a time.

    Such as “Kolkata time (UTC+05:30)”. Where clocks are put on and back in the course of a year,
    both: the time that is typed may be of either part, such as “Denver time
    (UTC−07:00, at other times of the year −06:00)”.
    """
    now = timezone.now()
    seasons = [now + timedelta(days=days) for days in (0, 91, 182, 273)]
    offsets = list(dict.fromkeys(_offset(at) for at in seasons))
    first, others = offsets[0], offsets[1:]
    if not others:
        return f"{zone_in_words()} (UTC{first})"
    return _("%(zone)s (UTC%(now)s, at other times of the year %(then)s)") % {
        "zone": zone_in_words(),
        "now": first,
        "then": ", ".join(others),
    }


def _offset(at: datetime) -> str:
    local = f"{timezone.localtime(at):%z}"
    return f"{local[:1].replace('-', '−')}{local[1:3]}:{local[3:5]}"
