"""Moments as somebody reads them: in their own time zone, which is named beside them.

The zone is the person's (`User.time_zone`), on the pages of learners and of staff alike; Wagtail's
own setting only mirrors it. See docs/decisions/0065-one-time-zone.md.
"""

from __future__ import annotations

from datetime import datetime

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


def moment(at: datetime | None, date_format: str = "DATETIME_FORMAT") -> str:
    """A moment with its time zone, such as “26 November 2026, 16:27 Denver time”."""
    if not at:
        return ""
    local = formats.date_format(timezone.localtime(at), date_format)
    return _("%(moment)s %(zone)s") % {"moment": local, "zone": zone_in_words()}


def short_moment(at: datetime | None) -> str:
    """As `moment`, for a list: the month in three letters."""
    return moment(at, "SHORT_DATETIME_FORMAT")


def time_of_day(at: datetime | None) -> str:
    """As `moment`, without the day."""
    return moment(at, "TIME_FORMAT")


def zone_and_offset() -> str:
    """The time zone of whoever is asking, with how far it is from UTC now, for one who types a time.

    Such as “Denver time (UTC−07:00)”.
    """
    local = f"{timezone.localtime():%z}"
    return f"{zone_in_words()} (UTC{local[:1].replace('-', '−')}{local[1:3]}:{local[3:5]})"
