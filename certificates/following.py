"""Verbs: a new credential in the place of an earlier one, which shows no name from then on.

*Replace* when a fact was wrong or changed, such as the name: the dates stay what they were.
*Renew* when its time runs out: the new one counts on from the last day of the old, without a
gap. Each is two records in one transaction: the new credential, and an event of the old.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from certificates.approvals import Approval, approver
from certificates.designs import DESIGNS
from certificates.exceptions import AlreadyHolds, ChangedMeanwhile, TheirOwnCredential
from certificates.issuing import store_credential
from certificates.models import (
    Credential,
    CredentialEvent,
    HolderRequest,
    RenewalEvidence,
    RenewalSignature,
)
from certificates.names import printable_name
from certificates.renewal.rules import Phase
from certificates.renewal_exceptions import (
    NeverExpires,
    NothingToCorrect,
    RenewalIsOver,
    RenewalNotComplete,
    TooEarlyToRenew,
)
from certificates.renewal_outlook import renewal_of
from certificates.renewal_rules import rule_of
from certificates.revoking import record_event
from certificates.signatories import frozen_signatories
from certificates.tasks import enqueue_after_commit, prepare_certificate
from people.models import User, lock_learner

Kind = CredentialEvent.Kind

OWN_TO_EACH = {
    *("id", "code", "follows", "correction", "leased_until"),
    *("pdf", "pdf_sha256", "pdf_made_at", "pdf_problem", "announced_at"),
    *("sealed_by", "timestamped", "seal_signature", "badge_made_at", "attached"),
}
"""What a credential does not take from the one before it."""


@transaction.atomic
def replace_credential(
    credential: Credential,
    *,
    name: str,
    by: User,
    reason: str,
    at: datetime,
    last_seen: int | None = None,
    approval: Approval | None = None,
) -> Credential:
    """Issue the same credential anew under another name. The old number shows no name any more.

    An open request for a corrected name is done with it. Raises ReasonNeeded,
    NothingToCorrect, TheirOwnCredential, AlreadyFollowed, AlreadyRevoked, StillSuspended,
    ChangedMeanwhile, ApprovalNeeded, and what `printable_name` raises.
    """
    name = printable_name(name)
    if name == credential.name:
        raise NothingToCorrect
    changes = {"name": name, "correction": credential.correction + 1}
    return _follow(
        credential,
        Kind.REPLACED,
        changes,
        by=by,
        reason=reason,
        at=at,
        last_seen=last_seen,
        approval=approval,
    )


@transaction.atomic
def renew_credential(
    credential: Credential,
    *,
    by: User,
    reason: str,
    at: datetime,
    name: str = "",
    last_seen: int | None = None,
    although_incomplete: bool = False,
    approval: Approval | None = None,
) -> Credential:
    """Issue a credential for another term, which counts on from the last day of the old one.

    One that has lapsed counts from today, and the gap stays to be seen, unless the rule of its
    award keeps the dates for so long. Without `name` it prints the name it printed. An open
    request for a renewal is done with it. Where something is missing that the rule asks for, it
    needs `although_incomplete`. Raises ReasonNeeded, NeverExpires, TooEarlyToRenew, RenewalIsOver,
    AlreadyHolds, RenewalNotComplete, TheirOwnCredential, AlreadyFollowed, AlreadyRevoked,
    StillSuspended, ChangedMeanwhile, ApprovalNeeded, and what `printable_name` raises.
    """
    issuer = credential.issuer
    today = issuer.date_at(at)
    if problem := renewal_problem(credential, on=today):
        raise problem
    if newer := issued_anew(credential):
        raise AlreadyHolds(newer)
    renewal = renewal_of(credential, at=at)
    if renewal is not None and not (renewal.outlook.is_complete or although_incomplete):
        raise RenewalNotComplete
    signed = frozen_signatories(credential.award, on=today)
    signatories = signed.pop("signatories")
    changes = {
        "name": printable_name(name or credential.name),
        "cycle": credential.cycle + 1,
        "correction": 0,
        "issued_on": today,
        "expires_on": next_last_day(credential, on=today),
        "issuer_name": issuer.name,
        "mark_id": issuer.mark_id,
        **signed,
        "signatories_id": signatories.pk if signatories else None,
        "evidence": [{"requirement": reason.strip(), "met_on": today.isoformat()}],
    }
    return _follow(
        credential,
        Kind.RENEWED,
        changes,
        by=by,
        reason=reason,
        at=at,
        last_seen=last_seen,
        approval=approval,
    )


def issued_anew(credential: Credential) -> Credential | None:
    """The credential that began the next cycle without following on this one, or None."""
    same = Credential.objects.filter(holder=credential.holder_id, award=credential.award_id)
    return same.filter(cycle=credential.cycle + 1, correction=0).exclude(follows=credential).first()


RenewalProblem = NeverExpires | TooEarlyToRenew | RenewalIsOver


def renewal_problem(credential: Credential, *, on: date) -> RenewalProblem | None:
    """Why it is not time to renew a credential on a day, or None when it is."""
    if credential.expires_on is None:
        return NeverExpires()
    version = rule_of(credential, on=on)
    if version is None:
        opens_on = credential.award.renewal_opens_on(credential.expires_on)
        return TooEarlyToRenew(opens_on) if on < opens_on else None
    phase = version.rule.phase(credential.expires_on, on=on)
    if phase == Phase.EARLY:
        return TooEarlyToRenew(version.rule.opens_on(credential.expires_on))
    last_chance = version.rule.last_chance(credential.expires_on)
    if phase == Phase.OVER and last_chance is not None:
        return RenewalIsOver(last_chance)
    return None


def next_last_day(credential: Credential, *, on: date) -> date | None:
    """The last day of the term that a renewal on a day begins, or None for one without an end."""
    last_day = credential.expires_on
    version = rule_of(credential, on=on)
    if version is None or last_day is None:
        return credential.award.valid_until(max(on, last_day or on))
    term = version.rule.next_term(last_day, on=on)
    return term.last if term else None


def _follow(
    old: Credential,
    kind: Kind,
    changes: dict[str, Any],
    *,
    by: User,
    reason: str,
    at: datetime,
    last_seen: int | None,
    approval: Approval | None,
) -> Credential:
    """Issue a credential in the place of an old one, with an event of the old."""
    if old.holder_id == by.pk:
        raise TheirOwnCredential
    lock_learner(old.holder_id)
    record_event(old, kind, by=by, reason=reason, at=at, last_seen=last_seen, approval=approval)
    new = Credential(
        follows=old, **{**_facts_of(old), **changes, "issued_at": at}, **_current_design(old)
    )
    try:
        approved_by = approver(approval)
        store_credential(new, by=by, at=at, reason=reason.strip(), approved_by=approved_by)
    except AlreadyHolds as first:
        raise ChangedMeanwhile from first
    _close_requests(old, kind, by=by, at=at)
    if kind == Kind.REPLACED:
        # The cycle goes on under the new number, and with it what was brought for its renewal.
        RenewalEvidence.objects.filter(credential=old).update(credential=new)
        RenewalSignature.objects.filter(credential=old).update(credential=new)
    enqueue_after_commit(prepare_certificate, new)
    return new


def _facts_of(old: Credential) -> dict[str, Any]:
    """All that was frozen, by attribute."""
    own = OWN_TO_EACH | {"design", "template_version"}
    fields = [field for field in old._meta.concrete_fields if field.name not in own]
    return {field.attname: getattr(old, field.attname) for field in fields}


def _current_design(old: Credential) -> dict[str, Any]:
    return {"design": old.design, "template_version": DESIGNS[old.design].version}


ASKED_FOR = {
    Kind.REPLACED: HolderRequest.Kind.CORRECTION,
    Kind.RENEWED: HolderRequest.Kind.RENEWAL,
}


def _close_requests(old: Credential, kind: Kind, *, by: User, at: datetime) -> None:
    """Record that what the holder asked for is done."""
    open_requests = HolderRequest.objects.open().filter(credential=old, kind=ASKED_FOR[kind])
    open_requests.update(decision=HolderRequest.Decision.DONE, decided_by=by, decided_at=at)
