"""While something is set aside, the pages of its writer lead to it, and the page of it says where
it is from, once, and nothing that nobody can know."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import LessonPage
from people.models import SetAsideForm
from people.page_owners import FIELD, stamp_for
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of
from tests.people.test_page_owners import FROM_HERE, JSON, LIST, SAVE

pytestmark = pytest.mark.django_db

WORDS = "A quiet, private thought."
NOTICE = f'<a href="{LIST}">See it</a>'


@pytest.fixture
def lesson():
    return reflecting_lesson(make.module(make.course(order="free")), title="Silence")


@pytest.fixture
def ada(lesson):
    return make.enrolment(course=lesson.get_parent().get_parent().specific).learner


@pytest.fixture
def written(lesson, ada):
    """What the form of Ada's lesson holds."""
    box = lesson.body[1].id
    typed = {"lesson": lesson.pk, "block": box, f"number-{box}": "0", f"text-{box}": WORDS}
    return {FIELD: stamp_for(ada), **typed}


@pytest.fixture
def from_lesson(lesson):
    return {"Referer": f"{settings.BASE_URL}{lesson.url}"}


def signed_in_by_form(person, url="/learn/"):
    client = Client()
    fields = {"login": person.email, "password": make.PASSWORD, "next": url}
    client.post("/accounts/login/", fields)
    return client


def test_every_page_of_theirs_leads_to_it_until_nothing_is_kept(written, ada, lesson):
    Client().post(SAVE, written)
    browser = signed_in_by_form(ada)
    pages = ["/learn/", "/learn/", "/accounts/profile/", lesson.url]
    assert [text_of(browser.get(page)).count(NOTICE) for page in pages] == [1, 1, 1, 1]
    browser.post(reverse("account_let_go", args=[SetAsideForm.objects.get().pk]))
    assert [NOTICE in text_of(browser.get(page)) for page in pages] == [False] * 4


def test_the_pages_of_a_quiz_lead_to_it():
    attempt = make.attempt()
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    url = reverse("assessments:attempt", args=[attempt.pk])
    ada = attempt.enrolment.learner
    headers = {"Referer": f"{settings.BASE_URL}{url}"}
    Client().post(url, {FIELD: stamp_for(ada), **form}, headers=headers)
    browser = signed_in_by_form(ada)
    browser.get("/learn/")
    assert NOTICE in text_of(browser.get(url))
    assert f'<a href="{url}">{attempt.quiz.title}</a>' in text_of(browser.get(LIST))


def test_the_page_of_it_does_not_lead_to_itself(written, ada):
    Client().post(SAVE, written)
    browser = signed_in_by_form(ada, LIST)
    assert [NOTICE in text_of(browser.get(LIST)) for _ in range(2)] == [False, False]


def test_sending_it_ends_the_notice(written, ada):
    Client().post(SAVE, written)
    browser = signed_in_by_form(ada)
    key = SetAsideForm.objects.get().pk
    fields = {**written, "sent_again": key}
    browser.post(SAVE, fields, headers=FROM_HERE)
    assert not SetAsideForm.objects.exists()
    browser.get("/learn/")
    assert NOTICE not in text_of(browser.get("/learn/"))


def test_words_that_are_turned_away_now_are_led_to_at_once(written, ada, lesson):
    LessonPage.objects.get(pk=lesson.pk).delete()
    browser = signed_in(ada)
    browser.post(SAVE, written, headers=JSON)
    assert NOTICE in text_of(browser.get("/learn/"))


def test_pages_ask_the_database_nothing_of_it(written, ada):
    Client().post(SAVE, written)
    browser = signed_in_by_form(ada)
    browser.get("/learn/")
    with CaptureQueriesContext(connection) as queries:
        assert NOTICE in text_of(browser.get("/learn/"))
    assert not [each for each in queries if "setasideform" in each["sql"]]


def test_each_says_which_page_it_is_from(written, ada, lesson, from_lesson):
    Client().post(SAVE, written, headers=from_lesson)
    page = text_of(signed_in(ada).get(LIST))
    assert f'<a href="{lesson.url}">Silence</a>' in page


def test_a_page_that_is_closed_to_them_is_not_named(written, ada, lesson, from_lesson):
    Client().post(SAVE, written, headers=from_lesson)
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert ">Silence</a>" not in text_of(signed_in(ada).get(LIST))


def test_the_same_words_that_a_script_and_a_button_sent_are_there_once(written, ada, from_lesson):
    Client().post(SAVE, written, headers={**JSON, **from_lesson})
    button = {**written, "to": "after"}
    Client().post(reverse("courses:go_to_part"), button, headers=from_lesson)
    assert SetAsideForm.objects.count() == 2
    browser = signed_in(ada)
    assert text_of(browser.get(LIST)).count(f">{WORDS}</p>") == 1
    newest = SetAsideForm.objects.newest_first()[0]
    browser.post(reverse("account_let_go", args=[newest.pk]))
    assert not SetAsideForm.objects.exists()


def test_other_words_of_the_page_are_there_each(written, ada, lesson, from_lesson):
    Client().post(SAVE, written, headers=from_lesson)
    other = {**written, "to": "after", f"text-{lesson.body[1].id}": "Another thought."}
    Client().post(reverse("courses:go_to_part"), other, headers=from_lesson)
    page = text_of(signed_in(ada).get(LIST))
    assert WORDS in page
    assert "Another thought." in page


def test_it_claims_nothing_of_what_somebody_else_read(written, ada):
    signed_in(make.user()).post(SAVE, written)
    page = text_of(signed_in(ada).get(LIST))
    assert "have not seen it" not in page
    assert "may have read it" in page
