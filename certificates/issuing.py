"""Verbs: issuing a credential, and what may become of it. The only code that does either."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation

from certificates.eligibility import is_met
from certificates.evidence import (
    RequirementEvidence,
    evidence_for_awards,
    has_met_all,
    taught_for,
)
from certificates.exceptions import (
    AlreadyHolds,
    AlreadyRevoked,
    AlreadySuspended,
    AwardIsClosed,
    ChangedMeanwhile,
    EvidenceNeeded,
    HolderHasNoName,
    NotSuspended,
    ReasonNeeded,
)
from certificates.models import Award, Credential, CredentialEvent
from certificates.numbers import draw_code
from certificates.standing import Standing, is_suspended, standing_of
from certificates.tasks import prepare_certificate
from people.models import User, record_evidence_about
from people.text import clean_name

log = logging.getLogger(__name__)

Kind = CredentialEvent.Kind
DRAWS = 10
"""How often a number is drawn again. With a million issued, two in a row have met a number
that is taken once in 10^19 issues, so ten is never reached."""


# Issuing ------------------------------------------------------------------------------------


@transaction.atomic
def issue_if_earned(learner: User, *, at: datetime) -> list[Credential]:
    """Issue every award that this learner has earned and was never issued.

    However often and from however many places it is called, each is issued once, and the one
    that was issued first is what everybody gets. Call it in the transaction in which the last
    piece of evidence lands. Raises HolderHasNoName, and then issues nothing.
    """
    open_awards = Award.objects.filter(active=True).exclude(credentials__holder=learner)
    # Most evidence is not the last piece: a question or two tell, before any is gathered.
    awards = [
        award
        for award in open_awards.select_related("issuer", "hours_course", "hour_scheme")
        if has_met_all(learner, award)
    ]
    if not awards:
        return []
    with translation.override(learner.language):
        evidence = evidence_for_awards(learner, awards)
    issued = []
    for award in awards:
        if is_met(evidence[award.pk]):
            try:
                issued.append(_issue(award, learner, evidence=_in_words(evidence[award.pk]), at=at))
            except AlreadyHolds as held:
                issued.append(held.credential)
    return issued


def try_to_issue(learner: User, *, at: datetime) -> list[Credential]:
    """Issue what was earned, or else leave it to `sweep`: evidence is never lost over it."""
    try:
        return issue_if_earned(learner, at=at)
    except Exception:
        log.exception("Issuing to person %s failed; sweep will try again", learner.pk)
        return []


@transaction.atomic
def issue_by_hand(
    award: Award, holder: User, *, evidence: str, by: User, at: datetime, name: str | None = None
) -> Credential:
    """Issue an award on a registrar's word, and keep what they say it rests on.

    Raises EvidenceNeeded, AwardIsClosed, HolderHasNoName, and AlreadyHolds where the person
    has one that has not come to an end; after one that has, this is the next.
    """
    if not evidence.strip():
        raise EvidenceNeeded
    if not award.active:
        raise AwardIsClosed(award)
    record_evidence_about(holder.pk)
    earlier = Credential.objects.held_by(holder).filter(award=award).with_standing()
    for credential in earlier:
        if standing_of(credential, at=at) in {Standing.CURRENT, Standing.SUSPENDED}:
            raise AlreadyHolds(credential)
    cycle = 1 + max((credential.cycle for credential in earlier), default=0)
    said = [{"requirement": evidence.strip(), "met_on": None}]
    return _issue(award, holder, cycle=cycle, evidence=said, at=at, by=by, name=name)


def _issue(
    award: Award,
    holder: User,
    *,
    evidence: list[dict[str, Any]],
    at: datetime,
    cycle: int = 1,
    by: User | None = None,
    name: str | None = None,
) -> Credential:
    """Freeze everything that is printed, under a number that nobody else has.

    Raises AlreadyHolds, with the credential that was issued first.
    """
    printed = clean_name(name or holder.full_name)
    if not any(character.isalpha() for character in printed):
        raise HolderHasNoName(holder)
    issuer = award.issuer
    taught = taught_for(award)
    issued_on = issuer.date_at(at)
    frozen = Credential(
        prefix=issuer.prefix,
        holder=holder,
        award=award,
        issuer=issuer,
        cycle=cycle,
        name=printed,
        award_name=award.name,
        description=award.description,
        limits=award.limits,
        issuer_name=issuer.name,
        signatory_name=issuer.signatory_name,
        signatory_role=issuer.signatory_role,
        minutes_by_domain=taught.minutes_by_domain,
        minutes=taught.minutes,
        competencies=taught.competencies,
        evidence=evidence,
        language=holder.language,
        issued_at=at,
        issued_on=issued_on,
        expires_on=award.valid_until(issued_on),
    )
    for _draw in range(DRAWS):
        frozen.code = draw_code()
        try:
            with transaction.atomic():
                frozen.save(force_insert=True)
                CredentialEvent.objects.create(
                    credential=frozen, number=1, kind=Kind.ISSUED, at=at, actor=by
                )
        except IntegrityError:
            first = Credential.objects.held_by(holder).filter(award=award, cycle=cycle).first()
            if first is not None:
                raise AlreadyHolds(first) from None
        else:
            ring_for(frozen)
            return frozen
    raise RuntimeError("No free number was drawn")


def ring_for(credential: Credential) -> None:
    """Tell the worker that a certificate is owed, once this transaction is safe.

    Only a doorbell: the row says what is owed, and `sweep` does it if nobody heard.
    """
    enqueue = partial(prepare_certificate.enqueue, str(credential.pk))
    transaction.on_commit(enqueue, robust=True)


def _in_words(evidence: Sequence[RequirementEvidence]) -> list[dict[str, Any]]:
    return [
        {"requirement": one.text, "met_on": one.met_on.isoformat() if one.met_on else None}
        for one in evidence
    ]


# What may become of it ----------------------------------------------------------------------


def suspend(
    credential: Credential, *, by: User, reason: str, at: datetime, seen: int | None = None
) -> CredentialEvent:
    """Say that a credential may not be relied on for now. It can be restored.

    `seen` is the number of the last event that the person had before them. Raises
    ReasonNeeded, AlreadyRevoked, AlreadySuspended or ChangedMeanwhile.
    """
    return _record(credential, Kind.SUSPENDED, by=by, reason=reason, at=at, seen=seen)


def restore(
    credential: Credential, *, by: User, reason: str, at: datetime, seen: int | None = None
) -> CredentialEvent:
    """Take a suspension back. Raises ReasonNeeded, AlreadyRevoked, NotSuspended or
    ChangedMeanwhile."""
    return _record(credential, Kind.RESTORED, by=by, reason=reason, at=at, seen=seen)


def revoke(
    credential: Credential, *, by: User, reason: str, at: datetime, seen: int | None = None
) -> CredentialEvent:
    """Take a credential back for ever. Raises ReasonNeeded, AlreadyRevoked or
    ChangedMeanwhile."""
    return _record(credential, Kind.REVOKED, by=by, reason=reason, at=at, seen=seen)


@transaction.atomic
def _record(
    credential: Credential, kind: str, *, by: User, reason: str, at: datetime, seen: int | None
) -> CredentialEvent:
    """Add an event under the next number. Of two at once the number lets one in."""
    if not reason.strip():
        raise ReasonNeeded
    events = list(CredentialEvent.objects.filter(credential=credential))
    kinds = [event.kind for event in events]
    if Kind.REVOKED in kinds:
        raise AlreadyRevoked
    last = events[-1].number if events else 0
    if seen is not None and seen != last:
        raise ChangedMeanwhile
    if kind == Kind.SUSPENDED and is_suspended(kinds):
        raise AlreadySuspended
    if kind == Kind.RESTORED and not is_suspended(kinds):
        raise NotSuspended
    try:
        with transaction.atomic():
            return CredentialEvent.objects.create(
                credential=credential,
                number=last + 1,
                kind=kind,
                at=at,
                actor=by,
                reason=reason.strip(),
            )
    except IntegrityError as taken:
        raise ChangedMeanwhile from taken


# A certificate that could not be made --------------------------------------------------------


@transaction.atomic
def try_the_certificate_again(credential: Credential) -> bool:
    """Clear what stood in the way of a certificate, so that it is made once more."""
    cleared = Credential.objects.filter(pk=credential.pk, pdf="").exclude(pdf_problem="")
    if not cleared.update(pdf_problem="", in_hand_until=None):
        return False
    ring_for(credential)
    return True
