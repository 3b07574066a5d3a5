"""What anyone who holds a number may learn of its credential. Nothing is saved.

The facts are an allow-list. Whoever has the number was given the certificate, so they learn
what is printed on it, whether it may be relied on, and nothing else: no address, no score, no
evidence, no reason, no group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.db.models.query import QuerySet

from certificates.covered import CoveredGroup, group_covered
from certificates.hours import Hours
from certificates.models import Credential
from certificates.numbers import formatted, is_readable, parse_code, parse_number, plain_text
from certificates.standing import Standing, standing

LONGEST_TYPED = 500
FILE_ENDING = re.compile(r"\.(pdf|json)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublicEvent:
    """An event of a credential, without who did it and why."""

    number: int
    kind: str


@dataclass(frozen=True)
class PublicCredential:
    """What the public look-up reads of a credential. The rest never leaves the database."""

    code: str
    prefix: str
    name: str
    award_name: str
    description: str
    limits: str
    issuer_name: str
    issuer_time_zone: str
    minutes: int
    study: dict[str, Any]
    hours_attested_by: str
    competencies: list[dict[str, Any]]
    issued_on: date
    expires_on: date | None
    language: str
    newer_prefix: str | None
    newer_code: str | None
    events: tuple[PublicEvent, ...] = ()

    @property
    def number(self) -> str:
        return formatted(self.prefix, self.code)

    @property
    def hours(self) -> Hours:
        """The hours that it shows, with what they rest on."""
        return Hours.frozen(self.minutes, self.study, self.hours_attested_by)

    @property
    def covered(self) -> list[CoveredGroup]:
        """What the course covers, in groups, and what of it this person's own papers met."""
        return group_covered(self.competencies)

    @property
    def replaced_by(self) -> str:
        """The number of the newer one that replaced it, or nothing."""
        if self.newer_prefix is None or self.newer_code is None:
            return ""
        return formatted(self.newer_prefix, self.newer_code)

    def standing_at(self, at: datetime) -> Standing:
        """Whether it may be relied on. Today is the day where its issuer is."""
        return standing(
            events=self.events,
            expires_on=self.expires_on,
            replaced=bool(self.replaced_by),
            on=at.astimezone(ZoneInfo(self.issuer_time_zone)).date(),
        )


def look_up(typed: str) -> PublicCredential | None:
    """The credential that somebody asked for, in one query; None where there is none.

    Raises numbers.Mistyped, before any query, for what cannot be a number.
    """
    rows = _rows_of(parse_code(extract_number(typed)))
    if not rows:
        return None
    events = tuple(PublicEvent(*row[-2:]) for row in rows if row[-1] is not None)
    return replace(PublicCredential(*rows[0][:-2]), events=events)


def _rows_of(code: str) -> QuerySet[Credential, tuple[Any, ...]]:
    """One row for each of its events, and one if it has none."""
    return (
        Credential.objects.filter(code=code)
        .order_by("events__number")
        .values_list(
            "code",
            "prefix",
            "name",
            "award_name",
            "description",
            "limits",
            "issuer_name",
            "issuer__time_zone",
            "minutes",
            "study",
            "hours_attested_by",
            "competencies",
            "issued_on",
            "expires_on",
            "language",
            "replaced_by__prefix",
            "replaced_by__code",
            "events__number",
            "events__kind",
        )
    )


def extract_number(typed: str) -> str:
    """The number in what was typed or pasted: a number, or a link to its page or its file."""
    text = plain_text(typed[:LONGEST_TYPED])
    # Quotes, brackets and full stops come along from the sentence that it stood in.
    readable = [place for place, character in enumerate(text) if is_readable(character)]
    text = text[readable[0] : readable[-1] + 1] if readable else ""
    return FILE_ENDING.sub("", _in_link(text) if "/" in text else text)


def _in_link(text: str) -> str:
    """The number in a link: the one in its query, or the last part of its path."""
    try:
        link = urlsplit(text)
        numbers = parse_qs(link.query).get("number")
    except ValueError:
        return text
    if numbers:
        return numbers[0].strip()
    return unquote(next((part for part in reversed(link.path.split("/")) if part), ""))


def tidy_number(typed: str) -> str:
    """A number as it is printed, from what somebody typed; its prefix may be missing.

    Raises numbers.Mistyped for what cannot be a number. Makes no query.
    """
    prefix, code = parse_number(extract_number(typed))
    return formatted(prefix, code).removeprefix("-")


def public_facts(credential: PublicCredential, *, checked_at: datetime) -> dict[str, Any]:
    """The public answer, ready to be sent as JSON.

    A replaced credential gives no name: it may have been replaced because the name is no
    longer theirs.
    """
    standing_now = credential.standing_at(checked_at)
    expires_on = credential.expires_on
    return {
        "number": credential.number,
        "standing": str(standing_now.value),
        "name": None if standing_now == Standing.REPLACED else credential.name,
        "award": credential.award_name,
        "issued_on": credential.issued_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else None,
        "issuer": credential.issuer_name,
        **credential.hours.to_json(),
        "covers": [group.to_json() for group in credential.covered],
        "checked_at": checked_at.isoformat(timespec="seconds"),
    }
