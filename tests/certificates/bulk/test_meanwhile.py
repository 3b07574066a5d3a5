"""What changes between looking a table over, starting it, and the worker reaching a line."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from certificates.bulk import running
from certificates.bulk.exceptions import AlreadyStarted
from certificates.bulk.judging import dry_run
from certificates.bulk.running import (
    carry_on,
    do_line,
    forget_bulk_issues,
    issue_to_arrived,
    start_bulk,
    write_to_waiting,
)
from certificates.bulk.tasks import AT_ONCE, run_bulk_issue
from certificates.issuing import issue_by_hand
from certificates.models import Award, BulkIssue, BulkLine, Credential
from certificates.revoking import revoke
from lms.sweeping import sweep
from people.act_kinds import ActKind
from people.fates import every_step
from people.models import Act, User
from people.retention import forget_expired
from tests import make
from tests.certificates.bulk.conftest import NOW

pytestmark = pytest.mark.django_db
State = BulkLine.State
HOUR = timedelta(hours=1)


def clock():
    return NOW


def erase_at_once(person):
    for _name, step in every_step():
        step(person)


def cells_of(name, /, **cells):
    return {"email": f"{name}@peerwork.example", "name": name.title(), **cells}


def outcomes(bulk):
    return list(bulk.lines.values_list("state", flat=True))


def reason(bulk):
    return bulk.lines.get().reason


@pytest.fixture
def start(upload, registrar):
    """A table that was started, and of which the worker has done nothing."""

    def start(*lines, by=registrar, confirmed=(), **fields):
        bulk = upload(*lines, **fields)
        start_bulk(bulk, confirmed=confirmed, by=by, at=NOW)
        return BulkIssue.objects.get(pk=bulk.pk)

    return start


@pytest.fixture
def ada(member):
    return member("ada@peerwork.example", full_name="Ada")


class TestBetweenTheStartAndTheWorker:
    def test_an_account_that_was_closed_gets_nothing(self, ada, start):
        bulk = start(cells_of("ada"))
        User.objects.filter(pk=ada.pk).update(is_active=False)
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.LEFT_OUT]
        assert reason(bulk) == "The account with this address is closed."
        assert not Credential.objects.exists()

    def test_an_account_that_was_never_used_and_then_closed_is_not_written_to(self, start):
        bee = make.user("bee@peerwork.example", full_name="Bee")
        bulk = start(cells_of("bee"))
        User.objects.filter(pk=bee.pk).update(is_active=False)
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.LEFT_OUT]
        assert mail.outbox == []

    def test_somebody_who_was_erased_is_passed_over_and_the_others_are_not(
        self, ada, member, start
    ):
        member("bee@peerwork.example", full_name="Bee")
        bulk = start(cells_of("ada"), cells_of("bee"))
        erase_at_once(ada)
        assert carry_on(bulk, clock=clock) == (1, 0)
        bulk.refresh_from_db()
        assert bulk.finished_at == NOW
        assert Credential.objects.get().holder.email == "bee@peerwork.example"

    def test_an_award_that_was_closed_says_so_for_each_line(self, ada, award, start):
        other = make.award(name="Other award")
        bulk = start(cells_of("ada"), cells_of("ada", award="Other award"))
        Award.objects.filter(pk=award.pk).update(active=False)
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.LEFT_OUT, State.ISSUED]
        assert "may not be earned at present" in bulk.lines.first().reason
        assert Credential.objects.get().award == other

    def test_an_award_that_another_registrar_issued_by_hand_is_not_issued_twice(
        self, ada, award, start
    ):
        bulk = start(cells_of("ada"))
        by = make.registrar(email="second@peerwork.example")
        held = issue_by_hand(award, ada, evidence="Paper.", by=by, at=NOW)
        carry_on(bulk, clock=clock)
        assert held.number in reason(bulk)
        assert Credential.objects.count() == 1

    def test_a_name_that_was_changed_to_what_cannot_be_printed_is_told(self, ada, start):
        bulk = start(cells_of("ada"))
        ada.full_name = "😀😀"
        ada.save()
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.LEFT_OUT]
        assert reason(bulk)

    def test_a_name_that_was_corrected_is_printed_as_it_is_now(self, ada, start):
        bulk = start(cells_of("ada"))
        ada.full_name = "Ada Lovelace Okafor"
        ada.save()
        carry_on(bulk, clock=clock)
        assert Credential.objects.get().name == "Ada Lovelace Okafor"

    def test_whoever_came_by_themselves_has_it_at_once_and_no_second_account(self, member, start):
        bulk = start(cells_of("bee"))
        member("bee@peerwork.example", full_name="Bee Lindqvist")
        carry_on(bulk, clock=clock)
        line = bulk.lines.get()
        assert (line.state, line.made_account) == (State.ISSUED, False)
        assert User.objects.filter(email="bee@peerwork.example").count() == 1

    @pytest.mark.parametrize("taken", ["group", "account", "erased"])
    def test_a_registrar_whose_right_is_taken_away_in_the_middle_issues_no_more(
        self, taken, member, start, registrar
    ):
        names = ["ada", "bee", "cem"]
        for name in names:
            member(f"{name}@peerwork.example", full_name=name.title())
        bulk = start(*map(cells_of, names))
        carry_on(bulk, clock=clock, limit=1)
        if taken == "group":
            registrar.groups.clear()
        elif taken == "account":
            User.objects.filter(pk=registrar.pk).update(is_active=False)
        else:
            erase_at_once(registrar)
            User.objects.filter(pk=registrar.pk).update(is_active=False)
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.ISSUED, State.LEFT_OUT, State.LEFT_OUT]
        assert Credential.objects.count() == 1
        assert mail.outbox == []

    def test_why_a_line_was_left_out_is_in_the_language_of_who_started_it(
        self, ada, start, registrar
    ):
        bulk = start(cells_of("ada"))
        User.objects.filter(pk=registrar.pk).update(language="es")
        User.objects.filter(pk=ada.pk).update(is_active=False)
        with translation.override("en"):
            carry_on(bulk, clock=clock)
            assert translation.get_language() == "en"
        assert reason(bulk) == "La cuenta con esta dirección está cerrada."


class TestBetweenLookingAndStarting:
    def test_a_tick_does_not_issue_what_is_wrong(self, ada, upload, registrar, start):
        bulk = start(cells_of("ada"), {"email": "", "name": "Nobody"}, confirmed=[2, 3, 99])
        assert outcomes(bulk) == [State.OWED, State.LEFT_OUT]

    def test_a_certificate_that_was_revoked_since_asks_again(self, ada, award, upload, registrar):
        bulk = upload(cells_of("ada"), cells_of("bee"))
        first = dry_run(bulk, list(bulk.lines.all()), by=registrar, at=NOW)
        assert not first.uncertain
        held = issue_by_hand(award, ada, evidence="Paper.", by=registrar, at=NOW)
        revoke(held, by=registrar, reason="A false paper.", explanation="It was.", at=NOW)
        start_bulk(bulk, confirmed=[], by=registrar, at=NOW)
        assert outcomes(bulk) == [State.LEFT_OUT, State.OWED]
        assert "A false paper." in bulk.lines.first().reason

    def test_two_registrars_with_the_same_list_issue_it_once(self, ada, upload, registrar):
        second = make.registrar(email="second@peerwork.example")
        one, other = upload(cells_of("ada")), upload(cells_of("ada"), cells_of("bee"), by=second)
        start_bulk(one, confirmed=[], by=registrar, at=NOW)
        start_bulk(other, confirmed=[2], by=second, at=NOW)
        assert outcomes(other) == [State.LEFT_OUT, State.OWED]
        assert "Another bulk issue" in other.lines.first().reason
        for bulk in (one, other):
            carry_on(bulk, clock=clock)
        assert Credential.objects.count() == 1

    def test_two_registrars_who_start_the_same_file_start_it_once(self, ada, upload, registrar):
        second = make.registrar(email="second@peerwork.example")
        bulk = upload(cells_of("ada"))
        stale = BulkIssue.objects.get(pk=bulk.pk)
        start_bulk(bulk, confirmed=[], by=second, at=NOW)
        with pytest.raises(AlreadyStarted):
            start_bulk(stale, confirmed=[], by=registrar, at=NOW + HOUR)
        bulk.refresh_from_db()
        assert (bulk.by, bulk.started_at) == (second, NOW)

    def test_whoever_starts_it_may_not_be_one_of_its_people(self, upload, registrar):
        second = make.registrar(email="second@peerwork.example", last_login=NOW)
        bulk = upload(cells_of("second", name=second.full_name), cells_of("bee"))
        assert not dry_run(bulk, list(bulk.lines.all()), by=registrar, at=NOW).wrong
        start_bulk(bulk, confirmed=[2], by=second, at=NOW)
        assert outcomes(bulk) == [State.LEFT_OUT, State.OWED]
        assert "to themselves" in bulk.lines.first().reason

    def test_a_day_that_ran_out_between_the_two_is_refused_at_the_start(
        self, ada, upload, registrar
    ):
        cells = cells_of("ada", date="2024-11-27", attested_by="Rosa")
        bulk = upload(cells, cells_of("bee"))
        assert not dry_run(bulk, list(bulk.lines.all()), by=registrar, at=NOW).wrong
        start_bulk(bulk, confirmed=[], by=registrar, at=NOW + timedelta(days=2))
        assert outcomes(bulk) == [State.LEFT_OUT, State.OWED]
        assert "valid until 27 November 2026" in bulk.lines.first().reason


class TestJobs:
    @pytest.fixture
    def many(self, start, member):
        names = [f"p{number}" for number in range(AT_ONCE + 5)]
        for name in names:
            member(f"{name}@peerwork.example", full_name=f"Person {name}")
        return start(*(cells_of(name, name=f"Person {name}") for name in names))

    def test_a_job_that_is_lost_between_two_is_made_good_by_the_sweep(self, many):
        assert run_bulk_issue.func(str(many.pk)) == f"did {AT_ONCE}, failed 0"
        swept = sweep(clock)  # and the job that the first one queued never came
        assert (swept.to_issue_in_bulk, swept.issued_in_bulk) == (5, 5)
        many.refresh_from_db()
        assert many.finished_at == NOW
        assert Credential.objects.count() == AT_ONCE + 5

    def test_a_job_that_comes_twice_or_late_does_nothing_twice(self, many):
        for _ in range(4):
            run_bulk_issue.func(str(many.pk))
        assert Credential.objects.count() == AT_ONCE + 5
        assert Act.objects.filter(kind=ActKind.ISSUED).count() == AT_ONCE + 5
        assert run_bulk_issue.func(str(many.pk)) == "nothing to do"

    def test_where_nothing_can_be_done_no_job_calls_another_for_ever(self, many, monkeypatch):
        def fail(*args, **kwargs):
            raise OSError

        calls = []
        monkeypatch.setattr(running, "issue_by_hand", fail)
        monkeypatch.setattr(type(run_bulk_issue), "enqueue", lambda *args: calls.append(args))
        assert run_bulk_issue.func(str(many.pk)) == f"did 0, failed {AT_ONCE}"
        assert calls == []
        assert set(outcomes(many)) == {State.OWED}

    def test_a_draft_and_an_unknown_one_are_no_job(self, upload):
        draft = upload(cells_of("ada"))
        assert run_bulk_issue.func(str(draft.pk)) == "nothing to do"
        assert sweep(clock).to_issue_in_bulk == 0
        assert outcomes(draft) == [State.DRAFT]

    def test_an_error_while_a_line_is_written_leaves_no_account_behind(self, start, monkeypatch):
        bulk = start(cells_of("new"), at_once=True)

        def fail(*args, **kwargs):
            raise OSError

        monkeypatch.setattr(running, "issue_by_hand", fail)
        assert carry_on(bulk, clock=clock) == (0, 1)
        assert not User.objects.filter(email="new@peerwork.example").exists()
        assert not Act.objects.filter(kind=ActKind.INVITED).exists()
        monkeypatch.undo()
        assert carry_on(bulk, clock=clock) == (1, 0)
        assert outcomes(bulk) == [State.ISSUED]

    def test_an_account_is_not_left_behind_where_the_line_cannot_be_done(self, start, award):
        bulk = start(cells_of("new"), at_once=True)
        Award.objects.filter(pk=award.pk).update(active=False)
        carry_on(bulk, clock=clock)
        assert outcomes(bulk) == [State.LEFT_OUT]
        assert not User.objects.filter(email="new@peerwork.example").exists()


class TestWhoeverWaits:
    @pytest.fixture
    def line(self, start):
        bulk = start(cells_of("new", name="Zoë Ñuñez"))
        carry_on(bulk, clock=clock)
        return bulk.lines.get()

    def arrive(self, line, at=NOW - HOUR):
        User.objects.filter(pk=line.person_id).update(last_login=at)

    def test_an_award_that_closed_while_they_waited_is_told_on_the_page_and_ends_it(
        self, line, award
    ):
        Award.objects.filter(pk=award.pk).update(active=False)
        self.arrive(line)
        assert issue_to_arrived(clock=clock) == (1, 0)
        line.refresh_from_db()
        assert line.state == State.LEFT_OUT
        assert "may not be earned" in line.reason
        assert issue_to_arrived(clock=clock) == (0, 0)

    def test_one_who_fails_keeps_waiting_and_stops_no_other(self, line, start, monkeypatch):
        other = start(cells_of("second"))
        carry_on(other, clock=clock)
        for each in (line, other.lines.get()):
            self.arrive(each)
        issue = running.issue_by_hand

        def fail_for_one(award, person, **kwargs):
            if person.pk == line.person_id:
                raise OSError
            return issue(award, person, **kwargs)

        monkeypatch.setattr(running, "issue_by_hand", fail_for_one)
        assert issue_to_arrived(clock=clock) == (1, 1)
        line.refresh_from_db()
        assert line.state == State.WAITING

    def test_whoever_is_erased_while_they_wait_leaves_nothing_that_names_them(self, line):
        person = line.person
        erase_at_once(person)
        assert not BulkLine.objects.exists()
        self.arrive(line)
        assert issue_to_arrived(clock=clock) == (0, 0)
        assert not Credential.objects.exists()

    def test_a_line_that_nobody_is_known_of_is_not_written_to(self, start):
        bulk = start(cells_of("new"))
        assert write_to_waiting(list(bulk.lines.all()), at=NOW) == 0
        assert mail.outbox == []

    def test_a_line_that_waits_is_not_done_by_a_job_for_those_that_are_owed(self, line):
        assert do_line(line.pk, at=NOW) is False
        line.refresh_from_db()
        assert line.state == State.WAITING

    def test_the_letter_tells_a_stranger_at_the_address_no_number_and_no_password(self, line):
        (letter,) = mail.outbox
        whole = letter.subject + letter.body + "".join(str(each) for each in letter.alternatives)
        assert "PSW-" not in whole
        assert "password" not in whole.lower()
        assert letter.cc == letter.bcc == []


class TestForgetting:
    def test_an_account_that_a_later_table_invites_too_stays_for_it_and_goes_with_it(self, start):
        make.award(name="Other award")
        first = start(cells_of("new"))
        carry_on(first, clock=clock)
        later = start(cells_of("new", award="Other award"), at=NOW + timedelta(days=100))
        carry_on(later, clock=clock)
        assert forget_bulk_issues(NOW + timedelta(days=50)) == 1
        line = later.lines.get()
        assert (line.state, line.person.email) == (State.WAITING, "new@peerwork.example")
        assert forget_bulk_issues(NOW + timedelta(days=150)) == 1
        assert not User.objects.filter(email="new@peerwork.example").exists()

    def test_an_account_that_was_there_before_the_table_is_never_deleted_with_it(self, start):
        bee = make.user("bee@peerwork.example", full_name="Bee")
        carry_on(start(cells_of("bee")), clock=clock)
        forget_bulk_issues(NOW + timedelta(days=1))
        assert User.objects.filter(pk=bee.pk).exists()

    def test_one_who_came_in_after_all_stays_when_the_table_goes(self, start):
        bulk = start(cells_of("new"))
        carry_on(bulk, clock=clock)
        User.objects.filter(email="new@peerwork.example").update(last_login=NOW)
        forget_bulk_issues(NOW + timedelta(days=1))
        assert User.objects.filter(email="new@peerwork.example").exists()

    def test_what_was_issued_and_done_stays_in_the_register_and_the_log(self, ada, start):
        carry_on(start(cells_of("ada")), clock=clock)
        forget_expired(NOW + timedelta(days=183))
        assert not BulkLine.objects.exists()
        assert Credential.objects.get().name == "Ada"
        assert Act.objects.filter(kind=ActKind.BULK_STARTED).count() == 1

    def test_erasing_somebody_finds_their_lines_by_address_too(self, upload):
        bulk = upload(cells_of("cem"), cells_of("bee"))
        cem = make.user("cem@peerwork.example", full_name="Cem")
        erase_at_once(cem)
        assert "cem" not in str(list(bulk.lines.values())).lower()
        assert bulk.lines.count() == 1
