"""Verbs: changing the standing of many credentials. Looked over first, started, then line by line.

Each line is done by the verb for one credential, in a transaction of its own together with the
state of the line: the worker may be killed anywhere, run twice at once, and run again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from certificates.access import may_change_standing, may_replace
from certificates.approval_exceptions import ListChangedMeanwhile, WaitsForApproval
from certificates.approvals import Approval, approver, differing, refuse_unapproved
from certificates.changing.exceptions import (
    ChangeAlreadyStarted,
    MayNotChangeAnyMore,
    NothingToChange,
)
from certificates.changing.judging import dry_run_change
from certificates.exceptions import CannotBeDone, DayIsOver, ReasonNeeded
from certificates.following import renew_credential
from certificates.many import ListedNumber
from certificates.models import BulkChange, BulkChangeLine, Credential, Proposal
from certificates.models.bulk_changes import SOURCE_LENGTH
from certificates.revoking import reinstate, restore, revoke, suspend
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User

log = logging.getLogger(__name__)

Kind, State = BulkChange.Kind, BulkChangeLine.State


def may_change_many(user: User, kind: str) -> bool:
    """Whether somebody may do this to many: whoever may do it to one."""
    return may_replace(user) if kind == Kind.RENEW else may_change_standing(user)


@transaction.atomic
def store_change(
    listed: Sequence[ListedNumber],
    *,
    kind: str,
    reason: str,
    by: User,
    at: datetime,
    explanation: str = "",
    review_on: date | None = None,
    although_incomplete: bool = False,
    source: str = "",
) -> BulkChange:
    """Store some numbers to be looked over. Nothing is changed. Raises ReasonNeeded or DayIsOver."""
    if not reason.strip():
        raise ReasonNeeded
    if review_on is not None and review_on <= at.date():
        raise DayIsOver
    change = BulkChange.objects.create(
        by=by,
        kind=kind,
        source=source[:SOURCE_LENGTH],
        reason=reason.strip(),
        explanation=explanation.strip(),
        review_on=review_on,
        although_incomplete=although_incomplete,
        made_at=at,
    )
    BulkChangeLine.objects.bulk_create(
        BulkChangeLine(
            change=change, number=each.line, typed=each.typed[:200], typed_name=each.name[:200]
        )
        for each in listed
    )
    return change


@transaction.atomic
def start_change(
    change: BulkChange,
    *,
    by: User,
    at: datetime,
    approval: Approval | None = None,
    as_proposed: dict[str, int | None] | None = None,
) -> int:
    """Begin; say to how many it will be done.

    Every line is judged again: what changed since it was looked over counts. Those that cannot be
    done are left out with the reason. `as_proposed` is what the lines came to when another
    registrar was asked to approve them. Raises ChangeAlreadyStarted, however it was pressed twice,
    NothingToChange, WaitsForApproval, ListChangedMeanwhile or ApprovalNeeded.
    """
    if approval is None and change.proposals.waiting().exists():
        raise WaitsForApproval
    draft = BulkChange.objects.drafts().filter(pk=change.pk)
    if not draft.update(started_at=at, by=by, approved_by=approver(approval)):
        raise ChangeAlreadyStarted
    lines = list(change.lines.all())
    run = dry_run_change(change, lines, by=by, at=at)
    if as_proposed is not None and (numbers := differing(run.comes_to, as_proposed)):
        raise ListChangedMeanwhile(numbers)
    for each in run.lines:
        line = each.line
        line.credential, line.last_seen, line.problem = (
            each.credential,
            each.last_seen,
            each.problem,
        )
        line.state = State.LEFT_OUT if each.problem else State.OWED
    owed = sum(line.state == State.OWED for line in lines)
    if not owed:
        raise NothingToChange
    refuse_unapproved(Proposal.Act(f"{change.kind}_many"), approval)
    fields = ["credential", "last_seen", "problem", "state"]
    BulkChangeLine.objects.bulk_update(lines, fields, batch_size=100)
    record_act(ActKind.BULK_CHANGED, change, by=by, at=at)
    return owed


def drop_change(change: BulkChange) -> bool:
    """Throw away one that was only looked over. False where it was started meanwhile, or proposed."""
    return bool(BulkChange.objects.drafts().filter(pk=change.pk, proposals=None).delete()[0])


# The worker --------------------------------------------------------------------------------------


def carry_on_change(
    change: BulkChange, *, clock: Callable[[], datetime], limit: int | None = None
) -> tuple[int, int]:
    """Do some of what a change still owes; say how many lines were done, and how many failed.

    One that fails is logged, and stops no other: the sweep tries it again. Call it as often as
    you like.
    """
    done = failed = 0
    for key in list(change.lines.owed().values_list("pk", flat=True)[:limit]):
        try:
            done += do_change_line(key, at=clock())
        except Exception:
            log.exception("Line %s of a change of many failed", key)
            failed += 1
    unfinished = BulkChange.objects.unfinished().filter(pk=change.pk)
    unfinished.exclude(lines__state=State.OWED).update(finished_at=clock())
    return done, failed


@transaction.atomic
def do_change_line(key: int, *, at: datetime) -> bool:
    """Do to one credential what its line says; once, whoever else is at it. False if it was done.

    Where it cannot be done any more the line is left out, with the reason.
    """
    claimed = BulkChangeLine.objects.filter(pk=key, state=State.OWED)
    if not claimed.update(state=State.DONE):
        return False
    rows = BulkChangeLine.objects.select_related(
        "change__by",
        "change__approved_by",
        "credential__issuer",
        "credential__holder",
        "credential__award__issuer",
    )
    line = rows.get(pk=key)
    try:
        with transaction.atomic():
            line.renewed_as = _do(line, at=at)
    except CannotBeDone as problem:
        with translation.override(line.change.by.language):
            line.problem = str(problem)
        line.state = State.LEFT_OUT
    line.save(update_fields=["state", "problem", "renewed_as"])
    return True


def _do(line: BulkChangeLine, *, at: datetime) -> Credential | None:
    """Do it by the verb for one; the new credential, of a renewal."""
    change, credential = line.change, line.credential
    by = change.by
    if credential is None or not may_change_many(by, change.kind):
        raise MayNotChangeAnyMore
    decision: dict[str, Any] = {
        "by": by,
        "reason": change.reason,
        "at": at,
        "last_seen": line.last_seen,
        "approval": Approval(change.approved_by),
    }
    if change.kind == Kind.RENEW:
        incomplete = change.although_incomplete
        return renew_credential(credential, although_incomplete=incomplete, **decision)
    decision["explanation"] = change.explanation
    if change.kind == Kind.SUSPEND:
        suspend(credential, review_on=change.review_on, **decision)
    else:
        verbs = {Kind.RESTORE: restore, Kind.REVOKE: revoke, Kind.REINSTATE: reinstate}
        verbs[Kind(change.kind)](credential, **decision)
    return None
