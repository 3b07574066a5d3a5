"""Two who decide at the same moment: one of them does, and what was proposed is done once."""

from __future__ import annotations

import pytest

from certificates.approval_exceptions import ProposalDecided
from certificates.approving.proposing import approve, decline, do_or_propose, take_back
from certificates.exceptions import CannotBeDone
from certificates.models import BulkChange, Credential, Proposal
from people.act_kinds import ActKind
from people.models import Act
from tests import make
from tests.certificates.approving.making import (
    approve_from_now_on,
    kinds_of,
    proposed,
    proposed_list,
    state_of,
    wish,
)
from tests.make import DAY, NOON
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + DAY


@pytest.fixture
def approvers(rosa):
    return [make.registrar(full_name=f"Registrar {number}") for number in range(6)]


def acts_of(kind):
    return Act.objects.filter(kind=kind).count()


def test_of_many_who_approve_at_once_one_does(rosa, approvers, credential):
    approve_from_now_on("revoke")
    proposal = proposed("revoke", credential, rosa)
    outcomes = at_once(6, lambda number: approve(proposal, by=approvers[number], at=LATER))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ProposalDecided) for outcome in outcomes) == 5
    assert kinds_of(credential) == ["issued", "revoked"]
    assert acts_of(ActKind.PROPOSAL_APPROVED) == 1
    assert credential.events.last().approved_by == Proposal.objects.get().decided_by


def test_a_list_is_started_once(rosa, approvers):
    approve_from_now_on("suspend_many")
    proposal = proposed_list(rosa, make.credential(), make.credential(), kind="suspend")
    outcomes = at_once(4, lambda number: approve(proposal, by=approvers[number], at=LATER))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert acts_of(ActKind.BULK_CHANGED) == 1
    assert BulkChange.objects.get().lines.filter(state="owed").count() == 2


def test_a_new_name_is_issued_once(rosa, approvers, credential):
    approve_from_now_on("replace")
    proposal = proposed("replace", credential, rosa, name="Ada Lund")
    at_once(4, lambda number: approve(proposal, by=approvers[number], at=LATER))
    assert Credential.objects.filter(name="Ada Lund").count() == 1


def test_approved_declined_and_taken_back_at_once_it_is_one_of_them(rosa, approvers, credential):
    approve_from_now_on("revoke")
    proposal = proposed("revoke", credential, rosa)
    ways = [
        lambda: approve(proposal, by=approvers[0], at=LATER),
        lambda: decline(proposal, by=approvers[1], answer="No.", at=LATER),
        lambda: take_back(proposal, by=rosa, at=LATER),
    ]
    outcomes = at_once(3, lambda number: ways[number]())
    assert sum(outcome is None for outcome in outcomes) == 1
    is_approved = state_of(proposal) == "approved"
    assert kinds_of(credential) == (["issued", "revoked"] if is_approved else ["issued"])


def test_of_many_who_propose_the_same_at_once_one_does(approvers, credential):
    approve_from_now_on("revoke")
    outcomes = at_once(
        5,
        lambda number: do_or_propose(wish("revoke", credential, approvers[number]), at=NOON),
    )
    assert sum(isinstance(outcome, Proposal) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CannotBeDone) for outcome in outcomes) == 4
    assert Proposal.objects.get().is_waiting
