"""A stranger stops at each door, and can shut no owner out of all of them."""

import logging
import re
import time

import pytest
import time_machine
from django.core import mail
from django.test import Client

from people.devices import known_device, read_device
from people.models import Letter
from tests import make

pytestmark = pytest.mark.django_db

STRANGERS = "203.0.113."


def signed_in(client):
    return "_auth_user_id" in client.session


def stranger(n=1):
    return Client(REMOTE_ADDR=f"{STRANGERS}{n}")


def shut_passwords(ada, sign_in):
    for n in range(8):
        sign_in(ada.email, f"wrong-{n}", by=stranger(n))


def shut_codes(ada):
    for n in range(8):
        stranger(n).post("/accounts/login/code/", {"email": ada.email})


def shut_resets(ada):
    for n in range(8):
        stranger(n).post("/accounts/password/reset/", {"email": ada.email})


def shut_every_door(ada, sign_in):
    shut_passwords(ada, sign_in)
    shut_codes(ada)
    shut_resets(ada)


@pytest.fixture
def known(ada, sign_in):
    """A browser in which Ada signed in before, and out again."""
    owner = Client()
    sign_in(ada.email, by=owner)
    owner.post("/accounts/logout/")
    assert not signed_in(owner)
    return owner


def test_a_known_device_signs_in_by_password_whatever_a_stranger_does(ada, known, sign_in):
    shut_every_door(ada, sign_in)
    sign_in(ada.email, by=known)
    assert signed_in(known)


def test_a_known_device_signs_in_by_code_whatever_a_stranger_does(ada, known, sign_in, mailbox):
    shut_every_door(ada, sign_in)
    known.post("/accounts/login/code/", {"email": ada.email})
    known.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert signed_in(known)


def test_a_known_device_gets_a_link_for_a_new_password_whatever_a_stranger_does(
    ada, known, sign_in
):
    shut_every_door(ada, sign_in)
    count = len(mail.outbox)
    known.post("/accounts/password/reset/", {"email": ada.email})
    assert len(mail.outbox) == count + 1


def test_a_known_device_guesses_no_more_often_than_a_stranger(ada, known, sign_in):
    for n in range(5):
        sign_in(ada.email, f"wrong-{n}", by=known)
    sign_in(ada.email, by=known)
    assert not signed_in(known)


def test_a_device_is_known_for_whoever_signed_in_on_it_and_for_nobody_else(ada, known, sign_in, rf):
    bob = make.user("bob@peerwork.example")
    for n in range(8):
        sign_in(bob.email, f"wrong-{n}", by=stranger(n))
    sign_in(bob.email, by=known)
    assert not signed_in(known)


def test_a_forged_device_is_nobodys(ada, known, sign_in, settings):
    shut_passwords(ada, sign_in)
    forged = Client()
    cookie = known.cookies[settings.DEVICE_COOKIE_NAME].value
    forged.cookies[settings.DEVICE_COOKIE_NAME] = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    sign_in(ada.email, by=forged)
    assert not signed_in(forged)


def test_what_a_device_carries_names_nobody(ada, known, settings, rf):
    cookie = known.cookies[settings.DEVICE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    request = rf.get("/")
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = cookie.value
    assert known_device(request, " ADA@peerwork.example")
    assert "ada" not in str(read_device(request)).lower().replace(
        read_device(request)["name"].lower(), ""
    )


def test_on_a_new_device_a_link_that_was_sent_works_when_every_door_is_shut(ada, sign_in):
    shut_every_door(ada, sign_in)
    owner = Client(REMOTE_ADDR="198.51.100.9")
    page = owner.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    words = page.content.decode()
    assert "What works now: the newest link to choose a new password" in words
    letter = next(each for each in reversed(mail.outbox) if "/password/reset/key/" in each.body)
    link = re.search(r"http\S+/password/reset/key/\S+", letter.body)[0]
    form = owner.get(link, follow=True).redirect_chain[-1][0]
    owner.post(form, {"password1": "a-new-quiet-river"})
    # The device is known from now on, so that the stranger's wrong passwords do not count.
    shut_passwords(ada, sign_in)
    sign_in(ada.email, "a-new-quiet-river", by=owner)
    assert signed_in(owner)


def test_the_page_names_the_doors_that_work(ada, sign_in, client):
    shut_passwords(ada, sign_in)
    words = sign_in(ada.email).content.decode()
    assert "pausing it for five minutes" in words
    assert "a sign-in code by email; a link by email to choose a new password" in words
    assert "a passkey, if you have one" in words
    shut_codes(ada)
    words = sign_in(ada.email).content.decode()
    assert "a sign-in code by email;" not in words
    assert "a link by email to choose a new password" in words
    words = client.post("/accounts/login/code/", {"email": ada.email}).content.decode()
    assert "no new one is sent for a while" in words
    assert "your password" not in words


def test_it_is_said_in_the_readers_language(ada, sign_in, client):
    shut_passwords(ada, sign_in)
    client.cookies["django_language"] = "es"
    page = client.post("/accounts/login/", {"login": ada.email, "password": "no"})
    assert 'lang="es"' in page.content.decode()


def test_strangers_learn_from_it_of_no_account(ada, sign_in, client):
    answers = []
    for email in (ada.email, "nobody@peerwork.example"):
        for n in range(6):
            sign_in(email, f"wrong-{n}", by=stranger(n))
        page = sign_in(email, "wrong").content.decode()
        answers.append(re.search(r"What works now:[^<]+", page)[0])
    assert answers[0] == answers[1]


def test_refusals_are_logged_by_id_and_never_by_address(ada, sign_in, caplog):
    with caplog.at_level(logging.WARNING):
        shut_every_door(ada, sign_in)
        sign_in("nobody@peerwork.example", "wrong")
    for door in ("password", "login_failed", "sign_in_code", "reset_link"):
        assert f"Sign-in refused at {door}: account {ada.pk}" in caplog.text
    assert "Sign-in refused at password: account none" in caplog.text
    assert "@" not in caplog.text
    assert STRANGERS not in caplog.text


def test_a_network_that_is_flooded_lets_a_known_device_in(ada, known, sign_in, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "sign_in": "2/m/ip"}
    for _ in range(3):
        refused = sign_in("somebody@peerwork.example", "no", by=Client())
    assert refused.status_code == 429
    sign_in(ada.email, by=known)
    assert signed_in(known)


def test_wrong_passkeys_stop_and_a_right_one_is_never_counted(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "passkey_failed": "2/m/ip"}
    url = "/accounts/2fa/webauthn/login/"
    answers = [client.post(url, {"credential": "{}"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    assert settings.MFA_RATE_LIMITS == {"webauthn_login": None}


def test_doors_open_by_themselves_after_five_minutes(ada, sign_in, client):
    shut_passwords(ada, sign_in)
    with time_machine.travel(time.time() + 301):
        sign_in(ada.email)
        assert signed_in(client)


def test_signing_up_again_and_again_is_answered_with_what_to_do(client):
    form = {
        "email": "new@peerwork.example",
        "full_name": "Zoë",
        "password1": "quiet-river-stone",
        "agreement": "on",
    }
    answers = [Client().post("/accounts/signup/", form) for _ in range(5)]
    last = answers[-1].content.decode()
    assert "We have written to you" in last
    assert "tried many times" not in last
    assert len(mail.outbox) <= 3
    assert Letter.objects.count() == len(mail.outbox)


def test_a_closed_tab_leads_on_to_where_the_code_is_typed(client, mailbox):
    form = {
        "email": "new@peerwork.example",
        "full_name": "Zoë",
        "password1": "quiet-river-stone",
        "agreement": "on",
    }
    client.post("/accounts/signup/", form)
    code = mailbox.code
    for _ in range(6):
        again = client.get("/accounts/signup/", follow=True)
        assert again.redirect_chain[-1][0] == "/accounts/confirm-email/"
        client.post("/accounts/signup/", form)
    assert len(mail.outbox) == 1
    client.post("/accounts/confirm-email/", {"code": code})
    assert signed_in(client)
