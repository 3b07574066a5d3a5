"""Mail that is dead for an hour: nobody is kept out, nothing is lost, and nothing is sent twice.

By a clock that is moved, a minute at a time, as the scheduler turns.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from certificates.revoking import suspend
from people.erasure import ask_to_erase
from people.inviting import invite
from people.models import Erasure, Letter, User
from tests import make
from tests.deploy import backups

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
NO_MAIL = "tests.people.test_posting.NoMail"
MAIL = "django.core.mail.backends.locmem.EmailBackend"
ADA = "ada@peerwork.example"


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path):
    return backups.own_files(settings, tmp_path)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def minutes_pass(clock, count):
    """Let the scheduler turn so many times. A letter that fails is no reason to stop."""
    for _ in range(count):
        clock.shift(MINUTE)
        for command in ("sweep", "forget_expired"):
            try:
                call_command(command, verbosity=0)
            except Exception as failure:  # the scheduler logs it, and turns again
                logging.getLogger(__name__).info("%s", type(failure).__name__)


def addressees():
    return Counter(address for message in mail.outbox for address in message.to)


def test_every_kind_of_letter_comes_once_when_mail_is_back(clock, settings):
    """A certificate, a change of its standing, and an invitation."""
    settings.EMAIL_BACKEND = NO_MAIL
    holder, newcomer = make.user(), make.user("new@peerwork.example", last_login=None)
    credential = make.credential(make.award(), holder)
    suspend(credential, by=make.user(), reason="For the test.", at=timezone.now())
    with pytest.raises(OSError, match="refused"):
        invite(newcomer, at=timezone.now())
    minutes_pass(clock, 60)
    assert mail.outbox == []
    assert not Letter.objects.exclude(given_up_at=None).exists()
    settings.EMAIL_BACKEND = MAIL
    minutes_pass(clock, 45)
    assert addressees() == {holder.email: 2, "new@peerwork.example": 1}
    assert not Letter.objects.filter(sent_at=None).exists()
    minutes_pass(clock, 5)
    assert sum(addressees().values()) == 3


def test_a_mail_server_that_is_dead_is_tried_a_few_times_and_not_each_minute(clock, settings):
    settings.EMAIL_BACKEND = NO_MAIL
    for _ in range(3):
        make.credential()
    minutes_pass(clock, 60)
    tries = Letter.objects.values_list("tries", flat=True)
    assert set(tries) == {4}
    assert {letter.problem for letter in Letter.objects.all()} == {"OSError"}


def test_people_sign_in_and_sign_up_as_before(clock, settings):
    ada = make.user(ADA)
    settings.EMAIL_BACKEND = NO_MAIL
    answer = Client().post("/accounts/login/", {"login": ADA, "password": make.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/learn/")
    for address, fields in (
        ("/accounts/login/code/", {"email": ADA}),
        ("/accounts/login/code/", {"email": "nobody@peerwork.example"}),
        ("/accounts/password/reset/", {"email": ADA}),
    ):
        assert Client().post(address, fields).status_code < 500
    assert mail.outbox == []
    settings.EMAIL_BACKEND = MAIL
    clock.shift(HOUR)
    Client().post("/accounts/login/code/", {"email": ADA})
    assert addressees() == {ada.email: 1}


def test_an_account_is_closed_now_and_its_last_letter_is_waited_for(clock, settings):
    ada = make.user(ADA)
    ask_to_erase(ada, at=timezone.now() - timedelta(days=15))
    mail.outbox.clear()
    settings.EMAIL_BACKEND = NO_MAIL
    minutes_pass(clock, 60)
    ada.refresh_from_db()
    assert not ada.is_active
    assert ada.email == ADA, "the address is needed until the letter is sent"
    settings.EMAIL_BACKEND = MAIL
    minutes_pass(clock, 2)
    assert addressees() == {ADA: 1}
    ada.refresh_from_db()
    assert ada.email == f"{ada.pk}@erased.invalid"


def test_after_a_day_nobody_waits_for_mail_to_be_forgotten(clock, settings):
    ada = make.user(ADA)
    ask_to_erase(ada, at=timezone.now() - timedelta(days=15))
    settings.EMAIL_BACKEND = NO_MAIL
    minutes_pass(clock, 1)
    clock.shift(timedelta(hours=23))
    minutes_pass(clock, 1)
    assert User.objects.filter(email=ADA).exists()
    clock.shift(timedelta(hours=1))
    minutes_pass(clock, 1)
    assert not User.objects.filter(email=ADA).exists()
    assert not Erasure.objects.filter(erased_at=None).exists()
    assert mail.outbox == []


def test_no_line_of_the_log_names_whom_a_letter_was_for(clock, settings, caplog):
    settings.EMAIL_BACKEND = NO_MAIL
    make.credential(make.award(), make.user(ADA, full_name="Ada Okafor"))
    minutes_pass(clock, 3)
    assert caplog.records
    for record in caplog.records:
        assert ADA not in record.getMessage()
        assert "Okafor" not in record.getMessage()
