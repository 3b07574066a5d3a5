"""To stay signed in is a choice, and every session ends when its person asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db

IDLE = settings.SESSION_IDLE_SECONDS


def cookie(browser):
    return browser.cookies[settings.SESSION_COOKIE_NAME]


def is_in(browser):
    return browser.get("/accounts/profile/").status_code == 200


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time))


def sign_in_by_code(browser, mailbox, ada, **fields):
    browser.post("/accounts/login/code/", {"email": ada.email, **fields})
    return browser.post("/accounts/login/code/confirm/", {"code": mailbox.code})


def test_the_choice_is_on_both_pages_and_off(client):
    for url in ("/accounts/login/", "/accounts/login/code/"):
        html = client.get(url).content.decode()
        assert 'name="remember"' in html
        assert "checked" not in html
        assert "Leave this empty on a computer that others use, too." in html


def test_without_it_the_session_ends_with_the_browser(client, ada, sign_in):
    sign_in()
    assert is_in(client)
    assert cookie(client)["max-age"] == ""
    assert cookie(client)["expires"] == ""


def test_without_it_the_session_ends_when_nobody_used_it(client, ada, sign_in):
    sign_in()
    with after(seconds=IDLE - 60):
        assert is_in(client)
    with after(seconds=IDLE - 60 + IDLE - 60):
        assert is_in(client), "It was used meanwhile."
    with after(seconds=3 * IDLE):
        assert not is_in(client)


def test_using_it_is_written_every_ten_minutes_and_no_more(client, ada, sign_in):
    sign_in()
    is_in(client)
    written = Session.objects.get(pk=client.session.session_key).expire_date
    with after(minutes=5):
        is_in(client)
        assert Session.objects.get(pk=client.session.session_key).expire_date == written
    with after(minutes=11):
        is_in(client)
        assert Session.objects.get(pk=client.session.session_key).expire_date > written


def test_with_it_the_session_lasts_as_long_as_before(client, ada):
    client.post(
        "/accounts/login/", {"login": ada.email, "password": make.PASSWORD, "remember": "on"}
    )
    assert cookie(client)["max-age"] == settings.SESSION_COOKIE_AGE
    with after(days=13):
        assert is_in(client)
    with after(days=15):
        assert not is_in(client)


@pytest.mark.parametrize("fields, lasts", [({}, False), ({"remember": "on"}, True)])
def test_the_choice_counts_for_a_code_by_email(client, ada, mailbox, fields, lasts):
    sign_in_by_code(client, mailbox, ada, **fields)
    assert is_in(client)
    assert bool(cookie(client)["max-age"]) is lasts
    with after(days=1):
        assert is_in(client) is lasts


def test_the_choice_of_another_does_not_count(client, ada, sign_in):
    """Somebody else asked for a code on this computer, chose to stay signed in, and went away."""
    client.post("/accounts/login/code/", {"email": "other@peerwork.example", "remember": "on"})
    client.post("/accounts/start-again/")
    assert sign_in().headers["Location"] == "/learn/"
    assert client.session["_session_expiry"] == 0
    with after(days=1):
        assert not is_in(client)


# On all devices ---------------------------------------------------------------------------


def test_all_sessions_end_when_asked_this_one_too(client, ada, sign_in):
    phone, library = Client(), Client()
    for browser in (client, phone, library):
        sign_in(by=browser)
        assert is_in(browser)
    assert "Sign out on all devices" in client.get("/accounts/profile/").content.decode()
    answer = client.post("/accounts/sessions/end-all/", follow=True)
    assert "signed out on every device" in answer.content.decode()
    assert not any(is_in(browser) for browser in (client, phone, library))


def test_nobody_ends_the_sessions_of_another(client, ada, sign_in):
    sign_in()
    other = Client()
    other.force_login(make.user())
    other.post("/accounts/sessions/end-all/")
    assert is_in(client)
    assert client.get("/accounts/sessions/end-all/").status_code == 405
