"""What anyone who holds a number may learn of its credential. Nothing is saved.

The facts are an allow-list. Whoever has the number was given the certificate, so they learn
what is printed on it, whether it may be relied on, and nothing else: no address, no score, no
evidence, no reason, no group. Where the holder chose to show less, what is not shown is taken out
here, so that no page, file or program behind can tell it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.query import QuerySet

from certificates.covered import CoveredGroup, group_covered
from certificates.hours import Hours
from certificates.models import Credential, CredentialEvent
from certificates.models.signatories import signatories_in_words
from certificates.numbers import (
    Mistyped,
    formatted,
    is_readable,
    numbers_within,
    parse_code,
    parse_number,
)
from certificates.public_view import PublicView
from certificates.standing import Standing, is_followed, standing
from courses.models import Edition
from people.folding import plain

LONGEST_TYPED = 2000
"""As long as a link that a mail scanner put around ours."""
MOST_WRAPPED = 3
LONGEST_HOST = 100
LINK = re.compile(
    r"""(?:https?:)?//(?P<rest>[^\s<>"“”«»]+)"""
    r"""|(?P<bare>(?<![\w@./-])(?:[\w.+%-]+@)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?[/?\#]\S*)""",
    re.IGNORECASE,
)
"""A link in what was pasted: with its scheme, or only its host and what follows it."""

LEADING_NOWHERE = ("replaced", "withdrawn")
"""The events after which nobody is led from one number to the next."""

FILE_ENDING = re.compile(r"\.(pdf|json)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublicEvent:
    """An event of a credential, without who did it and why."""

    number: int
    kind: str
    at: datetime


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
    issuer_url: str
    issuer_email: str
    issuer_time_zone: str
    mark: str | None
    signatory_name: str
    signatory_role: str
    signatories: list[dict[str, str]] | None
    minutes: int
    study: dict[str, Any]
    hours_attested_by: str
    competencies: list[dict[str, Any]]
    issued_on: date | None
    last_day: date | None
    language: str
    view: str
    newer_prefix: str | None
    newer_code: str | None
    after_newer_code: str | None
    # What is published now, by which pieces of the page are cached: asked along, as each page does.
    edition: int | None = None
    events: tuple[PublicEvent, ...] = ()
    # The name that a typed one is compared with, where it is not shown.
    unshown_name: str = field(default="", repr=False)

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
    def signed_by(self) -> str:
        """All who signed it, each with their role."""
        first = {"name": self.signatory_name, "role": self.signatory_role}
        return signatories_in_words(self.signatories or [first])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.issuer_time_zone)

    @property
    def expires_on(self) -> date | None:
        """The last day, where it has one and shows it."""
        return None if self.shows_standing_only else self.last_day

    @property
    def shows_standing_only(self) -> bool:
        return self.view == PublicView.STANDING

    @property
    def asks_for_name(self) -> bool:
        """Whether it tells no name, and yet whether a typed one fits."""
        return self.view == PublicView.TYPED and self.name_to_compare is not None

    @property
    def shown_name(self) -> str | None:
        """The name, unless another credential took its place: then it may be a former name.

        One that was withdrawn has none, nor has one whose holder does not show it.
        """
        return None if is_followed(event.kind for event in self.events) else self.name or None

    @property
    def name_to_compare(self) -> str | None:
        """The name that a typed one is compared with; None where it is not compared."""
        if is_followed(event.kind for event in self.events):
            return None
        return self.name or self.unshown_name or None

    @property
    def newer_is_over(self) -> bool:
        """Whether another took the place of the one that took its place."""
        return self.after_newer_code is not None

    @property
    def counts_now(self) -> str:
        """The number that it was last renewed as, where it was renewed; else nothing.

        One that was replaced leads nowhere: whoever has the paper with a former name is not
        led to the name that a person has now. Its holder shows the new one to whom they choose.
        """
        replaced = any(event.kind in LEADING_NOWHERE for event in self.events)
        if replaced or self.newer_prefix is None or self.newer_code is None:
            return ""
        return formatted(self.newer_prefix, self.newer_code)

    def standing_at(self, at: datetime) -> Standing:
        """Whether it may be relied on. Today is the day where its issuer is."""
        return standing(
            events=self.events, expires_on=self.last_day, on=at.astimezone(self.zone).date()
        )

    def since(self, standing: Standing) -> date | None:
        """The day on which a standing began, where its issuer is; None where nothing happened."""
        if standing == Standing.EXPIRED:
            return self.last_day
        moments = [event.at for event in self.events if event.kind == standing.value]
        return moments[-1].astimezone(self.zone).date() if moments else None


def look_up(typed: str) -> PublicCredential | None:
    """The credential that somebody asked for, in one query; None where there is none.

    Raises numbers.Mistyped, before any query, for what cannot be a number.
    """
    code = parse_code(extract_number(typed))
    return look_up_codes([code]).get(code)


def look_up_codes(codes: Collection[str], *, in_full: bool = False) -> dict[str, PublicCredential]:
    """The credentials of some codes, by code, in one query; none for none.

    `in_full` is for whom the holder sent a link: all that is printed, whatever strangers see.
    """
    if not codes:
        return {}
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for row in _rows_of(codes):
        rows.setdefault(row[0], []).append(row)
    credentials = {code: _public(of_one) for code, of_one in rows.items()}
    _lead_to_the_newest(credentials)
    if in_full:
        return {code: replace(each, view=PublicView.PRINTED) for code, each in credentials.items()}
    return {code: masked(each) for code, each in credentials.items()}


def _lead_to_the_newest(credentials: dict[str, PublicCredential]) -> None:
    """Have each that was renewed lead to its last renewal. A query, where one was renewed twice.

    One whose renewal was replaced leads nowhere, as whatever was replaced.
    """
    while led := {each.newer_code: each for each in credentials.values() if each.newer_is_over}:
        next_of = _read_next([code for code in led if code])
        credentials |= {
            each.code: replace(each, **next_of[code]) for code, each in led.items() if code
        }


def _read_next(codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """What came after each of some credentials that another took the place of."""
    replaced = CredentialEvent.objects.filter(credential=OuterRef("pk"), kind__in=LEADING_NOWHERE)
    rows = Credential.objects.filter(code__in=codes).values_list(
        "code",
        "followed_by__prefix",
        "followed_by__code",
        "followed_by__followed_by__code",
        Exists(replaced),
    )
    nowhere = {"newer_prefix": None, "newer_code": None, "after_newer_code": None}
    return {
        code: nowhere
        if leads_nowhere
        else {"newer_prefix": prefix, "newer_code": newer, "after_newer_code": after}
        for code, prefix, newer, after, leads_nowhere in rows
    }


def masked(credential: PublicCredential) -> PublicCredential:
    """The same without what its holder does not show to strangers."""
    if credential.view == PublicView.TYPED:
        return replace(credential, name="", unshown_name=credential.name)
    if credential.view == PublicView.STANDING:
        return replace(credential, **NOT_SHOWN)
    return credential


NOT_SHOWN: dict[str, Any] = {
    **dict.fromkeys(("name", "award_name", "description", "limits"), ""),
    **dict.fromkeys(("signatory_name", "signatory_role", "hours_attested_by"), ""),
    **{"minutes": 0, "study": {}, "competencies": [], "issued_on": None, "mark": None},
    "signatories": None,
}
"""What is told of nothing but a standing. The last day stays: whether it counts depends on it."""


def _public(rows: list[tuple[Any, ...]]) -> PublicCredential:
    events = tuple(PublicEvent(*row[-3:]) for row in rows if row[-1] is not None)
    return replace(PublicCredential(*rows[0][:-3]), events=events)


def _rows_of(codes: Collection[str]) -> QuerySet[Credential, tuple[Any, ...]]:
    """One row for each event of each credential, and one for a credential that has none."""
    return (
        Credential.objects.filter(code__in=list(codes))
        .order_by("code", "events__number")
        .annotate(edition=Subquery(Edition.objects.filter(pk=1).values("number")))
        .values_list(
            "code",
            "prefix",
            "name",
            "award_name",
            "description",
            "limits",
            "issuer_name",
            "issuer__url",
            "issuer__email",
            "issuer__time_zone",
            "mark__sha256",
            "signatory_name",
            "signatory_role",
            "signatories__people",
            "minutes",
            "study",
            "hours_attested_by",
            "competencies",
            "issued_on",
            "expires_on",
            "language",
            "public_view",
            "followed_by__prefix",
            "followed_by__code",
            "followed_by__followed_by__code",
            "edition",
            "events__number",
            "events__kind",
            "events__at",
        )
    )


class OtherSite(ValueError):
    """What was pasted is a link to another site, which nobody should be led to believe."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


def unwrapped(typed: str, own_hosts: Collection[str]) -> str:
    """The link of ours in what was pasted, where a mail scanner put its own link around it.

    Everything else as it was. We answer for a number ourselves, so whose link it was is no matter.
    """
    text = plain(typed[:LONGEST_TYPED])
    own = "|".join(re.escape(host) for host in sorted(own_hosts))
    inner = re.compile(rf"https?://(?:{own})/[\w./%-]+", re.IGNORECASE)
    for _ in range(MOST_WRAPPED):
        # Proofpoint writes a percent sign as a hyphen, and a slash as a low line.
        for form in (text, unquote(re.sub(r"-([23][0-9A-F])", r"%\1", text)).replace("_", "/")):
            for link in inner.finditer(form):
                if link.start() and numbers_within(_in_link(link[0])):
                    return link[0]
        text = unquote(text)
    return typed


def refuse_other_sites(typed: str, own_hosts: Collection[str]) -> None:
    """Raise OtherSite for a pasted link that leads to none of our own addresses."""
    # A browser takes a stroke backwards for one forwards.
    match = LINK.search(plain(typed[:LONGEST_TYPED]).replace("\\", "/"))
    if match is None:
        return
    try:
        host = (urlsplit(f"//{match['rest'] or match['bare']}").hostname or "").removesuffix(".")
    except ValueError:
        return
    if host and host not in {own.partition(":")[0].lower() for own in own_hosts}:
        raise OtherSite(host[:LONGEST_HOST])


def extract_number(typed: str) -> str:
    """The number in what was typed or pasted: a number, or a link to its page or its file."""
    text = plain(typed[:LONGEST_TYPED])
    # Quotes, brackets and full stops come along from the sentence that it stood in.
    readable = [place for place, character in enumerate(text) if is_readable(character)]
    text = text[readable[0] : readable[-1] + 1] if readable else ""
    link = LINK.search(text) if any(map(str.isspace, text)) else None
    if link is not None and not _is_number(text):
        return extract_number(link[0])
    number = FILE_ENDING.sub("", _in_link(text) if "/" in text else text)
    if "/" in text and not LINK.search(text):
        slashed = _in_sentence(text.replace("/", "-"))
        with suppress(Mistyped):
            parse_number(slashed)
            return slashed
    return number if number.isalnum() else _in_sentence(number)


def _is_number(text: str) -> bool:
    """Whether a text is a number as a whole. “9.bK” looks like the address of a site."""
    with suppress(Mistyped):
        return bool(parse_number(text))
    return False


def _in_sentence(text: str) -> str:
    """The one number in a sentence; the whole text where it holds none or two."""
    numbers = numbers_within(text)
    try:
        code = parse_number(text)[1]
    except Mistyped:
        return numbers[0] if len(numbers) == 1 else text
    # “No: PSW-…” is a number as a whole, too, with a prefix that nobody issues.
    return numbers[0] if len(numbers) == 1 and numbers[0].endswith(formatted("", code)) else text


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

    A credential that was replaced or renewed gives no name: it may be one that is no longer
    theirs. `shows` says how much its holder lets be told; what is not is null.
    """
    standing_now = credential.standing_at(checked_at)
    issued_on, expires_on = credential.issued_on, credential.expires_on
    since = credential.since(standing_now)
    hidden = credential.shows_standing_only
    return {
        "shows": str(credential.view),
        "number": credential.number,
        "standing": str(standing_now.value),
        "since": since.isoformat() if since else None,
        "counts_now": credential.counts_now or None,
        "name": credential.shown_name,
        "award": credential.award_name or None,
        "issued_on": issued_on.isoformat() if issued_on else None,
        "expires_on": expires_on.isoformat() if expires_on else None,
        "signatory": None if hidden else credential.signed_by,
        "issuer": credential.issuer_name,
        "issuer_url": credential.issuer_url or None,
        "issuer_email": credential.issuer_email or None,
        **credential.hours.to_json(),
        **({"hours": None} if hidden else {}),
        "covers": [group.to_json() for group in credential.covered],
        "checked_at": checked_at.isoformat(timespec="seconds"),
    }
