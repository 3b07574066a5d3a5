"""What will happen to each line of a change of many, or why nothing will. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from certificates.dates import in_words
from certificates.exceptions import (
    AlreadyHolds,
    CannotBeDone,
    SecondRegistrarNeeded,
    TheirOwnCredential,
)
from certificates.following import issued_anew, next_last_day, renewal_problem
from certificates.models import BulkChange, BulkChangeLine, Credential, CredentialEvent
from certificates.numbers import Mistyped, parse_number
from certificates.renewal_exceptions import RenewalNotComplete
from certificates.renewal_outlook import renewal_of
from certificates.revoking import change_problem, contest_problem, held_beside
from certificates.standing import Standing, standing, standing_of
from certificates.verifying import extract_number
from people.folding import fold
from people.models import User

Kind = BulkChange.Kind
EVENT_KINDS = {
    Kind.SUSPEND: CredentialEvent.Kind.SUSPENDED,
    Kind.RESTORE: CredentialEvent.Kind.RESTORED,
    Kind.REVOKE: CredentialEvent.Kind.REVOKED,
    Kind.REINSTATE: CredentialEvent.Kind.REINSTATED,
    Kind.RENEW: CredentialEvent.Kind.RENEWED,
}
NOT_TO_ONESELF = {Kind.RESTORE, Kind.REINSTATE, Kind.RENEW}
"""What nobody does to a credential of their own; see the verbs of one."""


@dataclass
class JudgedChange:
    """A line with what it comes to: its credential, and why it is left out, if it is."""

    line: BulkChangeLine
    credential: Credential | None = None
    problem: str = ""
    standing: Standing | None = None
    valid_until: date | None = None

    @property
    def last_seen(self) -> int | None:
        """The number of the last event of its credential."""
        if self.credential is None:
            return None
        return max((event.number for event in self.credential.events.all()), default=0)

    @property
    def outcome(self) -> str:
        """What will happen, in words."""
        if self.problem or self.valid_until is None:
            return self.problem
        return _("Renewed until %(day)s, under a new number.") % {"day": in_words(self.valid_until)}


@dataclass(frozen=True)
class ChangeDryRun:
    """All lines of a change of many, judged."""

    lines: list[JudgedChange]

    @cached_property
    def wrong(self) -> list[JudgedChange]:
        return [line for line in self.lines if line.problem]

    @cached_property
    def to_do(self) -> list[JudgedChange]:
        return [line for line in self.lines if not line.problem]

    @property
    def comes_to(self) -> dict[str, int | None]:
        """The lines that are to be done, by number, each with the last event of its credential."""
        return {str(each.line.number): each.last_seen for each in self.to_do}


def dry_run_change(
    change: BulkChange, lines: Sequence[BulkChangeLine], *, by: User, at: datetime
) -> ChangeDryRun:
    """Judge the lines of a change, as this registrar would do it.

    The same few queries however many lines there are; of renewals, and of what ends a suspension
    or a revocation, some more for each.
    """
    judged = [JudgedChange(line) for line in lines]
    codes = {line.number: _code_in(line.typed) for line in lines}
    credentials = _credentials_of({code for code in codes.values() if code})
    seen: dict[str, int] = {}
    promised: dict[tuple[int, int], JudgedChange] = {}
    for each in judged:
        code = codes[each.line.number]
        each.credential = credentials.get(code) if code else None
        if each.credential is None:
            each.problem = _not_found(code)
            continue
        each.standing = standing_of(each.credential, at=at)
        first = seen.setdefault(each.credential.code, each.line.number)
        if first != each.line.number:
            each.problem = _("The same number stands in line %(line)s.") % {"line": first}
            continue
        _judge(each, change, by=by, at=at)
        if change.kind == Kind.REINSTATE:
            _refuse_second(each, promised, at=at)
    return ChangeDryRun(judged)


def _refuse_second(
    each: JudgedChange, promised: dict[tuple[int, int], JudgedChange], *, at: datetime
) -> None:
    """Leave a line out where one above it gives the same person the same award back."""
    credential = each.credential
    if credential is None or each.problem:
        return
    first = promised.get((credential.holder_id, credential.award_id))
    if first is not None and first.credential is not None:
        each.problem = _(
            "Line %(line)s gives this person the same award back already, by %(number)s, and "
            "nobody holds an award twice."
        ) % {"line": first.line.number, "number": first.credential.number}
    elif _would_count(credential, number=(each.last_seen or 0) + 1, at=at):
        promised[credential.holder_id, credential.award_id] = each


def _would_count(credential: Credential, *, number: int, at: datetime) -> bool:
    """Whether it would be current or suspended once its revocation is undone."""
    undone = CredentialEvent(number=number, kind=CredentialEvent.Kind.REINSTATED, at=at)
    return standing(
        events=[*credential.events.all(), undone],
        expires_on=credential.expires_on,
        on=credential.issuer.date_at(at),
    ) in {Standing.CURRENT, Standing.SUSPENDED}


def _code_in(typed: str) -> str | None:
    """The code in what was typed; empty where it cannot be a number, None where it is mistyped."""
    try:
        return parse_number(extract_number(typed))[1]
    except Mistyped:
        return None
    except ValueError:
        return ""


def _not_found(code: str | None) -> str:
    if code is None:
        return _("This cannot be a number of ours: a letter or figure is mistyped.")
    return _("No credential has this number.")


def _credentials_of(codes: set[str]) -> dict[str, Credential]:
    rows = Credential.objects.filter(code__in=codes).with_standing()
    rows = rows.select_related("issuer", "holder", "award__issuer")
    return {credential.code: credential for credential in rows}


def _judge(each: JudgedChange, change: BulkChange, *, by: User, at: datetime) -> None:
    credential, typed = each.credential, each.line.typed_name
    if credential is None:
        return
    if typed and fold(typed) != fold(credential.name):
        each.problem = _(
            "The list says %(typed)s, and the certificate says %(name)s. Is the number right?"
        ) % {"typed": typed, "name": credential.name or "—"}
        return
    try:
        check_change(credential, change, by=by, at=at)
    except CannotBeDone as problem:
        each.problem = str(problem)
        return
    if change.kind == Kind.RENEW:
        each.valid_until = next_last_day(credential, on=credential.issuer.date_at(at))


def check_change(credential: Credential, change: BulkChange, *, by: User, at: datetime) -> None:
    """Raise what the verb for one credential would raise, before anything is tried."""
    events = list(credential.events.all())
    kind = Kind(change.kind)
    if problem := change_problem(EVENT_KINDS[kind], [event.kind for event in events]):
        raise problem
    if kind in NOT_TO_ONESELF and credential.holder_id == by.pk:
        raise TheirOwnCredential
    if kind == Kind.REINSTATE:
        _check_reinstating(credential, events, by=by, at=at)
    if kind in {Kind.RESTORE, Kind.REINSTATE} and (
        decided := contest_problem(credential, events, by=by)
    ):
        raise decided
    if kind == Kind.RENEW:
        _check_renewing(credential, change, at=at)


def _check_renewing(credential: Credential, change: BulkChange, *, at: datetime) -> None:
    if late := renewal_problem(credential, on=credential.issuer.date_at(at)):
        raise late
    if newer := issued_anew(credential):
        raise AlreadyHolds(newer)
    renewal = renewal_of(credential, at=at)
    if renewal and not (renewal.outlook.is_complete or change.although_incomplete):
        raise RenewalNotComplete


def _check_reinstating(
    credential: Credential, events: list[CredentialEvent], *, by: User, at: datetime
) -> None:
    revocations = [event for event in events if event.kind == CredentialEvent.Kind.REVOKED]
    if by.pk in revocations[-1].deciders:
        raise SecondRegistrarNeeded
    if other := held_beside(credential, at=at):
        raise AlreadyHolds(other)
