"""What anyone who holds a number may learn of its credential: answers only, nothing is saved.

The facts are an allow-list. Whoever holds the number was handed the certificate, so they are
told what is printed on it, whether it may be relied on, and nothing else: no address, no
score, no evidence, no reason, no group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db.models import F

from certificates.models import Credential
from certificates.numbers import code_in
from certificates.standing import Standing, standing

LONGEST_TYPED = 500

# What of a credential's row the public look-up reads. The rest never leaves the database.
PUBLIC_FIELDS = (
    "code",
    "prefix",
    "name",
    "award_name",
    "description",
    "limits",
    "issuer_name",
    "minutes",
    "minutes_by_domain",
    "issued_on",
    "expires_on",
    "issuer__time_zone",
    "superseded_by__code",
    "superseded_by__prefix",
    "superseded_by__supersedes",
)


@dataclass(frozen=True)
class Happened:
    """An event of a credential, without who did it and why."""

    number: int
    kind: str


def look_up(typed: str) -> Credential | None:
    """The credential that somebody asked for, in one query; None where there is none.

    Raises numbers.Mistyped, before any query, for what cannot be a number.
    """
    code = code_in(number_in(typed))
    # One row for each of its events, and one if it has none.
    rows = list(
        Credential.objects.filter(code=code)
        .select_related("issuer", "superseded_by")
        .only(*PUBLIC_FIELDS)
        .annotate(event_number=F("events__number"), event_kind=F("events__kind"))
        .order_by("events__number")
    )
    if not rows:
        return None
    credential = rows[0]
    credential.happened = [  # type: ignore[attr-defined]
        Happened(row.event_number, row.event_kind) for row in rows if row.event_number is not None
    ]
    return credential


def number_in(typed: str) -> str:
    """The number in what was typed or pasted: a number, or a link to its page or its file."""
    text = typed[:LONGEST_TYPED].strip()
    if "/" not in text:
        return text
    try:
        path = urlsplit(text).path
    except ValueError:
        return text
    last = next((part for part in reversed(path.split("/")) if part), "")
    return unquote(last).removesuffix(".pdf").removesuffix(".json")


def tidied(typed: str) -> str:
    """A number as it is printed, as far as what was typed tells: its prefix may be missing.

    Raises numbers.Mistyped for what cannot be a number. Makes no query.
    """
    text = number_in(typed)
    code = code_in(text)
    letters = "".join(filter(str.isalnum, text)).upper()
    return "-".join(filter(None, [letters[: -len(code)], code[:4], code[4:8], code[8:]]))


def standing_at(credential: Credential, at: datetime) -> Standing:
    """The standing of a credential that was looked up: today is the day where its issuer is."""
    happened = getattr(credential, "happened", None)
    return standing(
        events=credential.events.all() if happened is None else happened,
        expires_on=credential.expires_on,
        superseded=hasattr(credential, "superseded_by"),
        on=credential.issuer.date_at(at),
    )


def public_facts(credential: Credential, *, checked_at: datetime) -> dict[str, Any]:
    """The public answer, ready to be sent as JSON.

    Of one that was replaced the name is not told: the newer one may be there because the
    name is no longer theirs.
    """
    now = standing_at(credential, checked_at)
    expires_on = credential.expires_on
    return {
        "number": credential.number,
        "standing": str(now.value),
        "name": None if now == Standing.SUPERSEDED else credential.name,
        "award": credential.award_name,
        "issued_on": credential.issued_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "issuer": credential.issuer_name,
        "hours": round(credential.minutes / 60, 2),
        "checked_at": checked_at.isoformat(timespec="seconds"),
    }


def replaced_by(credential: Credential) -> str:
    """The number of the newer one that replaced it, or nothing."""
    newer = getattr(credential, "superseded_by", None)
    return newer.number if newer else ""
