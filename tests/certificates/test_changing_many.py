"""Changing many: each once by the verb for one, whatever happens, and a wrong line stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail

from certificates.changing import running
from certificates.changing.exceptions import ChangeAlreadyStarted, NothingToChange
from certificates.changing.judging import dry_run_change
from certificates.changing.running import (
    carry_on_change,
    do_change_line,
    drop_change,
    may_change_many,
    start_change,
)
from certificates.changing.tasks import run_bulk_change
from certificates.exceptions import DayIsOver, ReasonNeeded
from certificates.models import BulkChange, BulkChangeLine, Credential, CredentialEvent
from certificates.preparing import notify_of_changes, prepare
from certificates.revoking import revoke, suspend
from lms.sweeping import sweep
from people.act_kinds import ActKind
from people.fates import every_step
from people.models import Act
from people.retention import forget_expired
from tests import make
from tests.certificates.changing_many import (
    EXPLANATION,
    count_of,
    credentials,
    kinds_of,
    started,
    states,
    stored,
)
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
State = BulkChangeLine.State
NEARLY_OVER = NOON + timedelta(days=680)


def clock():
    return NOON


def later():
    return NEARLY_OVER


@pytest.fixture
def registrar(db):
    make.home()
    return make.registrar(full_name="Rosa Adeyemi", language="en")


@pytest.fixture
def fifty(registrar):
    """Fifty lines, of which three cannot be done: mistyped, unknown, and revoked before."""
    rows = credentials(48)
    revoke(rows[5], by=registrar, reason="x", at=NOON - DAY)
    return [*rows[:20], "PSW-7K3M-QX9R-4TWL", *rows[20:], "PSW-2222-2222-2222"], rows


class TestFiftyLines:
    def test_three_wrong_ones_do_not_stop_forty_seven(self, registrar, fifty):
        lines, rows = fifty
        change = started(registrar, *lines)
        assert carry_on_change(change, clock=clock) == (47, 0)
        change.refresh_from_db()
        assert change.finished_at == NOON
        left_out = list(change.lines.filter(state=State.LEFT_OUT))
        assert [line.number for line in left_out] == [6, 21, 50]
        assert "has been revoked" in left_out[0].problem
        assert all(line.problem for line in left_out)
        assert states(change).count(State.DONE) == 47
        assert count_of("revoked") == 48
        assert all(kinds_of(row) == ["issued", "revoked"] for row in rows)

    def test_each_is_an_act_of_its_own_and_one_letter(self, registrar, fifty):
        lines, rows = fifty
        change = started(registrar, *lines)
        carry_on_change(change, clock=clock)
        assert Act.objects.filter(kind=ActKind.REVOKED, at=NOON).count() == 47
        act = Act.objects.get(kind=ActKind.BULK_CHANGED)
        assert (act.actor_id, act.subject_id) == (registrar.pk, str(change.pk))
        event = rows[0].events.get(kind="revoked")
        assert event.reason == "Issued in error: the list was another one."
        assert event.explanation == EXPLANATION
        assert event.actor == registrar
        for row in rows[:3]:
            prepare(str(row.pk), at=NOON)
            mail.outbox.clear()
            notify_of_changes(str(row.pk), at=NOON)
            notify_of_changes(str(row.pk), at=NOON)
            assert [letter.to for letter in mail.outbox] == [[row.holder.email]]
            assert EXPLANATION not in mail.outbox[0].body

    def test_it_is_done_in_small_steps_and_the_next_job_takes_over(self, registrar, fifty):
        change = started(registrar, *fifty[0])
        for done in (21, 41, 48):
            run_bulk_change.func(str(change.pk))
            assert count_of("revoked") == done
        assert run_bulk_change.func(str(change.pk)) == "nothing to do"

    def test_a_worker_killed_within_a_line_leaves_it_owed_and_does_it_once(
        self, registrar, fifty, monkeypatch
    ):
        change = started(registrar, *fifty[0])
        verb, count = running.revoke, iter(range(1000))

        class Killed(BaseException):
            pass

        def killed_now_and_then(*args, **kwargs):
            event = verb(*args, **kwargs)
            if next(count) % 5 == 4:
                raise Killed
            return event

        monkeypatch.setattr(running, "revoke", killed_now_and_then)
        kills = 0
        while change.lines.owed().exists():
            try:
                carry_on_change(change, clock=clock)
            except Killed:
                kills += 1
        assert kills >= 9
        assert count_of("revoked") == 48
        assert Act.objects.filter(kind=ActKind.REVOKED, at=NOON).count() == 47

    def test_one_that_fails_stops_no_other_and_the_sweep_tries_it_again(
        self, registrar, fifty, monkeypatch, caplog
    ):
        lines, rows = fifty
        change = started(registrar, *lines)
        verb = running.revoke

        def fail_for_one(credential, **kwargs):
            if credential == rows[3]:
                raise OSError
            return verb(credential, **kwargs)

        monkeypatch.setattr(running, "revoke", fail_for_one)
        assert carry_on_change(change, clock=clock) == (46, 1)
        monkeypatch.setattr(running, "revoke", verb)
        assert rows[3].number not in caplog.text
        swept = sweep(clock)
        assert (swept.to_change, swept.changed) == (1, 1)
        assert "Did 1 of 1 lines of changes of many." in str(swept)
        assert sweep(clock).to_change == 0

    def test_looking_it_over_costs_the_same_for_one_and_for_fifty(
        self, registrar, fifty, django_assert_max_num_queries
    ):
        change = stored(registrar, *fifty[0])
        lines = list(change.lines.all())
        with django_assert_max_num_queries(3):
            run = dry_run_change(change, lines, by=registrar, at=NOON)
        assert (len(run.to_do), len(run.wrong)) == (47, 3)


class TestStarting:
    def test_only_once_however_often_it_is_pressed(self, registrar):
        change = stored(registrar, *credentials(2))
        start_change(change, by=registrar, at=NOON)
        with pytest.raises(ChangeAlreadyStarted):
            start_change(change, by=registrar, at=NOON)
        carry_on_change(change, clock=clock)
        carry_on_change(change, clock=clock)
        assert count_of("revoked") == 2
        assert Act.objects.filter(kind=ActKind.BULK_CHANGED).count() == 1

    def test_a_line_is_done_once_by_two_workers(self, registrar):
        change = started(registrar, *credentials(1))
        key = change.lines.get().pk
        assert [do_change_line(key, at=NOON), do_change_line(key, at=NOON)] == [True, False]
        assert count_of("revoked") == 1

    def test_needs_a_line_that_can_be_done(self, registrar):
        change = stored(registrar, "PSW-2222-2222-2222")
        with pytest.raises(NothingToChange):
            start_change(change, by=registrar, at=NOON)
        assert BulkChange.objects.drafts().exists()

    def test_judges_again_what_happened_since(self, registrar):
        rows = credentials(2)
        change = stored(registrar, *rows)
        revoke(rows[0], by=make.registrar(), reason="x", at=NOON)
        assert start_change(change, by=registrar, at=NOON) == 1

    def test_what_happens_between_start_and_turn_stops_the_line(self, registrar):
        rows = credentials(2)
        change = started(registrar, *rows)
        suspend(rows[0], by=make.registrar(), reason="x", at=NOON)
        carry_on_change(change, clock=clock)
        assert states(change) == [State.LEFT_OUT, State.DONE]
        assert kinds_of(rows[0]) == ["issued", "suspended"]
        assert change.lines.first().problem

    def test_whoever_is_no_registrar_any_more_does_nothing(self, registrar):
        rows = credentials(2)
        change = started(registrar, *rows)
        registrar.groups.clear()
        carry_on_change(change, clock=clock)
        assert states(change) == [State.LEFT_OUT] * 2
        assert "may not do it any more" in change.lines.first().problem
        assert count_of("revoked") == 0

    def test_a_list_that_was_only_looked_over_is_thrown_away(self, registrar):
        rows = credentials(1)
        assert drop_change(stored(registrar, *rows))
        assert not BulkChange.objects.exists()
        assert not drop_change(started(registrar, *rows))

    def test_needs_a_reason_and_a_day_to_come(self, registrar):
        row = credentials(1)[0]
        with pytest.raises(ReasonNeeded):
            stored(registrar, row, reason="  ")
        with pytest.raises(DayIsOver):
            stored(registrar, row, kind="suspend", review_on=NOON.date())
        assert not BulkChange.objects.exists()


class TestEachKind:
    def test_suspended_with_a_day_to_look_again_and_restored(self, registrar):
        rows = credentials(3)
        day = NOON.date() + timedelta(days=12)
        carry_on_change(started(registrar, *rows, kind="suspend", review_on=day), clock=clock)
        assert [kinds_of(row)[-1] for row in rows] == ["suspended"] * 3
        assert {row.notes.get().look_again_on for row in rows} == {day}
        carry_on_change(started(registrar, *rows, kind="restore"), clock=clock)
        assert [kinds_of(row)[-1] for row in rows] == ["restored"] * 3

    def test_a_revocation_is_undone_by_another_registrar_only(self, registrar):
        rows = credentials(2)
        carry_on_change(started(registrar, *rows), clock=clock)
        own = stored(registrar, *rows, kind="reinstate")
        run = dry_run_change(own, list(own.lines.all()), by=registrar, at=NOON)
        assert all("another registrar" in each.problem for each in run.wrong)
        assert len(run.wrong) == 2
        carry_on_change(started(make.registrar(), *rows, kind="reinstate"), clock=clock)
        assert [kinds_of(row)[-1] for row in rows] == ["reinstated"] * 2

    def test_renewed_without_a_gap_each_under_a_new_number(self, registrar):
        rows = credentials(3)
        change = started(registrar, *rows, kind="renew", at=NEARLY_OVER)
        carry_on_change(change, clock=later)
        for line, row in zip(change.lines.select_related("renewed_as"), rows, strict=True):
            assert line.renewed_as.follows == row
            assert line.renewed_as.number != row.number
            assert (line.renewed_as.expires_on - row.expires_on).days in {730, 731}
        assert Credential.objects.count() == 6

    def test_too_early_to_renew_says_from_when(self, registrar):
        change = stored(registrar, *credentials(1), kind="renew")
        (judged,) = dry_run_change(change, list(change.lines.all()), by=registrar, at=NOON).lines
        assert judged.problem
        assert "2028" in judged.outcome

    def test_what_will_come_of_a_renewal_is_said_first(self, registrar):
        change = stored(registrar, *credentials(1), kind="renew", at=NEARLY_OVER)
        lines = list(change.lines.all())
        (judged,) = dry_run_change(change, lines, by=registrar, at=NEARLY_OVER).lines
        assert judged.outcome.startswith("Renewed until ")


class TestWhatIsWrong:
    def judge(self, by, *lines, kind="revoke"):
        change = stored(by, *lines, kind=kind)
        run = dry_run_change(change, list(change.lines.all()), by=by, at=NOON)
        return [each.problem for each in run.lines]

    def test_the_same_number_twice(self, registrar):
        row = credentials(1)[0]
        assert self.judge(registrar, row, row.number.lower())[1].endswith("stands in line 1.")

    def test_another_name_than_the_certificate_has(self, registrar):
        row = credentials(1, full_name="Ada Okafor")[0]
        problems = self.judge(registrar, f"{row.number}, Beth Kowalski")
        assert problems == [
            "The list says Beth Kowalski, and the certificate says Ada Okafor. Is the number right?"
        ]
        assert self.judge(registrar, f"{row.number}, ada  okafor") == [""]

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("PSW-7K3M-QX9R-4TWL", "is mistyped"),
            ("PSW-7K3M-QX9R-4TWK", "No credential has this number"),
            ("https://evil.example/verify/PSW-2222-2222-2222/", "number"),
            ("=1+1", "mistyped"),
            ("\u202e", "mistyped"),
        ],
    )
    def test_a_line_without_a_credential(self, registrar, typed, words):
        (problem,) = self.judge(registrar, typed)
        assert words in problem

    @pytest.mark.parametrize("kind", ["restore", "renew", "reinstate"])
    def test_nobody_does_themselves_a_favour(self, registrar, kind):
        row = make.credential(make.award(valid_months=1), registrar)
        if kind == "restore":
            suspend(row, by=make.registrar(), reason="x", at=NOON)
        if kind == "reinstate":
            revoke(row, by=make.registrar(), reason="x", at=NOON)
        (problem,) = self.judge(registrar, row, kind=kind)
        assert "your own certificate" in problem


ROLES = {
    "Registrars": (True, True),
    "Trainers": (False, False),
    "Assessors": (False, False),
    None: (False, False),
}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_is_who_may_for_one(registrar, role):
    person = make.user()
    if role:
        person.groups.add(Group.objects.get(name=role))
    assert (may_change_many(person, "revoke"), may_change_many(person, "renew")) == ROLES[role]


class TestForHowLong:
    def test_lists_are_forgotten_and_what_was_done_stays(self, registrar):
        rows = credentials(2)
        carry_on_change(started(registrar, rows[0]), clock=clock)
        stored(registrar, rows[1])
        forget_expired(at=NOON + 8 * DAY)
        assert BulkChange.objects.count() == 1
        forget_expired(at=NOON + 183 * DAY)
        assert not BulkChange.objects.exists()
        assert CredentialEvent.objects.filter(kind="revoked").count() == 1

    def test_erasing_a_person_takes_their_lines_out_of_lists(self, registrar):
        rows = credentials(2)
        change = started(registrar, *rows)
        for _name, step in every_step():
            step(rows[0].holder)
        assert [line.credential for line in change.lines.all()] == [rows[1]]
