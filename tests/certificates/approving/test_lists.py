"""Lists that have to be approved: fifty lines of which three are wrong, tables, and what is stale."""

from __future__ import annotations

import pytest

from certificates import approval_exceptions as waits
from certificates.access import may_act
from certificates.approvals import acts_to_approve, must_be_approved
from certificates.approving.facts import lines_of
from certificates.approving.judging import list_run
from certificates.approving.performing import of_list
from certificates.approving.proposing import approve, decline, do_or_propose, fresh, take_back
from certificates.bulk.lines import TypedLine, TypedLines
from certificates.bulk.running import carry_on, drop_draft, issue_to_arrived, start_bulk, store_bulk
from certificates.changing.running import carry_on_change, drop_change, start_change
from certificates.changing.tasks import run_bulk_change
from certificates.models import (
    BulkChange,
    BulkIssue,
    BulkLine,
    Credential,
    CredentialEvent,
    Proposal,
)
from certificates.retentions import old_change_drafts, old_changes, old_drafts
from certificates.revoking import restore, revoke, suspend
from people.act_kinds import ActKind
from people.models import Act, User
from people.retention import forget_expired
from tests import make
from tests.certificates.approving.making import (
    REASON,
    approve_from_now_on,
    proposed_list,
    proposed_table,
    state_of,
)
from tests.certificates.changing_many import credentials, stored
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
Act_ = Proposal.Act
LATER = NOON + DAY


def clock():
    return LATER


@pytest.fixture
def rows(rosa):
    return credentials(48)


@pytest.fixture
def fifty(rosa, rows):
    """Fifty numbers, of which three cannot be done: revoked before, mistyped, unknown."""
    revoke(rows[5], by=rosa, reason="x", at=NOON - DAY)
    return [*rows[:20], "PSW-7K3M-QX9R-4TWL", *rows[20:], "PSW-2222-2222-2222"]


def revoked():
    return CredentialEvent.objects.filter(kind="revoked").count()


class TestFiftyNumbersThreeWrong:
    def test_approved_forty_seven_are_done_in_both_names(self, rosa, noor, fifty):
        approve_from_now_on("revoke_many")
        proposal = proposed_list(rosa, *fifty)
        assert proposal.is_waiting
        assert len(proposal.terms["lines"]) == 47
        assert revoked() == 1
        approve(proposal, by=noor, at=LATER)
        change = BulkChange.objects.get()
        assert (change.by, change.approved_by, change.started_at) == (rosa, noor, LATER)
        assert carry_on_change(change, clock=clock) == (47, 0)
        assert revoked() == 48
        done = CredentialEvent.objects.filter(kind="revoked", at=LATER)
        assert {(event.actor, event.approved_by) for event in done} == {(rosa, noor)}
        left_out = list(change.lines.filter(state="left_out").values_list("number", flat=True))
        assert left_out == [6, 21, 50]
        acts = Act.objects.filter(subject_id=str(change.pk)).values_list("kind", "actor")
        assert set(acts) == {
            (ActKind.PROPOSED, rosa.pk),
            (ActKind.BULK_CHANGED, rosa.pk),
            (ActKind.PROPOSAL_APPROVED, noor.pk),
        }

    def test_each_line_is_shown_as_it_would_be_done(self, rosa, noor, fifty):
        approve_from_now_on("revoke_many")
        proposal = fresh(proposed_list(rosa, *fifty))
        done, left_out = lines_of(proposal, list_run(proposal, by=rosa, at=LATER))
        assert len(done["lines"]) == 47
        assert [each.line.number for each in left_out["lines"]] == [6, 21, 50]
        assert all(each.problem for each in left_out["lines"])

    def test_one_that_changed_meanwhile_stops_the_whole_list(self, rosa, noor, rows, fifty):
        approve_from_now_on("revoke_many")
        proposal = proposed_list(rosa, *fifty)
        suspend(rows[0], by=noor, reason=REASON, at=LATER)
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=LATER)
        assert stale.value.problem.numbers == [1]
        assert "1" in str(stale.value)
        assert BulkChange.objects.get().is_draft
        assert revoked() == 1
        assert state_of(proposal) == "waiting"

    def test_so_does_one_that_was_wrong_and_is_right_by_then(self, rosa, noor):
        held = credentials(2)
        suspend(held[0], by=noor, reason=REASON, at=NOON)
        approve_from_now_on("suspend_many")
        proposal = proposed_list(rosa, *held, kind="suspend")
        assert list(proposal.terms["lines"]) == ["2"]
        restore(held[0], by=noor, reason="Looked into.", at=NOON)
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=LATER)
        assert stale.value.problem.numbers == [1]

    def test_declined_it_is_a_list_that_was_not_started(self, rosa, noor, rows):
        approve_from_now_on("revoke_many")
        proposal = proposed_list(rosa, *rows[:3])
        decline(proposal, by=noor, answer="The wrong course.", at=LATER)
        change = BulkChange.objects.get()
        assert change.is_draft
        assert not drop_change(change)
        again = do_or_propose(of_list(change, by=rosa), at=LATER)
        assert again.is_waiting
        assert revoked() == 0

    def test_a_line_about_the_approver_is_theirs_to_leave(self, rosa, noor):
        own = make.credential(make.award(), noor)
        approve_from_now_on("suspend_many")
        proposal = proposed_list(rosa, make.credential(), own, kind="suspend")
        with pytest.raises(waits.LineIsYours) as refused:
            approve(proposal, by=noor, at=LATER)
        assert refused.value.number == 2
        assert BulkChange.objects.get().is_draft

    def test_whoever_revoked_one_of_them_does_not_approve_undoing_it(self, rosa, noor, third):
        held = credentials(2)
        revoke(held[1], by=noor, reason=REASON, at=NOON)
        revoke(held[0], by=third, reason=REASON, at=NOON)
        approve_from_now_on("reinstate_many")
        proposal = proposed_list(rosa, *held, kind="reinstate")
        with pytest.raises(waits.LineIsYours):
            approve(proposal, by=noor, at=LATER)
        fourth = make.registrar(full_name="Fay Fourth")
        approve(proposal, by=fourth, at=LATER)
        assert carry_on_change(BulkChange.objects.get(), clock=clock) == (2, 0)


class TestAListThatWaits:
    @pytest.fixture
    def proposal(self, rosa, rows):
        approve_from_now_on("revoke_many")
        return proposed_list(rosa, *rows[:2])

    def test_is_started_by_nobody_else(self, noor, proposal):
        change = BulkChange.objects.get()
        with pytest.raises(waits.WaitsForApproval):
            start_change(change, by=noor, at=LATER)
        approve_from_now_on()
        with pytest.raises(waits.WaitsForApproval):
            start_change(change, by=noor, at=LATER)
        assert run_bulk_change.func(str(change.pk)) == "nothing to do"

    def test_is_neither_thrown_away_nor_forgotten(self, proposal):
        change = BulkChange.objects.get()
        assert not drop_change(change)
        assert not old_change_drafts(NOON + 400 * DAY).exists()
        assert not old_changes(NOON + 400 * DAY).exists()

    def test_is_forgotten_as_those_that_were_started_once_it_is_decided(self, rosa, proposal):
        take_back(proposal, by=rosa, at=LATER)
        assert not old_change_drafts(NOON + 400 * DAY).exists()
        assert old_changes(NOON + 400 * DAY).get() == BulkChange.objects.get()
        forget_expired(at=NOON + 400 * DAY)
        assert not BulkChange.objects.exists()
        assert not Proposal.objects.exists()


class TestOneAndMany:
    @pytest.mark.parametrize("kind", ["suspend", "restore", "revoke", "reinstate", "renew"])
    def test_a_list_of_one_is_no_way_round_the_rule_for_one(self, rosa, kind):
        approve_from_now_on(kind)
        assert must_be_approved(f"{kind}_many")
        assert acts_to_approve() == {kind, f"{kind}_many"}

    def test_many_alone_leaves_one_to_one_registrar(self, rosa):
        approve_from_now_on("revoke_many")
        assert acts_to_approve() == {Act_.REVOKE_MANY}

    def test_nothing_is_approved_before_somebody_says_so(self, rosa):
        assert acts_to_approve() == frozenset()

    def test_a_list_that_was_started_before_goes_on(self, rosa):
        held = credentials(2)
        change = stored(rosa, *held)
        start_change(change, by=rosa, at=NOON)
        approve_from_now_on("revoke")
        assert carry_on_change(BulkChange.objects.get(), clock=clock) == (2, 0)
        assert revoked() == 2


class TestATable:
    @pytest.fixture
    def award(self, rosa):
        return make.award(name="Bridge award", valid_months=24)

    @pytest.fixture
    def people(self, rosa):
        return [
            make.user(f"p{each}@peerwork.example", full_name="Ada Okafor", last_login=NOON)
            for each in range(50)
        ]

    @pytest.fixture
    def upload(self, rosa, award):
        def store(addresses):
            lines = [TypedLine(n, {"email": each}) for n, each in enumerate(addresses, 2)]
            return store_bulk(
                TypedLines(lines, ()),
                file_name="leeds.csv",
                award=award,
                evidence="Attended in Leeds.",
                words="",
                attested_by="",
                at_once=False,
                by=rosa,
                at=NOON,
            )

        return store

    @pytest.fixture
    def table(self, upload, people):
        """Fifty people, of whom three cannot have it: no address, twice in it, and nobody's."""
        addresses = [person.email for person in people]
        return upload([*addresses[:47], "no address", addresses[0], "@"])

    def test_of_fifty_people_three_of_them_wrong(self, rosa, noor, table):
        approve_from_now_on("issue_many")
        proposal = proposed_table(rosa, table)
        assert len(proposal.terms["lines"]) == 47
        assert not Credential.objects.exists()
        approve(proposal, by=noor, at=LATER)
        assert carry_on(BulkIssue.objects.get(), clock=clock) == (47, 0)
        assert Credential.objects.count() == 47
        events = CredentialEvent.objects.values_list("actor", "approved_by").distinct()
        assert list(events) == [(rosa.pk, noor.pk)]
        assert BulkLine.objects.filter(state="left_out").count() == 3

    def test_issuing_by_hand_takes_it_along(self, rosa, table):
        approve_from_now_on("issue")
        assert proposed_table(rosa, table).is_waiting
        with pytest.raises(waits.WaitsForApproval):
            start_bulk(table, confirmed=(), by=rosa, at=NOON)

    def test_a_line_that_is_wrong_by_then_stops_it(self, rosa, noor, award, people, table):
        approve_from_now_on("issue_many")
        proposal = proposed_table(rosa, table)
        make.credential(award, people[3])
        with pytest.raises(waits.Stale) as stale:
            approve(proposal, by=noor, at=LATER)
        assert stale.value.problem.numbers == [5]
        assert BulkIssue.objects.get().is_draft

    def test_so_does_an_award_that_says_something_else(self, rosa, noor, award, table):
        approve_from_now_on("issue_many")
        proposal = proposed_table(rosa, table)
        award.description = "Is a doctor."
        award.save()
        with pytest.raises(waits.Stale):
            approve(proposal, by=noor, at=LATER)
        assert not Credential.objects.exists()

    def test_a_line_that_asks_is_issued_only_if_it_was_ticked(self, rosa, noor, upload, people):
        approve_from_now_on("issue_many")
        table = upload([person.email for person in people[:2]])
        table.lines.filter(number=2).update(
            typed={"email": people[0].email, "name": "Another Name"}
        )
        proposal = proposed_table(rosa, table)
        assert list(proposal.terms["lines"]) == ["3"]
        take_back(proposal, by=rosa, at=NOON)
        ticked = proposed_table(rosa, table, confirmed=[2])
        approve(ticked, by=noor, at=LATER)
        assert carry_on(BulkIssue.objects.get(), clock=clock) == (2, 0)
        assert Credential.objects.count() == 2

    def test_a_line_about_the_approver(self, rosa, noor, upload, people):
        approve_from_now_on("issue_many")
        proposal = proposed_table(rosa, upload([people[0].email, noor.email]))
        with pytest.raises(waits.LineIsYours) as refused:
            approve(proposal, by=noor, at=LATER)
        assert refused.value.number == 3

    def test_a_table_that_waits_is_kept(self, rosa, table):
        approve_from_now_on("issue_many")
        proposal = proposed_table(rosa, table)
        assert not drop_draft(table)
        assert not old_drafts(NOON + 400 * DAY).exists()
        forget_expired(at=NOON + 400 * DAY)
        assert BulkIssue.objects.exists()
        take_back(proposal, by=rosa, at=LATER)
        forget_expired(at=NOON + 400 * DAY)
        assert not BulkIssue.objects.exists()

    def test_people_who_come_in_later_have_it_in_both_names(self, rosa, noor, upload):
        approve_from_now_on("issue_many")
        table = upload(["new@peerwork.example"])
        cells = {"email": "new@peerwork.example", "name": "New Person"}
        table.lines.update(typed=cells, email=cells["email"])
        approve(proposed_table(rosa, table), by=noor, at=LATER)
        carry_on(BulkIssue.objects.get(), clock=clock)
        assert not Credential.objects.exists()
        User.objects.filter(email=cells["email"]).update(last_login=LATER)
        assert issue_to_arrived(clock=lambda: LATER + DAY) == (1, 0)
        event = CredentialEvent.objects.get()
        assert (event.actor, event.approved_by) == (rosa, noor)


def test_who_may_do_an_act_may_approve_it(rosa):
    learner = make.user()
    assert all(may_act(rosa, act) for act in Proposal.Act.values)
    assert not any(may_act(learner, act) for act in Proposal.Act.values)
