"""Emails about accounts: they link to this site alone, and their subjects tell nothing."""

import logging
import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings as project_settings
from django.core import mail
from django.test import Client
from django.utils import translation

from people.adapter import AccountAdapter
from tests import make

HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "127.0.0.1:8000@evil.example",
    "evil.example:8000",
    "evil.example#127.0.0.1",
    "localhost.evil.example",
    "[::1].evil.example",
    "127.0.0.1/evil.example",
    "localhost",
    "localhost:9999",
    "127.0.0.1:1",
    "[::1]",
]


@pytest.mark.django_db
@pytest.mark.parametrize("host", HOSTS)
def test_whatever_host_a_request_names_the_links_lead_here(ada, host, settings):
    for url, email in [
        ("/accounts/password/reset/", ada.email),
        ("/accounts/password/reset/", "eve@peerwork.example"),
        ("/accounts/login/code/", "eve@peerwork.example"),
    ]:
        Client().post(
            url, {"email": email}, headers={"Host": host, "X-Forwarded-Host": "evil.example"}
        )
    Client().post(
        "/accounts/signup/",
        {
            "email": ada.email,
            "full_name": "Eve",
            "password1": "quiet-river-stone",
            "agreement": "on",
        },
        headers={"Host": host},
    )
    for message in mail.outbox:
        links = re.findall(r"https?://\S+", message.body)
        assert links
        assert all(
            link == settings.BASE_URL or link.startswith(settings.BASE_URL + "/") for link in links
        )
        assert "evil.example" not in message.body + message.subject


@pytest.mark.django_db
def test_a_reset_link_works_once_and_the_old_password_no_longer(client, ada, mailbox, sign_in):
    client.post("/accounts/password/reset/", {"email": ada.email})
    link = mailbox.link
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "quiet-river-stone"})
    sign_in()
    assert "_auth_user_id" not in client.session
    sign_in(password="quiet-river-stone")
    assert "_auth_user_id" in client.session
    assert "no longer good" in Client().get(link, follow=True).content.decode()


@pytest.mark.django_db
def test_a_failing_mail_server_is_logged_without_anyones_address(client, ada, broken_mail, caplog):
    with caplog.at_level(logging.ERROR):
        response = client.post("/accounts/password/reset/", {"email": ada.email})
    assert response.status_code == 302
    assert "not sent: ConnectionRefusedError" in caplog.text
    assert ada.email not in caplog.text


@pytest.mark.django_db
def test_subjects_say_nothing_about_who_the_reader_is_or_what_they_learn(client, ada):
    client.post("/accounts/password/reset/", {"email": ada.email})
    client.post("/accounts/password/reset/", {"email": "eve@peerwork.example"})
    client.post("/accounts/login/code/", {"email": ada.email})
    subjects = [message.subject for message in mail.outbox]
    assert subjects == ["Choose a new password", "About signing in", "Your code"]
    assert "peer" not in "".join(message.body for message in mail.outbox).lower().replace(
        "peerwork", ""
    )


@pytest.mark.django_db
def test_an_email_is_in_the_language_of_the_account(client, ada, monkeypatch):
    ada.language = "es"
    ada.save()
    languages = []
    render = AccountAdapter.render_mail

    def record_language(self, *args, **kwargs):
        languages.append(translation.get_language())
        return render(self, *args, **kwargs)

    monkeypatch.setattr(AccountAdapter, "render_mail", record_language)
    client.post("/accounts/password/reset/", {"email": ada.email})
    assert languages == ["es"]


@pytest.mark.django_db
def test_a_message_to_one_address_never_names_who_is_signed_in_at_another(client, ada):
    make.user("bob@peerwork.example", full_name="Bob Bright")
    client.force_login(ada)
    client.post("/accounts/password/reset/", {"email": "eve@peerwork.example"})
    client.post("/accounts/password/reset/", {"email": "bob@peerwork.example"})
    assert len(mail.outbox) == 2
    assert "Ada" not in "".join(message.body for message in mail.outbox)


def test_every_email_of_allauth_has_our_own_template():
    allauth_templates = Path(allauth.__file__).parent / "templates"
    own_templates = Path(project_settings.BASE_DIR) / "templates"
    missing = [
        str(path.relative_to(allauth_templates))
        for part in ("account", "mfa", "usersessions")
        for path in (allauth_templates / part).rglob("*_message.txt")
        if not (own_templates / path.relative_to(allauth_templates)).exists()
    ]
    assert not missing
