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
    Taught,
    evidence_for_awards,
    taught_for,
)
from certificates.exceptions import (
    AlreadyHolds,
    AlreadyRevoked,
    AlreadySuspended,
    AwardIsClosed,
    CannotBeDone,
    ChangedMeanwhile,
    EvidenceNeeded,
    IssuesToThemselves,
    NameIsNotPrintable,
    NotSuspended,
    ReasonNeeded,
    WordsCannotBeSet,
)
from certificates.models import Award, Credential, CredentialEvent
from certificates.names import printable, refuse_unprintable_words
from certificates.numbers import draw_code
from certificates.standing import Standing, is_suspended, standing_of
from certificates.tasks import prepare_certificate, tell_of_change
from people.models import User, lock_learner

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
    piece of evidence lands. Raises HolderHasNoName, NameHasNoLetter or NameCannotBeSet, and
    then issues nothing; an award whose own words cannot be printed is left out and logged.
    """
    if not learner.is_active:
        return []
    open_awards = Award.objects.filter(active=True).exclude(credentials__holder=learner)
    awards = list(open_awards.select_related("issuer", "hours_course", "hour_scheme"))
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
            except WordsCannotBeSet as problem:
                log.error("Award %s is not issued until it can be printed: %s", award.pk, problem)
    return issued


def try_to_issue(learner: User, *, at: datetime) -> list[Credential]:
    """Issue what was earned, or else leave it to `sweep`: evidence is never lost over it."""
    try:
        return issue_if_earned(learner, at=at)
    except NameIsNotPrintable:
        log.info("Person %s has no name that can be printed; sweep waits for one", learner.pk)
        return []
    except Exception:
        log.exception("Issuing to person %s failed; sweep will try again", learner.pk)
        return []


@transaction.atomic
def issue_by_hand(
    award: Award,
    holder: User,
    *,
    evidence: str,
    by: User,
    at: datetime,
    name: str | None = None,
    words: str | None = None,
) -> Credential:
    """Issue an award on a registrar's word, and keep what they say it rests on.

    Without `words` the credential says what the award says, with the hours and competencies
    of its course: for someone who did all of that, here or elsewhere. With `words` it says
    those after the name, and no hours and competencies, which nobody has vouched for.
    Raises EvidenceNeeded, AwardIsClosed, IssuesToThemselves, HolderHasNoName,
    NameHasNoLetter, NameCannotBeSet, WordsCannotBeSet, and AlreadyHolds where the person has
    one that has not come to an end; after one that has, this is the next.
    """
    if not evidence.strip():
        raise EvidenceNeeded
    if not award.active:
        raise AwardIsClosed(award)
    if holder.pk == by.pk:
        raise IssuesToThemselves
    lock_learner(holder.pk)
    earlier = Credential.objects.held_by(holder).filter(award=award).with_standing()
    for credential in earlier:
        if standing_of(credential, at=at) in {Standing.CURRENT, Standing.SUSPENDED}:
            raise AlreadyHolds(credential)
    cycle = 1 + max((credential.cycle for credential in earlier), default=0)
    said = [{"requirement": evidence.strip(), "met_on": None}]
    return _issue(award, holder, cycle=cycle, evidence=said, at=at, by=by, name=name, words=words)


def _issue(
    award: Award,
    holder: User,
    *,
    evidence: list[dict[str, Any]],
    at: datetime,
    cycle: int = 1,
    by: User | None = None,
    name: str | None = None,
    words: str | None = None,
) -> Credential:
    """Freeze everything that is printed, under a number that nobody else has.

    Raises AlreadyHolds, with the credential that was issued first, and before anything is
    frozen whatever says that it could not be printed.
    """
    printed = printable(name or holder.full_name)
    issuer = award.issuer
    taught = taught_for(award) if words is None else Taught(0, [], [])
    issued_on = issuer.date_at(at)
    frozen = Credential(
        prefix=issuer.prefix,
        holder=holder,
        award=award,
        issuer=issuer,
        cycle=cycle,
        name=printed,
        award_name=award.name,
        description=award.description if words is None else words,
        limits=award.limits,
        issuer_name=issuer.name,
        signatory_name=issuer.signatory_name,
        signatory_role=issuer.signatory_role,
        minutes_by_domain=taught.minutes_by_domain,
        minutes=taught.minutes,
        competencies=taught.competencies,
        evidence=evidence,
        language=award.language,
        issued_at=at,
        issued_on=issued_on,
        expires_on=award.valid_until(issued_on),
    )
    refuse_unprintable_words(
        frozen.award_name,
        frozen.description,
        frozen.limits,
        frozen.issuer_name,
        frozen.signatory_name,
        frozen.signatory_role,
        *(one["domain"] for one in taught.minutes_by_domain),
        *(one["name"] for one in taught.competencies),
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


def ring_for(credential: Credential, task: Any = prepare_certificate) -> None:
    """Tell the worker that something is owed, once this transaction is safe.

    Only a doorbell: the row says what is owed, and `sweep` does it if nobody heard.
    """
    enqueue = partial(task.enqueue, str(credential.pk))
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
    """Add an event under the next number, of which word is owed to the holder.

    Of two at once the number lets one in.
    """
    if not reason.strip():
        raise ReasonNeeded
    events = list(CredentialEvent.objects.filter(credential=credential))
    last = events[-1].number if events else 0
    if problem := why_not(kind, [event.kind for event in events]):
        raise problem
    if seen is not None and seen != last:
        raise ChangedMeanwhile
    try:
        with transaction.atomic():
            event = CredentialEvent.objects.create(
                credential=credential,
                number=last + 1,
                kind=kind,
                at=at,
                actor=by,
                reason=reason.strip(),
                to_tell=True,
            )
    except IntegrityError as taken:
        raise ChangedMeanwhile from taken
    ring_for(credential, tell_of_change)
    return event


def why_not(kind: str, kinds: list[str]) -> CannotBeDone | None:
    """Why a credential to which these things happened, in this order, cannot be changed so."""
    if Kind.REVOKED in kinds:
        return AlreadyRevoked()
    if kind == Kind.SUSPENDED and is_suspended(kinds):
        return AlreadySuspended()
    if kind == Kind.RESTORED and not is_suspended(kinds):
        return NotSuspended()
    return None


# A certificate that could not be made --------------------------------------------------------


@transaction.atomic
def try_the_certificate_again(credential: Credential) -> bool:
    """Clear what stood in the way of a certificate, so that it is made once more."""
    cleared = Credential.objects.filter(pk=credential.pk, pdf="").exclude(pdf_problem="")
    if not cleared.update(pdf_problem="", in_hand_until=None):
        return False
    ring_for(credential)
    return True
