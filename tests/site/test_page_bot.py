"""A bot that presses its way through the whole course by its pages, and reads nothing."""

from random import Random

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client

from assessments import attempting
from assessments.models import Question, QuizPage
from certificates.models import Credential
from courses.models import Completion, CoursePage
from courses.outlines import outline_of
from lms.shipped.building import build_site
from lms.shipped.pieces import key_of
from people.models import User
from tests.make import NOON
from tests.site.bot import plain, words_of
from tests.site.page_bot import PageBot

pytestmark = pytest.mark.django_db

MOST_TRIES = 60


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The site as it ships, made once for the tests of this module and then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_site(at=NOON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def bot(site, monkeypatch):
    papers = Random(20261127)
    monkeypatch.setattr(attempting, "SystemRandom", lambda: papers)
    with time_machine.travel(NOON, tick=False):
        yield PageBot(Client(), Random(7))


def shown_of(html):
    """The words of a page of a result, without its head, menu and foot."""
    return words_of(BeautifulSoup(html, "html.parser").main)


def asked_in(bank, answers):
    """The questions of the bank that were on a paper, by their words."""
    return [bank[stem] for stem in answers if stem in bank]


def test_the_bot_goes_the_whole_way_by_the_pages_and_has_no_certificate(bot):
    bot.register("/courses/foundations-of-peer-support/")
    stopped = bot.go_on(MOST_TRIES)
    final = QuizPage.objects.get(translation_key=key_of("quiz:final"))
    assert stopped == final.url
    outline = outline_of(CoursePage.objects.get(translation_key=key_of("course")))
    learner = User.objects.get(email=bot.email)
    done = set(
        Completion.objects.filter(enrolment__learner=learner).values_list("page_key", flat=True)
    )
    assert {step.key for step in outline.steps} - done == {final.translation_key}
    assert_no_failed_try_told_what_fits(bot)
    assert_a_failed_try_says_why_and_what_to_read(bot)
    assert not Credential.objects.exists()
    bot.go("/learn/")
    assert "Download the PDF" not in bot.html


def assert_no_failed_try_told_what_fits(bot):
    """Neither a sign beside an option, nor the reason, nor a word on an option that was not given."""
    assert len(bot.failed) > 5
    bank = {question.words: question for question in Question.objects.all()}
    for html, answers in bot.failed:
        assert asked_in(bank, answers)
        assert "option--fits" not in html
        assert "Fits best" not in html
        shown = shown_of(html)
        given = {text for answer in answers.values() for text in answer}
        for question in asked_in(bank, answers):
            assert not question.rationale or plain(question.rationale) not in shown
            for option in getattr(question, "options", None) or []:
                feedback = plain(option.value.get("feedback", ""))
                if feedback and plain(option.value["text"]) not in given:
                    assert feedback not in shown, (question.code, feedback)


def assert_a_failed_try_says_why_and_what_to_read(bot):
    """Of a module's quiz: its score, a word on what was given, and the part to read again."""
    of_modules = [(html, answers) for html, answers in bot.failed if "score__percent" in html]
    assert of_modules
    for html, _answers in of_modules:
        page = BeautifulSoup(html, "html.parser")
        assert "What fits best is shown once you have passed" in shown_of(html)
        assert page.select(".option--given .option__feedback")
        assert page.main.select('a[href*="part="]')
    finals = [html for html, _answers in bot.failed if "score__percent" not in html]
    assert finals
    assert not any("option--given" in html for html in finals)
