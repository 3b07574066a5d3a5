"""Closing an account: asked, undone by signing in, done when the pause is over, and replayed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from people import erasure
from people.erasure import (
    LastAdministrator,
    LetterWaits,
    ask_to_erase,
    carry_on,
    erase_again,
    erase_due,
    erased_lines,
    replay_erasures,
    undo,
)
from people.erasures_file import erasures_file, note, noted
from people.models import Erasure, User
from tests import make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
CLOSE = "/accounts/close/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def proven(client, ada, sign_in):
    """Ada's browser, in which she just proved who she is."""
    sign_in()
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    mail.outbox.clear()
    return client


def later(days):
    return lambda: timezone.now() + days * DAY


# On the account ---------------------------------------------------------------------------


def test_the_page_asks_for_a_fresh_proof_first(client, ada, sign_in):
    sign_in()
    for url in (CLOSE, "/accounts/your-data/"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    client.post(CLOSE, {"understood": "yes"})
    assert not Erasure.objects.exists()


def test_the_page_says_what_goes_what_stays_and_why(proven):
    html = proven.get(CLOSE).content.decode()
    assert "after 14 days everything of yours is erased" in " ".join(html.split())
    assert "It is how you sign in, and is of no use without you." in html
    assert "What stays, without your name" in html
    assert html.index("take along") < html.index("What is deleted") < html.index("Close my account")


def test_without_the_box_nothing_is_done_and_the_page_says_so(proven):
    answer = proven.post(CLOSE)
    assert answer.status_code == 422
    assert "Nothing was done yet" in answer.content.decode()
    assert not Erasure.objects.exists()


def test_closing_signs_out_everywhere_and_writes_when_it_is_done(
    proven, ada, sign_in, django_capture_on_commit_callbacks
):
    elsewhere = Client()
    sign_in(by=elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        answer = proven.post(CLOSE, {"understood": "yes"}, follow=True)
    assert "Your account is closed" in answer.content.decode()
    for browser in (proven, elsewhere):
        assert browser.get("/accounts/profile/").status_code == 302
    letter = mail.outbox[-1]
    assert letter.to == [ada.email]
    assert "sign in before then" in letter.body
    assert "close" not in letter.subject.lower()
    waiting = Erasure.objects.get()
    assert timedelta(days=13, hours=23) < waiting.due_at - waiting.asked_at <= timedelta(days=14)


def test_signing_in_until_then_undoes_it_and_says_so(
    proven, ada, sign_in, django_capture_on_commit_callbacks
):
    proven.post(CLOSE, {"understood": "yes"})
    browser = Client()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(by=browser)
    assert "Your account is not closed" in browser.get("/accounts/profile/").content.decode()
    assert not Erasure.objects.exists()
    assert "is not closed" in mail.outbox[-1].body
    assert erase_due(later(30)) == (0, 0)
    ada.refresh_from_db()
    assert ada.email == "ada@peerwork.example"


def test_a_wrong_password_undoes_nothing(proven, sign_in):
    proven.post(CLOSE, {"understood": "yes"})
    sign_in(by=Client(), password="not-the-password")
    assert Erasure.objects.waiting().exists()


def test_asking_twice_writes_once_and_moves_no_day(ada, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = ask_to_erase(ada, at=timezone.now())
        second = ask_to_erase(ada, at=timezone.now() + DAY)
    assert first.due_at == second.due_at
    assert len(mail.outbox) == 1


def test_the_only_administrator_is_told_why_not(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    chief = make.user("chief@peerwork.example", is_superuser=True)
    with pytest.raises(LastAdministrator):
        ask_to_erase(chief, at=timezone.now())
    client.post("/accounts/login/", {"login": chief.email, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    answer = client.get(CLOSE, follow=True)
    assert "only administrator" in answer.content.decode()
    make.user(is_superuser=True)
    ask_to_erase(chief, at=timezone.now())


def test_a_letter_that_cannot_be_sent_keeps_nobody_from_closing(
    ada, broken_mail, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_erase(ada, at=timezone.now())
    assert Erasure.objects.waiting().exists()


# When the pause is over -------------------------------------------------------------------


def test_nothing_is_erased_before_the_pause_is_over(ada):
    ask_to_erase(ada, at=timezone.now())
    assert erase_due(later(13)) == (0, 0)
    assert erase_due(later(14.01)) == (1, 0)
    ada.refresh_from_db()
    assert ada.email.endswith("@erased.invalid")
    assert erase_due(later(15)) == (0, 0)


def test_the_pause_is_a_setting(ada, settings):
    settings.ERASURE_PAUSE_DAYS = 3
    ask_to_erase(ada, at=timezone.now())
    assert erase_due(later(3.01)) == (1, 0)


def test_the_last_letter_goes_to_the_address_before_it_is_forgotten(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    assert [letter.to for letter in mail.outbox] == [["ada@peerwork.example"]]
    assert "last letter" in mail.outbox[0].body
    assert not User.objects.filter(email="ada@peerwork.example").exists()


def test_every_letter_is_in_the_language_of_its_person(ada):
    User.objects.filter(pk=ada.pk).update(language="es")
    ada.refresh_from_db()
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    assert "última carta" in mail.outbox[0].body


def test_the_last_letter_is_waited_for_a_day_and_not_for_ever(ada, broken_mail):
    at = timezone.now()
    erasing = ask_to_erase(ada, at=at, pause=timedelta())
    with pytest.raises(LetterWaits):
        carry_on(erasing, at=at)
    assert erase_due(lambda: at + timedelta(hours=23)) == (0, 0)
    ada.refresh_from_db()
    assert (ada.email, ada.is_active) == ("ada@peerwork.example", False)
    assert erase_due(lambda: at + timedelta(hours=25)) == (1, 0)
    ada.refresh_from_db()
    assert ada.erased_at


def test_once_it_has_begun_signing_in_does_not_undo_it(client, ada, sign_in, broken_mail):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    with pytest.raises(LetterWaits):
        carry_on(erasing, at=timezone.now())
    sign_in()
    assert client.get("/accounts/profile/").status_code == 302
    assert not undo(ada, at=timezone.now())
    assert Erasure.objects.get().begun_at


def test_whoever_signs_in_at_the_last_moment_is_not_erased(ada):
    """The scheduler has read the row; meanwhile its person comes back."""
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    assert undo(ada, at=timezone.now())
    assert not carry_on(erasing, at=timezone.now())
    ada.refresh_from_db()
    assert ada.is_active
    assert not list(noted())


def test_one_that_fails_stops_no_other(ada, monkeypatch, caplog):
    other = make.user()
    for person in (ada, other):
        ask_to_erase(person, at=timezone.now(), pause=timedelta())
    steps = erasure.every_step()

    def fail_for_ada(person):
        if person.pk == ada.pk:
            raise ValueError(person.email)

    monkeypatch.setattr(erasure, "every_step", lambda: [("odd", fail_for_ada), *steps])
    assert erase_due(timezone.now) == (1, 1)
    monkeypatch.setattr(erasure, "every_step", lambda: steps)
    assert erase_due(timezone.now) == (1, 0)
    messages = [record.getMessage() for record in caplog.records]
    assert not any("peerwork.example" in message for message in messages)


def test_an_address_that_was_erased_can_join_again(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    again = make.user("ada@peerwork.example")
    assert again.pk != ada.pk
    again.refresh_from_db()
    assert again.is_active


def test_nobody_who_was_erased_signs_in_or_gets_a_code(client, ada, sign_in):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    ada.refresh_from_db()
    sign_in(email=ada.email)
    assert client.get("/accounts/profile/").status_code == 302
    assert not ada.check_password(make.PASSWORD)


# After a backup was put back ---------------------------------------------------------------


def put_back(person):
    """The database as it was before: the person, and nothing of what was asked."""
    Erasure.objects.all().delete()
    User.objects.filter(pk=person.pk).update(
        email="ada@peerwork.example", full_name="Ada Okafor", is_active=True, erased_at=None
    )


def test_the_list_holds_a_number_and_times_alone(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    (line,) = erasures_file().read_text().splitlines()
    assert set(json.loads(line)) == {"person", "joined_at", "begun_at"}
    assert "ada" not in line.lower()
    assert erasures_file().stat().st_mode & 0o777 == 0o600


def test_whoever_was_erased_is_erased_again_after_an_older_backup(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    put_back(ada)
    mail.outbox.clear()
    assert replay_erasures(timezone.now) == 1
    ada.refresh_from_db()
    assert ada.email.endswith("@erased.invalid")
    assert not mail.outbox, "Nobody is written to a second time."
    assert replay_erasures(timezone.now) == 0


def test_whoever_stands_in_the_list_beside_the_backups_is_erased_again(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    lines = erased_lines()
    assert "ada" not in "".join(lines).lower()
    put_back(ada)
    erasures_file().unlink()
    Erasure.objects.all().delete()
    erase_again([*lines, "not a line", *lines], at=timezone.now())
    ada.refresh_from_db()
    assert ada.email.endswith("@erased.invalid")


def test_somebody_else_under_the_same_number_is_left_alone(ada):
    """The backup is older than the account, and its number was given to another."""
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    put_back(ada)
    User.objects.filter(pk=ada.pk).update(joined_at=timezone.now() + DAY)
    assert replay_erasures(timezone.now) == 0
    ada.refresh_from_db()
    assert ada.full_name == "Ada Okafor"


def test_what_was_asked_and_not_begun_is_not_replayed(ada):
    ask_to_erase(ada, at=timezone.now())
    assert replay_erasures(timezone.now) == 0
    ada.refresh_from_db()
    assert ada.is_active


def test_a_line_that_was_cut_off_hides_no_other(ada):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    carry_on(erasing, at=timezone.now())
    with erasures_file().open("a") as file:
        file.write('{"person": 7, "joi\n[]\n')
    note(Erasure.objects.get())
    assert {account.person_id for account in noted()} == {ada.pk}


def test_an_erasure_that_was_under_way_in_the_backup_is_replayed_from_the_table(ada, broken_mail):
    erasing = ask_to_erase(ada, at=timezone.now(), pause=timedelta())
    with pytest.raises(LetterWaits):
        carry_on(erasing, at=timezone.now())
    erasures_file().unlink()
    assert replay_erasures(timezone.now) == 1


# For staff --------------------------------------------------------------------------------


def test_staff_close_an_account_with_the_pause_or_without(ada, capsys):
    call_command("erase_person", ada.email)
    assert Erasure.objects.waiting().exists()
    call_command("erase_person", str(ada.pk), "--now")
    ada.refresh_from_db()
    assert ada.erased_at
    assert "ada@peerwork" not in capsys.readouterr().out
    with pytest.raises(CommandError, match="erased already"):
        call_command("erase_person", str(ada.pk))
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_person", "nobody@peerwork.example")


def test_the_dry_run_refuses_what_the_command_would_refuse(ada, capsys):
    ada.is_superuser = True
    ada.save()
    User.objects.exclude(pk=ada.pk).update(is_superuser=False)
    for how in ("--dry-run", "--now"):
        with pytest.raises(CommandError, match="only administrator"):
            call_command("erase_person", str(ada.pk), how)
    assert capsys.readouterr().out == ""
    ada.is_superuser = False
    ada.save()
    call_command("erase_person", str(ada.pk), "--dry-run")
    assert "Dry run" in capsys.readouterr().out
    assert not Erasure.objects.exists()


def test_the_command_of_the_scheduler_erases_and_may_come_again(ada, capsys):
    with transaction.atomic():
        ask_to_erase(ada, at=timezone.now() - 15 * DAY)
    call_command("forget_expired", "--dry-run")
    assert "Would erase 1 accounts." in capsys.readouterr().out
    call_command("forget_expired")
    assert "Erased 1 accounts." in capsys.readouterr().out
    call_command("forget_expired")
    assert "Erased 0 accounts." in capsys.readouterr().out


@pytest.mark.parametrize("days, is_there", [(13, True), (15, False)])
def test_the_pause_by_the_clock_of_the_site(ada, days, is_there):
    ask_to_erase(ada, at=timezone.now())
    with time_machine.travel(timezone.now() + days * DAY):
        call_command("forget_expired", verbosity=0)
    assert User.objects.filter(email="ada@peerwork.example").exists() is is_there
