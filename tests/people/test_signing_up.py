"""Signing up: few questions, and no answer that tells strangers who has an account."""

import re
import time

import pytest
import time_machine
from allauth.account.internal import flows
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from people import forms
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

NEWCOMER = {
    "email": "New@Peerwork.Example",
    "full_name": "Zoë  Ångström",
    "password1": "quiet-river-stone",
    "agreement": "on",
}


def sign_up(client, **fields):
    return client.post("/accounts/signup/", {**NEWCOMER, **fields})


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_newcomer_joins_confirms_and_lands_on_learning(client, mailbox):
    response = sign_up(client, follow=True)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not signed_in(client)
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == "/learn/"
    assert signed_in(client)
    person = User.objects.get()
    assert person.email == "new@peerwork.example"
    assert person.full_name == "Zoë Ångström"
    assert person.language == "en"
    assert person.agreed_at is not None


def test_a_newcomer_who_was_on_the_way_somewhere_arrives_there(client, mailbox):
    client.post("/accounts/signup/?next=/courses/", {**NEWCOMER, "next": "/courses/"})
    response = client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert response.headers["Location"] == "/courses/"


def test_an_account_speaks_the_language_it_was_made_in(client, mailbox):
    client.cookies["django_language"] = "es"
    sign_up(client)
    assert User.objects.get().language == "es"


def test_a_form_with_something_missing_keeps_what_was_typed_and_says_what(client):
    page = sign_up(client, agreement="", full_name="").content.decode()
    assert not User.objects.exists()
    assert 'value="New@Peerwork.Example"' in page
    assert "Tell us the name to print on your certificate." in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "12345678901",
        "peerwork-demo",
        "Zoë Ångström",
        "new@peerwork.example",
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(client, password):
    sign_up(client, password1=password)
    assert not User.objects.exists()


def test_a_robot_that_fills_in_the_hidden_field_makes_no_account(client):
    sign_up(client, website="https://spam.example")
    assert not User.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("mail_works", [True, False])
def test_signing_up_answers_the_same_whether_or_not_there_is_an_account(
    client, ada, mail_works, request
):
    if not mail_works:
        request.getfixturevalue("broken_mail")
    answers = {}
    for email in ("ada@peerwork.example", "eve@peerwork.example"):
        visitor = Client()
        first = sign_up(visitor, email=email)
        page = visitor.get(first.headers["Location"])
        wrong = visitor.post("/accounts/confirm-email/", {"code": "AAAA-AAAA"})
        answers[email] = [
            (first.status_code, first.headers["Location"]),
            (page.status_code, normalise(page, email)),
            (wrong.status_code, normalise(wrong, email)),
        ]
    known, unknown = answers.values()
    assert known == unknown


def test_another_code_is_sent_to_whoever_asks_account_or_not(client, ada):
    for email in ("ada@peerwork.example", "eve@peerwork.example"):
        visitor = Client()
        now = time.time()
        sign_up(visitor, email=email)
        count = len(mail.outbox)
        with time_machine.travel(now + 30):
            visitor.post("/accounts/confirm-email/", {"action": "resend"})
        assert len(mail.outbox) == count + 1, email


def test_signing_up_with_a_taken_address_hashes_the_password_all_the_same(client, ada, monkeypatch):
    hashed_passwords = []
    monkeypatch.setattr(forms, "make_password", hashed_passwords.append)
    sign_up(client, email=ada.email)
    assert hashed_passwords == [NEWCOMER["password1"]]


def test_whoever_has_an_account_is_told_in_their_mail_and_nowhere_else(client, ada, mailbox):
    sign_up(client, email=ada.email)
    assert mailbox.newest.to == [ada.email]
    assert "There is one already" in mailbox.newest.body
    assert User.objects.count() == 1


def test_two_who_join_with_one_address_at_the_same_moment_make_one_account(
    client, ada, monkeypatch
):
    monkeypatch.setattr(
        flows.manage_email, "email_already_exists", lambda email, **kwargs: (email, False)
    )
    response = sign_up(client, email=ada.email)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1


def test_the_database_keeps_one_account_for_an_address_in_any_case(ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="ADA@peerwork.example", full_name="Eve")])


def test_a_reset_answers_the_same_whether_or_not_there_is_an_account(client, ada, broken_mail):
    answers = []
    for email in (ada.email, "eve@peerwork.example"):
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((response.status_code, response.redirect_chain, normalise(response, email)))
    assert answers[0] == answers[1]


def test_a_sign_in_code_is_promised_whether_or_not_there_is_an_account(client, ada, broken_mail):
    answers = []
    for email in (ada.email, "eve@peerwork.example"):
        visitor = Client()
        response = visitor.post("/accounts/login/code/", {"email": email}, follow=True)
        wrong = visitor.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"})
        answers.append(
            (response.redirect_chain, normalise(response, email), normalise(wrong, email))
        )
    assert answers[0] == answers[1]


def test_one_message_is_sent_either_way(client, ada):
    for url in ("/accounts/password/reset/", "/accounts/login/code/"):
        for email in (ada.email, "eve@peerwork.example"):
            before = len(mail.outbox)
            Client().post(url, {"email": email})
            assert len(mail.outbox) == before + 1


# Addresses ----------------------------------------------------------------------------------


def address_of(length):
    """An address that long, each part of it as long as it may be."""
    domain = ".".join(["d" * 60] * 4)
    return f"{'a' * (length - len(domain) - len('@.example'))}@{domain}.example"


def test_the_longest_address_joins_and_signs_in(client, mailbox):
    longest = address_of(254)
    assert len(longest) == 254
    sign_up(client, email=longest)
    client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert User.objects.get().email == longest
    client.logout()
    client.post("/accounts/login/", {"login": longest, "password": NEWCOMER["password1"]})
    assert signed_in(client)


def test_an_address_that_is_too_long_is_refused_and_never_cut(client):
    page = sign_up(client, email=address_of(255))
    assert not User.objects.exists()
    assert not mail.outbox
    assert "no more than 254 characters, and this has 255" in page.content.decode()


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/accounts/signup/", "email"),
        ("/accounts/login/", "login"),
        ("/accounts/login/code/", "email"),
        ("/accounts/password/reset/", "email"),
        ("/accounts/email/", "email"),
    ],
)
def test_wherever_an_address_is_typed_it_is_taken_whole_or_refused(client, ada, url, field):
    if url == "/accounts/email/":
        client.force_login(ada)
    form_page = client.get(url).content.decode()
    input_tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', form_page)[0]
    assert "maxlength" not in input_tag  # a browser would cut what is pasted, and say nothing
    fields = {field: address_of(255), "password": make.PASSWORD, "action_add": ""}
    page = client.post(url, fields, follow=True).content.decode()
    assert "no more than 254 characters" in page
    assert not mail.outbox


def normalise(response, email):
    page = response.content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"challenge": "[^"]+"', "", page)
    return page.replace(email, "whoever@peerwork.example")


def test_staff_made_by_another_sign_in_with_a_code_and_choose_a_password(client, mailbox):
    person = make.user("sam@peerwork.example")
    person.set_unusable_password()
    person.save()
    client.post("/accounts/login/code/", {"email": person.email})
    client.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert signed_in(client)
    page = client.get("/accounts/password/set/")
    assert page.status_code == 200
