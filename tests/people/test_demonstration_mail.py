"""The emails of the demonstration can be read on a page that no other site has."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.mail import send_mail

pytestmark = pytest.mark.django_db

URL = "/demonstration/mail/"


@pytest.fixture
def demonstration(settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


def test_there_is_no_such_page_outside_the_demonstration(client, settings):
    settings.DEMONSTRATION = False
    assert client.get(URL).status_code == 404


def test_an_empty_mailbox_says_so(client, demonstration):
    assert "Nothing has been sent yet." in client.get(URL).content.decode()


def test_a_newcomer_finds_their_code_there(client, demonstration):
    client.post(
        "/accounts/signup/",
        {
            "email": "new@peerwork.example",
            "full_name": "Zoë",
            "password1": "quiet-river-stone",
            "agreement": "on",
        },
    )
    page = client.get("/accounts/confirm-email/").content.decode()
    assert f'href="{URL}"' in page
    page = client.get(URL).content.decode()
    assert "new@peerwork.example" in page
    assert "Here is your code." in page


def test_the_newest_twenty_are_shown_the_newest_first_and_as_plain_text(client, demonstration):
    for number in range(25):
        with time_machine.travel(datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC)):
            send_mail(f"Letter {number}", f"<b>Number {number}</b> ü", None, ["a@peerwork.example"])
    page = client.get(URL).content.decode()
    assert page.count("<article") == 20
    assert page.index("Letter 24") < page.index("Letter 5")
    assert "Letter 4<" not in page
    assert "&lt;b&gt;Number 24&lt;/b&gt; ü" in page


def test_the_sign_in_page_says_where_the_demonstrations_people_are(client, demonstration):
    assert "make run" in client.get("/accounts/login/").content.decode()


def test_elsewhere_the_sign_in_page_does_not_speak_of_a_demonstration(client, settings):
    settings.DEMONSTRATION = False
    assert "make run" not in client.get("/accounts/login/").content.decode()
