"""Who is signed in is read afresh at each request: what ends a session ends it at once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from people.models import User
from people.signed_in import AuthenticationBackend, SessionStore
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return make.user()


@pytest.fixture
def browser(learner):
    client = Client()
    client.force_login(learner)
    assert is_signed_in(client)
    return client


def is_signed_in(client):
    return client.get("/accounts/profile/").status_code == 200


def test_an_account_that_is_closed_is_let_in_no_more(browser, learner):
    User.objects.filter(pk=learner.pk).update(is_active=False)
    assert not is_signed_in(browser)


def test_a_password_that_was_changed_elsewhere_ends_the_session(browser, learner):
    learner.set_password("quiet-river-stone")
    learner.save()
    assert not is_signed_in(browser)


def test_a_session_that_was_deleted_is_signed_in_no_more(browser):
    Session.objects.all().delete()
    assert not is_signed_in(browser)


def test_a_session_that_expired_is_signed_in_no_more(browser):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(browser)


def test_a_permission_counts_from_the_next_request(browser, learner, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    assert browser.get("/admin/").status_code == 403
    User.objects.filter(pk=learner.pk).update(is_superuser=True)
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(pk=learner.pk).update(is_superuser=False)
    assert browser.get("/admin/").status_code == 403


def test_a_session_is_read_in_one_query_and_an_unknown_one_is_empty(
    browser, django_assert_num_queries
):
    stored = SessionStore(browser.session.session_key)
    with django_assert_num_queries(1):
        assert stored["_auth_user_backend"] == "people.signed_in.AuthenticationBackend"
    unknown = SessionStore("a" * 32)
    assert unknown.load() == {}
    assert unknown.session_key is None


def test_nobody_is_found_under_a_number_that_is_not_there(learner):
    backend = AuthenticationBackend()
    assert backend.get_user(learner.pk) == learner
    assert backend.get_user(learner.pk + 1000) is None
