"""A person's language and time zone: one setting each, here and on the staff pages.

Wagtail has a profile of its own for its staff pages, and reads both from there. What it reads is
always the person's: it is set afresh for each request, and mirrored in the row for its letters.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wagtail.users.models import UserProfile

from people.models import User

SHARED = {"language", "time_zone"}
"""What is set on a person and mirrored in Wagtail's profile."""


def use_own_settings(user: User) -> None:
    """Have Wagtail read this person's own language and time zone in this request. One query."""
    profile = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
    copy_settings(user, profile)
    user.wagtail_userprofile = profile  # type: ignore[attr-defined]


def set_language(user: User, language: str) -> None:
    """Change a person's language, here and on the staff pages."""
    user.language = language
    user.save(update_fields=["language"])


def zone_of(user: User) -> tzinfo:
    """The person's time zone; UTC where the machine does not know theirs."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def copy_settings(user: User, profile: UserProfile) -> None:
    for name, value in wagtail_settings(user).items():
        setattr(profile, name, value)


def wagtail_settings(user: User) -> dict[str, str]:
    """A person's own settings, by what Wagtail calls them."""
    return {"preferred_language": user.language, "current_time_zone": str(zone_of(user))}
