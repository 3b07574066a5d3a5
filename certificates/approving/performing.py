"""Doing what a proposal describes, by the verbs: at once where nobody has to approve it, else when
somebody has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from certificates.approval_exceptions import AwardChangedMeanwhile
from certificates.approvals import Approval, says
from certificates.bulk.running import start_bulk
from certificates.bulk.tasks import enqueue_bulk_issue
from certificates.changing.running import start_change
from certificates.changing.tasks import enqueue_bulk_change
from certificates.following import renew_credential, replace_credential
from certificates.issuing import AttestedHours, issue_by_hand
from certificates.models import (
    Award,
    BulkChange,
    BulkIssue,
    Credential,
    CredentialReview,
    Proposal,
)
from certificates.reviews import decide_review
from certificates.revoking import reinstate, restore, revoke, suspend
from people.models import User

Act = Proposal.Act

VERBS: dict[str, Callable[..., Any]] = {
    Act.SUSPEND: suspend,
    Act.RESTORE: restore,
    Act.REVOKE: revoke,
    Act.REINSTATE: reinstate,
    Act.REPLACE: replace_credential,
    Act.RENEW: renew_credential,
}
"""The verb of each act on one credential."""
DECISIONS = {
    Act.SUSPEND: CredentialReview.Decision.SUSPENDED,
    Act.REVOKE: CredentialReview.Decision.REVOKED,
}
"""What each decides of a review."""

# What somebody would do, as a row that is not stored ---------------------------------------------


def on_credential(
    act: str,
    credential: Credential,
    *,
    by: User,
    reason: str,
    explanation: str = "",
    last_seen: int | None = None,
    review: CredentialReview | None = None,
    **terms: Any,
) -> Proposal:
    """To change the standing of a credential, or to issue another in its place."""
    if last_seen is None:
        last_seen = max((event.number for event in credential.events.all()), default=0)
    return Proposal(
        act=act,
        credential=credential,
        holder_id=credential.holder_id,
        review=review,
        reason=reason,
        explanation=explanation,
        last_seen=last_seen,
        terms={name: _stored(value) for name, value in terms.items() if value is not None},
        proposed_by=by,
    )


def of_issue(
    award: Award,
    holder: User,
    *,
    by: User,
    evidence: str,
    name: str | None,
    words: str | None,
    attested: AttestedHours | None,
) -> Proposal:
    """To issue an award by hand."""
    terms: dict[str, Any] = {"name": name, "words": words, "says": says(award)}
    if attested is not None:
        terms |= {"minutes": attested.minutes, "attested_by": attested.by}
    return Proposal(
        act=Act.ISSUE, award=award, holder=holder, reason=evidence, terms=terms, proposed_by=by
    )


def of_table(bulk: BulkIssue, *, by: User, confirmed: set[int]) -> Proposal:
    """To start issuing to many."""
    terms = {"confirmed": sorted(confirmed)}
    return Proposal(
        act=Act.ISSUE_MANY, bulk_issue=bulk, reason=bulk.evidence, terms=terms, proposed_by=by
    )


def of_list(change: BulkChange, *, by: User) -> Proposal:
    """To start changing many."""
    return Proposal(
        act=Act(f"{change.kind}_many"),
        bulk_change=change,
        reason=change.reason,
        explanation=change.explanation,
        proposed_by=by,
    )


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


# Doing it ----------------------------------------------------------------------------------------


def perform(proposal: Proposal, *, approval: Approval | None, at: datetime) -> Any:
    """Do it by its verb, in the name of whoever proposed it; what the verb gives.

    Raises what the verb raises, ApprovalNeeded among it; then nothing is done.
    """
    context: dict[str, Any] = {
        "by": proposal.proposed_by,
        "at": at,
        "approval": approval,
    }
    if proposal.credential is not None:
        return _on_credential(proposal, proposal.credential, context)
    if proposal.bulk_change is not None:
        lines = proposal.terms.get("lines")
        owed = start_change(proposal.bulk_change, as_proposed=lines, **context)
        enqueue_bulk_change(proposal.bulk_change)
        return owed
    if proposal.bulk_issue is not None:
        lines, confirmed = proposal.terms.get("lines"), set(proposal.terms["confirmed"])
        owed = start_bulk(proposal.bulk_issue, confirmed=confirmed, as_proposed=lines, **context)
        enqueue_bulk_issue(proposal.bulk_issue)
        return owed
    return _issue(proposal, context)


def _on_credential(proposal: Proposal, credential: Credential, context: dict[str, Any]) -> Any:
    decision = {**context, "reason": proposal.reason, "last_seen": proposal.last_seen}
    if proposal.explanation:
        decision["explanation"] = proposal.explanation
    if proposal.review is not None:
        return decide_review(proposal.review, DECISIONS[Act(proposal.act)], **decision)
    return VERBS[proposal.act](credential, **decision, **_read(proposal.terms))


def _read(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as a verb takes them: a day is a day again."""
    read = dict(terms)
    if "review_on" in read:
        read["review_on"] = date.fromisoformat(read["review_on"])
    return read


def _issue(proposal: Proposal, context: dict[str, Any]) -> Credential:
    award, holder, terms = proposal.award, proposal.holder, proposal.terms
    if award is None or holder is None or says(award) != terms["says"]:
        raise AwardChangedMeanwhile
    return issue_by_hand(
        award,
        holder,
        evidence=proposal.reason,
        name=terms["name"],
        words=terms["words"],
        attested=attested_hours(proposal),
        **context,
    )


def attested_hours(proposal: Proposal) -> AttestedHours | None:
    """The hours that somebody vouches for, of an issue by hand."""
    minutes = proposal.terms.get("minutes")
    return AttestedHours(minutes, proposal.terms["attested_by"]) if minutes else None
