"""Sessions: a new one at each sign-in, ended when a role or a way to sign in changes."""

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import Group
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client

from people.middleware import LanguageMiddleware, PersonalResponseMiddleware
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(browser):
    return browser.get("/accounts/profile/").status_code == 200


@pytest.fixture
def browsers(ada, sign_in):
    """Ada, signed in with three browsers."""
    clients = [Client(), Client(), Client()]
    for browser in clients:
        sign_in(by=browser)
    return clients


def test_a_session_key_set_beforehand_is_worth_nothing_after_signing_in(client, ada, sign_in):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in()
    assert client.session.session_key != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert not signed_in(stranger)


def test_an_unknown_session_key_is_not_used(ada, sign_in):
    browser = Client()
    browser.cookies["sessionid"] = "a" * 32
    sign_in(by=browser)
    assert browser.session.session_key != "a" * 32


def test_changing_the_password_ends_every_other_session(browsers):
    here, *elsewhere = browsers
    here.post(
        "/accounts/password/change/",
        {"oldpassword": make.PASSWORD, "password1": "quiet-river-stone"},
    )
    assert signed_in(here)
    assert not any(signed_in(browser) for browser in elsewhere)


def test_a_new_role_ends_every_session(browsers, ada):
    ada.groups.add(Group.objects.get(name="Trainers"))
    assert not any(signed_in(browser) for browser in browsers)


def test_losing_a_role_from_the_groups_side_ends_every_session(ada, sign_in):
    trainers = Group.objects.get(name="Trainers")
    ada.groups.add(trainers)
    browser = Client()
    sign_in(by=browser)
    assert signed_in(browser)
    trainers.user_set.remove(ada)
    assert not signed_in(browser)


def test_someone_sees_where_they_are_signed_in_and_signs_out_everywhere_else(browsers):
    here, *elsewhere = browsers
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("Since ") == 3
    assert "Sign out everywhere else" in page
    here.post("/accounts/sessions/")
    assert signed_in(here)
    assert not any(signed_in(browser) for browser in elsewhere)


def test_making_an_account_inactive_ends_its_sessions(browsers):
    User.objects.update(is_active=False)
    assert not any(signed_in(browser) for browser in browsers)


def test_signing_out_needs_a_press_and_not_a_link(browsers):
    here = browsers[0]
    here.get("/accounts/logout/")
    assert signed_in(here)
    here.post("/accounts/logout/")
    assert not signed_in(here)


def test_no_cache_stores_a_page_of_someone_signed_in(browsers):
    for url in ("/accounts/profile/", "/accounts/email/", "/accounts/2fa/", "/accounts/sessions/"):
        assert "no-store" in browsers[0].get(url).headers["Cache-Control"], url


def test_cookies_cannot_be_read_by_scripts_or_sent_by_other_sites(client, ada, sign_in):
    response = sign_in()
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_visitor_costs_no_query_to_know(client, django_assert_num_queries, rf):
    handler = LanguageMiddleware(
        SessionMiddleware(
            AuthenticationMiddleware(
                PersonalResponseMiddleware(lambda request: HttpResponse("Hello"))
            )
        )
    )
    with django_assert_num_queries(0):
        response = handler(rf.get("/"))
    assert "Cache-Control" not in response
    assert "Cookie" not in response.headers["Vary"]
