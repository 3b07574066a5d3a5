"""Verbs: proposing an act to another registrar; approving, declining and taking it back.

A verb that has to be approved refuses for that reason last, when nothing else stands against the
act. So what is proposed has passed every check of the verb, and approving it calls the same verb.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from certificates.approval_exceptions import (
    ApprovalNeeded,
    NotYourProposal,
    ProposalDecided,
    Stale,
    WaitsForApproval,
    YourOwnProposal,
)
from certificates.approvals import Approval
from certificates.approving.judging import approver_problem, comes_to, list_run, stale_problem
from certificates.approving.performing import perform
from certificates.approving.tasks import enqueue_answer
from certificates.exceptions import AnswerNeeded, CannotBeDone, TheirOwnCredential
from certificates.models import Credential, Proposal
from people.act_kinds import ActKind
from people.acts import Subject, acts_last, record_act
from people.models import User

State = Proposal.State


def do_or_propose(proposal: Proposal, *, at: datetime) -> Any:
    """Do what a proposal describes; where another registrar has to approve it, let it wait.

    Gives what its verb gives, or the proposal, stored. Every door of an act leads through here.
    Raises what the verb raises, or WaitsForApproval.
    """
    try:
        return perform(proposal, approval=None, at=at)
    except ApprovalNeeded:
        return _propose(proposal, at=at)


@transaction.atomic
def _propose(proposal: Proposal, *, at: datetime) -> Proposal:
    proposal.reason, proposal.explanation = proposal.reason.strip(), proposal.explanation.strip()
    proposal.proposed_at = at
    run = list_run(proposal, by=proposal.proposed_by, at=at)
    if run is not None:
        proposal.terms = {**proposal.terms, "lines": comes_to(proposal, run)}
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError as collision:
        raise WaitsForApproval(_same_waiting(proposal)) from collision
    by, person = proposal.proposed_by, proposal.holder_id
    record_act(ActKind.PROPOSED, _subject(proposal), by=by, person=person, at=at)
    return proposal


def _same_waiting(proposal: Proposal) -> Proposal | None:
    """What waits already about the same."""
    names = ("credential_id", "bulk_issue_id", "bulk_change_id")
    about = {name: key for name in names if (key := getattr(proposal, name)) is not None}
    about = about or {"award_id": proposal.award_id, "holder_id": proposal.holder_id}
    waiting: Proposal | None = (
        Proposal.objects.waiting().filter(**about).select_related("proposed_by").first()
    )
    return waiting


@transaction.atomic
def approve(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Approve what another registrar proposed, which is done then, in both names.

    The first who decides is the one who decides. Raises YourOwnProposal, TheirOwnCredential,
    IssuesToThemselves, SecondRegistrarNeeded, DecidedBefore or LineIsYours where this person may
    not, ProposalDecided, or Stale where it cannot be done any more as it was proposed; then
    nothing is done, and it waits as before.
    """
    _settle(proposal, State.APPROVED, by=by, at=at)
    proposal = fresh(proposal)
    run = list_run(proposal, by=proposal.proposed_by, at=at)
    if problem := approver_problem(proposal, by, at=at, run=run):
        raise problem
    if problem := stale_problem(proposal, run, at=at):
        raise Stale(problem)
    with acts_last():
        try:
            result = perform(proposal, approval=Approval(by), at=at)
        except CannotBeDone as problem:
            raise Stale(problem) from problem
        is_issue = proposal.award_id and isinstance(result, Credential)
        subject = result if is_issue else _subject(proposal)
        record_act(ActKind.PROPOSAL_APPROVED, subject, by=by, person=proposal.holder_id, at=at)
    enqueue_answer(proposal)


@transaction.atomic
def decline(proposal: Proposal, *, by: User, answer: str, at: datetime) -> None:
    """Say no to what another registrar proposed, and why. Nothing is done.

    Raises AnswerNeeded, YourOwnProposal, TheirOwnCredential or ProposalDecided.
    """
    if not answer.strip():
        raise AnswerNeeded
    if proposal.proposed_by_id == by.pk:
        raise YourOwnProposal
    if proposal.holder_id == by.pk:
        raise TheirOwnCredential
    _settle(proposal, State.DECLINED, by=by, at=at, answer=answer.strip())
    person = proposal.holder_id
    record_act(ActKind.PROPOSAL_DECLINED, _subject(proposal), by=by, person=person, at=at)
    enqueue_answer(proposal)


@transaction.atomic
def take_back(proposal: Proposal, *, by: User, at: datetime) -> None:
    """Take back what one proposed. Raises NotYourProposal or ProposalDecided."""
    if proposal.proposed_by_id != by.pk:
        raise NotYourProposal
    _settle(proposal, State.WITHDRAWN, by=by, at=at)
    person = proposal.holder_id
    record_act(ActKind.PROPOSAL_WITHDRAWN, _subject(proposal), by=by, person=person, at=at)


def fresh(proposal: Proposal) -> Proposal:
    """A proposal as it is now, with all that deciding about it reads."""
    rows = Proposal.objects.select_related(
        "credential__issuer",
        "credential__holder",
        "credential__award__issuer",
        "award__issuer",
        "holder",
        "proposed_by",
        "decided_by",
        "bulk_issue__award",
        "bulk_change",
        "review__credential__issuer",
    )
    stored: Proposal = rows.get(pk=proposal.pk)
    return stored


def _settle(proposal: Proposal, state: str, *, by: User, at: datetime, answer: str = "") -> None:
    """Give a waiting proposal its last state. Of two who decide, one wins. Raises ProposalDecided.

    Whoever proposed it is refused before: a constraint of the table says the same of approving.
    """
    if state == State.APPROVED and proposal.proposed_by_id == by.pk:
        raise YourOwnProposal
    waiting = Proposal.objects.waiting().filter(pk=proposal.pk)
    if not waiting.update(state=state, decided_by=by, decided_at=at, answer=answer):
        raise ProposalDecided


def _subject(proposal: Proposal) -> Subject:
    """What it is done to: so the log shows what was decided beside the act itself."""
    about = proposal.credential or proposal.bulk_issue or proposal.bulk_change
    return about or proposal
