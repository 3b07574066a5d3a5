"""Finding what is owed and doing it: whatever a dead worker, a lost job or a full disk left.

The queue is only a doorbell. What is owed stands in the records themselves, so this needs no
list of its own, may be run as often as one likes, and from several places at once.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from assessments.attempting import hand_in_overdue
from assessments.models import RemarkedAttempt, Remarking, RemarkNotice
from assessments.notices import send_notice
from assessments.remarking import carry_on
from assessments.terms import overdue_attempts
from certificates.approving.letters import tell_proposer
from certificates.bulk.letters import WAITS
from certificates.bulk.running import carry_on as carry_on_bulk
from certificates.bulk.running import issue_to_arrived, write_to_waiting
from certificates.changing.running import carry_on_change
from certificates.evidence import learners_owed, requirements_to_earn
from certificates.exceptions import NameIsNotPrintable
from certificates.issuing import issue_if_earned
from certificates.models import (
    Award,
    BulkChange,
    BulkChangeLine,
    BulkIssue,
    BulkLine,
    Credential,
    CredentialEvent,
    Proposal,
    Requirement,
    SealKey,
    Webhook,
)
from certificates.notices import READY
from certificates.preparing import notify_of_changes, prepare, sign_badge
from certificates.reminders import due_reminders, send_reminder
from certificates.watching.delivering import ring
from certificates.watching.letters import digests_due, holders_to_tell, send_digest, tell_holder
from certificates.watching.queueing import note_change, watches_to_look_at
from certificates.watching.tasks import deliver_to_webhook
from courses.catching_up import catch_up, owed_completions
from courses.models import Edition
from people.inviting import invite_again
from people.models import Letter, Membership, OrganisationInvitation
from people.organisations.letters import send_invitation, tell_heir
from people.posting import resting_letters
from practice.return_letters import owed_wishes, send_return_letter

log = logging.getLogger(__name__)

STALE = timedelta(minutes=3)
"""A job that has run for longer lost its worker: the longest of ours is over in two."""
MOST_TO_SIGN = 1000
"""How many badges one sweep signs: some seconds' worth."""
# What signs takes 20 MB and half a second to load, which nothing else should pay.
PUBLISH = "certificates.badges.making.publish_status_lists"
TRIES = 3
"""A job that lost this many workers is the likely reason, and is not handed to another."""


@dataclass
class Sweep:
    """What was found owed, and what was done about it."""

    to_hand_in: int = 0
    to_complete: int = 0
    to_remark: int = 0
    to_notify: int = 0
    to_issue: int = 0
    to_issue_in_bulk: int = 0
    to_change: int = 0
    to_prepare: int = 0
    to_sign: int = 0
    to_tell: int = 0
    to_write: int = 0
    to_remind: int = 0
    to_look_at: int = 0
    stale_jobs: int = 0
    handed_in: int = 0
    completed: int = 0
    remarked: int = 0
    notified: int = 0
    issued: int = 0
    issued_in_bulk: int = 0
    changed: int = 0
    prepared: int = 0
    signed: int = 0
    told: int = 0
    written: int = 0
    reminded: int = 0
    noted: int = 0
    nameless: int = 0
    failed: int = 0

    def __str__(self) -> str:
        left = (
            f"Found {self.to_issue} awards to issue, {self.to_prepare} certificates to make or "
            f"announce, {self.to_tell} changes to tell of, {self.to_hand_in} tries whose time is "
            f"up, {self.to_complete} courses to complete, {self.to_remark} papers to mark again, "
            f"{self.to_notify} learners to tell of it, {self.stale_jobs} jobs without a worker."
        )
        done = (
            f" Issued {self.issued}, made or announced {self.prepared}, told of {self.told}. "
            f"Handed in {self.handed_in}, completed {self.completed}, marked again {self.remarked}, told {self.notified} of it."
        )
        if self.to_issue_in_bulk:
            done += f" Did {self.issued_in_bulk} of {self.to_issue_in_bulk} lines of bulk issues."
        if self.to_change:
            done += f" Did {self.changed} of {self.to_change} lines of changes of many."
        if self.to_sign:
            done += f" Signed {self.signed} of {self.to_sign} badges."
        if self.to_write:
            done += f" Wrote to {self.written} of {self.to_write} that something came back."
        if self.to_remind:
            done += f" Reminded {self.reminded} of {self.to_remind} that a certificate runs out."
        if self.to_look_at:
            done += f" Looked at {self.to_look_at} watched certificates; {self.noted} changed."
        if self.nameless:
            done += f" {self.nameless} wait for a name that can be printed."
        if self.failed:
            done += f" {self.failed} failed; the log says why, and the next sweep tries again."
        return left + done


def sweep(
    clock: Callable[[], datetime], *, dry_run: bool = False, after_restart: bool = False
) -> Sweep:
    """Do all that is owed. With `dry_run`, only count it.

    `after_restart` says that no worker is running now, so that the leases of dead ones end at
    once.
    """
    swept = Sweep()
    if after_restart and not dry_run:
        Credential.objects.exclude(leased_until=None).update(leased_until=None)
    for step in (
        _hand_in,
        _complete,
        _remark,
        _notify_of_remarkings,
        _issue,
        _issue_in_bulk,
        _change_many,
        _write_to_waiting,
        _prepare,
        _sign,
        _tell,
        _write_of_returns,
        _remind,
        _look_at_watched,
        _tell_of_watching,
        _tell_proposers,
        _ring_for_webhooks,
        _invite,
        partial(_hand_back_jobs, age=timedelta() if after_restart else STALE),
    ):
        _run_alone(step, swept, clock, dry_run=dry_run)
    return swept


def _run_alone(
    step: Callable[..., None], swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool
) -> None:
    """Do one step of the sweep. One that fails is logged, and stops no other."""
    try:
        step(swept, clock, dry_run=dry_run)
    except Exception:
        log.exception("The step %s of the sweep failed", step)
        swept.failed += 1


def _hand_in(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    overdue = overdue_attempts(clock())
    swept.to_hand_in = len(overdue)
    for attempt in [] if dry_run else overdue:
        try:
            swept.handed_in += hand_in_overdue(attempt, at=clock()) is not None
        except Exception:
            log.exception("Handing in attempt %s failed", attempt.pk)
            swept.failed += 1


def _complete(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Complete whoever has nothing left by the edition in force, which the page says already."""
    owed = list(owed_completions())
    swept.to_complete = len(owed)
    for enrolment in [] if dry_run else owed:
        try:
            catch_up(enrolment, at=clock())
        except Exception:
            log.exception("Completing the place %s failed", enrolment.pk)
            swept.failed += 1
        else:
            swept.completed += 1


def _remark(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    swept.to_remark = RemarkedAttempt.objects.owed().count()
    for remarking in [] if dry_run else list(Remarking.objects.unfinished()):
        try:
            swept.remarked += carry_on(remarking, at=clock())
            swept.failed += remarking.attempts.owed().count()
        except Exception:
            log.exception("Carrying on the re-marking %s failed", remarking.pk)
            swept.failed += 1


def _notify_of_remarkings(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    due = list(RemarkNotice.objects.due().values_list("pk", flat=True))
    swept.to_notify = len(due)
    for pk in [] if dry_run else due:
        try:
            swept.notified += send_notice(pk, at=clock())
        except Exception:
            log.exception("Sending the notice %s of a re-marking failed", pk)
            swept.failed += 1


def _issue(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    requirements_by_award: dict[Award, list[Requirement]] = defaultdict(list)
    for row in requirements_to_earn(Edition.current()):
        requirements_by_award[row.award].append(row)
    for award, requirements in requirements_by_award.items():
        try:
            owed = list(learners_owed(award, requirements))
        except Exception:
            log.exception("Finding who is owed the award %s failed", award.pk)
            swept.failed += 1
            continue
        swept.to_issue += len(owed)
        for learner in [] if dry_run else owed:
            try:
                issued = issue_if_earned(learner, at=clock())
            except NameIsNotPrintable:
                swept.nameless += 1
            except Exception:
                log.exception("Issuing to person %s failed", learner.pk)
                swept.failed += 1
            else:
                swept.issued += len(issued)


def _issue_in_bulk(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Carry on what a registrar started, and issue to those who came in since they were invited."""
    arrived = BulkLine.objects.arrived(clock()).count()
    swept.to_issue_in_bulk = BulkLine.objects.owed().count() + arrived
    if dry_run:
        return
    for bulk in list(BulkIssue.objects.unfinished()):
        done, failed = carry_on_bulk(bulk, clock=clock)
        swept.issued_in_bulk += done
        swept.failed += failed
    if arrived:
        done, failed = issue_to_arrived(clock=clock)
        swept.issued_in_bulk += done
        swept.failed += failed


def _change_many(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Carry on what a registrar began to do to many credentials."""
    swept.to_change = BulkChangeLine.objects.owed().count()
    for change in [] if dry_run else list(BulkChange.objects.unfinished()):
        done, failed = carry_on_change(change, clock=clock)
        swept.changed += done
        swept.failed += failed


def _write_to_waiting(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    lines = BulkLine.objects.not_told().select_related("person", "award__issuer")
    resting = resting_letters(WAITS, at=clock())
    due = [line for line in lines if f"{WAITS}{line.pk}" not in resting]
    if not dry_run:
        write_to_waiting(due, at=clock())


def _prepare(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    owed = Credential.objects.to_prepare().not_leased(clock()).order_by("issued_at")
    resting = resting_letters(READY, at=clock())
    credentials = [pk for pk in owed.values_list("pk", flat=True) if f"{READY}{pk}" not in resting]
    swept.to_prepare = len(credentials)
    for pk in [] if dry_run else credentials:
        try:
            swept.prepared += prepare(str(pk), at=clock()).startswith("prepared")
        except Exception:
            log.exception("Preparing the certificate of credential %s failed", pk)
            swept.failed += 1


def _sign(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Sign what is not a badge yet, and publish what became of those that are."""
    if not SealKey.objects.active().filter(role=SealKey.Role.BADGE).exists():
        return
    owed = Credential.objects.to_sign().select_related("issuer", "mark").order_by("issued_at")
    swept.to_sign = owed.count()
    for credential in [] if dry_run else list(owed[:MOST_TO_SIGN]):
        try:
            swept.signed += sign_badge(credential, at=clock())
        except Exception:
            log.exception("Signing credential %s failed", credential.pk)
            swept.failed += 1
    if not dry_run:
        import_string(PUBLISH)(at=clock())


def _tell(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    swept.to_tell = CredentialEvent.objects.notice_due().count()
    owed = Credential.objects.with_notices_due().not_leased(clock())
    for pk in [] if dry_run else list(owed.values_list("pk", flat=True)):
        try:
            swept.told += notify_of_changes(str(pk), at=clock())
        except Exception:
            log.exception("Telling of what became of credential %s failed", pk)
            swept.failed += 1


def _write_of_returns(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    owed = list(owed_wishes(clock()))
    swept.to_write = len(owed)
    for wish in [] if dry_run else owed:
        try:
            swept.written += send_return_letter(wish, at=clock())
        except Exception:
            log.exception("Writing to person %s that something came back failed", wish.learner_id)
            swept.failed += 1


def _remind(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Remind whoever's certificate runs out, at the days that they chose."""
    due = list(due_reminders(clock()))
    swept.to_remind = len(due)
    for reminder in [] if dry_run else due:
        try:
            swept.reminded += send_reminder(reminder, at=clock())
        except Exception:
            log.exception("Reminding of credential %s failed", reminder.credential_id)
            swept.failed += 1


def _look_at_watched(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Put down whatever changed of certificates that organisations watch."""
    for watch in watches_to_look_at(clock()):
        swept.to_look_at += 1
        try:
            swept.noted += not dry_run and note_change(watch, at=clock())
        except Exception:
            log.exception("Looking at the watch %s failed", watch.pk)
            swept.failed += 1


def _tell_of_watching(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Tell holders that they are watched, and members what changed."""
    if dry_run:
        return
    for holder in holders_to_tell(clock()):
        try:
            tell_holder(holder, at=clock())
        except Exception:
            log.exception("Telling person %s that they are watched failed", holder.pk)
            swept.failed += 1
    for wish in digests_due(clock()):
        try:
            send_digest(wish, at=clock())
        except Exception:
            log.exception("Sending the digest %s failed", wish.pk)
            swept.failed += 1


def _tell_proposers(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Write to registrars that what they proposed was decided."""
    decided = Proposal.objects.not_told().select_related("proposed_by")
    for proposal in [] if dry_run else list(decided):
        try:
            tell_proposer(proposal, at=clock())
        except Exception:
            log.exception("Writing about the proposal %s failed", proposal.pk)
            swept.failed += 1


def _ring_for_webhooks(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Ring a worker for what waits. Nothing is sent from here: the other end may be slow."""
    for webhook in [] if dry_run else list(Webhook.objects.to_ring_for(clock())):
        if ring(webhook, at=clock()):
            deliver_to_webhook.enqueue(webhook.pk)


def _invite(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    """Send the invitations that mail failed to take, and those that no worker sent."""
    invitations = Letter.objects.owed(clock()).filter(
        kind=Letter.Kind.INVITATION, person__isnull=False
    )
    _ask_to_join(swept, clock, dry_run=dry_run)
    _tell_heirs(swept, clock, dry_run=dry_run)
    for letter in [] if dry_run else list(invitations.select_related("person")):
        try:
            invite_again(letter, at=clock())
        except Exception:
            log.exception("Sending letter %s failed", letter.pk)
            swept.failed += 1


def _ask_to_join(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    invitations = OrganisationInvitation.objects.not_sent(clock())
    for invitation in (
        [] if dry_run else list(invitations.select_related("organisation", "invited_by"))
    ):
        try:
            send_invitation(invitation, at=clock())
        except Exception:
            log.exception("Sending invitation %s failed", invitation.pk)
            swept.failed += 1


def _tell_heirs(swept: Sweep, clock: Callable[[], datetime], *, dry_run: bool) -> None:
    heirs = Membership.objects.to_tell().select_related("organisation", "person")
    for membership in [] if dry_run else list(heirs):
        try:
            tell_heir(membership, at=clock())
        except Exception:
            log.exception("Telling the new owner %s failed", membership.pk)
            swept.failed += 1


def _hand_back_jobs(
    swept: Sweep, clock: Callable[[], datetime], *, age: timedelta, dry_run: bool
) -> None:
    """Give the jobs of dead workers to others. Running one twice does no harm."""
    at = clock()
    for job in DBTaskResult.objects.running().filter(started_at__lte=at - age):
        swept.stale_jobs += 1
        if dry_run:
            continue
        same = DBTaskResult.objects.running().filter(pk=job.pk, started_at=job.started_at)
        if len(job.worker_ids) < TRIES:
            same.update(status=TaskResultStatus.READY, started_at=None)
        else:
            log.error("Job %s lost %s workers and is given up", job.pk, TRIES)
            same.update(status=TaskResultStatus.FAILED, finished_at=at)
