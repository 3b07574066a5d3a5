"""Bookmarks of parts: kept once, found again, and their learner's alone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Bookmark, Reflection
from tests import make
from tests.courses.reading import signed_in, text_of

pytestmark = pytest.mark.django_db
OWN = "courses:bookmarks"


@pytest.fixture
def lesson(lesson_in_parts):
    return lesson_in_parts


@pytest.fixture
def learner(reader_of_parts):
    return reader_of_parts


def keep(browser, lesson, part=0, **fields):
    key = lesson.parts[part].key
    return browser.post(
        reverse("courses:keep_bookmark"), {"lesson": lesson.pk, "bookmark": key, **fields}
    )


def test_a_part_that_is_bookmarked_is_found_again(lesson, learner):
    browser = signed_in(learner)
    assert "Bookmark this part" in text_of(browser.get(f"{lesson.get_url()}?part=2"))
    assert keep(browser, lesson, part=1).status_code == 302
    page = text_of(browser.get(reverse(OWN)))
    assert "Coming back" in page
    assert lesson.title in page
    assert f'href="{lesson.get_url()}?part=2#lesson"' in page
    assert "Getting ready" not in page
    assert reverse(OWN) in text_of(browser.get(reverse("learn")))


def test_a_part_has_one_bookmark_however_often_it_is_pressed(lesson, learner):
    browser = signed_in(learner)
    keep(browser, lesson)
    keep(browser, lesson)
    assert Bookmark.objects.filter(learner=learner).count() == 1


def test_what_was_typed_on_the_page_is_kept_first(lesson, learner):
    block = next(block for block in lesson.body if block.block_type == "reflection")
    keep(signed_in(learner), lesson, **{f"text-{block.id}": "On the bus.", f"number-{block.id}": 0})
    assert Reflection.objects.get(learner=learner).text == "On the bus."


def test_nobody_else_sees_or_removes_it(lesson, learner):
    keep(signed_in(learner), lesson)
    bookmark = Bookmark.objects.get()
    other = signed_in(make.user())
    assert "Nothing here yet." in text_of(other.get(reverse(OWN)))
    remove = reverse("courses:remove_bookmark", args=[bookmark.pk])
    assert other.post(remove).status_code == 404
    assert signed_in(learner).post(remove).status_code == 302
    assert not Bookmark.objects.exists()


def test_what_is_no_part_of_ones_own_lesson_gets_no_bookmark(lesson, learner):
    address = reverse("courses:keep_bookmark")
    for key in (uuid4(), "", "x"):
        fields = {"lesson": lesson.pk, "bookmark": key}
        assert signed_in(learner).post(address, fields).status_code == 404
    assert keep(signed_in(make.user()), lesson).status_code == 404
    assert not Bookmark.objects.exists()


def test_a_lesson_that_went_down_or_was_closed_is_not_named(lesson, learner):
    browser = signed_in(learner)
    keep(browser, lesson)
    lesson.get_parent().view_restrictions.create(restriction_type="password", password="x")
    assert lesson.title not in text_of(browser.get(reverse(OWN)))
    lesson.get_parent().view_restrictions.all().delete()
    lesson.unpublish()
    page = text_of(browser.get(reverse(OWN)))
    assert lesson.title not in page
    assert "A lesson that is not there just now" in page


def test_one_bookmark_costs_as_many_queries_as_two(lesson, learner):
    browser = signed_in(learner)
    keep(browser, lesson)
    browser.get(reverse(OWN))
    one = cost(browser)
    keep(browser, lesson, part=1)
    browser.get(reverse(OWN))
    assert cost(browser) == one


def cost(browser):
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(OWN))
    return len(queries)
