"""Verbs: proposing a change of what certificates rest on, agreeing to it, sending it back.

What one person proposes takes effect when somebody else has read it and agreed. On a site of one
person, which says so by SECOND_READER, it takes effect at once, and the log says that nobody else
read it. See decision 0106.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from wagtail.log_actions import log

from courses.exceptions import (
    AlreadyDecided,
    AlreadyProposed,
    AnotherReaderNeeded,
    ChangedSinceProposed,
    NothingChanges,
    NotTheProposer,
    ReasonNeeded,
    StillInUse,
)
from courses.holds import holds_on
from courses.models import ProposedChange, SecondReadModel
from courses.models.second_read import without_second_reader
from courses.proposed_values import (
    Values,
    check,
    lines_of,
    model_of,
    put_into,
    subject_of,
    values_of,
)
from people.act_kinds import ActKind
from people.acts import acts_last, record_act
from people.models import User
from people.saved_values import CHANGE_ACTION

Act = ProposedChange.Act
State = ProposedChange.State

HISTORY = {Act.ADD: "wagtail.create", Act.CHANGE: "wagtail.edit", Act.DELETE: "wagtail.delete"}
"""What Wagtail's history calls each."""


def propose_adding(subject: SecondReadModel, *, reason: str, by: User, at: datetime) -> Any:
    """Propose something that is not there yet; `subject` is it, and is not saved.

    Raises ReasonNeeded, AlreadyProposed or ChangeNotPossible.
    """
    check(subject)
    key = f"+{next(str(getattr(subject, name)) for name in subject.read_twice)}"[:80]
    return _propose(subject, Act.ADD, key, {}, values_of(subject), reason=reason, by=by, at=at)


def propose_change(
    subject: SecondReadModel, after: Values, *, reason: str, by: User, at: datetime
) -> Any:
    """Propose that something hold other values.

    Raises ReasonNeeded, NothingChanges, AlreadyProposed or ChangeNotPossible.
    """
    stored = type(subject)._base_manager.get(pk=subject.pk)
    before = values_of(stored)
    if before == after:
        raise NothingChanges
    put_into(stored, after)
    check(stored)
    key = str(subject.pk)
    return _propose(subject, Act.CHANGE, key, before, after, reason=reason, by=by, at=at)


def propose_deleting(subject: SecondReadModel, *, reason: str, by: User, at: datetime) -> Any:
    """Propose that something go. Raises ReasonNeeded, AlreadyProposed or StillInUse."""
    _refuse_what_is_in_use(subject)
    key = str(subject.pk)
    return _propose(subject, Act.DELETE, key, values_of(subject), {}, reason=reason, by=by, at=at)


@transaction.atomic
def _propose(
    subject: SecondReadModel,
    act: str,
    key: str,
    before: Values,
    after: Values,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> ProposedChange:
    if not reason.strip():
        raise ReasonNeeded
    kind = subject._meta.label_lower
    same = ProposedChange.objects.filter(kind=kind, subject_key=key)
    try:
        with transaction.atomic():
            change: ProposedChange = ProposedChange.objects.create(
                kind=kind,
                subject_key=key,
                name=str(subject)[:255],
                act=act,
                before=before,
                after=after,
                reason=reason.strip(),
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError as collision:
        raise AlreadyProposed(same.waiting().get()) from collision
    # What its proposer proposes anew answers what was sent back.
    same.sent_back().filter(proposed_by=by).update(state=State.WITHDRAWN)
    with acts_last():
        record_act(ActKind.CHANGE_PROPOSED, change, by=by, at=at)
        if not settings.SECOND_READER:
            _put_into_effect(change, by=by, at=at)
    change.refresh_from_db()
    return change


@transaction.atomic
def agree(change: ProposedChange, *, by: User, at: datetime) -> None:
    """Let a change take effect. The first who decides is the one who decides.

    Raises AnotherReaderNeeded where whoever proposed it would agree, AlreadyDecided,
    ChangedSinceProposed where the thing is otherwise by now, ChangeNotPossible or StillInUse;
    then nothing is changed.
    """
    if change.proposed_by_id == by.pk and settings.SECOND_READER:
        raise AnotherReaderNeeded
    with acts_last():
        _put_into_effect(change, by=by, at=at)


@transaction.atomic
def send_back(change: ProposedChange, *, words: str, by: User, at: datetime) -> None:
    """Give a change back to whoever proposed it, with what the second reader says about it.

    Raises ReasonNeeded, AnotherReaderNeeded where it is one's own, or AlreadyDecided.
    """
    if not words.strip():
        raise ReasonNeeded
    if change.proposed_by_id == by.pk:
        raise AnotherReaderNeeded
    _settle(change, State.SENT_BACK, [State.WAITING], by=by, at=at, words=words.strip())
    record_act(ActKind.CHANGE_SENT_BACK, change, by=by, at=at, person=change.proposed_by_id)


@transaction.atomic
def withdraw(change: ProposedChange, *, by: User, at: datetime) -> None:
    """Let one's own change go, whether it waits or was sent back.

    Raises NotTheProposer or AlreadyDecided.
    """
    if change.proposed_by_id != by.pk:
        raise NotTheProposer
    if change.state == State.SENT_BACK:
        # Who sent it back and when stays on record.
        if not ProposedChange.objects.settle(
            change.pk, before=[State.SENT_BACK], state=State.WITHDRAWN
        ):
            raise AlreadyDecided
    else:
        _settle(change, State.WITHDRAWN, [State.WAITING], by=by, at=at)
    record_act(ActKind.CHANGE_WITHDRAWN, change, by=by, at=at)


def is_stale(change: ProposedChange) -> bool:
    """Whether what a change is about is otherwise than when it was proposed, or not there."""
    if change.act == Act.ADD:
        return False
    subject = subject_of(change)
    return subject is None or values_of(subject) != change.before


def _settle(
    change: ProposedChange, state: str, before: list[str], *, by: User, at: datetime, **values: Any
) -> None:
    settled = ProposedChange.objects.settle(
        change.pk, before=before, state=state, decided_by=by, decided_at=at, **values
    )
    if not settled:
        raise AlreadyDecided


def _put_into_effect(change: ProposedChange, *, by: User, at: datetime) -> None:
    is_alone = change.proposed_by_id == by.pk
    _settle(change, State.ALONE if is_alone else State.AGREED, [State.WAITING], by=by, at=at)
    subject = subject_of(change, is_locked=True)
    if change.act != Act.ADD and (subject is None or values_of(subject) != change.before):
        raise ChangedSinceProposed
    with without_second_reader():
        if subject is None:
            _add(change)
        elif change.act == Act.DELETE:
            _delete(change, subject)
        else:
            put_into(subject, change.after)
            check(subject)
            subject.save()
            _note(change, subject)
    kind = ActKind.CHANGED_ALONE if is_alone else ActKind.CHANGE_AGREED
    record_act(kind, change, by=by, at=at, person=None if is_alone else change.proposed_by_id)


def _add(change: ProposedChange) -> None:
    subject = model_of(change)()
    put_into(subject, change.after)
    check(subject)
    subject.save()
    _note(change, subject)


def _delete(change: ProposedChange, subject: SecondReadModel) -> None:
    _refuse_what_is_in_use(subject)
    _note(change, subject)
    try:
        subject.delete()
    except (ProtectedError, RestrictedError) as in_use:  # somebody used it a moment ago
        raise StillInUse(subject, [str(subject)]) from in_use


def _note(change: ProposedChange, subject: SecondReadModel) -> None:
    """Write into the history of the thing what became of it, by whom it was proposed."""
    log(instance=subject, action=HISTORY[Act(change.act)], user=change.proposed_by)
    if change.act == Act.CHANGE:
        changes = [
            [line.label, line.before, line.after] for line in lines_of(change) if line.differs
        ]
        log(
            instance=subject,
            action=CHANGE_ACTION,
            user=change.proposed_by,
            data={"changes": changes},
        )


def _refuse_what_is_in_use(subject: SecondReadModel) -> None:
    if holds := holds_on(subject):
        raise StillInUse(subject, [hold.what for hold in holds])
