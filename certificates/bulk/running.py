"""Verbs: issuing to many people. Uploaded and looked at first, then started, then line by line.

A bulk issue is started in one transaction, which says of each line whether it is owed. From then
on the rows say what is still to do. A line and its credential are written in one transaction, so
the worker may be killed anywhere, run twice at once, and run again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation

from certificates.access import may_issue
from certificates.approval_exceptions import ListChangedMeanwhile, WaitsForApproval
from certificates.approvals import Approval, approver, differing, refuse_unapproved
from certificates.bulk.exceptions import (
    AccountIsClosed,
    AlreadyStarted,
    MayNotIssueAnyMore,
    NothingToIssue,
)
from certificates.bulk.judging import JudgedLine, dry_run
from certificates.bulk.letters import post_waiting_email
from certificates.bulk.lines import TypedLines
from certificates.exceptions import CannotBeDone, EvidenceNeeded
from certificates.issuing import AttestedHours, EarnedBefore, issue_by_hand
from certificates.models import Award, BulkIssue, BulkLine, Credential, Proposal
from certificates.models.bulk import LONGEST_ADDRESS
from people.act_kinds import ActKind
from people.acts import record_act
from people.folding import plain_address
from people.models import User

log = logging.getLogger(__name__)

State = BulkLine.State


@transaction.atomic
def store_bulk(
    typed: TypedLines,
    *,
    file_name: str,
    award: Award | None,
    evidence: str,
    words: str,
    attested_by: str,
    at_once: bool,
    by: User,
    at: datetime,
) -> BulkIssue:
    """Store the lines of a file to be looked at. Nothing is issued. Raises EvidenceNeeded."""
    if not evidence.strip():
        raise EvidenceNeeded
    bulk = BulkIssue.objects.create(
        by=by,
        file_name=file_name[: BulkIssue._meta.get_field("file_name").max_length],
        award=award,
        evidence=evidence.strip(),
        words=words,
        attested_by=attested_by,
        at_once=at_once,
        unread=list(typed.unread),
        uploaded_at=at,
    )
    BulkLine.objects.bulk_create(
        BulkLine(
            bulk=bulk,
            number=line.number,
            typed=line.cells,
            email=plain_address(line.cells.get("email", ""))[:LONGEST_ADDRESS],
        )
        for line in typed.lines
    )
    return bulk


@transaction.atomic
def start_bulk(
    bulk: BulkIssue,
    *,
    confirmed: Collection[int],
    by: User,
    at: datetime,
    approval: Approval | None = None,
    as_proposed: dict[str, str] | None = None,
) -> int:
    """Begin to issue; say to how many. `confirmed` are the numbers of the lines that ask.

    Every line is judged again: what changed since it was looked at counts. Those that are wrong,
    and those that ask and were not confirmed, are left out with the reason. `as_proposed` is what
    the lines came to when another registrar was asked to approve them. Raises AlreadyStarted,
    however it was pressed twice, NothingToIssue, WaitsForApproval, ListChangedMeanwhile or
    ApprovalNeeded.
    """
    if approval is None and bulk.proposals.waiting().exists():
        raise WaitsForApproval
    draft = BulkIssue.objects.drafts().filter(pk=bulk.pk)
    if not draft.update(started_at=at, by=by, approved_by=approver(approval)):
        raise AlreadyStarted
    bulk.refresh_from_db()
    lines = list(bulk.lines.all())
    run = dry_run(bulk, lines, by=by, at=at)
    if as_proposed is not None and (numbers := differing(run.comes_to(confirmed), as_proposed)):
        raise ListChangedMeanwhile(numbers)
    judged = {line.number: line for line in run.lines}
    for line in lines:
        _decide(line, judged[line.number], is_confirmed=line.number in confirmed)
    owed = sum(line.state == State.OWED for line in lines)
    if not owed:
        raise NothingToIssue
    refuse_unapproved(Proposal.Act.ISSUE_MANY, approval)
    fields = ["state", "reason", "award", "earned_on", "minutes", "attested_by", "language"]
    BulkLine.objects.bulk_update(lines, fields, batch_size=100)
    record_act(ActKind.BULK_STARTED, bulk, by=by, at=at)
    return owed


def _decide(line: BulkLine, judged: JudgedLine, *, is_confirmed: bool) -> None:
    stops = judged.problems or ([] if is_confirmed else judged.questions)
    line.reason = " ".join(stops)
    line.state = State.LEFT_OUT if stops else State.OWED
    if stops:
        return
    line.award = judged.award
    line.earned_on = judged.earned_on
    line.minutes = judged.minutes
    line.attested_by = judged.attested_by
    line.language = judged.language


def drop_draft(bulk: BulkIssue) -> bool:
    """Throw away a file that was only looked at. False where it was started meanwhile, or proposed."""
    return bool(BulkIssue.objects.drafts().filter(pk=bulk.pk, proposals=None).delete()[0])


# The worker --------------------------------------------------------------------------------------


def carry_on(
    bulk: BulkIssue, *, clock: Callable[[], datetime], limit: int | None = None
) -> tuple[int, int]:
    """Do some of what a bulk issue still owes; say how many lines were done, and how many failed.

    One that fails is logged, and stops no other: the sweep tries it again. Call it as often as
    you like.
    """
    done = failed = 0
    for key in list(bulk.lines.owed().values_list("pk", flat=True)[:limit]):
        try:
            done += do_line(key, at=clock())
        except Exception:
            log.exception("Line %s of a bulk issue failed", key)
            failed += 1
    unfinished = BulkIssue.objects.unfinished().filter(pk=bulk.pk)
    unfinished.exclude(lines__state=State.OWED).update(finished_at=clock())
    return done, failed


def do_line(key: int, *, at: datetime, state: str = State.OWED) -> bool:
    """Issue what one line is for, or have its person invited; once, whoever else is at it.

    False where it was done already.
    """
    with transaction.atomic():
        claimed = BulkLine.objects.filter(pk=key, state=state)
        if not claimed.update(state=State.LEFT_OUT):
            return False
        line = BulkLine.objects.select_related(
            "bulk__by", "bulk__approved_by", "award__issuer", "person"
        ).get(pk=key)
        try:
            with transaction.atomic():
                _do(line, at=at)
        except CannotBeDone as problem:
            with translation.override(line.bulk.by.language):
                reason = str(problem)
            line = BulkLine(pk=key, state=State.LEFT_OUT, reason=reason)
            line.save(update_fields=["state", "reason"])
    if line.state == State.WAITING:
        _write_to(line, at=at)
    return True


def _do(line: BulkLine, *, at: datetime) -> None:
    """Issue to an account that is used; for any other see that there is one, and let it wait."""
    if not may_issue(line.bulk.by):
        raise MayNotIssueAnyMore
    if line.person is None:
        line.person = User.objects.filter(email=line.email).first() or _make_account(line, at=at)
    if not line.person.is_active:
        raise AccountIsClosed
    if line.person.last_login is None and not line.bulk.at_once:
        line.state = State.WAITING
    else:
        line.credential = _issue(line, line.person, at=at)
        line.state = State.ISSUED
    line.save(update_fields=["person", "made_account", "state", "credential"])


def _make_account(line: BulkLine, *, at: datetime) -> User:
    """An account with a name and an address, and nothing else: no role and no password."""
    person = User(email=line.email, full_name=line.cells.get("name", ""), language=line.language)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True)
    line.made_account = True
    # What it is done to, and not whom it concerns: an account that nobody used is deleted again.
    record_act(ActKind.INVITED, person, by=line.bulk.by, at=at)
    return person


def _issue(line: BulkLine, person: User, *, at: datetime) -> Credential:
    bulk = line.bulk
    if line.award is None:
        raise NothingToIssue
    attested = AttestedHours(line.minutes, line.attested_by) if line.minutes else None
    earned = EarnedBefore(line.earned_on, line.attested_by) if line.earned_on else None
    return issue_by_hand(
        line.award,
        person,
        evidence=bulk.evidence,
        words=bulk.words or None,
        attested=attested,
        earned=earned,
        by=bulk.by,
        at=at,
        approval=Approval(bulk.approved_by),
    )


# People who were invited ---------------------------------------------------------------------------


def issue_to_arrived(*, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Issue to those who have signed in since they were invited; how many, and how many failed."""
    issued = failed = 0
    for key in list(BulkLine.objects.arrived(clock()).values_list("pk", flat=True)):
        try:
            issued += do_line(key, at=clock(), state=State.WAITING)
        except Exception:
            log.exception("Line %s of a bulk issue failed", key)
            failed += 1
    return issued, failed


def write_to_waiting(lines: Sequence[BulkLine], *, at: datetime) -> int:
    """Write to people who wait and were not written to; say to how many."""
    return sum(_write_to(line, at=at) for line in lines)


def _write_to(line: BulkLine, *, at: datetime) -> bool:
    """Tell somebody that a certificate waits for them. Mail that fails is tried again by the sweep."""
    try:
        is_sent = post_waiting_email(line, at=at)
    except Exception:
        log.exception("Writing about line %s of a bulk issue failed", line.pk)
        return False
    if is_sent:
        BulkLine.objects.filter(pk=line.pk, told_at=None).update(told_at=at)
    return is_sent


def forget_bulk_issues(before: datetime) -> int:
    """Delete the tables of before then, and the accounts that were made for them and never used.

    An account that a later table also invites stays for that one, and goes with it.
    """
    number = 0
    for bulk in BulkIssue.objects.filter(uploaded_at__lt=before).over():
        people = User.objects.filter(
            bulk_lines__bulk=bulk, bulk_lines__made_account=True, last_login=None, erased_at=None
        )
        unused = list(people.distinct())
        bulk.delete()
        for person in unused:
            if person.bulk_lines.update(made_account=True):
                continue
            try:
                person.delete()
            except ProtectedError:
                continue  # It holds a credential, which stays.
        number += 1
    return number
