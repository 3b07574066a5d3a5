"""What editors find in the staff pages and on the site: the order of a course, and its lessons."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.courses.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

WORDS = "Words that only a learner with a place may read."


@pytest.fixture
def lesson():
    module = make.module(make.course())
    lessons = [make.lesson(module, title=title) for title in ("Third written", "First", "Second")]
    lessons[0].body = [("prose", f"<p>{WORDS}</p>")]
    lessons[0].save()
    # The one changed last is not the one listed first.
    lessons[1].save_revision()
    return lessons[0]


def test_pages_are_listed_in_the_order_of_the_course(client, lesson):
    sign_in(client, "Trainers")
    response = client.get(reverse("wagtailadmin_explore", args=[lesson.get_parent().pk]))
    titles = [page.title for page in response.context["object_list"]]
    assert titles == ["Third written", "First", "Second"]


@pytest.mark.parametrize("role", ["Trainers", "Lead trainers"])
def test_an_editor_without_a_place_is_shown_the_lesson_and_not_its_door(client, lesson, role):
    sign_in(client, role)
    text = client.get(lesson.url).content.decode()
    assert WORDS in text
    assert "You are reading this as an editor." in text
    assert "take a place on the course" not in text.lower()


@pytest.mark.parametrize("role", ["Registrars", "Assessors"])
def test_staff_who_may_not_edit_a_lesson_find_its_door(client, lesson, role):
    sign_in(client, role)
    assert WORDS not in client.get(lesson.url).content.decode()


def test_a_visitor_and_a_stranger_find_the_door(client, lesson):
    assert WORDS not in client.get(lesson.url).content.decode()
    stranger = Client()
    stranger.force_login(make.user("stranger@peerwork.example"))
    assert WORDS not in stranger.get(lesson.url).content.decode()


def test_what_an_editor_reads_cannot_be_finished(client, lesson):
    sign_in(client, "Trainers")
    assert "Finish this lesson" not in client.get(lesson.url).content.decode()
