"""What a deployment is told when it starts."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

SAFE_CONTACT = re.compile(r"(mailto:[^@\s]+@[^@\s]+|https://\S+|tel:\+?[0-9-]+)")
"""What RFC 9116 lets a contact be."""

FIXED_IN = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def has_wal_reset_fix(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the bug that can corrupt a file when its log is reset."""
    return version >= FIXED_IN[0] or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_IN[1:]
    )


@register(Tags.database)
def sqlite_is_sound(**kwargs: Any) -> list[CheckMessage]:
    in_use = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not in_use or settings.DEMONSTRATION or has_wal_reset_fix(sqlite3.sqlite_version_info):
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} has a rare fault that can corrupt a busy database.",
            hint="Use SQLite 3.51.3 or newer, or PostgreSQL. docs/operators.md says how.",
            id="lms.W001",
        )
    ]


@register(Tags.security)
def security_contacts_are_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Whoever finds a fault must not be sent to an address that is none."""
    return [
        Error(
            f"SECURITY_CONTACT holds {contact!r}, which is no address.",
            hint="Give an address of mail, or one that begins with https:// or tel:.",
            id="lms.E002",
        )
        for contact in settings.SECURITY_CONTACT
        if not SAFE_CONTACT.fullmatch(contact)
    ]
