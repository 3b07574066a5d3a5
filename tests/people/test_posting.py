"""Letters: each thing once, with growing pauses where mail fails, and never a flood."""

import itertools
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from lms.owed_letters import oldest_owed_letter
from people import posting, retentions
from people.inviting import invite, invite_again
from people.models import Letter
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


class NoMail:
    """A mail server that refuses everything."""

    def __init__(self, *args, **options):
        raise OSError("ada@peerwork.example was refused")


NO_MAIL = "tests.people.test_posting.NoMail"
MAIL = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def no_earlier_alarm():
    posting._last_alarm.clear()


def post(person, thing="ready.1", at=NOON, kind=Letter.Kind.CERTIFICATE):
    return posting.post(
        lambda: EmailMultiAlternatives("News", "Good news.", to=[person.email]),
        thing=thing,
        kind=kind,
        person=person,
        at=at,
    )


def fail_until_given_up(person, settings, thing="ready.1", at=NOON):
    settings.EMAIL_BACKEND = NO_MAIL
    moments = [at]
    while True:
        with pytest.raises(OSError, match="refused"):
            post(person, thing, at=moments[-1])
        letter = Letter.objects.get(thing=thing)
        if letter.given_up_at:
            settings.EMAIL_BACKEND = MAIL
            return moments
        moments.append(letter.next_try_at)


def test_there_is_one_letter_for_one_thing_however_often_it_is_asked_for(ada):
    assert [post(ada) for _ in range(3)] == [True, True, True]
    assert len(mail.outbox) == 1
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.next_try_at, letter.person) == (NOON, None, ada)


def test_a_letter_that_fails_is_tried_again_ever_later_and_then_given_up(ada, settings, caplog):
    moments = fail_until_given_up(ada, settings)
    waits = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert waits == list(posting.PAUSES)
    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits)
    letter = Letter.objects.get()
    assert letter.tries == len(posting.PAUSES) + 1
    assert letter.problem == "OSError"
    assert f"Letter {letter.pk} could not be sent" in caplog.text
    assert "ada@" not in caplog.text
    # Mail works again, and still nobody is written to out of the blue.
    assert not post(ada, at=letter.given_up_at + timedelta(days=2))
    assert mail.outbox == []


def test_between_two_tries_the_mail_server_is_left_alone(ada, settings):
    settings.EMAIL_BACKEND = NO_MAIL
    with pytest.raises(OSError, match="refused"):
        post(ada)
    assert not post(ada, at=NOON + timedelta(seconds=59))
    assert Letter.objects.get().tries == 1
    settings.EMAIL_BACKEND = MAIL
    assert post(ada, at=NOON + MINUTE)
    assert len(mail.outbox) == 1


def test_one_that_was_given_up_is_sent_again_when_somebody_says_so(ada, settings):
    fail_until_given_up(ada, settings)
    letter = Letter.objects.get()
    later = letter.given_up_at + timedelta(hours=1)
    assert posting.send_again(letter.pk, at=later)
    assert not posting.send_again(letter.pk, at=later)
    assert post(ada, at=later)
    assert len(mail.outbox) == 1


def test_one_person_has_no_more_than_so_many_letters_in_a_day(ada, settings):
    settings.LETTERS_PER_PERSON_A_DAY = 3
    bob = make.user("bob@peerwork.example")
    assert [post(ada, f"ready.{n}") for n in range(5)] == [True] * 3 + [False] * 2
    assert post(bob, "ready.bob")
    assert len(mail.outbox) == 4
    # It is not lost: it comes when the day is over.
    assert not post(ada, "ready.4", at=NOON + timedelta(hours=23))
    assert post(ada, "ready.4", at=NOON + timedelta(hours=25))


def test_all_letters_of_an_hour_have_a_ceiling_and_the_operator_hears_of_it(settings, caplog):
    settings.LETTERS_AN_HOUR = 10
    people = [make.user() for _ in range(12)]
    sent = [post(person, f"ready.{person.pk}") for person in people]
    assert sum(sent) == len(mail.outbox) == 8
    assert caplog.text.count("So many letters were sent within an hour") >= 1
    assert len([r for r in caplog.records if "within an hour" in r.message]) == 1
    later = NOON + timedelta(minutes=61)
    assert post(people[-1], f"ready.{people[-1].pk}", at=later)


def test_letters_about_accounts_go_first_when_there_are_too_many(ada, client, settings):
    settings.LETTERS_AN_HOUR = 10
    now = timezone.now()
    for _ in range(9):
        person = make.user()
        post(person, f"ready.{person.pk}", at=now)
    assert len(mail.outbox) == 8
    client.post("/accounts/login/code/", {"email": ada.email})
    assert len(mail.outbox) == 9
    assert mail.outbox[-1].to == [ada.email]
    # The breaker holds for these too, and the page says what works.
    Client().post("/accounts/login/code/", {"email": "eve@peerwork.example"})
    answer = Client().post("/accounts/login/code/", {"email": ada.email})
    assert len(mail.outbox) == 10
    assert "What works now: your password" in answer.content.decode()


def test_a_hundred_wishes_for_a_reset_make_five_letters(client, ada):
    for _ in range(100):
        Client().post("/accounts/password/reset/", {"email": ada.email})
    assert len(mail.outbox) == 5


def test_what_is_stored_names_no_address(ada):
    post(ada)
    values = " ".join(str(value) for value in Letter.objects.values().get().values())
    assert "ada@" not in values
    assert posting.recipient_of("ADA@peerwork.example ") in values


def test_letters_are_forgotten_after_a_month(ada, settings):
    post(ada)
    post(ada, "ready.2", at=NOON + timedelta(days=20))
    retentions.old_letters(NOON + timedelta(days=1)).delete()
    assert Letter.objects.get().thing == "ready.2"


def test_an_invitation_that_failed_is_sent_again(ada, settings):
    settings.EMAIL_BACKEND = NO_MAIL
    with pytest.raises(OSError, match="refused"):
        invite(ada, at=NOON)
    settings.EMAIL_BACKEND = MAIL
    letter = Letter.objects.owed(NOON + MINUTE).get()
    assert invite_again(letter, at=NOON + MINUTE)
    [message] = mail.outbox
    assert "/accounts/login/code/" in message.body


def test_whoever_has_signed_in_needs_no_invitation(ada, settings):
    settings.EMAIL_BACKEND = NO_MAIL
    with pytest.raises(OSError, match="refused"):
        invite(ada, at=NOON)
    settings.EMAIL_BACKEND = MAIL
    ada.last_login = NOON
    ada.save()
    assert not invite_again(Letter.objects.get(), at=NOON + MINUTE)
    assert not Letter.objects.exists()
    assert mail.outbox == []


def test_a_letter_is_owed_until_it_is_sent_or_given_up(settings):
    person = make.user()
    assert oldest_owed_letter() is None
    settings.EMAIL_BACKEND = NO_MAIL
    with pytest.raises(OSError, match="refused"):
        post(person)
    assert oldest_owed_letter() == NOON
    fail_until_given_up(person, settings, thing="ready.2", at=NOON - MINUTE)
    assert oldest_owed_letter() == NOON
    settings.EMAIL_BACKEND = MAIL
    assert post(person, at=NOON + MINUTE)
    assert oldest_owed_letter() is None
