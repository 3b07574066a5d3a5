"""Every page of an account has our own template, with one heading, labels, and no outside file."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

VISITORS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-nothing/",
    "/accounts/inactive/",
]
SIGNED_IN = [
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]


def check_page(page):
    """Check that a page has one heading and a label for each field; return its HTML."""
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert not re.search(r'<(a|form|img|script|link)[^>]+(?:href|src|action)="https?://', html)
    labelled = set(re.findall(r'<label for="([^"]+)"', html))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        if 'type="hidden"' not in field:
            assert re.search(r'id="([^"]+)"', field)[1] in labelled, field
    assert "{%" not in html
    return html


@pytest.mark.parametrize("url", VISITORS)
def test_a_page_for_visitors_is_complete(client, url):
    check_page(client.get(url))


@pytest.mark.parametrize("url", SIGNED_IN)
def test_a_page_for_people_is_complete(client, ada, url):
    client.force_login(ada)
    check_page(client.get(url))


def test_the_pages_of_two_step_sign_in_are_complete(client, ada, sign_in):
    sign_in()
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    assert "Type what the app shows" in check_page(client.get("/accounts/2fa/totp/activate/"))
    check_page(client.get("/accounts/2fa/webauthn/add/"))
    check_page(client.get("/accounts/2fa/webauthn/"))
    TOTP.activate(ada, generate_totp_secret())
    RecoveryCodes.activate(ada)
    for url in ("recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", ""):
        check_page(client.get(f"/accounts/2fa/{url}"))
    assert client.get("/accounts/2fa/recovery-codes/download/")["Content-Type"] == "text/plain"
    visitor = Client()
    sign_in(by=visitor)
    check_page(visitor.get("/accounts/2fa/authenticate/"))
    client.force_login(ada)
    check_page(client.get("/accounts/2fa/reauthenticate/"))
    assert Authenticator.objects.count() == 2


def test_the_pages_that_ask_for_a_code_are_complete(client, ada):
    client.post("/accounts/login/code/", {"email": ada.email})
    assert "Look in your mail" in check_page(client.get("/accounts/login/code/confirm/"))
    other = Client()
    other.post(
        "/accounts/signup/",
        {
            "email": "new@peerwork.example",
            "full_name": "Zoë",
            "password1": "quiet-river-stone",
            "agreement": "on",
        },
    )
    assert "Send another code" in check_page(other.get("/accounts/confirm-email/"))


def test_no_page_of_allauth_is_shown_in_other_words_than_ours():
    allauth_templates = Path(allauth.__file__).parent / "templates"
    own_templates = Path(settings.BASE_DIR) / "templates"
    never_shown = re.compile(
        r"phone|passkey|signup_form|base_manage_|confirm_password_reset_code|webauthn/snippets"
    )
    missing = [
        str(path.relative_to(allauth_templates))
        for part in ("account", "mfa", "usersessions", "allauth/elements", "allauth/layouts")
        for path in (allauth_templates / part).rglob("*.html")
        if not (own_templates / path.relative_to(allauth_templates)).exists()
        and not never_shown.search(str(path.relative_to(allauth_templates)))
        and "provider" not in path.name
    ]
    assert not missing
    for part in ("account", "mfa", "usersessions", "allauth"):
        for path in (own_templates / part).rglob("*.*"):
            get_template(str(path.relative_to(own_templates)))


def test_an_address_is_changed_only_by_who_reads_its_mail(client, ada, sign_in, mailbox):
    sign_in()
    fields = {"email": "eze@peerwork.example", "action_add": "1"}
    response = client.post("/accounts/email/", fields)
    client.post(response.headers["Location"], {"password": make.PASSWORD})
    assert User.objects.get().email == ada.email
    assert mailbox.newest.to == ["eze@peerwork.example"]
    client.post("/accounts/confirm-email/", {"code": mailbox.code})
    assert User.objects.get().email == "eze@peerwork.example"


def test_an_address_of_someone_else_is_not_betrayed_by_changing_to_it(client, ada, sign_in):
    make.user("bob@peerwork.example")
    sign_in()
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    locations = [
        client.post("/accounts/email/", {"email": email, "action_add": "1"}).headers["Location"]
        for email in ("bob@peerwork.example", "nobody@peerwork.example")
    ]
    assert locations[0] == locations[1]


def test_the_account_is_one_tap_from_its_own_address(client, ada):
    client.force_login(ada)
    assert client.get("/accounts/").headers["Location"] == "/accounts/profile/"
