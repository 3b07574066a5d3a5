"""Two-step sign-in: staff need it, everyone may use it, and a lost phone locks nobody out."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from people.templatetags.people import in_groups
from tests import make

pytestmark = pytest.mark.django_db

SECRET = generate_totp_secret()


def app_code(at=None):
    return format_hotp_value(hotp_value(SECRET, int(at or time.time()) // 30))


def signed_in(browser):
    return "_auth_user_id" in browser.session


@pytest.fixture
def trainer():
    person = make.user("tess@peerwork.example", full_name="Tess Train")
    person.groups.add(Group.objects.get(name="Trainers"))
    return person


@pytest.fixture
def secured(trainer):
    TOTP.activate(trainer, SECRET)
    RecoveryCodes.activate(trainer)
    return trainer


@pytest.fixture
def required(settings):
    settings.STAFF_NEED_SECOND_FACTOR = True


def staff_urls(patterns=None, prefix=""):
    """Every staff address that takes no argument, as it is configured."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + getattr(pattern.pattern, "_route", "")
        if isinstance(pattern, URLResolver):
            if prefix or route.startswith("admin/"):
                yield from staff_urls(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith("admin/") and "<" not in route:
            yield f"/{route}"


def test_staff_without_a_second_factor_reach_no_staff_page(client, trainer, required):
    client.force_login(trainer)
    open_to_all = {"/admin/login/", "/admin/logout/"}
    urls = {url for url in staff_urls() if url not in open_to_all}
    assert len(urls) > 40
    for url in sorted(urls):
        for send in (client.get, client.post):
            response = send(url)
            assert (response.status_code, response.headers.get("Location")) == (
                302,
                "/accounts/2fa/",
            ), url


def test_they_are_told_why_and_can_set_it_up_at_once(client, trainer, required):
    client.force_login(trainer)
    page = client.get("/admin/", follow=True).content.decode()
    assert "they need two-step sign-in" in page
    assert "Set up the app" in page


def test_with_a_second_factor_the_staff_pages_open(client, secured, required):
    client.force_login(secured)
    assert client.get("/admin/").status_code == 200


def test_the_demonstration_may_leave_it_out(client, trainer, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(trainer)
    assert client.get("/admin/").status_code == 200


def test_a_learner_is_refused_and_never_sent_in_circles(client, ada):
    client.force_login(ada)
    for url in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/nothing-here/"):
        assert client.get(url).status_code == 403


def test_a_visitor_signs_in_at_the_same_door_as_everyone(client):
    page = client.get("/admin/")
    assert page.headers["Location"] == "/accounts/login/?next=/admin/"
    response = client.get("/admin/login/?next=/admin/pages/")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fadmin%2Fpages%2F"
    response = client.get("/admin/login/?next=https://evil.example/")
    assert response.headers["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    response = client.post("/admin/login/", {"username": "x", "password": "y"})
    assert response.headers["Location"].startswith("/accounts/login/")
    assert client.get("/admin/password_reset/").status_code == 404


def test_a_password_alone_no_longer_opens_the_account(client, secured, sign_in):
    response = sign_in(secured.email)
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert signed_in(client)


def test_a_code_by_email_does_not_go_round_the_second_step(client, secured, mailbox):
    client.post("/accounts/login/code/", {"email": secured.email})
    client.post("/accounts/login/code/confirm/", {"code": mailbox.code})
    assert not signed_in(client)


def test_a_code_of_the_app_works_once(client, secured, sign_in):
    sign_in(secured.email)
    code = app_code()
    client.post("/accounts/2fa/authenticate/", {"code": code})
    other = Client()
    sign_in(secured.email, by=other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in(client)
    assert not signed_in(other)


def test_a_recovery_code_works_once(client, secured, sign_in):
    authenticator = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = RecoveryCodes(authenticator).get_unused_codes()[0]
    sign_in(secured.email)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in(client)
    other = Client()
    sign_in(secured.email, by=other)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert not signed_in(other)


def test_the_sixth_guess_at_the_second_step_fails_even_when_right(client, secured, sign_in):
    sign_in(secured.email)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    assert not signed_in(client)


def test_someone_sets_up_the_app_and_is_signed_out_elsewhere(client, ada, sign_in):
    elsewhere = Client()
    sign_in(by=elsewhere)
    sign_in()
    response = client.get("/accounts/2fa/totp/activate/")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    client.post(response.headers["Location"], {"password": make.PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with pytest.MonkeyPatch.context() as patch:
        # What waits for a commit does not run inside the transaction of a test.
        patch.setattr(transaction, "on_commit", lambda do, **kwargs: do())
        client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=ada, type="totp").exists()
    assert client.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302


def test_staff_cannot_take_away_their_last_second_factor(client, secured, required):
    client.force_login(secured)
    confirm_identity(client, secured)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=secured, type="totp").exists()


def test_a_password_is_not_proof_enough_for_someone_with_a_second_factor(client, secured):
    client.force_login(secured)
    response = client.get("/accounts/2fa/recovery-codes/generate/")
    assert response.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    response = client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    assert response.headers["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_idle_staff_sign_in_again(client, secured, required):
    now = time.time()
    client.force_login(secured)
    assert client.get("/admin/").status_code == 200
    with time_machine.travel(now + 29 * 60):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(now + 58 * 60):
        assert client.get("/admin/").status_code == 200
    with time_machine.travel(now + 89 * 60):
        response = client.get("/admin/pages/")
        assert response.headers["Location"] == "/accounts/login/?next=/admin/pages/"
        assert not signed_in(client)


def test_whoever_signs_in_again_after_half_an_hour_is_there_again(client, secured, required):
    """In the same browser, before the session that was left had ended."""
    now = time.time()
    client.force_login(secured)
    assert client.get("/admin/").status_code == 200
    with time_machine.travel(now + 31 * 60):
        client.force_login(secured)
        assert client.get("/admin/").status_code == 200


def test_to_sign_in_elsewhere_wakes_no_session_that_was_left(client, secured, required):
    now = time.time()
    client.force_login(secured)  # and never looks at the staff pages
    with time_machine.travel(now + 31 * 60):
        Client().force_login(secured)
        assert client.get("/admin/").status_code == 302
        assert not signed_in(client)


def test_an_editor_left_open_does_not_keep_a_session_awake(client, secured, required):
    now = time.time()
    client.force_login(secured)
    client.get("/admin/")
    for minutes in (10, 20, 29):
        with time_machine.travel(now + minutes * 60):
            client.post("/admin/editing-sessions/ping/wagtailcore/page/1/")
    with time_machine.travel(now + 31 * 60):
        assert client.get("/admin/").status_code == 302


def test_the_last_request_is_stored_at_most_once_a_minute(client, secured, required):
    client.force_login(secured)
    now = time.time()
    client.get("/admin/")
    first = client.session["staff_seen_at"]
    with time_machine.travel(now + 50):
        client.get("/admin/")
        assert client.session["staff_seen_at"] == first
    with time_machine.travel(now + 70):
        client.get("/admin/")
        assert client.session["staff_seen_at"] > first


def test_changing_someones_role_asks_for_a_fresh_second_step_and_then_goes_on(
    client, ada, required
):
    admin = make.user("root@peerwork.example", full_name="Root", is_superuser=True)
    TOTP.activate(admin, SECRET)
    client.force_login(admin)
    trainers = Group.objects.get(name="Trainers")
    fields = {
        "email": ada.email,
        "full_name": "Ada Okafor",
        "language": "en",
        "is_active": "on",
        "groups": [trainers.pk],
    }
    response = client.post(f"/admin/users/edit/{ada.pk}/", fields)
    assert response.headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not ada.groups.exists()
    client.post(response.headers["Location"], {"code": app_code()})
    assert ada.groups.get() == trainers


def confirm_identity(client, user):
    """Confirm who this is with the second factor, as the site asks before a change."""
    client.post("/accounts/2fa/reauthenticate/", {"code": app_code()})


def test_passkeys_run_under_a_strict_policy(client, ada):
    page = client.get("/accounts/login/")
    html = page.content.decode()
    assert "mfa/js/webauthn.js" in html
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    inline = [part.split(">", 1) for part in html.split("<script")[1:]]
    for attributes, body in inline:
        assert "src=" in attributes or 'type="application/json"' in attributes, body[:80]
    assert " style=" not in html
    assert " onclick=" not in html


# On one phone ---------------------------------------------------------------------------------


def set_up_page(client, person):
    client.post("/accounts/login/", {"login": person.email, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return BeautifulSoup(client.get("/accounts/2fa/totp/activate/").content, "html.parser")


def test_the_app_on_the_same_phone_is_opened_by_a_link(client, ada):
    page = set_up_page(client, ada)
    link = page.find("a", href=re.compile("^otpauth://totp/"))
    secret = page.select_one("[data-copy]")["data-copy"]
    assert parse_qs(urlsplit(link["href"]).query)["secret"] == [secret]


def test_the_secret_is_text_in_groups_of_four_and_can_be_copied_whole(client, ada):
    page = set_up_page(client, ada)
    button = page.select_one("[data-copy]")
    groups = page.find(id="secret").get_text().split(" ")
    assert "".join(groups) == button["data-copy"]
    assert {len(group) for group in groups[:-1]} == {4}
    assert button.has_attr("hidden"), "a script shows it, since it needs one"
    assert page.find(id="secret").name == "code"


@pytest.mark.parametrize(
    ("code", "groups"), [("", ""), ("ABC", "ABC"), ("ABCD", "ABCD"), ("ABCDEF", "ABCD EF")]
)
def test_a_long_code_is_read_in_groups(code, groups):
    assert in_groups(code) == groups


def test_recovery_codes_are_shown_at_once_and_come_as_a_file(client, ada):
    page = set_up_page(client, ada)
    secret = page.select_one("[data-copy]")["data-copy"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
    shown = BeautifulSoup(response.content, "html.parser")
    codes = [one.get_text() for one in shown.select(".account__codes code")]
    assert len(codes) == 10
    file = client.get(shown.find("a", href=re.compile("download"))["href"])
    assert file["Content-Disposition"].startswith("attachment")
    assert set(codes) <= set(file.content.decode().split())
