"""A letter at each of the days that a holder chose: once, neutral, and for nothing that is done."""

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, RenewalReminder
from certificates.reminders import choose_stages, due_reminders, send_reminder
from certificates.requesting import ask_for_renewal
from certificates.revoking import restore, revoke, suspend
from lms.sweeping import sweep
from people.models import Letter
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

LAST = NOON + 731 * DAY
"""The last day of 24 months."""


@pytest.fixture
def registrar(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def credential(db):
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafor"))


def sent_on(*days_before):
    """How many letters there are after each of some days before the last one."""
    numbers = []
    for before in days_before:
        at = LAST - before * DAY
        for reminder in due_reminders(at):
            send_reminder(reminder, at=at)
        numbers.append(len(mail.outbox))
    return numbers


def test_a_letter_comes_at_each_of_the_four_days_and_only_once(credential):
    assert sent_on(91, 90, 90, 89, 60, 30, 30, 7, 0, -5) == [0, 1, 1, 1, 2, 3, 3, 4, 4, 4]


def test_of_those_that_were_missed_only_the_latest_is_sent(credential):
    assert sent_on(20, 20, 7) == [1, 1, 2]
    assert Letter.objects.filter(thing__startswith="runs_out").count() == 2


def test_the_letter_says_the_day_and_nothing_of_what_it_is_for(credential):
    sent_on(90)
    [letter] = mail.outbox
    assert letter.to == [credential.holder.email]
    assert letter.subject == "A date to keep in mind, from Peerwork Training"
    assert "23 November 2028" in letter.body
    assert reverse("certificates:reminders", args=[credential.number]) in letter.body
    assert credential.award_name not in letter.body
    assert "Peer Support" not in letter.subject


def test_it_is_in_the_language_of_its_holder(credential):
    credential.holder.language = "es"
    credential.holder.save()
    sent_on(90)
    assert mail.outbox[0].subject == "Una fecha para tener presente, de Peerwork Training"


class TestChoosing:
    def test_other_days_or_none(self, credential):
        choose_stages(credential, [30], at=NOON)
        assert sent_on(90, 60, 30, 7) == [0, 0, 1, 1]

    def test_stopped_means_none(self, credential):
        choose_stages(credential, [], at=NOON)
        assert sent_on(90, 30, 7) == [0, 0, 0]

    def test_what_is_over_is_not_sent_because_it_is_chosen_now(self, credential):
        choose_stages(credential, [90, 7], at=LAST - 50 * DAY)
        assert sent_on(50, 7) == [0, 1]

    def test_the_choice_goes_on_with_the_next_certificate(self, credential, registrar):
        choose_stages(credential, [30], at=NOON)
        new = renew_credential(
            credential, by=registrar, reason="Seen.", at=LAST - 60 * DAY, name=""
        )
        assert new.reminder.stages == [30]
        assert sent_on(30) == [0]
        assert RenewalReminder.objects.get(credential=credential).next_on is None

    def test_on_a_page_that_one_reaches_from_the_certificate(self, client, credential):
        make.home()
        url = reverse("certificates:reminders", args=[credential.number])
        with time_machine.travel(NOON + DAY, tick=False):
            client.force_login(credential.holder)
            held = reverse("certificates:held", args=[credential.number])
            assert url in client.get(held).content.decode()
            page = client.get(url).content.decode()
            assert page.count("checked") == 4
            assert "23 November 2028" in page
            page_text = words_of(client.post(url, {"stages": ["7"]}, follow=True))
            assert "Your choice is kept." in page_text
            assert RenewalReminder.objects.get().stages == [7]
            assert client.post(url, {"stages": ["8"]}).status_code == 422

    def test_nobody_chooses_for_somebody_else(self, client, credential):
        client.force_login(make.user())
        url = reverse("certificates:reminders", args=[credential.number])
        assert client.post(url, {"stages": []}).status_code == 404
        assert RenewalReminder.objects.get().stages == [90, 60, 30, 7]


class TestWhenThereIsNothingToRemindOf:
    def test_what_does_not_run_out_has_none(self, db):
        make.credential()
        assert not RenewalReminder.objects.exists()

    def test_nor_what_was_revoked_or_is_suspended(self, credential, registrar):
        suspend(credential, by=registrar, reason="x", at=NOON)
        assert sent_on(90) == [0]
        restore(credential, by=registrar, reason="x", at=LAST - 80 * DAY)
        assert sent_on(60) == [1]
        revoke(credential, by=registrar, reason="x", at=LAST - 50 * DAY)
        assert sent_on(30) == [1]

    def test_nor_whoever_has_asked_for_it(self, credential):
        held = Credential.objects.with_standing().get()
        ask_for_renewal(held, words="", at=LAST - 85 * DAY)
        assert sent_on(60) == [0]

    def test_a_corrected_name_is_reminded_of_under_its_new_number_alone(
        self, credential, registrar
    ):
        replace_credential(credential, name="Ada O", by=registrar, reason="x", at=NOON + DAY)
        assert sent_on(90) == [1]
        assert credential.number not in mail.outbox[0].body

    def test_nor_an_account_that_is_closed(self, credential):
        credential.holder.is_active = False
        credential.holder.save()
        assert sent_on(90) == [0]


def test_one_that_has_to_wait_stays_due(credential, settings):
    settings.LETTERS_PER_PERSON_A_DAY = 0
    assert sent_on(90) == [0]
    settings.LETTERS_PER_PERSON_A_DAY = 10
    assert sent_on(89) == [1]


def test_the_sweep_sends_them_and_says_so(credential):
    Credential.objects.update(announced_at=NOON, pdf="x.pdf")
    at = LAST - 90 * DAY
    assert "1 of 1 that a certificate runs out" in str(sweep(lambda: at))
    assert sweep(lambda: at).to_remind == 0
    assert len(mail.outbox) == 1


def test_a_dry_run_sends_none(credential):
    Credential.objects.update(announced_at=NOON, pdf="x.pdf")
    at = LAST - 90 * DAY
    assert sweep(lambda: at, dry_run=True).to_remind == 1
    assert not mail.outbox
