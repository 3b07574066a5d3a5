"""Whether a proposal can still be done as it was proposed, and by whom it may be decided.

Nothing is written: the page of a proposal and the verb that approves it ask the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from certificates.access import may_act
from certificates.approval_exceptions import (
    AwardChangedMeanwhile,
    LineIsYours,
    ListChangedMeanwhile,
    ProposerMayNotAnyMore,
    YourOwnProposal,
)
from certificates.approvals import ACT_OF_EVENT, differing, says
from certificates.bulk.judging import DryRun, dry_run
from certificates.changing.judging import ChangeDryRun, dry_run_change
from certificates.exceptions import (
    AwardIsClosed,
    CannotBeDone,
    ChangedMeanwhile,
    IssuesToThemselves,
    SecondRegistrarNeeded,
    TheirOwnCredential,
)
from certificates.models import Credential, CredentialEvent, Proposal
from certificates.revoking import change_problem, contest_problem
from people.models import User

Act = Proposal.Act
Event = CredentialEvent.Kind
EVENT_OF_ACT = {act: event for event, act in ACT_OF_EVENT.items()}
ENDS = {Act.RESTORE, Act.REINSTATE}
"""The acts by which a review or an appeal that waits is won."""


def list_run(proposal: Proposal, *, by: User, at: datetime) -> DryRun | ChangeDryRun | None:
    """What the lines of a list come to, as this person would do it; None where it is no list."""
    if proposal.bulk_change is not None:
        change = proposal.bulk_change
        return dry_run_change(change, list(change.lines.all()), by=by, at=at)
    if proposal.bulk_issue is not None:
        bulk = proposal.bulk_issue
        return dry_run(bulk, list(bulk.lines.all()), by=by, at=at)
    return None


def comes_to(proposal: Proposal, run: DryRun | ChangeDryRun) -> dict[str, Any]:
    """The lines of a list that are to be done, each with what it rests on."""
    if isinstance(run, DryRun):
        return dict(run.comes_to(set(proposal.terms["confirmed"])))
    return dict(run.comes_to)


# Whether it still can be done ---------------------------------------------------------------------


def stale_problem(
    proposal: Proposal, run: DryRun | ChangeDryRun | None, *, at: datetime
) -> CannotBeDone | None:
    """Why it cannot be done any more as it was proposed, or None. `run` is what its lines come to."""
    if not may_act(proposal.proposed_by, proposal.act):
        return ProposerMayNotAnyMore()
    if proposal.credential is not None:
        return _credential_problem(proposal, list(proposal.credential.events.all()))
    if run is not None:
        numbers = differing(comes_to(proposal, run), proposal.terms["lines"])
        return ListChangedMeanwhile(numbers) if numbers else None
    return _award_problem(proposal)


def _credential_problem(proposal: Proposal, events: list[CredentialEvent]) -> CannotBeDone | None:
    kind = EVENT_OF_ACT[Act(proposal.act)]
    if problem := change_problem(kind, [event.kind for event in events]):
        return problem
    last = max((event.number for event in events), default=0)
    return ChangedMeanwhile() if last != proposal.last_seen else None


def _award_problem(proposal: Proposal) -> CannotBeDone | None:
    award = proposal.award
    if award is None or says(award) != proposal.terms["says"]:
        return AwardChangedMeanwhile()
    return None if award.active else AwardIsClosed(award)


# Who may approve it -------------------------------------------------------------------------------


def approver_problem(
    proposal: Proposal, user: User, *, at: datetime, run: DryRun | ChangeDryRun | None
) -> CannotBeDone | None:
    """Why somebody may not approve it, or None when they may. `run` is as for `stale_problem`."""
    if proposal.proposed_by_id == user.pk:
        return YourOwnProposal()
    if proposal.holder_id == user.pk:
        return TheirOwnCredential() if proposal.credential_id else IssuesToThemselves()
    if proposal.credential is not None:
        events = list(proposal.credential.events.all())
        return _decided_before(proposal.act, proposal.credential, events, user)
    return _line_problem(proposal, user, run) if run is not None else None


def _decided_before(
    act: str, credential: Credential, events: list[CredentialEvent], user: User
) -> CannotBeDone | None:
    """That this person decided what would be undone."""
    if act not in ENDS:
        return None
    revocations = [event for event in events if event.kind == Event.REVOKED]
    if act == Act.REINSTATE and revocations and user.pk in revocations[-1].deciders:
        return SecondRegistrarNeeded()
    return contest_problem(credential, events, by=user)


def _line_problem(proposal: Proposal, user: User, run: DryRun | ChangeDryRun) -> LineIsYours | None:
    """The first line about which this person may not decide."""
    numbers = proposal.terms["lines"].keys()
    for number, problem in _problems_of(proposal, user, run):
        if problem is not None and str(number) in numbers:
            return LineIsYours(number, str(problem))
    return None


def _problems_of(
    proposal: Proposal, user: User, run: DryRun | ChangeDryRun
) -> Iterable[tuple[int, CannotBeDone | None]]:
    if isinstance(run, DryRun):
        return (
            (line.number, IssuesToThemselves() if line.person == user else None)
            for line in run.lines
        )
    act = proposal.act.removesuffix("_many")
    return (
        (each.line.number, _problem_of_one(act, each.credential, user))
        for each in run.lines
        if each.credential is not None
    )


def _problem_of_one(act: str, credential: Credential, user: User) -> CannotBeDone | None:
    if credential.holder_id == user.pk:
        return TheirOwnCredential()
    return _decided_before(act, credential, list(credential.events.all()), user)
