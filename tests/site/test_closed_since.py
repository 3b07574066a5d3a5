"""A try, a play and what comes back of it, where their page was closed since: no way round."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from assessments.models import Attempt
from certificates.models import Requirement
from practice.models import Play
from tests import make
from tests.practice import making

pytestmark = pytest.mark.django_db

OPEN, CLOSED = 200, 403


@pytest.fixture
def module():
    return make.module(make.course(order="free"), title="Harbour")


@pytest.fixture
def quiz_page(module):
    return make.quiz_page(module, make.quiz())


@pytest.fixture
def talk_page(module):
    return making.conversation_page(module)


@pytest.fixture
def place(quiz_page, talk_page, module):
    course = module.get_parent().specific
    make.edition(course)
    return make.enrolment(make.user(), course)


@pytest.fixture
def browser(place):
    browser = Client()
    browser.force_login(place.learner)
    return browser


@pytest.fixture
def attempt(browser, quiz_page, place):
    browser.post(reverse("assessments:start_attempt", args=[quiz_page.translation_key]))
    return Attempt.objects.get(enrolment=place)


@pytest.fixture
def play(browser, talk_page, place):
    browser.post(reverse("practice:start", args=[talk_page.translation_key]))
    return Play.objects.get(enrolment=place)


def close(page, kind="groups"):
    """Close a page to all but a group, or to all who do not know its password."""
    row = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="north")
    if kind == "groups":
        row.groups.add(Group.objects.create(name="The north"))


def addresses_of(attempt):
    return {
        name: reverse(f"assessments:{name}", args=[attempt.pk])
        for name in ("attempt", "save_attempt", "finish", "submit", "answer_again", "answer_talk")
    }


@pytest.mark.parametrize("kind", ["groups", "password"])
@pytest.mark.parametrize("above", [0, 1, 2], ids=["itself", "its module", "its course"])
def test_a_try_is_closed_with_its_quiz_at_every_address(browser, attempt, quiz_page, kind, above):
    page = quiz_page
    for _ in range(above):
        page = page.get_parent()
    close(page, kind)
    for name, url in addresses_of(attempt).items():
        response = browser.get(url) if name in {"attempt", "finish"} else browser.post(url)
        assert response.status_code == CLOSED, name
    assert Attempt.objects.get(pk=attempt.pk).is_open


def test_its_result_is_closed_too(browser, attempt, quiz_page):
    browser.post(reverse("assessments:submit", args=[attempt.pk]), {"base": 0})
    result = reverse("assessments:result", args=[attempt.pk])
    assert browser.get(result).status_code == OPEN
    close(quiz_page)
    assert browser.get(result).status_code == CLOSED


def test_another_step_that_is_closed_closes_no_try(browser, attempt, talk_page):
    close(talk_page)
    assert browser.get(reverse("assessments:attempt", args=[attempt.pk])).status_code == OPEN


def test_a_play_is_closed_with_its_conversation(browser, play, talk_page):
    url = reverse("practice:play", args=[play.pk])
    assert browser.get(url).status_code == OPEN
    close(talk_page)
    assert browser.get(url).status_code == CLOSED
    assert browser.post(url, {"turn": 1, "reply": "0"}).status_code == CLOSED


def test_what_comes_back_of_it_is_neither_shown_nor_led_to(browser, place, talk_page):
    row = making.due_return(place, talk_page)
    url = reverse("practice:return", args=[row.pk])
    lists = [reverse("practice:returns"), reverse("learn")]
    for at_list in lists:
        assert url in browser.get(at_list).content.decode(), at_list
    close(talk_page)
    assert browser.get(url).status_code == CLOSED
    for at_list in lists:
        assert url not in browser.get(at_list).content.decode(), at_list


def test_an_award_leads_to_none_of_it(browser, place, quiz_page, talk_page):
    award = make.award(course=place.course, quiz=quiz_page.quiz)
    Requirement.objects.create(
        award=award,
        kind="conversations",
        conversations=making.conversation_set(talk_page.conversation),
    )
    pages = [reverse("learn"), place.course.url]
    closed = [quiz_page.url, talk_page.url]

    def links():
        html = "".join(browser.get(url).content.decode() for url in pages)
        return [url for url in closed if f'href="{url}"' in html]

    assert links() == closed
    close(quiz_page.get_parent())
    assert links() == []
