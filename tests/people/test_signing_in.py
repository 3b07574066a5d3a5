"""Signing in: limits stop whoever guesses, and the owner can always come in."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client

from people.hashers import OwaspArgon2PasswordHasher
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(client):
    return "_auth_user_id" in client.session


def guess(sign_in, times=5, **extra):
    return [sign_in(password=f"not-the-password-{n}", **extra) for n in range(times)]


def test_an_address_in_any_case_signs_in_and_leads_to_learning(client, ada, sign_in):
    response = sign_in("  ADA@Peerwork.Example ")
    assert signed_in(client)
    assert response.headers["Location"] == "/learn/"


def test_five_wrong_passwords_pause_passwords_for_five_minutes(client, ada, sign_in):
    guess(sign_in)
    locked = sign_in()
    assert not signed_in(client)
    assert "pausing it for five minutes" in locked.content.decode()
    with time_machine.travel(time.time() + 301):
        sign_in()
        assert signed_in(client)


def test_the_owner_of_a_locked_account_still_signs_in_with_a_code_by_email(
    client, ada, sign_in, mailbox
):
    guess(sign_in, times=8)
    owner = Client()
    owner.post("/accounts/login/code/", {"email": ada.email})
    owner.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert signed_in(owner)


def test_forged_addresses_do_not_give_more_guesses(client, ada, sign_in):
    for n in range(5):
        sign_in(
            password="no",
            headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-Ip": f"203.0.113.{n}"},
        )
    sign_in(headers={"X-Forwarded-For": "198.51.100.7"})
    assert not signed_in(client)


def test_other_hosts_and_ports_do_not_give_more_guesses(client, ada, sign_in):
    for n in range(5):
        sign_in(password="no", headers={"Host": f"localhost:{9000 + n}"})
    sign_in(headers={"Host": "127.0.0.1:1"})
    assert not signed_in(client)


def test_behind_one_trusted_proxy_the_address_that_it_adds_counts(client, ada, sign_in, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "sign_in": "2/m/ip"}
    forged = ("8.8.8.8, 203.0.113.5", "9.9.9.9, 203.0.113.5", "7.7.7.7, 203.0.113.5")
    responses = [sign_in(password="no", headers={"X-Forwarded-For": address}) for address in forged]
    assert [response.status_code for response in responses] == [200, 200, 429]


def test_a_class_behind_one_address_all_get_in(client, sign_in):
    learners = [make.user(f"learner{n}@peerwork.example") for n in range(60)]
    for learner in learners:
        visitor = Client()
        sign_in(learner.email, by=visitor)
        assert signed_in(visitor)


def test_right_passwords_in_between_do_not_start_the_count_again(client, ada, sign_in):
    for _ in range(2):
        guess(sign_in, times=2)
        visitor = Client()
        sign_in(by=visitor)
        assert signed_in(visitor)
    guess(sign_in, times=1)
    sign_in()
    assert not signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_counted_one_by_one(monkeypatch):
    make.user("ada@peerwork.example")
    checked = []
    check_password = User.check_password

    def count_check(user, password):
        checked.append(password)
        return check_password(user, password)

    monkeypatch.setattr(User, "check_password", count_check)

    def guess_once(n):
        try:
            Client().post(
                "/accounts/login/", {"login": "ada@peerwork.example", "password": f"no-{n}"}
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess_once, range(24)))
    assert 1 <= len(checked) <= 6


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, ada, sign_in):
    known = sign_in("ada@peerwork.example", "wrong-password-1")
    unknown = sign_in("eve@peerwork.example", "wrong-password-1")
    assert known.status_code == unknown.status_code == 200
    assert without_tokens(known).replace("ada@", "eve@") == without_tokens(unknown)


def test_an_unknown_address_costs_a_password_check_too(client, sign_in, monkeypatch, db):
    hashes = []
    monkeypatch.setattr(
        User, "set_password", lambda user, password: hashes.append(make_password(password))
    )
    sign_in("nobody@peerwork.example", "whatever-it-is")
    assert len(hashes) == 1


def test_passwords_are_hashed_with_the_recommended_strength():
    encoded = OwaspArgon2PasswordHasher().encode("a-long-enough-password", "salt" * 4)
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://localhost/learn/",
        "http://127.0.0.1:9999/",
        "http://127.0.0.1:8000@evil.example/",
        "http://127.0.0.1:8000.evil.example/",
        "\thttps://evil.example",
    ],
)
def test_signing_in_never_leads_off_this_site(client, ada, elsewhere):
    response = client.post(
        "/accounts/login/",
        {"login": ada.email, "password": make.PASSWORD, "next": elsewhere},
    )
    assert response.headers["Location"] == "/learn/"
    response = client.get("/accounts/login/", {"next": elsewhere})
    assert response.headers["Location"] == "/learn/"
    response = client.post("/accounts/logout/", {"next": elsewhere})
    assert response.headers["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(client, ada):
    response = client.post(
        "/accounts/login/",
        {"login": ada.email, "password": make.PASSWORD, "next": "/courses/listening/?part=2"},
    )
    assert response.headers["Location"] == "/courses/listening/?part=2"


def test_someone_whose_account_is_closed_is_told_so_kindly(client, ada, sign_in):
    User.objects.update(is_active=False)
    response = sign_in()
    assert response.headers["Location"] == "/accounts/inactive/"
    assert "Nothing you did here is lost" in client.get("/accounts/inactive/").content.decode()


def without_tokens(response):
    """The page, without what is different on every request for everyone."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]+"|"challenge": "[^"]+"',
        "",
        response.content.decode(),
    )


def test_whoever_is_stopped_is_told_to_wait_a_minute_on_a_page_of_ours(client, settings, sign_in):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "sign_in": "1/m/ip"}
    sign_in()
    response = sign_in()
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert "A short pause" in response.content.decode()
