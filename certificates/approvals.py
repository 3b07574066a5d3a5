"""The one place that says whether an act has to be approved. The verbs ask here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from certificates.approval_exceptions import ApprovalNeeded
from certificates.models import ApprovalSettings, Award, CredentialEvent, Proposal
from people.models import User

Act = Proposal.Act
Event = CredentialEvent.Kind

ACT_OF_EVENT = {
    Event.SUSPENDED: Act.SUSPEND,
    Event.RESTORED: Act.RESTORE,
    Event.REVOKED: Act.REVOKE,
    Event.REINSTATED: Act.REINSTATE,
    Event.REPLACED: Act.REPLACE,
    Event.RENEWED: Act.RENEW,
}
ONE_OF = {
    Act.ISSUE_MANY: Act.ISSUE,
    Act.SUSPEND_MANY: Act.SUSPEND,
    Act.RESTORE_MANY: Act.RESTORE,
    Act.REVOKE_MANY: Act.REVOKE,
    Act.REINSTATE_MANY: Act.REINSTATE,
    Act.RENEW_MANY: Act.RENEW,
}
"""To each act on many, the same on one. A list of one must be no way round it."""


@dataclass(frozen=True)
class Approval:
    """That an act needs nobody's approval any more.

    `by` is whoever approved it; None where it is a line of a list that was started before the
    site asked for approval. Only `proposing.approve` and the work on a started list make one.
    """

    by: User | None


def acts_to_approve() -> frozenset[Act]:
    """Every act that has to be approved on this site. One query."""
    settings = ApprovalSettings.objects.first() or ApprovalSettings()
    chosen = {act for act in Act if getattr(settings, act.value)}
    return frozenset(chosen | {many for many, one in ONE_OF.items() if one in chosen})


def must_be_approved(act: str) -> bool:
    """Whether another registrar has to approve this act."""
    return act in acts_to_approve()


def refuse_unapproved(act: str, approval: Approval | None) -> None:
    """Raise ApprovalNeeded where an act has to be approved and was not.

    A verb calls it when nothing else stands against the act, so that what cannot be done at all
    is refused for its own reason, and is never proposed.
    """
    if approval is None and must_be_approved(act):
        raise ApprovalNeeded(act)


def says(award: Award) -> str:
    """A hash of what an award says on a certificate, by which a change of it is noticed."""
    words = [award.name, award.description, award.limits, award.language, award.valid_months]
    return sha256(json.dumps(words).encode()).hexdigest()[:16]


def differing(now: dict[str, Any], before: dict[str, Any]) -> list[int]:
    """The numbers of the lines that come to something else than before, in their order."""
    numbers = now.keys() | before.keys()
    return sorted(int(key) for key in numbers if now.get(key, "") != before.get(key, ""))


def deciders(by: User, approval: Approval | None) -> list[User]:
    """Whoever decides: the one who acts, and the one who approved it."""
    return [by, approval.by] if approval and approval.by else [by]


def approver(approval: Approval | None) -> User | None:
    return approval.by if approval else None
