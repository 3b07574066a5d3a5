"""Verbs: suspending, restoring and revoking a credential. Each adds an event, and edits none."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from certificates.exceptions import (
    AlreadyRevoked,
    AlreadySuspended,
    CannotBeDone,
    ChangedMeanwhile,
    NotSuspended,
    ReasonNeeded,
)
from certificates.models import Credential, CredentialEvent
from certificates.standing import is_suspended
from certificates.tasks import enqueue_after_commit, notify_of_change
from people.models import User

Kind = CredentialEvent.Kind


def suspend(
    credential: Credential, *, by: User, reason: str, at: datetime, last_seen: int | None = None
) -> CredentialEvent:
    """Declare that a credential may not be relied on for now. It can be restored.

    `last_seen` is the number of the last event that the registrar's page showed. Raises
    ReasonNeeded, AlreadyRevoked, AlreadySuspended or ChangedMeanwhile.
    """
    return _record(credential, Kind.SUSPENDED, by=by, reason=reason, at=at, last_seen=last_seen)


def restore(
    credential: Credential, *, by: User, reason: str, at: datetime, last_seen: int | None = None
) -> CredentialEvent:
    """End a suspension.

    Raises ReasonNeeded, AlreadyRevoked, NotSuspended or ChangedMeanwhile.
    """
    return _record(credential, Kind.RESTORED, by=by, reason=reason, at=at, last_seen=last_seen)


def revoke(
    credential: Credential, *, by: User, reason: str, at: datetime, last_seen: int | None = None
) -> CredentialEvent:
    """End a credential for ever.

    Raises ReasonNeeded, AlreadyRevoked or ChangedMeanwhile.
    """
    return _record(credential, Kind.REVOKED, by=by, reason=reason, at=at, last_seen=last_seen)


@transaction.atomic
def _record(
    credential: Credential, kind: str, *, by: User, reason: str, at: datetime, last_seen: int | None
) -> CredentialEvent:
    """Add an event under the next number, of which the holder will be notified.

    The unique number lets one in when two registrars do this at once.
    """
    if not reason.strip():
        raise ReasonNeeded
    events = list(CredentialEvent.objects.filter(credential=credential))
    last = events[-1].number if events else 0
    if problem := change_problem(kind, [event.kind for event in events]):
        raise problem
    if last_seen is not None and last_seen != last:
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
                notify_holder=True,
            )
    except IntegrityError as collision:
        raise ChangedMeanwhile from collision
    enqueue_after_commit(notify_of_change, credential)
    return event


def change_problem(kind: str, past_kinds: list[str]) -> CannotBeDone | None:
    """Why an event of a kind cannot follow on these, in their order, or None if it can."""
    if Kind.REVOKED in past_kinds:
        return AlreadyRevoked()
    if kind == Kind.SUSPENDED and is_suspended(past_kinds):
        return AlreadySuspended()
    if kind == Kind.RESTORED and not is_suspended(past_kinds):
        return NotSuspended()
    return None
