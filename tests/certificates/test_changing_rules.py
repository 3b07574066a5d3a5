"""What may be done to which, told before anything is tried: the same as by the verbs for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from certificates.changing.judging import dry_run_change
from certificates.changing.running import carry_on_change, may_change_many
from certificates.exceptions import CannotBeDone
from certificates.following import renew_credential, replace_credential
from certificates.models import BulkChange, Credential, CredentialEvent
from certificates.renewal.rules import Rule
from certificates.renewal_rules import set_rule
from certificates.revoking import reinstate, restore, revoke, suspend
from people.act_kinds import ActKind
from people.acts import check_chain
from people.models import Act
from tests import make
from tests.certificates.changing_many import credentials, kinds_of, started, stored
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=680)
VERBS = {"suspend": suspend, "restore": restore, "revoke": revoke, "reinstate": reinstate}


def clock():
    return LATER


@pytest.fixture
def registrar(db):
    make.home()
    return make.registrar(language="en")


@pytest.fixture
def other(db):
    return make.registrar()


def left_alone(credential, by):
    """One to which nothing happened."""


def suspended(credential, by):
    suspend(credential, by=by, reason="x", at=NOON)


def restored(credential, by):
    suspended(credential, by)
    restore(credential, by=by, reason="x", at=NOON)


def revoked(credential, by):
    revoke(credential, by=by, reason="x", at=NOON)


def suspended_and_revoked(credential, by):
    suspended(credential, by)
    revoked(credential, by)


def replaced(credential, by):
    replace_credential(credential, name="Another Name", by=by, reason="x", at=NOON)


def renewed(credential, by):
    renew_credential(credential, by=by, reason="x", at=LATER)


ALLOWED = {
    left_alone: {"suspend", "revoke", "renew"},
    suspended: {"restore", "revoke"},
    restored: {"suspend", "revoke", "renew"},
    revoked: {"reinstate"},
    suspended_and_revoked: {"reinstate"},
    replaced: set(),
    renewed: set(),
}


@pytest.mark.parametrize("past", ALLOWED, ids=[past.__name__ for past in ALLOWED])
@pytest.mark.parametrize("kind", BulkChange.Kind.values)
class TestTheSameAsForOne:
    def test_what_may_be_done_is_said_first(self, registrar, other, past, kind):
        (row,) = credentials(1)
        past(row, other)
        change = stored(registrar, row, kind=kind, at=LATER)
        lines = list(change.lines.all())
        (judged,) = dry_run_change(change, lines, by=registrar, at=LATER).lines
        assert (judged.problem == "") == (kind in ALLOWED[past])

    def test_and_the_verb_for_one_says_the_same(self, registrar, other, past, kind):
        (row,) = credentials(1)
        past(row, other)
        row = Credential.objects.get(pk=row.pk)
        decision = {"by": registrar, "reason": "x", "at": LATER}
        verb = VERBS.get(kind, renew_credential)
        try:
            verb(row, **decision)
        except CannotBeDone:
            assert kind not in ALLOWED[past]
        else:
            assert kind in ALLOWED[past]


class TestARule:
    @pytest.fixture
    def rows(self, registrar):
        """Two that are to be renewed by a rule that asks for hours which nobody brought."""
        award = make.award(valid_months=24)
        rule = Rule(months=24, opens_days=90, minutes=600)
        set_rule(award, rule, effective_on=NOON.date(), by=registrar, at=NOON)
        return credentials(2, award)

    def test_what_it_asks_for_and_is_missing_stops_a_renewal(self, registrar, rows):
        change = stored(registrar, *rows, kind="renew", at=LATER)
        run = dry_run_change(change, list(change.lines.all()), by=registrar, at=LATER)
        assert len(run.wrong) == 2
        assert not run.to_do

    def test_unless_that_is_said_in_so_many_words(self, registrar, rows):
        change = started(registrar, *rows, kind="renew", at=LATER, although_incomplete=True)
        assert carry_on_change(change, clock=clock) == (2, 0)
        assert Credential.objects.filter(follows__in=rows).count() == 2


class TestTheLog:
    def test_stays_a_whole_chain_and_names_who_did_it(self, registrar):
        rows = credentials(4)
        carry_on_change(started(registrar, *rows, kind="suspend"), clock=clock)
        acts = Act.objects.filter(kind=ActKind.SUSPENDED)
        assert {act.actor_id for act in acts} == {registrar.pk}
        assert {act.subject_id for act in acts} == {str(row.pk) for row in rows}
        assert check_chain().faults == ()

    def test_an_event_has_ground_and_note_and_what_the_holder_reads(self, registrar):
        (row,) = credentials(1)
        carry_on_change(started(registrar, row, kind="suspend"), clock=clock)
        event = row.events.get(kind=CredentialEvent.Kind.SUSPENDED)
        assert event.reason.startswith("Issued in error: ")
        assert "Write to us within 30 days" in event.explanation
        assert event.notify_holder


class TestMatrixOfRoles:
    """Each address of a change of many, for each kind of person, without a body and with one."""

    NAMES = ("index", "change", "start", "drop", "result")

    @pytest.fixture
    def change(self, registrar, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        return stored(registrar, *credentials(1))

    def addresses(self, change):
        key = [change.pk]
        return {
            "index": reverse("bulk_changes:index"),
            "change": reverse("bulk_changes:change", args=key),
            "start": reverse("bulk_changes:start", args=key),
            "drop": reverse("bulk_changes:drop", args=key),
            "result": reverse("bulk_changes:result", args=[*key, "csv"]),
        }

    def person_of(self, role):
        person = make.user()
        if role == "reader":
            person.groups.add(Group.objects.get(name="Trainers"))
            person.user_permissions.add(Permission.objects.get(codename="view_credential"))
        elif role != "learner":
            person.groups.add(Group.objects.get(name=role))
        return person

    @pytest.mark.parametrize("role", ["learner", "Trainers", "Assessors", "reader"])
    @pytest.mark.parametrize("name", NAMES)
    def test_nobody_but_a_registrar(self, client, change, role, name):
        client.force_login(self.person_of(role))
        address = self.addresses(change)[name]
        for response in (client.get(address), client.post(address)):
            assert response.status_code in {302, 403, 405}
            if response.status_code == 302:
                assert "/bulk-changes/" not in response["Location"].split("?")[0]
        change.refresh_from_db()
        assert change.is_draft

    @pytest.mark.parametrize("name", NAMES)
    def test_no_visitor(self, client, change, name):
        response = client.get(self.addresses(change)[name])
        assert response.status_code in {302, 405}
        assert BulkChange.objects.drafts().exists()

    @pytest.mark.parametrize(
        ("name", "status"),
        [("index", 200), ("change", 200), ("start", 405), ("drop", 405), ("result", 200)],
    )
    def test_a_registrar_reads_and_changes_nothing_by_reading(
        self, client, registrar, change, name, status
    ):
        client.force_login(registrar)
        assert client.get(self.addresses(change)[name]).status_code == status
        assert BulkChange.objects.drafts().exists()
        assert kinds_of(Credential.objects.get()) == ["issued"]

    def test_whoever_may_only_change_standings_renews_nobody(self, client, change, settings):
        person = self.person_of("reader")
        person.user_permissions.add(Permission.objects.get(codename="change_credential"))
        client.force_login(person)
        assert may_change_many(type(person).objects.get(pk=person.pk), "revoke")
        assert not may_change_many(type(person).objects.get(pk=person.pk), "renew")
        shown = client.get(reverse("bulk_changes:index")).content.decode()
        assert 'value="revoke"' in shown
        assert 'value="renew"' not in shown
        BulkChange.objects.update(kind="renew")
        assert client.post(self.addresses(change)["start"]).status_code in {302, 403}
        change.refresh_from_db()
        assert change.is_draft


def test_two_changes_of_one_credential_are_done_one_after_the_other(registrar):
    (row,) = credentials(1)
    first = started(registrar, row, kind="suspend")
    second = started(registrar, row, kind="revoke")
    carry_on_change(first, clock=clock)
    carry_on_change(second, clock=clock)
    assert kinds_of(row) == ["issued", "suspended"]
    assert second.lines.get().problem
    third = started(registrar, row, kind="revoke", at=NOON + DAY)
    carry_on_change(third, clock=clock)
    assert kinds_of(row) == ["issued", "suspended", "revoked"]


# Two of one person and one award -----------------------------------------------------------------


@pytest.fixture
def revoked_twice(other):
    """Two revoked credentials of one person and one award, the first of which ran on for a while."""
    award, person = make.award(valid_months=24), make.user()
    rows = []
    for _ in range(2):
        rows.append(make.credential(award, person))
        revoke(rows[-1], by=other, reason="x", at=NOON)
    return rows


def judged(registrar, *rows, at=NOON):
    change = stored(registrar, *rows, kind="reinstate", at=at)
    return dry_run_change(change, list(change.lines.all()), by=registrar, at=at)


def test_of_two_of_one_award_the_second_is_refused_before_anything_is_done(
    registrar, revoked_twice
):
    first, second = revoked_twice
    run = judged(registrar, first, second)
    assert [line.credential for line in run.to_do] == [first]
    [wrong] = run.wrong
    assert wrong.problem == (
        f"Line 1 gives this person the same award back already, by {first.number}, and nobody "
        "holds an award twice."
    )


def test_what_was_promised_is_what_is_done(registrar, revoked_twice):
    change = started(registrar, *revoked_twice, kind="reinstate")
    carry_on_change(change, clock=lambda: NOON)
    assert list(change.lines.values_list("state", flat=True)) == ["done", "left_out"]
    assert [kinds_of(row)[-1] for row in revoked_twice] == ["reinstated", "revoked"]


def test_a_line_that_is_refused_itself_takes_nothing_from_the_next(registrar, revoked_twice):
    first, second = revoked_twice
    reinstate(first, by=registrar, reason="x", at=NOON)
    revoke(first, by=registrar, reason="x", at=NOON)
    run = judged(registrar, first, second)
    assert [line.credential for line in run.to_do] == [second]


def test_one_that_ran_out_leaves_room_for_the_other(registrar, revoked_twice):
    first, second = revoked_twice
    Credential.objects.filter(pk=first.pk).update(expires_on=(NOON - DAY).date())
    assert len(judged(registrar, first, second).to_do) == 2
    assert len(judged(registrar, second, first).to_do) == 1


def test_the_same_award_of_others_and_other_awards_of_theirs_are_not_in_the_way(
    registrar, other, revoked_twice
):
    first, _second = revoked_twice
    of_another = make.credential(first.award, make.user())
    another = make.credential(make.award(), first.holder)
    for row in (of_another, another):
        revoke(row, by=other, reason="x", at=NOON)
    assert len(judged(registrar, first, of_another, another).to_do) == 3
