"""An act that has to be approved waits, and is done once, by another registrar, as it was proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError

from certificates import approval_exceptions as waits
from certificates import exceptions as cannot
from certificates.appealing_exceptions import DecidedBefore
from certificates.approvals import Approval
from certificates.approving.judging import list_run, stale_problem
from certificates.approving.performing import of_issue
from certificates.approving.proposing import approve, decline, do_or_propose, fresh, take_back
from certificates.approving.tasks import send_answer
from certificates.issuing import AttestedHours
from certificates.logged_events import events_unlike_the_log
from certificates.models import Credential, CredentialEvent, Proposal
from certificates.preparing import notify_of_changes
from certificates.requesting import contest_decision
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import Standing, standing_of
from lms.sweeping import sweep
from people.act_kinds import ActKind
from people.models import Act
from tests import make
from tests.certificates.approving.making import (
    EXPLANATION,
    REASON,
    approve_from_now_on,
    kinds_of,
    proposed,
    state_of,
    wish,
)
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
State = Proposal.State
LATER = NOON + DAY


def standing(credential, at=LATER):
    return standing_of(Credential.objects.get(pk=credential.pk), at=at)


def acts_about(credential):
    acts = Act.objects.filter(subject_id=str(credential.pk)).order_by("number")
    return list(acts.values_list("kind", "actor"))


class TestARevocation:
    @pytest.fixture(autouse=True)
    def to_approve(self, rosa):
        approve_from_now_on("revoke")

    def test_proposed_it_waits_and_nothing_has_happened(self, rosa, credential):
        proposal = proposed("revoke", credential, rosa)
        assert standing(credential) == Standing.CURRENT
        assert kinds_of(credential) == ["issued"]
        assert notify_of_changes(str(credential.pk), at=LATER) == 0
        assert (proposal.reason, proposal.explanation) == (REASON, EXPLANATION)
        assert (proposal.holder, proposal.last_seen) == (credential.holder, 1)
        assert acts_about(credential)[-1] == (ActKind.PROPOSED, rosa.pk)

    def test_approved_it_is_done_in_both_names(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        approve(proposal, by=noor, at=LATER)
        assert standing(credential) == Standing.REVOKED
        event = credential.events.last()
        assert (event.actor, event.approved_by, event.at) == (rosa, noor, LATER)
        assert (event.reason, event.explanation) == (REASON, EXPLANATION)
        assert acts_about(credential)[-2:] == [
            (ActKind.REVOKED, rosa.pk),
            (ActKind.PROPOSAL_APPROVED, noor.pk),
        ]
        assert list(events_unlike_the_log()) == []
        assert notify_of_changes(str(credential.pk), at=LATER) == 1

    def test_declined_nothing_is_done_and_why_is_kept(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        with pytest.raises(cannot.AnswerNeeded):
            decline(proposal, by=noor, answer=" ", at=LATER)
        decline(proposal, by=noor, answer="The form is here.", at=LATER)
        row = Proposal.objects.get()
        assert (row.state, row.decided_by, row.answer) == ("declined", noor, "The form is here.")
        assert kinds_of(credential) == ["issued"]
        assert acts_about(credential)[-1] == (ActKind.PROPOSAL_DECLINED, noor.pk)

    def test_taken_back_nothing_is_done_and_it_can_be_proposed_anew(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        with pytest.raises(waits.NotYourProposal):
            take_back(proposal, by=noor, at=LATER)
        take_back(proposal, by=rosa, at=LATER)
        assert state_of(proposal) == State.WITHDRAWN
        assert acts_about(credential)[-1] == (ActKind.PROPOSAL_WITHDRAWN, rosa.pk)
        with pytest.raises(waits.ProposalDecided):
            approve(proposal, by=noor, at=LATER)
        assert proposed("revoke", credential, rosa).is_waiting
        assert kinds_of(credential) == ["issued"]

    def test_whoever_proposed_it_neither_approves_nor_declines_it(self, rosa, credential):
        proposal = proposed("revoke", credential, rosa)
        with pytest.raises(waits.YourOwnProposal):
            approve(proposal, by=rosa, at=LATER)
        with pytest.raises(waits.YourOwnProposal):
            decline(proposal, by=rosa, answer="No.", at=LATER)
        assert state_of(proposal) == State.WAITING
        assert kinds_of(credential) == ["issued"]

    def test_the_table_itself_refuses_an_approval_by_whoever_proposed_it(self, rosa, credential):
        proposal = proposed("revoke", credential, rosa)
        row = Proposal.objects.filter(pk=proposal.pk)
        with pytest.raises(IntegrityError):
            row.update(state="approved", decided_by=rosa, decided_at=LATER)

    def test_nor_does_a_registrar_whose_own_certificate_it_is(self, rosa, noor):
        own = make.credential(make.award(), noor)
        proposal = proposed("revoke", own, rosa)
        with pytest.raises(cannot.TheirOwnCredential):
            approve(proposal, by=noor, at=LATER)
        with pytest.raises(cannot.TheirOwnCredential):
            decline(proposal, by=noor, answer="It is mine.", at=LATER)
        assert state_of(proposal) == State.WAITING

    def test_decided_twice_it_is_done_once(self, rosa, noor, third, credential):
        proposal = proposed("revoke", credential, rosa)
        approve(proposal, by=noor, at=LATER)
        for again in (noor, third):
            with pytest.raises(waits.ProposalDecided):
                approve(proposal, by=again, at=LATER)
        with pytest.raises(waits.ProposalDecided):
            decline(proposal, by=third, answer="No.", at=LATER)
        assert kinds_of(credential) == ["issued", "revoked"]

    def test_a_second_proposal_about_it_is_told_of_the_first(self, rosa, noor, credential):
        proposed("revoke", credential, rosa)
        with pytest.raises(waits.WaitsForApproval) as refused:
            do_or_propose(wish("revoke", credential, noor), at=LATER)
        assert "Rosa Adeyemi" in str(refused.value)
        assert Proposal.objects.count() == 1

    def test_what_cannot_be_done_is_refused_for_its_own_reason(self, rosa, credential):
        approve_from_now_on()
        revoke(credential, by=rosa, reason=REASON, at=NOON)
        approve_from_now_on("revoke")
        with pytest.raises(cannot.AlreadyRevoked):
            do_or_propose(wish("revoke", credential, rosa), at=NOON)
        with pytest.raises(cannot.ReasonNeeded):
            do_or_propose(wish("revoke", make.credential(), rosa, reason=" "), at=NOON)
        assert not Proposal.objects.exists()

    def test_the_verb_refuses_every_door_that_does_not_propose(self, rosa, credential):
        with pytest.raises(waits.ApprovalNeeded) as refused:
            revoke(credential, by=rosa, reason=REASON, at=NOON)
        assert "another registrar approves" in str(refused.value)
        assert kinds_of(credential) == ["issued"]


class TestStale:
    @pytest.fixture(autouse=True)
    def to_approve(self, rosa):
        approve_from_now_on("revoke", "suspend")

    def refused(self, proposal, by):
        run = list_run(proposal, by=proposal.proposed_by, at=LATER)
        assert stale_problem(fresh(proposal), run, at=LATER) is not None
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=by, at=LATER)
        assert state_of(proposal) == State.WAITING
        return stale.value.problem

    def test_a_credential_that_changed_meanwhile(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        done = Approval(None)
        suspend(credential, by=noor, reason=REASON, at=LATER, approval=done)
        assert isinstance(self.refused(proposal, noor), cannot.ChangedMeanwhile)
        assert kinds_of(credential) == ["issued", "suspended"]

    def test_one_that_was_revoked_by_then(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        revoke(credential, by=noor, reason=REASON, at=LATER, approval=Approval(None))
        assert isinstance(self.refused(proposal, noor), cannot.AlreadyRevoked)

    def test_a_proposer_who_is_no_registrar_any_more(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        rosa.groups.remove(Group.objects.get(name="Registrars"))
        assert isinstance(self.refused(proposal, noor), waits.ProposerMayNotAnyMore)
        assert kinds_of(credential) == ["issued"]

    def test_a_proposer_whose_account_is_closed(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        rosa.is_active = False
        rosa.save()
        assert isinstance(self.refused(proposal, noor), waits.ProposerMayNotAnyMore)

    def test_a_day_to_look_again_that_is_over_by_then(self, rosa, noor, credential):
        proposal = proposed("suspend", credential, rosa, review_on=(NOON + DAY).date())
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=NOON + 3 * DAY)
        assert isinstance(stale.value.problem, cannot.DayIsOver)
        assert kinds_of(credential) == ["issued"]
        assert not credential.notes.exists()

    def test_says_so_in_a_sentence_and_can_be_declined(self, rosa, noor, credential):
        proposal = proposed("revoke", credential, rosa)
        revoke(credential, by=noor, reason=REASON, at=LATER, approval=Approval(None))
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=LATER)
        assert "has been revoked" in str(stale.value)
        assert "nothing was" in str(stale.value)
        decline(proposal, by=noor, answer="Done already.", at=LATER)
        assert state_of(proposal) == State.DECLINED


class TestEachAct:
    def test_a_suspension_keeps_the_day_to_look_again(self, rosa, noor, credential):
        approve_from_now_on("suspend")
        day = (NOON + 20 * DAY).date()
        approve(proposed("suspend", credential, rosa, review_on=day), by=noor, at=LATER)
        assert standing(credential) == Standing.SUSPENDED
        assert credential.notes.get().look_again_on == day

    def test_ending_a_suspension(self, rosa, noor, credential):
        suspend(credential, by=rosa, reason=REASON, at=NOON)
        approve_from_now_on("restore")
        proposal = proposed("restore", credential, rosa)
        assert standing(credential) == Standing.SUSPENDED
        approve(proposal, by=noor, at=LATER)
        assert standing(credential) == Standing.CURRENT

    def test_another_name(self, rosa, noor, credential):
        approve_from_now_on("replace")
        proposal = proposed("replace", credential, rosa, name="Ada Lund")
        assert not Credential.objects.filter(name="Ada Lund").exists()
        approve(proposal, by=noor, at=LATER)
        new = Credential.objects.get(name="Ada Lund")
        assert (new.follows, standing(credential)) == (credential, Standing.REPLACED)
        assert [event.approved_by for event in new.events.all()] == [noor]

    def test_a_renewal(self, rosa, noor, credential):
        approve_from_now_on("renew")
        nearly_over = NOON + timedelta(days=700)
        proposal = proposed("renew", credential, rosa, at=nearly_over)
        assert Credential.objects.count() == 1
        approve(proposal, by=noor, at=nearly_over + DAY)
        assert standing(credential, at=nearly_over + DAY) == Standing.RENEWED
        assert Credential.objects.get(follows=credential).cycle == 2

    def test_issuing_by_hand(self, rosa, noor):
        approve_from_now_on("issue")
        award, holder = make.award(taught_in_room=True), make.user(full_name="Ada Okafor")
        wished = of_issue(
            award,
            holder,
            by=rosa,
            evidence="Seen on paper.",
            name=None,
            words="has shown it.",
            attested=AttestedHours(600, "Tom Third"),
        )
        proposal = do_or_propose(wished, at=NOON)
        assert not Credential.objects.exists()
        approve(proposal, by=noor, at=LATER)
        new = Credential.objects.get()
        assert (new.holder, new.description, new.minutes) == (holder, "has shown it.", 600)
        event = new.events.get()
        assert (event.actor, event.approved_by) == (rosa, noor)
        assert (ActKind.PROPOSAL_APPROVED, noor.pk) in acts_about(new)

    def test_an_award_that_says_something_else_by_then_is_stale(self, rosa, noor):
        approve_from_now_on("issue")
        award = make.award()
        terms = {"evidence": "Seen.", "name": None, "words": None, "attested": None}
        proposal = do_or_propose(of_issue(award, make.user(), by=rosa, **terms), at=NOON)
        award.description = "Is a doctor."
        award.save()
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=LATER)
        assert isinstance(stale.value.problem, waits.AwardChangedMeanwhile)
        assert not Credential.objects.exists()

    def test_whoever_it_is_issued_to_does_not_approve_it(self, rosa, noor):
        approve_from_now_on("issue")
        terms = {"evidence": "Seen.", "name": None, "words": None, "attested": None}
        proposal = do_or_propose(of_issue(make.award(), noor, by=rosa, **terms), at=NOON)
        with pytest.raises(cannot.IssuesToThemselves):
            approve(proposal, by=noor, at=LATER)


class TestUndoingARevocation:
    """By another registrar than revoked it, always; and by two others, where it is approved."""

    def test_neither_who_revoked_it_nor_who_approved_that_undoes_it(
        self, rosa, noor, third, credential
    ):
        approve_from_now_on("revoke")
        approve(proposed("revoke", credential, rosa), by=noor, at=NOON)
        for decider in (rosa, noor):
            with pytest.raises(cannot.SecondRegistrarNeeded):
                reinstate(credential, by=decider, reason="In error.", at=LATER)
        reinstate(credential, by=third, reason="In error.", at=LATER)
        assert standing(credential) == Standing.CURRENT

    def test_approved_it_needs_two_others(self, rosa, noor, third, credential):
        revoke(credential, by=rosa, reason=REASON, at=NOON)
        approve_from_now_on("reinstate")
        with pytest.raises(cannot.SecondRegistrarNeeded):
            do_or_propose(wish("reinstate", credential, rosa), at=NOON)
        proposal = proposed("reinstate", credential, noor)
        with pytest.raises(cannot.SecondRegistrarNeeded):
            approve(proposal, by=rosa, at=LATER)
        approve(proposal, by=third, at=LATER)
        assert standing(credential) == Standing.CURRENT

    def test_a_review_is_decided_by_nobody_who_decided_before(self, rosa, noor, third, credential):
        approve_from_now_on("suspend")
        approve(proposed("suspend", credential, rosa), by=noor, at=NOON)
        contest_decision(credential, words="It was sent.", at=NOON)
        for decider in (rosa, noor):
            with pytest.raises(DecidedBefore):
                restore(credential, by=decider, reason="It was.", at=LATER)
        approve_from_now_on("restore")
        proposal = proposed("restore", credential, third)
        with pytest.raises(DecidedBefore):
            approve(proposal, by=noor, at=LATER)
        assert credential.requests.open().exists()
        fourth = make.registrar(full_name="Fay Fourth")
        approve(proposal, by=fourth, at=LATER)
        assert standing(credential) == Standing.CURRENT
        assert not credential.requests.open().exists()


class TestTurnedOff:
    def test_what_waits_can_still_be_approved_or_declined(self, rosa, noor):
        first, second = make.credential(), make.credential()
        approve_from_now_on("revoke")
        waiting = proposed("revoke", first, rosa), proposed("revoke", second, rosa)
        approve_from_now_on()
        approve(waiting[0], by=noor, at=LATER)
        decline(waiting[1], by=noor, answer="No.", at=LATER)
        assert (standing(first), standing(second)) == (Standing.REVOKED, Standing.CURRENT)

    def test_from_then_on_an_act_is_done_at_once(self, rosa, credential):
        approve_from_now_on("suspend")
        event = do_or_propose(wish("revoke", credential, rosa), at=NOON)
        assert isinstance(event, CredentialEvent)
        assert event.approved_by is None
        assert standing(credential) == Standing.REVOKED


class TestTheLetter:
    def test_whoever_proposed_it_is_told_once_and_of_nothing_private(
        self, rosa, noor, credential, settings
    ):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, rosa)
        sweep(lambda: LATER)
        assert not [letter for letter in mail.outbox if rosa.email in letter.to]
        decline(proposal, by=noor, answer="Her form is here.", at=LATER)
        assert "sent True" in send_answer.func(str(proposal.pk))
        assert "nothing" in send_answer.func(str(proposal.pk))
        (letter,) = [each for each in mail.outbox if rosa.email in each.to]
        assert f"/admin/credential-proposals/{proposal.pk}/" in letter.body
        for private in (REASON, "Her form", credential.number, credential.name, noor.full_name):
            assert private not in letter.body + letter.subject

    def test_one_that_no_worker_sent_is_sent_by_the_sweep(self, rosa, noor, credential):
        approve_from_now_on("revoke")
        proposal = proposed("revoke", credential, rosa)
        approve(proposal, by=noor, at=LATER)
        sweep(lambda: LATER)
        sweep(lambda: LATER)
        letters = [each for each in mail.outbox if rosa.email in each.to]
        assert [("approved" in each.body) for each in letters] == [True]
        assert Proposal.objects.get().told_at == LATER

    def test_whoever_took_it_back_knows(self, rosa, credential):
        approve_from_now_on("revoke")
        take_back(proposed("revoke", credential, rosa), by=rosa, at=LATER)
        assert not Proposal.objects.not_told().exists()
