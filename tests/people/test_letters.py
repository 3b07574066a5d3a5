"""Every email has the look of the house, says whom to ask, and can be answered."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from wagtail.models import Site

from lms.models import SiteSettings
from people.letters import contact_address, dress
from tests import make

CONTACT = "questions@peerwork.example"
A_CODE_EMAIL = "/accounts/login/code/"


@pytest.fixture
def contact(db):
    site_settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    site_settings.contact_email = CONTACT
    site_settings.save()
    return CONTACT


def html_of(message):
    (alternative,) = message.alternatives
    assert alternative.mimetype == "text/html"
    return alternative.content


def text_in(html):
    """The words of a page as a reader sees them, without its style."""
    pieces = []
    parser = HTMLParser()
    parser.handle_data = pieces.append
    parser.feed(re.sub(r"<style>.*?</style>", "", html, flags=re.S))
    return " ".join(" ".join(pieces).split())


def plain_email(text="Hello,\n\nall is well: https://peerwork.example/learn/ <b>"):
    return EmailMultiAlternatives("A subject", text, to=["ada@peerwork.example"])


def test_every_letter_asks_machines_for_no_answer(client, ada):
    client.post("/accounts/login/code/", {"email": ada.email})
    [letter] = mail.outbox
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.extra_headers["X-Auto-Response-Suppress"] == "All"


def test_an_email_about_an_account_has_both_forms_and_can_be_answered(client, ada, contact):
    client.post(A_CODE_EMAIL, {"email": ada.email})
    (message,) = mail.outbox
    assert message.reply_to == [contact]
    assert f"write to {contact}" in message.body
    words = text_in(html_of(message))
    assert f"write to {contact}" in words
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", message.body)
    assert code
    assert code[0] in words


def test_without_an_address_for_questions_an_email_says_where_to_look(client, ada, settings):
    client.post(A_CODE_EMAIL, {"email": ada.email})
    (message,) = mail.outbox
    assert message.reply_to == []
    assert f"Whom to ask instead: {settings.BASE_URL}" in message.body


def test_an_email_is_dressed_in_the_language_of_its_reader(client, ada, contact):
    ada.language = "es"
    ada.save()
    client.post("/accounts/password/reset/", {"email": ada.email})
    html = html_of(mail.outbox[0])
    assert '<html lang="es"' in html
    assert "¿Tienes preguntas?" in html


def test_the_html_of_an_email_escapes_its_text_and_links_its_addresses(db):
    html = html_of(dress(plain_email()))
    assert "&lt;b&gt;" in html
    assert '<a href="https://peerwork.example/learn/"' in html


def test_the_html_of_an_email_loads_nothing_from_anywhere(client, ada, contact):
    client.post(A_CODE_EMAIL, {"email": ada.email})
    html = html_of(mail.outbox[0])
    assert not re.search(r"<(img|link|script|iframe)\b|@import|url\(", html)


def test_answers_go_to_whom_the_email_names(db, contact):
    message = dress(plain_email(), contact="office@issuer.example", sender="An Issuer")
    assert message.reply_to == ["office@issuer.example"]
    assert "office@issuer.example" in message.body
    assert CONTACT not in message.body
    assert "An Issuer" in text_in(html_of(message))


def test_the_address_for_questions_is_the_one_of_the_default_site(contact):
    assert contact_address() == CONTACT


def test_an_email_about_a_review_of_a_page_has_the_same_look(client, contact):
    trainer, lead = make.user("trainer@peerwork.example"), make.user("lead@peerwork.example")
    for user, role in ((trainer, "Trainers"), (lead, "Lead trainers")):
        user.groups.add(Group.objects.get(name=role))
    lesson = make.lesson(make.module(make.course()), title="Being there")
    lesson.save_revision(user=trainer)
    lesson.get_workflow().start(lesson, trainer)
    messages = [message for message in mail.outbox if message.to == [lead.email]]
    assert messages
    words = text_in(html_of(messages[0]))
    assert "Being there" in words
    assert "Choose which emails you get" in words
    assert CONTACT in words


def test_a_letter_of_wagtails_about_what_waits_says_whom_to_ask_and_promises_no_answer(contact):
    reader = make.user("lead@peerwork.example")
    reader.groups.add(Group.objects.get(name="Lead trainers"))
    lesson = make.lesson(make.module(make.course("Course")), title="Silence")
    lesson.save_revision()
    lesson.get_workflow().start(lesson, make.user("writer@peerwork.example"))
    (message,) = [each for each in mail.outbox if each.to == [reader.email]]
    for words in (message.body, text_in(html_of(message))):
        assert "Hello" in words
        assert "Silence" in words
        assert f"Questions? Write to {CONTACT}." in " ".join(words.split())
        assert "Answer this email" not in words
    assert "<title></title>" not in html_of(message)
