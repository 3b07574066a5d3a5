"""Verbs: issuing a credential. The only code that does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.approvals import Approval, approver, refuse_unapproved
from certificates.covered import group_covered
from certificates.designs import DESIGNS
from certificates.eligibility import is_met
from certificates.evidence import RequirementEvidence, evidence_of_earned, requirements_to_earn
from certificates.exceptions import (
    AlreadyHolds,
    AwardIsClosed,
    CannotBeDone,
    DayNotAttested,
    EarnedInFuture,
    EvidenceNeeded,
    HoursNotAttested,
    IssuesToThemselves,
    NameIsNotPrintable,
    TimeHasRunOut,
    UnprintableWords,
)
from certificates.models import Award, Credential, CredentialEvent, Proposal
from certificates.names import printable_name, validate_printable_words
from certificates.numbers import random_code
from certificates.reminders import plan_reminders
from certificates.renewal_rules import first_last_day
from certificates.signatories import frozen_signatories
from certificates.standing import Standing, standing_of
from certificates.studied import NOTHING_STUDIED, Studied, studied_for
from certificates.tasks import enqueue_after_commit, prepare_certificate
from courses.models import Edition
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner
from people.rows import rows_where

log = logging.getLogger(__name__)

MOST_TRIES = 10
"""How often another number is tried. With a million issued, two in a row meet a number in use
once in 10^19 issues, so ten is never reached."""


@dataclass(frozen=True)
class AttestedHours:
    """Hours that somebody vouches for who taught in a room: how long, and who."""

    minutes: int
    by: str


@dataclass(frozen=True)
class EarnedBefore:
    """A day on which an award was earned outside this site, and who attests it.

    A credential says when it was issued, which is never before it was; its time runs from here.
    """

    on: date
    attested_by: str = ""


def earned_problem(award: Award, earned: EarnedBefore, *, today: date) -> CannotBeDone | None:
    """Why an award cannot be issued as earned on a day, or None when it can."""
    if earned.on > today:
        return EarnedInFuture(earned.on)
    if earned.on < today and not earned.attested_by.strip():
        return DayNotAttested(earned.on)
    last_day = award.valid_until(earned.on)
    return TimeHasRunOut(last_day) if last_day is not None and last_day < today else None


@transaction.atomic
def issue_if_earned(learner: User, *, at: datetime) -> list[Credential]:
    """Issue every award that this learner has earned and was never issued.

    However often and from however many places it is called, each is issued once, and every
    caller gets the credential that was issued first. Call it in the transaction that records
    the last piece of evidence. Raises HolderHasNoName, NameHasNoLetter or UnprintableName, and
    then issues nothing; an award whose own words cannot be printed is left out and logged.
    """
    if not learner.is_active:
        return []
    edition = Edition.current()
    held = {credential.award_id for credential in rows_where(Credential, holder=learner.pk)}
    requirements = [row for row in requirements_to_earn(edition) if row.award_id not in held]
    if not requirements:
        return []
    with translation.override(learner.language):
        evidence = evidence_of_earned(learner, requirements, edition)
    awards = {row.award_id: row.award for row in requirements}
    earned = [award for pk, award in awards.items() if is_met(evidence.get(pk, ()))]
    issued = [_issue_earned(award, learner, evidence[award.pk], at=at) for award in earned]
    return [credential for credential in issued if credential is not None]


def _issue_earned(
    award: Award, learner: User, evidence: Sequence[RequirementEvidence], *, at: datetime
) -> Credential | None:
    """Issue one award, or give the credential that somebody else issued first.

    None, and a line in the log, where the award's words cannot be printed.
    """
    try:
        return _issue(award, learner, evidence=_in_words(evidence), at=at)
    except AlreadyHolds as held:
        return held.credential
    except UnprintableWords as problem:
        log.error("Award %s is not issued until it can be printed: %s", award.pk, problem)
        return None


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
    attested: AttestedHours | None = None,
    earned: EarnedBefore | None = None,
    approval: Approval | None = None,
) -> Credential:
    """Issue an award on a registrar's word, with their statement of what it rests on.

    Without `words` the credential says what the award says, with what its course covers and
    the time of study that is on record here. With `words` it says those after the name, and
    nothing of a course. `attested` are hours that somebody else vouches for, in place of any
    that were counted. `earned` is an earlier day from which its time runs; it is issued today all
    the same. Raises HoursNotAttested, EarnedInFuture, DayNotAttested, TimeHasRunOut,
    EvidenceNeeded, AwardIsClosed, IssuesToThemselves, HolderHasNoName, NameHasNoLetter,
    UnprintableName, UnprintableWords, AlreadyHolds where the person has one that is current or
    suspended, and ApprovalNeeded where nothing else stands against it and another registrar has
    to approve it. After one of any other standing a new cycle begins.
    """
    if not evidence.strip():
        raise EvidenceNeeded
    if not award.active:
        raise AwardIsClosed(award)
    if holder.pk == by.pk:
        raise IssuesToThemselves
    if attested is not None and not (award.taught_in_room and attested.by.strip()):
        raise HoursNotAttested
    if earned and (problem := earned_problem(award, earned, today=award.issuer.date_at(at))):
        raise problem
    lock_learner(holder.pk)
    earlier = Credential.objects.held_by(holder).filter(award=award).with_standing()
    for credential in earlier:
        if standing_of(credential, at=at) in {Standing.CURRENT, Standing.SUSPENDED}:
            raise AlreadyHolds(credential)
    cycle = 1 + max((credential.cycle for credential in earlier), default=0)
    return _issue(
        award,
        holder,
        cycle=cycle,
        evidence=_on_a_registrars_word(award, evidence.strip(), earned),
        at=at,
        by=by,
        name=name,
        words=words,
        attested=attested,
        earned_on=earned.on if earned else None,
        approval=approval,
    )


def _on_a_registrars_word(
    award: Award, words: str, earned: EarnedBefore | None
) -> list[dict[str, Any]]:
    """What it rests on in a registrar's words; and the day it was earned, with who attests it."""
    day = earned.on.isoformat() if earned else None
    rows = [{"requirement": words, "met_on": day}]
    if earned and earned.attested_by.strip():
        with translation.override(award.language):
            attested = _("The day is attested by %(name)s.") % {"name": earned.attested_by.strip()}
        rows.append({"requirement": attested, "met_on": day})
    return rows


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
    attested: AttestedHours | None = None,
    earned_on: date | None = None,
    approval: Approval | None = None,
) -> Credential:
    """Freeze everything that is printed, under a number that nobody else has.

    Raises AlreadyHolds, with the credential that was issued first, and before anything is
    stored the error that says why it could not be printed.
    """
    issuer = award.issuer
    printed = award.words_on_certificate(holder, typed=words is not None)
    studied = NOTHING_STUDIED
    if words is None:
        studied = studied_for(award, holder, language=printed.language)
    issued_on = issuer.date_at(at)
    credential = Credential(
        prefix=issuer.prefix,
        holder=holder,
        award=award,
        issuer=issuer,
        cycle=cycle,
        name=printable_name(name or holder.full_name),
        award_name=printed.name,
        description=printed.description if words is None else words,
        limits=printed.limits,
        issuer_name=issuer.name,
        mark_id=issuer.mark_id,
        **frozen_signatories(award, on=issued_on),
        minutes=_minutes_of(studied, attested),
        study=studied.time.to_json() if studied.time and not attested else {},
        hours_attested_by=attested.by.strip() if attested else "",
        competencies=studied.competencies,
        evidence=evidence,
        language=printed.language,
        design=award.design,
        template_version=DESIGNS[award.design].version,
        issued_at=at,
        issued_on=issued_on,
        expires_on=first_last_day(award, earned_on or issued_on),
    )
    validate_printable_words(*_words_on(credential))
    if by is not None:
        refuse_unapproved(Proposal.Act.ISSUE, approval)
    store_credential(credential, by=by, at=at, approved_by=approver(approval))
    enqueue_after_commit(prepare_certificate, credential)
    return credential


def _minutes_of(studied: Studied, attested: AttestedHours | None) -> int:
    """The minutes that a credential shows: attested ones in place of any that were counted."""
    if attested is not None:
        return attested.minutes
    return studied.time.minutes if studied.time else 0


def _words_on(credential: Credential) -> list[str]:
    """All that is printed on a certificate beside the name."""
    return [
        credential.award_name,
        credential.description,
        credential.limits,
        credential.issuer_name,
        *(text for person in credential.signed_by for text in person.values()),
        credential.hours_attested_by,
        *(group.name for group in group_covered(credential.competencies)),
    ]


def store_credential(
    credential: Credential,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    approved_by: User | None = None,
) -> None:
    """Save a new credential under a free number, with the event of its issue. Raises AlreadyHolds."""
    for _try in range(MOST_TRIES):
        credential.code = random_code()
        try:
            with transaction.atomic():
                credential.save(force_insert=True)
                CredentialEvent.objects.create(
                    credential=credential,
                    number=1,
                    kind=CredentialEvent.Kind.ISSUED,
                    at=at,
                    actor=by,
                    approved_by=approved_by,
                    reason=reason,
                )
                plan_reminders(credential)
                record_act(ActKind.ISSUED, credential, by=by, person=credential.holder_id, at=at)
        except IntegrityError:
            first = Credential.objects.filter(
                holder=credential.holder,
                award=credential.award,
                cycle=credential.cycle,
                correction=credential.correction,
            ).first()
            if first is not None:
                raise AlreadyHolds(first) from None
        else:
            return
    raise RuntimeError("No free number was found")


def _in_words(evidence: Sequence[RequirementEvidence]) -> list[dict[str, Any]]:
    return [
        {"requirement": item.text, "met_on": item.met_on.isoformat() if item.met_on else None}
        for item in evidence
    ]


@transaction.atomic
def retry_certificate(credential: Credential) -> bool:
    """Clear the problem of a certificate that could not be rendered, so that it is tried again.

    False where there is no problem, or the certificate exists by now.
    """
    stopped = Credential.objects.filter(pk=credential.pk).with_problem()
    if not stopped.update(pdf_problem="", leased_until=None):
        return False
    enqueue_after_commit(prepare_certificate, credential)
    return True
