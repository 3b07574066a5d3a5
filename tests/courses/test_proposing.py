"""What certificates rest on is changed by two people, at every door."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from wagtail.log_actions import registry

from courses.exceptions import (
    AlreadyDecided,
    AlreadyProposed,
    AnotherReaderNeeded,
    ChangedSinceProposed,
    ChangeNotPossible,
    NothingChanges,
    NotTheProposer,
    ReasonNeeded,
    SecondReaderNeeded,
    StillInUse,
)
from courses.models import Competency, CompetencyGroup, CompetencyMapping, ProposedChange
from courses.models.second_read import without_second_reader
from courses.proposed_values import lines_of, values_of
from courses.proposing import (
    agree,
    is_stale,
    propose_adding,
    propose_change,
    propose_deleting,
    send_back,
    withdraw,
)
from people.act_kinds import ActKind
from people.acts import check_chain
from people.models import Act
from people.saved_values import CHANGE_ACTION
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db

LATER = NOON + DAY
State = ProposedChange.State


@pytest.fixture
def rosa():
    return make.user(full_name="Rosa Adler")


@pytest.fixture
def tariq():
    return make.user(full_name="Tariq Aziz")


@pytest.fixture
def competency():
    row = make.competency("LI1", name="Be present")
    with without_second_reader():
        row.mappings = [CompetencyMapping(framework="SAMHSA", reference="1", sort_order=0)]
        row.save()
    return row


def renamed(competency, **values):
    return {**values_of(competency), "name": "Stay present", **values}


def proposed(competency, by, **values):
    after = renamed(competency, **values)
    return propose_change(competency, after, reason="Clearer.", by=by, at=NOON)


def kinds():
    return [ActKind(kind) for kind in Act.objects.order_by("number").values_list("kind", flat=True)]


class TestADoor:
    """Whoever saves, deletes or changes many at once, by whatever way, is refused."""

    @pytest.mark.parametrize(
        "act",
        [
            lambda row: Competency(code="NEW", name="New", description="New.").save(),
            lambda row: Competency.objects.create(code="NEW", name="New", description="New."),
            lambda row: Competency.objects.bulk_create([Competency(code="NEW", name="New")]),
            lambda row: setattr(row, "name", "Other") or row.save(),
            lambda row: setattr(row, "name", "Other") or row.save(update_fields=["name"]),
            lambda row: Competency.objects.filter(pk=row.pk).update(name="Other"),
            lambda row: Competency.objects.update_or_create(
                code=row.code, defaults={"name": "Other"}
            ),
            lambda row: (
                setattr(row, "name", "Other") or Competency.objects.bulk_update([row], ["name"])
            ),
            lambda row: row.delete(),
            lambda row: Competency.objects.filter(pk=row.pk).delete(),
            lambda row: setattr(row, "mappings", []) or row.save(),
            lambda row: row.mappings.all().get().delete(),
            lambda row: CompetencyMapping.objects.update(reference="2"),
            lambda row: CompetencyGroup.objects.create(name="Listening"),
        ],
    )
    def test_is_closed_to_one_person_alone(self, competency, act):
        before = values_of(competency)
        with pytest.raises(SecondReaderNeeded) as refusal, transaction.atomic():
            act(competency)
        assert "somebody else has read it" in str(refusal.value)
        assert values_of(Competency.objects.get()) == before
        assert not CompetencyGroup.objects.exists()

    def test_lets_what_changes_nothing_pass(self, competency):
        Competency.objects.get().save()
        assert Competency.objects.get() == competency

    def test_is_open_only_as_long_as_somebody_agreed(self, competency):
        with without_second_reader():
            Competency.objects.update(name="Other")
        with pytest.raises(SecondReaderNeeded):
            Competency.objects.update(name="Third")

    def test_of_an_award_is_closed_to_what_its_hours_are_counted_from(self):
        award = make.award()
        award.description = "Has completed all of it."
        award.save()
        award.taught_in_room = True
        with pytest.raises(SecondReaderNeeded):
            award.save()
        with pytest.raises(SecondReaderNeeded):
            type(award).objects.update(hours_course_id=None)


class TestAgreeing:
    def test_nothing_changes_before_somebody_else_agreed(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        assert Competency.objects.get().name == "Be present"
        agree(change, by=tariq, at=LATER)
        assert Competency.objects.get().name == "Stay present"
        change.refresh_from_db()
        assert (change.state, change.decided_by, change.decided_at) == (State.AGREED, tariq, LATER)

    def test_the_proposer_is_not_the_second_reader(self, competency, rosa):
        change = proposed(competency, rosa)
        with pytest.raises(AnotherReaderNeeded):
            agree(change, by=rosa, at=LATER)
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposedChange.objects.update(state=State.AGREED, decided_by=rosa)
        assert Competency.objects.get().name == "Be present"

    def test_something_new_is_there_with_its_rows_and_group(self, rosa, tariq):
        with without_second_reader():
            group = CompetencyGroup.objects.create(name="Listening")
        new = Competency(code="LI9", name="Wait", description="Waits.", group=group)
        new.mappings = [CompetencyMapping(framework="SAMHSA", reference=each) for each in "12"]
        change = propose_adding(new, reason="It was missing.", by=rosa, at=NOON)
        assert not Competency.objects.exists()
        agree(change, by=tariq, at=LATER)
        added = Competency.objects.get()
        assert (added.code, added.group) == ("LI9", group)
        assert [row.reference for row in added.mappings.all()] == ["1", "2"]

    def test_something_goes_when_nothing_rests_on_it(self, competency, rosa, tariq):
        change = propose_deleting(competency, reason="Twice.", by=rosa, at=NOON)
        agree(change, by=tariq, at=LATER)
        assert not Competency.objects.exists()

    def test_what_came_to_rest_on_it_meanwhile_keeps_it(self, competency, rosa, tariq):
        change = propose_deleting(competency, reason="Twice.", by=rosa, at=NOON)
        question = make.single_choice(code="USES-IT")
        question.competencies.add(competency)
        question.save()
        with pytest.raises(StillInUse, match="USES-IT"):
            agree(change, by=tariq, at=LATER)
        change.refresh_from_db()
        assert change.is_waiting
        with pytest.raises(StillInUse):
            propose_deleting(competency, reason="Twice.", by=tariq, at=NOON)

    def test_a_stale_change_says_so_and_takes_no_effect(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        assert not is_stale(change)
        with without_second_reader():
            Competency.objects.update(description="Another.")
        assert is_stale(change)
        with pytest.raises(ChangedSinceProposed):
            agree(change, by=tariq, at=LATER)
        change.refresh_from_db()
        assert change.is_waiting
        assert Competency.objects.get().name == "Be present"

    def test_what_is_gone_is_stale(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        with without_second_reader():
            Competency.objects.all().delete()
        assert is_stale(change)
        with pytest.raises(ChangedSinceProposed):
            agree(change, by=tariq, at=LATER)

    def test_a_code_that_is_taken_by_now_is_named(self, rosa, tariq):
        new = Competency(code="LI9", name="Wait", description="Waits.")
        change = propose_adding(new, reason="It was missing.", by=rosa, at=NOON)
        assert not is_stale(change)
        make.competency("LI9")
        with pytest.raises(ChangeNotPossible, match="already exists"):
            agree(change, by=tariq, at=LATER)
        assert Competency.objects.count() == 1

    def test_the_first_who_decides_decides(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        send_back(change, words="Say why.", by=tariq, at=LATER)
        with pytest.raises(AlreadyDecided):
            agree(change, by=make.user(), at=LATER)
        with pytest.raises(AlreadyDecided):
            send_back(change, words="Again.", by=tariq, at=LATER)


class TestProposing:
    def test_asks_for_a_reason_and_for_something_that_changes(self, competency, rosa):
        with pytest.raises(ReasonNeeded):
            propose_change(competency, renamed(competency), reason=" ", by=rosa, at=NOON)
        with pytest.raises(NothingChanges):
            propose_change(competency, values_of(competency), reason="So.", by=rosa, at=NOON)
        assert not ProposedChange.objects.exists()

    def test_refuses_what_could_never_be_saved(self, competency, rosa):
        with pytest.raises(ChangeNotPossible):
            proposed(competency, rosa, name="")

    def test_lets_one_change_of_a_thing_wait_at_a_time(self, competency, rosa, tariq):
        first = proposed(competency, rosa)
        with pytest.raises(AlreadyProposed, match="Rosa Adler") as refusal:
            proposed(competency, tariq, name="Third")
        assert refusal.value.waiting == first
        with pytest.raises(AlreadyProposed):
            propose_deleting(competency, reason="Twice.", by=tariq, at=NOON)
        withdraw(first, by=rosa, at=LATER)
        proposed(competency, tariq, name="Third")

    def test_of_two_new_things_of_one_code_one_waits(self, rosa, tariq):
        for_both = {"code": "LI9", "name": "Wait", "description": "Waits."}
        propose_adding(Competency(**for_both), reason="Missing.", by=rosa, at=NOON)
        with pytest.raises(AlreadyProposed):
            propose_adding(Competency(**for_both), reason="Missing.", by=tariq, at=NOON)


class TestLettingGo:
    def test_its_proposer_alone_withdraws_it(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        with pytest.raises(NotTheProposer):
            withdraw(change, by=tariq, at=LATER)
        withdraw(change, by=rosa, at=LATER)
        change.refresh_from_db()
        assert change.state == State.WITHDRAWN
        with pytest.raises(AlreadyDecided):
            withdraw(change, by=rosa, at=LATER)

    def test_it_is_sent_back_with_words_by_somebody_else(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        with pytest.raises(ReasonNeeded):
            send_back(change, words=" ", by=tariq, at=LATER)
        with pytest.raises(AnotherReaderNeeded):
            send_back(change, words="No.", by=rosa, at=LATER)
        send_back(change, words="Say it shorter.", by=tariq, at=LATER)
        change.refresh_from_db()
        assert (change.state, change.words) == (State.SENT_BACK, "Say it shorter.")

    def test_what_was_sent_back_is_answered_by_proposing_anew(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        send_back(change, words="Say it shorter.", by=tariq, at=LATER)
        proposed(competency, rosa, name="Be there")
        change.refresh_from_db()
        assert (change.state, change.decided_by) == (State.WITHDRAWN, tariq)

    def test_what_was_sent_back_may_be_let_go_once(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        send_back(change, words="No.", by=tariq, at=LATER)
        change.refresh_from_db()
        withdraw(change, by=rosa, at=LATER)
        with pytest.raises(AlreadyDecided):
            withdraw(change, by=rosa, at=LATER)


class TestOnRecord:
    def test_each_step_is_an_act_by_whom_it_was(self, competency, rosa, tariq):
        change = proposed(competency, rosa)
        send_back(change, words="No.", by=tariq, at=LATER)
        again = proposed(competency, rosa)
        withdraw(again, by=rosa, at=LATER)
        last = proposed(competency, rosa)
        agree(last, by=tariq, at=LATER)
        acts = Act.objects.filter(subject_kind="courses.proposedchange").order_by("number")
        assert [(ActKind(act.kind), act.actor, act.person) for act in acts] == [
            (ActKind.CHANGE_PROPOSED, rosa, None),
            (ActKind.CHANGE_SENT_BACK, tariq, rosa),
            (ActKind.CHANGE_PROPOSED, rosa, None),
            (ActKind.CHANGE_WITHDRAWN, rosa, None),
            (ActKind.CHANGE_PROPOSED, rosa, None),
            (ActKind.CHANGE_AGREED, tariq, rosa),
        ]
        assert ActKind.CHANGED in kinds()
        assert check_chain().faults == ()

    def test_what_was_refused_is_no_act(self, competency, rosa):
        change = proposed(competency, rosa)
        before = kinds()
        with pytest.raises(AnotherReaderNeeded):
            agree(change, by=rosa, at=LATER)
        assert kinds() == before

    def test_the_history_of_the_thing_says_what_became_of_it(self, competency, rosa, tariq):
        agree(proposed(competency, rosa), by=tariq, at=LATER)
        entry = registry.get_logs_for_instance(competency).get(action=CHANGE_ACTION)
        assert entry.data["changes"] == [["Name", "Be present", "Stay present"]]
        assert entry.user == rosa

    def test_both_sides_are_said_in_words(self, competency, rosa):
        with without_second_reader():
            group = CompetencyGroup.objects.create(name="Listening")
        change = proposed(competency, rosa, group=group.pk, mappings=[])
        lines = {line.label: (line.before, line.after) for line in lines_of(change)}
        assert lines["Group"] == ("nothing", "Listening")
        assert lines["Outside frameworks"] == ("SAMHSA, 1", "nothing")
        assert lines["Code"] == ("LI1", "LI1")
        with without_second_reader():
            group.delete()
        assert "what is not there any more" in {line.after for line in lines_of(change)}


class TestASiteOfOnePerson:
    @pytest.fixture(autouse=True)
    def _alone(self, settings):
        settings.SECOND_READER = False

    def test_takes_it_at_once_and_says_so(self, competency, rosa):
        change = proposed(competency, rosa)
        assert Competency.objects.get().name == "Stay present"
        assert (change.state, change.decided_by) == (State.ALONE, rosa)
        assert kinds()[-1] == ActKind.CHANGED_ALONE

    def test_still_asks_for_a_reason(self, competency, rosa):
        with pytest.raises(ReasonNeeded):
            propose_change(competency, renamed(competency), reason="", by=rosa, at=NOON)

    def test_may_decide_what_waited_from_before(self, competency, rosa, settings):
        settings.SECOND_READER = True
        change = proposed(competency, rosa)
        settings.SECOND_READER = False
        agree(change, by=rosa, at=LATER)
        change.refresh_from_db()
        assert change.state == State.ALONE
