"""Issuing to many: each line once, whatever happens, and one wrong line stops no other."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from certificates.bulk import running
from certificates.bulk.exceptions import AlreadyStarted, NothingToIssue
from certificates.bulk.judging import dry_run
from certificates.bulk.running import (
    carry_on,
    do_line,
    drop_draft,
    forget_bulk_issues,
    issue_to_arrived,
    start_bulk,
)
from certificates.bulk.tasks import run_bulk_issue
from certificates.exceptions import EvidenceNeeded
from certificates.models import Award, BulkIssue, BulkLine, Credential
from courses.models.second_read import without_second_reader
from lms.sweeping import sweep
from people.act_kinds import ActKind
from people.fates import every_step
from people.models import Act, Letter, User
from people.retention import forget_expired
from tests import make
from tests.certificates.bulk.conftest import NOW

pytestmark = pytest.mark.django_db
State = BulkLine.State


def clock():
    return NOW


def started(bulk, registrar, confirmed=()):
    start_bulk(bulk, confirmed=confirmed, by=registrar, at=NOW)
    bulk.refresh_from_db()
    return bulk


def states(bulk):
    return list(bulk.lines.values_list("state", flat=True))


def person_cells(number):
    return {"email": f"p{number}@peerwork.example", "name": f"Person {chr(65 + number % 26)}"}


@pytest.fixture
def fifty(upload, member):
    """Fifty people with an account, of whom three lines are wrong."""
    people = [person_cells(number) for number in range(50)]
    for cells in people:
        member(cells["email"], full_name=cells["name"])
    people[7]["email"] = "not an address"
    people[20]["award"] = "No such award"
    people[33]["date"] = "2026-05-03"  # that nobody attests
    return upload(*people)


class TestFiftyPeople:
    def test_three_wrong_lines_do_not_stop_forty_seven_and_each_is_in_the_log(
        self, fifty, registrar
    ):
        carry_on(started(fifty, registrar), clock=clock)
        fifty.refresh_from_db()
        assert fifty.finished_at == NOW
        assert Credential.objects.count() == 47
        left_out = fifty.lines.filter(state=State.LEFT_OUT)
        assert [line.number for line in left_out] == [9, 22, 35]
        assert all(line.reason for line in left_out)
        assert states(fifty).count(State.ISSUED) == 47
        issued = Act.objects.filter(kind=ActKind.ISSUED, actor_id=registrar.pk)
        assert issued.count() == 47
        act = Act.objects.get(kind=ActKind.BULK_STARTED)
        assert (act.actor_id, act.subject_id) == (registrar.pk, str(fifty.pk))

    def test_it_is_done_in_small_steps_and_the_next_job_takes_over(self, fifty, registrar):
        started(fifty, registrar)
        for done in (20, 40, 47):
            run_bulk_issue.func(str(fifty.pk))
            assert Credential.objects.count() == done
        assert run_bulk_issue.func(str(fifty.pk)) == "nothing to do"

    def test_a_worker_killed_within_a_line_leaves_it_owed_and_issues_it_once(
        self, fifty, registrar, monkeypatch
    ):
        started(fifty, registrar)
        issue, count = running.issue_by_hand, iter(range(1000))

        class Killed(BaseException):
            pass

        def killed_now_and_then(*args, **kwargs):
            credential = issue(*args, **kwargs)
            if next(count) % 5 == 4:
                raise Killed
            return credential

        monkeypatch.setattr(running, "issue_by_hand", killed_now_and_then)
        kills = 0
        while fifty.lines.owed().exists():
            try:
                carry_on(fifty, clock=clock)
            except Killed:
                kills += 1
        assert kills >= 9
        assert Credential.objects.count() == 47
        assert Act.objects.filter(kind=ActKind.ISSUED).count() == 47
        assert len(set(Credential.objects.values_list("code", flat=True))) == 47

    def test_a_line_that_fails_stops_no_other_and_is_tried_again(
        self, fifty, registrar, monkeypatch, caplog
    ):
        started(fifty, registrar)
        issue = running.issue_by_hand
        unlucky = User.objects.get(email="p3@peerwork.example")

        def fail_for_one(award, person, **kwargs):
            if person == unlucky:
                raise OSError
            return issue(award, person, **kwargs)

        monkeypatch.setattr(running, "issue_by_hand", fail_for_one)
        assert carry_on(fifty, clock=clock) == (46, 1)
        fifty.refresh_from_db()
        assert fifty.finished_at is None
        assert "p3@" not in caplog.text
        monkeypatch.setattr(running, "issue_by_hand", issue)
        assert carry_on(fifty, clock=clock) == (1, 0)
        fifty.refresh_from_db()
        assert fifty.finished_at == NOW


class TestStarting:
    def test_pressed_twice_it_starts_once(self, upload, registrar):
        bulk = started(upload(person_cells(1)), registrar)
        with pytest.raises(AlreadyStarted):
            start_bulk(bulk, confirmed=[], by=registrar, at=NOW)
        assert Act.objects.filter(kind=ActKind.BULK_STARTED).count() == 1

    def test_nothing_begins_where_no_line_is_ready(self, upload, registrar):
        bulk = upload({"email": "", "name": "Ada"})
        with pytest.raises(NothingToIssue):
            start_bulk(bulk, confirmed=[], by=registrar, at=NOW)
        bulk.refresh_from_db()
        assert bulk.is_draft
        assert states(bulk) == [State.DRAFT]

    def test_a_line_that_asks_is_issued_only_where_it_is_confirmed(self, upload, member, registrar):
        for number in (1, 2):
            member(f"p{number}@peerwork.example", full_name="Somebody Else")
        bulk = upload(person_cells(1), person_cells(2))
        carry_on(started(bulk, registrar, confirmed=[3]), clock=clock)
        assert states(bulk) == [State.LEFT_OUT, State.ISSUED]
        assert "Is it the same person?" in bulk.lines.first().reason
        assert Credential.objects.get().name == "Somebody Else"

    def test_what_changed_since_it_was_looked_at_counts(self, upload, member, registrar):
        ada = member("p1@peerwork.example", full_name="Person B")
        bulk = upload(person_cells(1), person_cells(2))
        assert len(dry_run(bulk, list(bulk.lines.all()), by=registrar, at=NOW).to_issue) == 1
        User.objects.filter(pk=ada.pk).update(is_active=False)
        started(bulk, registrar)
        assert states(bulk) == [State.LEFT_OUT, State.OWED]

    def test_it_is_issued_by_whoever_started_it(self, upload, member, registrar):
        member("p1@peerwork.example", full_name="Person B")
        other = make.registrar(email="other@peerwork.example")
        bulk = upload(person_cells(1))
        carry_on(started(bulk, other), clock=clock)
        assert Credential.objects.get().events.get().actor == other

    def test_it_says_what_it_rests_on(self, upload):
        with pytest.raises(EvidenceNeeded):
            upload(person_cells(1), evidence=" ")

    def test_a_draft_can_be_thrown_away_and_a_started_one_not(self, upload, registrar):
        assert drop_draft(upload(person_cells(1)))
        assert not drop_draft(started(upload(person_cells(1)), registrar))
        assert BulkIssue.objects.count() == 1


class TestWhatIsIssued:
    def test_a_day_that_is_over_counts_for_its_time_and_is_in_the_record(
        self, upload, member, registrar
    ):
        member("p1@peerwork.example", full_name="Person B")
        cells = {**person_cells(1), "date": "2026-05-03", "attested_by": "Bee Lindqvist"}
        carry_on(started(upload(cells), registrar), clock=clock)
        credential = Credential.objects.get()
        assert credential.issued_on == date(2026, 11, 27)
        assert credential.expires_on == date(2028, 5, 3)
        assert credential.evidence == [
            {"requirement": "Attended in Leeds.", "met_on": "2026-05-03"},
            {"requirement": "The day is attested by Bee Lindqvist.", "met_on": "2026-05-03"},
        ]

    def test_hours_of_a_room_are_attested_by_name(self, upload, member, registrar):
        member("p1@peerwork.example", full_name="Person B")
        with without_second_reader():
            Award.objects.update(taught_in_room=True)
        bulk = upload({**person_cells(1), "hours": "12,5"}, attested_by="Bee Lindqvist")
        bulk = BulkIssue.objects.get(pk=bulk.pk)
        carry_on(started(bulk, registrar), clock=clock)
        credential = Credential.objects.get()
        assert (credential.minutes, credential.hours_attested_by) == (750, "Bee Lindqvist")

    def test_other_words_are_printed_in_place_of_the_awards(self, upload, member, registrar):
        member("p1@peerwork.example", full_name="Person B")
        bulk = started(upload(person_cells(1), words="has shown much."), registrar)
        carry_on(bulk, clock=clock)
        assert Credential.objects.get().description == "has shown much."

    def test_whoever_may_not_issue_any_more_issues_nothing(self, upload, member, registrar):
        member("p1@peerwork.example", full_name="Person B")
        bulk = started(upload(person_cells(1)), registrar)
        registrar.groups.clear()
        registrar.user_permissions.clear()
        carry_on(bulk, clock=clock)
        assert not Credential.objects.exists()
        assert "may not issue any more" in bulk.lines.get().reason


class TestPeopleWithoutAnAccount:
    @pytest.fixture
    def invited(self, upload, registrar):
        cells = {"email": "new@peerwork.example", "name": "Zoë Ñuñez", "language": "es"}
        bulk = started(upload(cells), registrar)
        carry_on(bulk, clock=clock)
        return bulk.lines.get()

    def test_they_are_written_to_once_and_nothing_is_issued(self, invited):
        assert invited.state == State.WAITING
        assert invited.told_at == NOW
        assert not Credential.objects.exists()
        (letter,) = mail.outbox
        assert letter.to == ["new@peerwork.example"]
        assert "Zoë" not in letter.subject
        assert "Bridge award" not in letter.subject
        assert "Bridge award" in letter.body
        sweep(clock)
        assert len(mail.outbox) == 1

    def test_the_letter_is_in_their_language_with_the_way_in_and_nobody_elses_name(self, invited):
        (letter,) = mail.outbox
        assert "/accounts/login/code/" in letter.body
        assert "Zoë Ñuñez" in letter.body
        assert "Rosa Adeyemi" not in letter.body.replace(invited.award.issuer.signatory_name, "")
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
        assert Letter.objects.get().thing == f"waits.{invited.pk}"

    def test_whoever_is_made_inactive_waits_in_vain(self, invited):
        User.objects.filter(pk=invited.person_id).update(
            is_active=False, last_login=NOW - timedelta(hours=1)
        )
        assert sweep(clock).to_issue_in_bulk == 0
        assert not Credential.objects.exists()

    def test_looking_at_what_is_owed_does_none_of_it(self, invited):
        User.objects.filter(pk=invited.person_id).update(last_login=NOW - timedelta(hours=1))
        assert sweep(clock, dry_run=True).to_issue_in_bulk == 1
        assert not Credential.objects.exists()

    def test_their_account_has_a_name_and_a_language_and_no_right(self, invited, registrar):
        person = invited.person
        assert (person.full_name, person.language) == ("Zoë Ñuñez", "es")
        assert not person.has_usable_password()
        assert not person.is_superuser
        assert not person.groups.exists()
        assert EmailAddress.objects.get(user=person).verified is False
        act = Act.objects.get(kind=ActKind.INVITED)
        assert (act.actor_id, act.subject_id) == (registrar.pk, str(person.pk))

    def test_when_they_came_in_they_have_some_minutes_to_correct_their_name(self, invited):
        person = invited.person
        person.last_login, person.full_name = NOW, "Zoë Núñez"
        person.save()
        assert issue_to_arrived(clock=lambda: NOW + timedelta(minutes=9)) == (0, 0)
        assert issue_to_arrived(clock=lambda: NOW + timedelta(minutes=10)) == (1, 0)
        assert issue_to_arrived(clock=lambda: NOW + timedelta(minutes=11)) == (0, 0)
        credential = Credential.objects.get()
        assert (credential.name, credential.holder) == ("Zoë Núñez", person)
        invited.refresh_from_db()
        assert (invited.state, invited.credential) == (State.ISSUED, credential)

    def test_the_sweep_issues_it(self, invited):
        User.objects.filter(pk=invited.person_id).update(last_login=NOW - timedelta(hours=1))
        swept = sweep(clock)
        assert (swept.to_issue_in_bulk, swept.issued_in_bulk) == (1, 1)
        assert "Did 1 of 1 lines of bulk issues." in str(swept)

    def test_a_letter_that_mail_did_not_take_is_sent_by_the_sweep(
        self, upload, registrar, monkeypatch
    ):
        monkeypatch.setattr(running, "post_waiting_email", lambda *args, **kwargs: 1 / 0)
        bulk = started(upload({"email": "new@peerwork.example", "name": "Zoë"}), registrar)
        carry_on(bulk, clock=clock)
        assert bulk.lines.get().told_at is None
        monkeypatch.undo()
        sweep(clock)
        assert bulk.lines.get().told_at == NOW
        assert len(mail.outbox) == 1

    def test_the_ceiling_of_letters_holds(self, upload, registrar, settings):
        settings.LETTERS_AN_HOUR = 5
        bulk = upload(*(person_cells(number) for number in range(8)))
        carry_on(started(bulk, registrar), clock=clock)
        assert len(mail.outbox) == 4
        assert states(bulk) == [State.WAITING] * 8
        assert bulk.lines.exclude(told_at=None).count() == 4
        assert Letter.objects.still_tried().count() == 4
        later = NOW + timedelta(hours=2)
        sweep(lambda: later)
        assert len(mail.outbox) == 8

    def test_two_awards_make_one_account(self, upload, registrar):
        make.award(name="Other award")
        cells = {"email": "new@peerwork.example", "name": "Zoë"}
        bulk = started(upload(cells, {**cells, "award": "Other award"}), registrar)
        carry_on(bulk, clock=clock)
        assert User.objects.filter(email="new@peerwork.example").count() == 1
        assert list(bulk.lines.values_list("made_account", flat=True)) == [True, False]

    def test_where_the_addresses_are_known_it_is_issued_at_once(self, upload, registrar):
        cells = {"email": "new@peerwork.example", "name": "Zoë"}
        bulk = started(upload(cells, at_once=True), registrar)
        carry_on(bulk, clock=clock)
        assert Credential.objects.get().holder.email == "new@peerwork.example"
        assert states(bulk) == [State.ISSUED]


class TestAfterwards:
    def test_erasing_somebody_takes_their_lines_along(self, upload, registrar, member):
        ada = member("p1@peerwork.example", full_name="Person B")
        bulk = upload(person_cells(1), person_cells(2))
        assert ada.bulk_lines.count() == 0
        erase_at_once(ada)
        assert [line.email for line in bulk.lines.all()] == ["p2@peerwork.example"]

    def test_a_table_is_forgotten_with_the_accounts_that_nobody_used(
        self, upload, registrar, member
    ):
        member("p1@peerwork.example", full_name="Person B")
        bulk = started(upload(person_cells(1), person_cells(2)), registrar)
        carry_on(bulk, clock=clock)
        assert forget_bulk_issues(NOW - timedelta(days=1)) == 0
        assert forget_bulk_issues(NOW + timedelta(days=1)) == 1
        assert not BulkLine.objects.exists()
        assert not User.objects.filter(email="p2@peerwork.example").exists()
        assert Credential.objects.get().holder.email == "p1@peerwork.example"

    def test_an_account_that_holds_a_certificate_stays(self, upload, registrar):
        bulk = started(upload(person_cells(1), at_once=True), registrar)
        carry_on(bulk, clock=clock)
        forget_bulk_issues(NOW + timedelta(days=1))
        assert User.objects.filter(email="p1@peerwork.example").exists()
        assert Credential.objects.exists()

    def test_drafts_go_after_a_week_and_the_rest_after_half_a_year(self, upload, registrar):
        upload(person_cells(1))
        started(upload(person_cells(2)), registrar)
        forget_expired(NOW + timedelta(days=8))
        assert BulkIssue.objects.get().started_at == NOW
        forget_expired(NOW + timedelta(days=183))
        assert not BulkIssue.objects.exists()


def erase_at_once(person):
    for _name, step in every_step():
        step(person)


def test_a_line_is_done_by_one_worker(upload, member, registrar):
    member("p1@peerwork.example", full_name="Person B")
    bulk = started(upload(person_cells(1)), registrar)
    key = bulk.lines.get().pk
    assert [do_line(key, at=NOW), do_line(key, at=NOW)] == [True, False]
    assert Credential.objects.count() == 1
