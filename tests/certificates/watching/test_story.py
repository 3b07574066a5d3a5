"""The story of an employee whose certificate is revoked while it is watched, from end to end."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from certificates.models import Delivery, Watch, Webhook
from certificates.revoking import reinstate, revoke
from certificates.watching import outgoing
from certificates.watching.outgoing import Sent
from certificates.watching.tasks import deliver_to_webhook
from lms.sweeping import sweep
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.certificates.watching.news import verified
from tests.make import DAY, HOUR, NOON
from tests.people.organisations import making

EMPLOYER = "https://payroll.example.org/hooks"


def to(view, *arguments):
    return reverse(f"certificates:{view}", args=arguments)


class Program:
    """The program of an employer. It verifies what it gets, and is down when it is told to be."""

    def __init__(self):
        self.secret, self.news, self.is_down = "", [], False

    def __call__(self, url, body, headers):
        if self.is_down:
            return Sent(status=503)
        assert url == EMPLOYER
        assert verified(self.secret, headers, body)
        self.news.append(json.loads(body))
        return Sent(status=200)


@pytest.fixture
def program(monkeypatch):
    program = Program()
    monkeypatch.setattr(outgoing, "send", program)
    return program


@pytest.fixture
def employer():
    """Somebody who is signed in for an organisation that employs Ada."""
    person = make.user(email="erin@employer.example", full_name="Erin Employer")
    browser = Client()
    browser.force_login(person)
    return browser, making.organisation(person, name="Bay Clinic")


def minute_of_the_scheduler(at):
    """A sweep, and then whatever the worker was rung for."""
    with time_machine.travel(at, tick=False):
        sweep(lambda: at)
        for webhook in Webhook.objects.exclude(rung_until=None):
            deliver_to_webhook.func(webhook.pk)


def letters(words):
    return [each for each in mail.outbox if words in each.body]


@pytest.fixture
def story(credential, employer, program):
    """Bay Clinic checks a list, watches Ada's certificate, and has itself told in both ways."""
    browser, house = employer
    with time_machine.travel(NOON, tick=False):
        answers = browser.post(to("verify_many"), {"numbers": credential.number})
        again = re.search(r"hidden>\n(.*?)</textarea>", answers.content.decode(), re.DOTALL)[1]
        form = browser.post(to("watch_from_list"), {"numbers": again})
        assert credential.number in form.content.decode()
        browser.post(to("watching", house.pk), {"numbers": again, "reason": "works"})
        browser.post(to("digest", house.pk))
        page = words_of(browser.post(to("webhook", house.pk), {"url": EMPLOYER}))
    program.secret = re.search(r"whsec_[\w+/=]+", page)[0]
    return browser, house, program, credential


def test_the_employer_knows_within_minutes_and_so_does_the_holder(story):
    _browser, _house, program, credential = story
    minute_of_the_scheduler(NOON + timedelta(minutes=1))
    assert [each.to for each in letters("watches a certificate")] == [[credential.holder.email]]
    assert program.news == []

    revoke(credential, by=make.user(), reason="REASON-CANARY", at=NOON + DAY)
    minute_of_the_scheduler(NOON + DAY + timedelta(minutes=1))
    [news] = program.news
    assert news["data"]["standing"] == "revoked"
    [digest] = letters("news of certificates")
    assert digest.to == ["erin@employer.example"]
    assert "CANARY" not in digest.body + json.dumps(news)
    minute_of_the_scheduler(NOON + DAY + timedelta(minutes=2))
    assert len(program.news) == 1
    assert len(letters("news of certificates")) == 1


def test_a_mistake_that_is_undone_is_told_as_well(story):
    _browser, _house, program, credential = story
    revoke(credential, by=make.user(), reason="x", at=NOON + DAY)
    minute_of_the_scheduler(NOON + DAY)
    reinstate(credential, by=make.user(), reason="x", at=NOON + 2 * DAY)
    minute_of_the_scheduler(NOON + 2 * DAY)
    assert [each["data"]["standing"] for each in program.news] == ["revoked", "current"]
    assert len({each["id"] for each in program.news}) == 2


def test_a_program_that_was_down_for_a_night_misses_nothing(story):
    _browser, _house, program, credential = story
    program.is_down = True
    revoke(credential, by=make.user(), reason="x", at=NOON + DAY)
    for hour in range(9):
        minute_of_the_scheduler(NOON + DAY + hour * HOUR)
    assert Delivery.objects.get().state == Delivery.State.WAITING
    program.is_down = False
    minute_of_the_scheduler(NOON + DAY + 16 * HOUR)
    assert [each["data"]["standing"] for each in program.news] == ["revoked"]


def test_a_program_that_is_gone_is_seen_by_the_organisation(story):
    browser, house, program, credential = story
    program.is_down = True
    revoke(credential, by=make.user(), reason="x", at=NOON + DAY)
    for hour in range(40):
        minute_of_the_scheduler(NOON + DAY + hour * HOUR)
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.GIVEN_UP
    assert delivery.tries < 12
    with time_machine.travel(NOON + 3 * DAY, tick=False):
        page = words_of(browser.get(to("webhook", house.pk)))
        assert "Given up" in page
        assert "answered 503" in page
        program.is_down = False
        browser.post(to("send_again", house.pk, delivery.pk))
    minute_of_the_scheduler(NOON + 3 * DAY)
    assert len(program.news) == 1


def test_the_holder_objects_and_nothing_more_is_told(story):
    _browser, _house, program, credential = story
    holder = Client()
    holder.force_login(credential.holder)
    watch = Watch.objects.get()
    with time_machine.travel(NOON + HOUR, tick=False):
        page = words_of(holder.get(to("watched", credential.number)))
        assert "Bay Clinic" in page
        holder.post(to("object", credential.number, watch.pk))
    minute_of_the_scheduler(NOON + 2 * HOUR)
    assert [each["type"] for each in program.news] == ["watch.ended"]
    revoke(credential, by=make.user(), reason="x", at=NOON + DAY)
    minute_of_the_scheduler(NOON + 2 * DAY)
    assert len(program.news) == 1
    assert "now Revoked" not in "".join(each.body for each in mail.outbox)


def test_the_organisation_reads_that_the_holder_ended_it(story):
    browser, house, _program, credential = story
    holder = Client()
    holder.force_login(credential.holder)
    holder.post(to("object", credential.number, Watch.objects.get().pk))
    page = words_of(browser.get(to("watching", house.pk)))
    assert "The holder ended the watch" in page
    sent = {"numbers": credential.number, "reason": "works"}
    page = words_of(browser.post(to("watching", house.pk), sent))
    assert "The holder does not want it watched" in page


def test_the_test_message_arrives_and_says_so(story):
    browser, house, program, _credential = story
    with time_machine.travel(NOON + HOUR, tick=False):
        browser.post(to("change_webhook", house.pk, "test"))
    minute_of_the_scheduler(NOON + HOUR)
    [news] = program.news
    assert (news["type"], news["data"]) == ("test", {})
    assert "Delivered : A test" in words_of(browser.get(to("webhook", house.pk)))
    assert not letters("news of certificates"), "a test is no news for members"


def test_nothing_that_an_organisation_gets_names_anybody(story):
    _browser, _house, program, credential = story
    revoke(credential, by=make.user(), reason="x", at=NOON + DAY)
    minute_of_the_scheduler(NOON + DAY)
    bodies = "".join(each.body for each in letters("news of certificates"))
    for private in ("Okafor", "Ada", credential.holder.email, credential.award_name):
        assert private not in bodies.replace("Hello Erin", "")
        assert private not in json.dumps(program.news)
