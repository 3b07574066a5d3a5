"""What a learner wrote and marked stands under its course, so that a copy is told from its original."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Page

from courses.models import Bookmark, CoursePage, LessonPage, PartNote, Reflection
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.courses.test_privacy import close

pytestmark = pytest.mark.django_db
BODY = [("prose", "<p>Canary words.</p>"), ("reflection", {"prompt": "What helps?"})]
LISTS = ["courses:notes", "courses:reflections", "courses:bookmarks"]
WRITTEN = ["courses:notes", "courses:reflections"]
TITLE = "Listening well"
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


@pytest.fixture
def original():
    course = make.course(TITLE, order="free")
    make.lesson(make.module(course), title="Being there", body=BODY)
    make.edition(course)
    return course


@pytest.fixture
def learner():
    return make.user()


def copy_of(course, title):
    """A course copied as the staff pages do it, under a title, published and declared."""
    page = Page.objects.get(pk=course.pk).specific
    attributes = {"title": title, "slug": "a-copy"}
    copy = CopyPageAction(
        page, recursive=True, to=page.get_parent(), update_attrs=attributes, keep_live=True
    ).execute()
    make.edition(CoursePage.objects.get(pk=copy.pk))
    return CoursePage.objects.get(pk=copy.pk)


def lesson_of(course):
    return LessonPage.objects.descendant_of(course).get()


def write_in(course, learner, words, at=make.NOON):
    """A note, a reflection and a bookmark in the lesson of a course."""
    make.enrolment(learner, course, at=at)
    lesson = lesson_of(course)
    own = {"learner": learner, "lesson_key": lesson.translation_key, "saved_at": timezone.now()}
    part = lesson.parts[0].key
    PartNote.objects.create(part_key=part, lesson_title=lesson.title, text=words, **own)
    block = next(block.id for block in lesson.body if block.block_type == "reflection")
    Reflection.objects.create(block_id=block, prompt="What helps?", text=words, **own)
    Bookmark.objects.create(part_key=part, **own)


def sections(page):
    """What stands under each course of a list, by what the course is called there."""
    main = page.split("<main")[1].split("</main>")[0]
    _, *rest = HEADING.split(main)
    headings = [" ".join(re.sub(r"<[^>]*>", "", each).split()) for each in rest[::2]]
    return list(zip(headings, rest[1::2], strict=True))


@pytest.mark.parametrize("name", LISTS)
def test_what_is_in_a_copy_is_told_from_its_original(name, original, learner):
    copy = copy_of(original, "Listening well in the north")
    write_in(original, learner, "Words in the original")
    write_in(copy, learner, "Words in the copy")
    page = text_of(signed_in(learner).get(reverse(name)))
    (first, in_copy), (second, in_original) = sections(page)
    assert (first, second) == ("Listening well in the north", TITLE)
    assert f'href="{lesson_of(copy).url}' in in_copy
    assert f'href="{lesson_of(original).url}' in in_original
    if name in WRITTEN:
        assert "Words in the copy" in in_copy
        assert "Words in the original" in in_original
        assert "Words in the original" not in in_copy


@pytest.mark.parametrize("name", LISTS)
def test_two_courses_of_one_name_are_told_apart_by_when_one_came(name, original, learner):
    copy = copy_of(original, TITLE)
    write_in(original, learner, "Words in the original", at=make.NOON)
    write_in(copy, learner, "Words in the copy", at=make.NOON + make.DAY)
    page = text_of(signed_in(learner).get(reverse(name)))
    (_, in_copy), (_, in_original) = sections(page)
    assert "you took your place on 24 November 2026" in in_copy
    assert "you took your place on 23 November 2026" in in_original


def test_the_file_to_keep_names_the_course(original, learner):
    copy = copy_of(original, TITLE)
    write_in(original, learner, "Words in the original", at=make.NOON)
    write_in(copy, learner, "Words in the copy", at=make.NOON + make.DAY)
    text = signed_in(learner).get(reverse("courses:reflections_download")).content.decode()
    assert re.search(f"{TITLE}, your place since 23 [^\n]* Being there\n.*\n\nWords in the o", text)
    assert re.search(f"{TITLE}, your place since 24 [^\n]* Being there\n.*\n\nWords in the c", text)


@pytest.mark.parametrize("name", LISTS)
def test_one_course_has_its_name_and_no_date(name, original, learner):
    write_in(original, learner, "My words")
    page = text_of(signed_in(learner).get(reverse(name)))
    assert [heading for heading, _ in sections(page)] == [TITLE]
    assert "you took your place on" not in page


@pytest.mark.parametrize("name", LISTS)
def test_of_a_lesson_that_was_deleted_it_is_said_and_its_course_is_known(name, original, learner):
    write_in(original, learner, "My words")
    lesson_of(original).delete()
    page = text_of(signed_in(learner).get(reverse(name)))
    [(heading, below)] = sections(page)
    assert heading == TITLE
    assert "no longer in the course" in below
    assert "just now" not in below
    if name in WRITTEN:
        assert "Being there" in below
        assert "My words" in below


@pytest.mark.parametrize("name", LISTS)
def test_what_stands_in_no_course_is_kept_too(name, original, learner):
    write_in(original, learner, "My words")
    lesson_of(original).move(make.home(), pos="last-child")
    [(heading, _)] = sections(text_of(signed_in(learner).get(reverse(name))))
    assert heading == "In no course any more"


@pytest.mark.parametrize("name", LISTS)
def test_no_list_leads_into_what_is_closed(name, original, learner):
    write_in(original, learner, "My words")
    close(original)
    page = text_of(signed_in(learner).get(reverse(name)))
    assert TITLE in page
    assert f'href="{original.url}' not in page


@pytest.mark.parametrize("name", LISTS)
def test_two_courses_cost_as_many_queries_as_one(name, original, learner):
    browser = signed_in(learner)
    write_in(original, learner, "Words in the original")
    browser.get(reverse(name))
    one = cost(browser, name)
    write_in(copy_of(original, "Listening well in the north"), learner, "Words in the copy")
    browser.get(reverse(name))
    assert cost(browser, name) == one


def cost(browser, name):
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(name))
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
def test_in_spanish_the_course_is_named_in_spanish(name, original, learner):
    write_in(original, learner, "Mis palabras")
    spanish = make.translation_of(original)
    spanish.title = "Escuchar bien"
    spanish.save_revision().publish()
    type(learner).objects.filter(pk=learner.pk).update(language="es")
    page = text_of(signed_in(learner).get(reverse(name)))
    assert [heading for heading, _ in sections(page)] == ["Escuchar bien"]
