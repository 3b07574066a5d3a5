from __future__ import annotations

import re

import pytest
from django.core import mail

from tests import make


class Mailbox:
    """The emails that were sent in this test."""

    @property
    def newest(self):
        return mail.outbox[-1]

    @property
    def code(self) -> str:
        """The code in the newest message, which stands on a line of its own."""
        return re.search(r"^(\d{4}-\d{4})$", self.newest.body, re.M)[1]

    @property
    def link(self) -> str:
        return re.search(r"https?://\S+", self.newest.body)[0]


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def ada(db):
    return make.user("ada@peerwork.example", full_name="Ada Okafor")


@pytest.fixture
def sign_in(client):
    """Sign in as people do, with an address and a password."""

    def post_form(email="ada@peerwork.example", password=make.PASSWORD, by=client, **extra):
        return by.post("/accounts/login/", {"login": email, "password": password}, **extra)

    return post_form


@pytest.fixture
def broken_mail(settings):
    """Email settings that name a server which does not answer."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = 9
    settings.EMAIL_TIMEOUT = 2
