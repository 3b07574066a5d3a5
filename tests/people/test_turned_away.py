"""Words that are sent to what was deleted, or closed, while its page was open: nobody loses them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib import messages
from django.contrib.auth.models import Group
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponseRedirect
from django.test import Client
from django.utils import timezone

from assessments.models import Quiz
from courses.models import LessonPage
from people.models import SetAsideForm
from people.owner_middleware import was_turned_away
from people.page_owners import FIELD, HEADER, stamp_for
from people.roles import LEAD_TRAINERS
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of
from tests.people.test_page_owners import FROM_HERE, JSON, LIST, SAVE, send_again

pytestmark = pytest.mark.django_db

WORDS = "A quiet, private thought."


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
def editor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.user("editor@peerwork.example")
    person.groups.add(Group.objects.get(name=LEAD_TRAINERS))
    return person


def the_page(lesson):
    lesson.delete()


def its_module(lesson):
    lesson.get_parent().delete()


@pytest.mark.parametrize("delete", [the_page, its_module])
def test_a_lesson_that_is_deleted_while_it_is_open_gives_the_words_back(
    delete, written, ada, lesson
):
    delete(LessonPage.objects.get(pk=lesson.pk))
    browser = signed_in(ada)
    answer = browser.post(SAVE, written)
    assert answer.headers["Location"] == LIST
    page = text_of(browser.get(LIST))
    assert WORDS in page
    assert "not there any more" in page
    assert "been signed out" not in page


def test_a_script_says_so_beside_the_box(written, ada, lesson):
    LessonPage.objects.get(pk=lesson.pk).delete()
    answer = signed_in(ada).post(SAVE, written, headers=JSON)
    assert answer.status_code == 404
    assert answer.json()["state"] == "turned_away"
    assert "What you typed is kept for you." in answer.json()["message"]
    assert WORDS in str(SetAsideForm.objects.get(owner=ada).fields)


def test_the_words_of_staff_are_kept_where_a_colleague_deleted_the_page(lesson, editor):
    LessonPage.objects.get(pk=lesson.pk).delete()
    form = {FIELD: stamp_for(editor), "title": "A better title for it"}
    answer = signed_in(editor).post(f"/admin/pages/{lesson.pk}/edit/", form)
    assert answer.headers["Location"] == LIST
    assert "A better title for it" in text_of(signed_in(editor).get(LIST))


@pytest.mark.parametrize(
    "address",
    ["/admin/snippets/assessments/singlechoice/add/", "/admin/snippets/assessments/quiz/add/"],
)
def test_they_are_kept_where_the_right_was_taken_meanwhile(address, editor):
    editor.groups.set([Group.objects.get(name="Assessors")])
    form = {FIELD: stamp_for(editor), "text": "What would you say to her?"}
    answer = signed_in(editor).post(address, form)
    assert answer.headers["Location"] == LIST
    assert not Quiz.objects.exists()
    assert SetAsideForm.objects.get(owner=editor).was_turned_away


def test_what_was_done_and_leads_to_the_first_page_was_not_turned_away(rf):
    """Such as a comment with which a draft is approved from there."""
    request = rf.post("/admin/")
    request._messages = CookieStorage(request)
    messages.success(request, "It is approved.")
    assert not was_turned_away(request, HttpResponseRedirect("/admin/"))
    messages.error(request, "You do not have permission.")
    assert was_turned_away(request, HttpResponseRedirect("/admin/"))
    assert not was_turned_away(request, HttpResponseRedirect("/admin/pages/"))


def test_an_old_page_of_somebody_who_signed_in_again_is_sent_from_there(written, ada, lesson):
    """Its token and its stamp prove nothing any more. Its words are theirs all the same."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    with time_machine.travel(timezone.now() - timedelta(days=90), tick=False):
        old_stamp = stamp_for(ada)
    answer = browser.post(SAVE, {**written, FIELD: old_stamp}, headers=FROM_HERE)
    assert answer.headers["Location"] == LIST
    page = text_of(browser.get(LIST))
    assert "You had been signed out since" in page
    send_again(signed_in(ada), page)
    assert ada.reflections.get().text == WORDS
    assert not SetAsideForm.objects.exists()


def test_what_is_turned_away_again_waits_once_and_says_why(written, ada, lesson):
    Client().post(SAVE, written)
    form = SetAsideForm.objects.get()
    LessonPage.objects.get(pk=lesson.pk).delete()
    browser = signed_in(ada)
    browser.post(SAVE, {**written, "sent_again": form.pk})
    assert SetAsideForm.objects.get() == form
    assert "not there any more" in text_of(browser.get(LIST))


def test_without_words_it_is_not_found_as_ever(written, ada, lesson):
    LessonPage.objects.get(pk=lesson.pk).delete()
    answer = signed_in(ada).post(SAVE, {FIELD: written[FIELD], "lesson": lesson.pk})
    assert answer.status_code == 404
    assert not SetAsideForm.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {HEADER: "made-up"}, {}]
)
def test_nothing_is_kept_of_what_no_page_of_theirs_sent(headers, written, ada, lesson):
    LessonPage.objects.get(pk=lesson.pk).delete()
    stamp = "made-up" if "Origin" not in headers else written[FIELD]
    answer = signed_in(ada).post(SAVE, {**written, FIELD: stamp}, headers=headers)
    assert answer.status_code == 404
    assert not SetAsideForm.objects.exists()
