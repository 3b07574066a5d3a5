"""Verbs: what a holder brings for a renewal, and what a registrar says to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from certificates.evidence_files import EvidenceFile
from certificates.exceptions import (
    AlreadyAnswered,
    AnswerNeeded,
    NamesDiffer,
    TextChanged,
    TheirOwnCredential,
)
from certificates.models import (
    Credential,
    RenewalEvidence,
    RenewalSignature,
    StatementVersion,
)
from certificates.names import validated_name
from certificates.renewal_exceptions import EntryAccepted, TooManyEntries
from certificates.revoking import change_problem
from certificates.signing_statements import newest_version, same_name
from certificates.standing import FOLLOWED
from certificates.tasks import enqueue_after_commit, notify_of_change
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner
from people.names import clean_name

Decision = RenewalEvidence.Decision
MOST_ENTRIES = 200
"""How much anybody can enter for one renewal."""


@dataclass(frozen=True)
class Brought:
    """What a holder typed of one entry, and the file they chose, if any.

    `entry` is the id that the form gave it, so that what is sent twice is entered once.
    """

    title: str
    provider: str
    done_on: date
    minutes: int = 0
    category: str = ""
    file: EvidenceFile | None = None
    entry: UUID | None = None

    def is_entered_as(self, evidence: RenewalEvidence) -> bool:
        """Whether an entry says what was typed here."""
        return (
            evidence.title == self.title.strip()
            and evidence.provider == self.provider.strip()
            and evidence.done_on == self.done_on
            and evidence.minutes == self.minutes
            and evidence.category == self.category
            and bool(evidence.file) == (self.file is not None)
        )


def _refuse_over(credential: Credential) -> None:
    """Raise what stands in the way of renewing a credential at all, such as a revocation."""
    kinds = list(credential.events.values_list("kind", flat=True))
    if problem := change_problem(FOLLOWED[1], kinds):
        raise problem


@transaction.atomic
def add_evidence(
    credential: Credential, kind: RenewalEvidence.Kind, brought: Brought, *, at: datetime
) -> RenewalEvidence:
    """Enter something for the renewal of a credential; the same form sent again enters nothing.

    Going back to it and typing something else enters that as well. Raises TooManyEntries, AlreadyFollowed, AlreadyRevoked or StillSuspended.
    """
    lock_learner(credential.holder_id)
    _refuse_over(credential)
    sent = RenewalEvidence.objects.filter(pk=brought.entry).first() if brought.entry else None
    if sent and sent.credential_id == credential.pk and brought.is_entered_as(sent):
        return sent
    if credential.renewal_evidence.count() >= MOST_ENTRIES:
        raise TooManyEntries
    evidence = RenewalEvidence(credential=credential, kind=kind)
    if brought.entry and sent is None:
        evidence.pk = brought.entry
    _fill(evidence, brought, at=at)
    evidence.save()
    return evidence


@transaction.atomic
def change_evidence(evidence: RenewalEvidence, brought: Brought, *, at: datetime) -> None:
    """Correct an entry, which then waits to be looked at again.

    Raises EntryAccepted, AlreadyFollowed, AlreadyRevoked or StillSuspended.
    """
    lock_learner(evidence.credential.holder_id)
    _refuse_over(evidence.credential)
    evidence = _not_accepted(evidence)
    former = str(evidence.file.name) if evidence.file and brought.file else ""
    _fill(evidence, brought, at=at)
    evidence.save()
    if former:
        _delete_file_after_commit(evidence, former)


@transaction.atomic
def remove_evidence(evidence: RenewalEvidence) -> None:
    """Delete an entry with its file. Raises EntryAccepted where it was accepted by now."""
    evidence = _not_accepted(evidence)
    former = str(evidence.file.name) if evidence.file else ""
    if former:
        _delete_file_after_commit(evidence, former)
    evidence.delete()


def _not_accepted(evidence: RenewalEvidence) -> RenewalEvidence:
    rows = RenewalEvidence.objects.select_for_update().filter(pk=evidence.pk)
    current = rows.exclude(decision=Decision.ACCEPTED).first()
    if current is None:
        raise EntryAccepted
    return current


def _delete_file_after_commit(evidence: RenewalEvidence, name: str) -> None:
    storage = evidence.file.storage

    def delete_former_file() -> None:
        storage.delete(name)

    transaction.on_commit(delete_former_file, robust=True)


def _fill(evidence: RenewalEvidence, brought: Brought, *, at: datetime) -> None:
    evidence.title = brought.title.strip()
    evidence.provider = brought.provider.strip()
    evidence.done_on = brought.done_on
    evidence.minutes = brought.minutes
    evidence.category = brought.category
    evidence.entered_at = at
    evidence.decision = ""
    evidence.notify_holder = False
    evidence.decided_by = evidence.decided_at = None
    if brought.file is not None:
        name = f"{evidence.pk}.{brought.file.extension}"
        evidence.file.save(name, ContentFile(brought.file.content), save=False)


@transaction.atomic
def accept_evidence(evidence: RenewalEvidence, *, by: User, at: datetime) -> None:
    """Let an entry count. Raises TheirOwnCredential, or AlreadyAnswered."""
    _decide(evidence, Decision.ACCEPTED, "", by=by, at=at)


@transaction.atomic
def ask_back(evidence: RenewalEvidence, *, answer: str, by: User, at: datetime) -> None:
    """Give an entry back to its holder, in words for them. They are written to.

    Raises AnswerNeeded, TheirOwnCredential, or AlreadyAnswered.
    """
    if not answer.strip():
        raise AnswerNeeded
    _decide(evidence, Decision.ASKED_BACK, answer.strip(), by=by, at=at)
    enqueue_after_commit(notify_of_change, evidence.credential)


def _decide(
    evidence: RenewalEvidence, decision: Decision, answer: str, *, by: User, at: datetime
) -> None:
    holder_id = evidence.credential.holder_id
    if holder_id == by.pk:
        raise TheirOwnCredential
    times = evidence.times_asked_back + (decision == Decision.ASKED_BACK)
    # What the registrar looked at: an entry that was changed since waits to be looked at again.
    seen = RenewalEvidence.objects.waiting().filter(pk=evidence.pk, entered_at=evidence.entered_at)
    if not seen.update(
        decision=decision,
        decided_by=by,
        decided_at=at,
        answer=answer,
        times_asked_back=times,
        notify_holder=decision == Decision.ASKED_BACK,
        notified_at=None,
    ):
        raise AlreadyAnswered
    record_act(ActKind.EVIDENCE_DECIDED, evidence, by=by, person=holder_id, at=at)


@transaction.atomic
def sign_again(
    credential: Credential, version: StatementVersion, *, typed_name: str, at: datetime
) -> RenewalSignature:
    """Keep a holder's signature under a statement for the renewal of a credential, once.

    Raises NamesDiffer, TextChanged when what they read is no longer the newest, what
    `validated_name` raises, AlreadyFollowed, AlreadyRevoked or StillSuspended.
    """
    newest = newest_version(version.statement.slug, at=at)
    if newest is not None and newest.pk != version.pk:
        raise TextChanged(newest)
    holder = credential.holder
    validated_name(holder.full_name)
    if not same_name(typed_name, holder.full_name):
        raise NamesDiffer(holder.full_name)
    lock_learner(holder.pk)
    _refuse_over(credential)
    signature, _is_new = RenewalSignature.objects.get_or_create(
        credential=credential,
        version=version,
        defaults={"typed_name": clean_name(typed_name), "signed_at": at},
    )
    return signature
