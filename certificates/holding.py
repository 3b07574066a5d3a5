"""A credential as its holder reads it: what happened and why, what to do, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from certificates.appealing import Contest, contest_problem
from certificates.check_counts import MonthOfChecks, checks_by_month
from certificates.checklist_lines import ChecklistLine, checklist_lines, when_in_words
from certificates.dates import in_words
from certificates.designs import DESIGNS
from certificates.models import (
    Attestation,
    Credential,
    CredentialEvent,
    HolderRequest,
    Requirement,
    SealKey,
)
from certificates.renewal_outlook import renewal_of
from certificates.renewal_rules import renewal_opens_on
from certificates.requesting import contest_about, correction_problem, renewal_request_problem
from certificates.showing import Showing, showing_of
from certificates.standing import Standing, is_followed, standing_of

Kind = CredentialEvent.Kind
NEW_FOR = timedelta(days=7)
PICTURE_WIDTH = 900
PICTURED = {Standing.CURRENT, Standing.EXPIRED, Standing.SUSPENDED, Standing.RENEWED}
"""The standings of a certificate that is still its holder's to look at. A replaced one may have a
name that nobody is to read any more, and a revoked one is not to be passed on as a picture."""


@dataclass(frozen=True)
class Picture:
    """The picture of a certificate: its size before it is there, and what it says, in words."""

    height: int
    words: str
    width: int = PICTURE_WIDTH


@dataclass(frozen=True)
class HeldCredential:
    """What the page of a holder shows.

    `since` is the day of the event that made the standing, and `explanation` what the issuer
    wrote about it to the holder, or nothing. The reason of an event is not among it.
    """

    credential: Credential
    standing: Standing
    since: str
    explanation: str
    issued_on: str
    expires_on: str
    counts_now: str
    signatures: list[Attestation]
    requests: list[HolderRequest]
    may_ask_to_correct: bool
    may_ask_to_renew: bool
    renewal_opens_on: str
    # The checklist of the renewal, where the award has a rule and it can still be renewed.
    renewal_when: str = ""
    renewal_lines: list[ChecklistLine] = field(default_factory=list)
    # What may be asked for about a suspension or revocation, and the last day for it.
    contest: Contest | None = None
    contest_until: str = ""
    # How to show it to others, while it may be relied on.
    showing: Showing | None = None
    # Whether it is signed as a badge, to be downloaded.
    has_badge: bool = False
    is_new: bool = False
    # Its first page, where there is a file and it may be shown.
    picture: Picture | None = None
    # How often it was checked, newest month first.
    checks: list[MonthOfChecks] = field(default_factory=list)
    # How many organisations watch it.
    watchers: int = 0

    @property
    def being_made(self) -> bool:
        """Whether its file is not there yet, and will be."""
        return not self.credential.pdf and not self.credential.pdf_problem

    @property
    def issuer_email(self) -> str:
        return self.credential.issuer.email


def newest_after(credential: Credential) -> Credential:
    """The last of those that took the place of one and of each other; else itself. A query each."""
    newest = credential
    while after := Credential.objects.filter(follows=newest).first():
        newest = after
    return newest


def held_credential(credential: Credential, *, at: datetime) -> HeldCredential:
    """A credential with all that its holder may know of it."""
    issuer = credential.issuer
    events = list(credential.events.all())
    standing = standing_of(credential, at=at)
    event = event_behind(standing, events)
    expires_on = credential.expires_on
    is_over = is_followed(event.kind for event in events)
    goes_on = standing in {Standing.CURRENT, Standing.EXPIRED}
    renewal = renewal_of(credential, at=at) if goes_on else None
    contest = contest_about(credential)
    may_contest = contest_problem(contest, on=issuer.date_at(at)) is None
    return HeldCredential(
        credential=credential,
        standing=standing,
        since=in_words(issuer.date_at(event.at)) if event else "",
        explanation=event.explanation if event else "",
        issued_on=in_words(credential.issued_on),
        expires_on=in_words(expires_on) if expires_on else "",
        counts_now=newest_after(credential).number if is_over else "",
        signatures=list(signatures_behind(credential)),
        requests=list(credential.requests.all()),
        may_ask_to_correct=correction_problem(credential) is None,
        may_ask_to_renew=renewal_request_problem(credential, at=at) is None,
        renewal_opens_on=_opens_on(credential, standing, on=issuer.date_at(at)),
        renewal_when=when_in_words(renewal.outlook) if renewal else "",
        renewal_lines=checklist_lines(renewal) if renewal else [],
        contest=contest if may_contest else None,
        contest_until=in_words(contest.until) if contest and may_contest else "",
        showing=showing_of(credential) if standing == Standing.CURRENT else None,
        picture=picture_in_words(credential, at=at) if has_picture(credential, at=at) else None,
        checks=checks_by_month(credential),
        watchers=credential.watches.open().count(),
        has_badge=standing == Standing.CURRENT and has_badge(credential),
        is_new=standing == Standing.CURRENT and at - credential.issued_at < NEW_FOR,
    )


def has_picture(credential: Credential, *, at: datetime) -> bool:
    """Whether its holder is shown a picture of it."""
    return bool(credential.pdf) and standing_of(credential, at=at) in PICTURED


def picture_in_words(credential: Credential, *, at: datetime) -> Picture:
    """Its picture, described by what the certificate says and by its standing today."""
    page = DESIGNS[credential.design].millimetres
    says = {
        "number": credential.number,
        "award": credential.award_name,
        "name": credential.name,
        "issued": in_words(credential.issued_on),
        "expires": in_words(credential.expires_on) if credential.expires_on else "",
        "standing": standing_of(credential, at=at).label,
    }
    if credential.expires_on:
        words = _(
            "Certificate %(number)s: %(award)s, for %(name)s. Issued %(issued)s, valid until "
            "%(expires)s. Today: %(standing)s."
        )
    else:
        words = _(
            "Certificate %(number)s: %(award)s, for %(name)s. Issued %(issued)s. Today: "
            "%(standing)s."
        )
    height = round(PICTURE_WIDTH * page["page_height"] / page["page_width"])
    return Picture(height, words % says)


def has_badge(credential: Credential) -> bool:
    """Whether it is signed as a badge, by a key that counts."""
    signed = credential.badges.exclude(document="")
    return signed.exclude(key__state=SealKey.State.COMPROMISED).exists()


def _opens_on(credential: Credential, standing: Standing, *, on: date) -> str:
    """From when it may be renewed, where that is worth saying."""
    opens_on = renewal_opens_on(credential, on=on)
    return in_words(opens_on) if opens_on and standing == Standing.CURRENT else ""


MADE_BY = {
    Standing.SUSPENDED: Kind.SUSPENDED,
    Standing.REVOKED: Kind.REVOKED,
    Standing.REPLACED: Kind.REPLACED,
    Standing.RENEWED: Kind.RENEWED,
}
"""The event that makes a standing. An expiry is nobody's act."""


def event_behind(standing: Standing, events: list[CredentialEvent]) -> CredentialEvent | None:
    """The last event that made a standing, or None where a date alone did."""
    kind = MADE_BY.get(standing)
    return next((event for event in reversed(events) if event.kind == kind), None)


def signatures_behind(credential: Credential) -> list[Attestation]:
    """What the holder had signed of what the award asks for, when the credential was issued."""
    statements = Requirement.objects.filter(award=credential.award_id).exclude(statement=None)
    return list(
        Attestation.objects.filter(
            learner=credential.holder_id,
            version__statement__in=statements.values("statement"),
            signed_at__lte=credential.issued_at,
        )
        .select_related("version__statement", "wording")
        .order_by("signed_at")
    )
