"""What a phone is told of a field: a password can be looked at, and number keys open for codes."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from tests import make
from tests.site.test_refused_forms import ADA, JOINING

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make.user(ADA, full_name="Ada Okafor")


@pytest.fixture
def signed_in(client, ada):
    client.post("/accounts/login/", {"login": ADA, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return client


def test_a_password_may_be_looked_at_wherever_one_is_typed(signed_in):
    visitor = Client()
    pages = [visitor.get("/accounts/signup/"), visitor.get("/accounts/login/")]
    pages += [
        signed_in.get("/accounts/password/change/"),
        signed_in.get("/accounts/reauthenticate/"),
    ]
    for page in pages:
        html = BeautifulSoup(page.content, "html.parser")
        fields = html.select('input[type="password"]')
        assert fields
        for field in fields:
            button = html.find(attrs={"data-show-password": field["id"]})
            assert button.has_attr("hidden"), "a script shows it, since it needs one"
            assert button["type"] == "button"


def test_number_keys_open_for_every_code(client, ada, signed_in):
    visitor = Client()
    visitor.post("/accounts/signup/", JOINING)
    pages = [visitor.get("/accounts/confirm-email/"), signed_in.get("/accounts/2fa/totp/activate/")]
    stranger = Client()
    stranger.post("/accounts/login/code/", {"email": ADA})
    pages.append(stranger.get("/accounts/login/code/confirm/"))
    TOTP.activate(ada, generate_totp_secret())
    second = Client()
    second.post("/accounts/login/", {"login": ADA, "password": make.PASSWORD})
    pages += [
        second.get("/accounts/2fa/authenticate/"),
        signed_in.get("/accounts/2fa/reauthenticate/"),
    ]
    for page in pages:
        field = BeautifulSoup(page.content, "html.parser").find("input", attrs={"name": "code"})
        assert field["inputmode"] == "numeric"
        assert field["autocomplete"] == "one-time-code"


def test_the_codes_that_are_sent_are_digits(client, ada):
    client.post("/accounts/login/code/", {"email": ADA})
    assert re.search(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.M)
    assert EmailAddress.objects.filter(email=ADA, verified=True).exists()
