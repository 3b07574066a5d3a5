"""Verbs: suspending, restoring and revoking a credential, and undoing a revocation.

Each adds an event, and edits none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.db import IntegrityError, transaction

from certificates.appealing import CONTESTED, ENDS, decider_problem
from certificates.approvals import (
    ACT_OF_EVENT,
    Approval,
    approver,
    deciders,
    refuse_unapproved,
)
from certificates.exceptions import (
    AlreadyHolds,
    AlreadyRevoked,
    AlreadySuspended,
    AlreadyWithdrawn,
    CannotBeDone,
    ChangedMeanwhile,
    DayIsOver,
    NotRevoked,
    NotSuspended,
    ReasonNeeded,
    SecondRegistrarNeeded,
    StillSuspended,
    TheirOwnCredential,
)
from certificates.models import Credential, CredentialEvent, CredentialNote, HolderRequest
from certificates.renewal_exceptions import AlreadyFollowed
from certificates.standing import (
    FOLLOWED,
    Standing,
    is_followed,
    is_revoked,
    is_suspended,
    standing_of,
)
from certificates.tasks import enqueue_after_commit, notify_of_change
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner

Kind = CredentialEvent.Kind
REVIEW_DAYS = 30
"""After how long a suspension is looked at again, where nobody named a day."""


class Decision(TypedDict):
    """Who decides, why and when.

    `last_seen` is the number of the last event that the registrar's page showed, `explanation`
    the grounds in words that the holder alone may read, signed in, and `approval` that another
    registrar approved it. Without one each verb raises ApprovalNeeded where the site asks for it.
    """

    by: User
    reason: str
    at: datetime
    last_seen: NotRequired[int | None]
    explanation: NotRequired[str]
    approval: NotRequired[Approval | None]


@transaction.atomic
def suspend(
    credential: Credential, *, review_on: date | None = None, **decision: Unpack[Decision]
) -> CredentialEvent:
    """Declare that a credential may not be relied on for now. It can be restored.

    On `review_on`, or after `REVIEW_DAYS`, registrars are reminded to look at it again. Raises
    ReasonNeeded, DayIsOver, AlreadyRevoked, AlreadyFollowed, AlreadySuspended or ChangedMeanwhile.
    """
    at = decision["at"]
    today = credential.issuer.date_at(at)
    if review_on is not None and review_on <= today:
        raise DayIsOver
    event = record_event(credential, Kind.SUSPENDED, **decision)
    CredentialNote.objects.create(
        credential=credential,
        text=decision["reason"].strip(),
        written_by=decision["by"],
        written_at=at,
        look_again_on=review_on or today + timedelta(days=REVIEW_DAYS),
    )
    return event


def restore(credential: Credential, **decision: Unpack[Decision]) -> CredentialEvent:
    """End a suspension.

    A review or an appeal that waits is won by it. Raises ReasonNeeded, TheirOwnCredential,
    AlreadyRevoked, AlreadyFollowed, NotSuspended, ChangedMeanwhile, or DecidedBefore where one
    waits and this registrar decided before.
    """
    if credential.holder_id == decision["by"].pk:
        raise TheirOwnCredential
    return record_event(credential, Kind.RESTORED, **decision)


def revoke(credential: Credential, **decision: Unpack[Decision]) -> CredentialEvent:
    """End a credential. Only a second registrar can undo it.

    Raises ReasonNeeded, AlreadyRevoked, AlreadyFollowed or ChangedMeanwhile.
    """
    return record_event(credential, Kind.REVOKED, **decision)


@transaction.atomic
def reinstate(credential: Credential, **decision: Unpack[Decision]) -> CredentialEvent:
    """Undo a revocation that was an error: the credential stands as it stood before, from its
    first day. A review or an appeal that waits is won by it.

    Raises ReasonNeeded, NotRevoked, SecondRegistrarNeeded where one who revoked it decides again,
    TheirOwnCredential, ChangedMeanwhile, DecidedBefore, and AlreadyHolds where the holder was issued the award
    anew since, which is to be looked at first.
    """
    by, at = decision["by"], decision["at"]
    lock_learner(credential.holder_id)
    if credential.holder_id == by.pk:
        raise TheirOwnCredential
    revocation = credential.events.filter(kind=Kind.REVOKED).last()
    people = {person.pk for person in deciders(by, decision.get("approval"))}
    if revocation is not None and revocation.deciders & people:
        raise SecondRegistrarNeeded
    if other := held_beside(credential, at=at):
        raise AlreadyHolds(other)
    return record_event(credential, Kind.REINSTATED, **decision)


def held_beside(credential: Credential, *, at: datetime) -> Credential | None:
    """Another credential by which its holder has the same award, current or suspended."""
    others = Credential.objects.filter(holder=credential.holder_id, award=credential.award_id)
    for other in others.exclude(pk=credential.pk).with_standing():
        if standing_of(other, at=at) in {Standing.CURRENT, Standing.SUSPENDED}:
            return other
    return None


@transaction.atomic
def record_event(
    credential: Credential,
    kind: str,
    *,
    by: User,
    reason: str,
    at: datetime,
    last_seen: int | None = None,
    explanation: str = "",
    approval: Approval | None = None,
) -> CredentialEvent:
    """Add an event under the next number, of which the holder will be notified.

    The unique number lets one in when two registrars do this at once. A replacement or a
    renewal has no notice of its own: the email about the new certificate tells of it. Raises
    ApprovalNeeded where another registrar has to approve it, when nothing else stands against it.
    """
    if not reason.strip():
        raise ReasonNeeded
    events = list(CredentialEvent.objects.filter(credential=credential))
    last = events[-1].number if events else 0
    if problem := change_problem(kind, [event.kind for event in events]):
        raise problem
    if last_seen is not None and last_seen != last:
        raise ChangedMeanwhile
    if kind in ENDS:
        _close_contests(credential, events, by=by, at=at, approval=approval)
    refuse_unapproved(ACT_OF_EVENT[Kind(kind)], approval)
    try:
        with transaction.atomic():
            event = CredentialEvent.objects.create(
                credential=credential,
                number=last + 1,
                kind=kind,
                at=at,
                actor=by,
                approved_by=approver(approval),
                reason=reason.strip(),
                explanation=explanation.strip(),
                notify_holder=kind not in FOLLOWED,
            )
    except IntegrityError as collision:
        raise ChangedMeanwhile from collision
    CredentialNote.objects.filter(credential=credential, closed_at=None).update(closed_at=at)
    act = ActKind(f"credential.{kind}")
    record_act(act, credential, by=by, person=credential.holder_id, at=at)
    if event.notify_holder:
        enqueue_after_commit(notify_of_change, credential)
    return event


def _close_contests(
    credential: Credential,
    events: list[CredentialEvent],
    *,
    by: User,
    at: datetime,
    approval: Approval | None,
) -> None:
    """Record that the review or appeal that waits is won. Raises DecidedBefore."""
    for person in deciders(by, approval):
        if problem := contest_problem(credential, events, by=person):
            raise problem
    waiting = HolderRequest.objects.open().filter(credential=credential, kind__in=CONTESTED)
    waiting.update(decision=HolderRequest.Decision.DONE, decided_by=by, decided_at=at)


def contest_problem(
    credential: Credential, events: list[CredentialEvent], *, by: User
) -> CannotBeDone | None:
    """Why somebody may not let the review or appeal that waits be won, or None when they may."""
    requests = list(HolderRequest.objects.filter(credential=credential))
    waiting = [each for each in requests if not each.decision and each.kind in CONTESTED]
    problems = (decider_problem(each, events, requests, decider_id=by.pk) for each in waiting)
    return next((problem for problem in problems if problem), None)


def change_problem(kind: str, past_kinds: list[str]) -> CannotBeDone | None:
    """Why an event of a kind cannot follow on these, in their order, or None if it can."""
    if Kind.WITHDRAWN in past_kinds:
        return AlreadyWithdrawn()
    if is_followed(past_kinds):
        return AlreadyFollowed()
    if kind == Kind.REINSTATED:
        return None if is_revoked(past_kinds) else NotRevoked()
    if is_revoked(past_kinds):
        return AlreadyRevoked()
    if kind == Kind.RESTORED:
        return None if is_suspended(past_kinds) else NotSuspended()
    if is_suspended(past_kinds) and kind != Kind.REVOKED:
        return AlreadySuspended() if kind == Kind.SUSPENDED else StillSuspended()
    return None
