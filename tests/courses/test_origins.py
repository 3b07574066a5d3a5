"""Where copies of modules and lessons came from, and which page of a course is meant by another."""

import importlib
from uuid import uuid4

import pytest
from django.apps import apps
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, Page

from courses.models import CoursePage, LessonPage, ModulePage
from courses.origins import by_key_and_origin, lessons_named
from courses.outlines import outline_of
from tests import make

pytestmark = pytest.mark.django_db

migration = importlib.import_module("courses.migrations.0018_origin_of_earlier_copies")


@pytest.fixture
def course():
    course = make.course()
    make.lesson(make.module(course)).save_revision().publish()
    ModulePage.objects.get().save_revision().publish()
    return course


def copied(page, **fields):
    page = Page.objects.get(pk=page.pk).specific
    attrs = {"slug": f"copy-{uuid4().hex[:8]}", "title": f"{page.title} again"}
    return CopyPageAction(page, recursive=True, update_attrs=attrs, **fields).execute(
        skip_permission_checks=True
    )


def aliased(page):
    page = Page.objects.get(pk=page.pk).specific
    return CreatePageAliasAction(
        page, recursive=True, update_slug=f"alias-{uuid4().hex[:8]}"
    ).execute(skip_permission_checks=True)


def bare_copy(page):
    return copied(page, copy_revisions=False)


def lesson_below(course):
    return LessonPage.objects.descendant_of(course).get()


def module_below(course):
    return ModulePage.objects.descendant_of(course).get()


DOORS = pytest.mark.parametrize("copy", [copied, bare_copy, aliased])
BELOW = pytest.mark.parametrize("below", [lesson_below, module_below])


@BELOW
def test_a_page_that_is_no_copy_came_from_itself(course, below):
    page = below(course)
    assert page.origin_key == page.translation_key == page.origin


@DOORS
@BELOW
def test_a_copy_and_a_copy_of_it_came_from_the_first(course, copy, below):
    first = copy(course)
    second = copy(first)
    keys = {below(each).translation_key for each in (course, first, second)}
    assert len(keys) == 3
    assert {below(each).origin for each in (course, first, second)} == {
        below(course).translation_key
    }


@BELOW
def test_a_translation_came_from_where_its_source_came_from(course, below):
    copy = copied(course)
    spanish = Locale.objects.create(language_code="es")
    below(copy).copy_for_translation(spanish, copy_parents=True)
    translated = type(below(copy)).objects.get(locale=spanish)
    assert translated.origin == below(course).translation_key


@BELOW
def test_no_earlier_version_changes_where_a_copy_came_from(course, below):
    page = below(copied(course))
    for version in page.revisions.order_by("pk"):
        version.content.pop("origin_key", None)
        version.save()
        version.publish()
        page.refresh_from_db()
        assert page.origin == below(course).translation_key


@BELOW
def test_a_page_of_before_the_field_came_from_itself(course, below):
    page = below(course)
    type(page).objects.filter(pk=page.pk).update(origin_key=None)
    page.refresh_from_db()
    assert page.origin == page.translation_key


def test_the_outline_says_where_each_page_came_from(course):
    copy = copied(course)
    for outline in (outline_of(course), outline_of(copy)):
        [module] = outline.modules
        assert module.origin == module_below(course).translation_key
        assert module.steps[0].origin == lesson_below(course).translation_key
    make.edition(copy)
    module_below(copy).unpublish()
    [module] = outline_of(CoursePage.objects.get(pk=copy.pk)).modules
    assert module.is_away
    assert module.origin == module_below(course).translation_key


# Which page is meant -------------------------------------------------------------------------


def test_a_key_means_the_page_itself_before_a_copy_of_it(course):
    copy = copied(lesson_below(course))
    outline = outline_of(course)
    first = LessonPage.objects.exclude(pk=copy.pk).get().translation_key
    named = lessons_named([first, copy.translation_key], outline)
    assert {key: step.key for key, step in named.items()} == {
        first: first,
        copy.translation_key: copy.translation_key,
    }
    found = by_key_and_origin(outline.steps)
    assert found[first].key == first


def test_a_key_of_another_copy_means_the_one_that_stands_here(course, django_assert_num_queries):
    first, second = copied(course), copied(course)
    outline = outline_of(second)
    own = lesson_below(second).translation_key
    original, key = lesson_below(course).translation_key, lesson_below(first).translation_key
    with django_assert_num_queries(0):
        assert lessons_named([original], outline)[original].key == own
    with django_assert_num_queries(1):
        assert lessons_named([key], outline)[key].key == own


def test_a_key_that_means_nothing_here_is_left_out(course):
    other = make.lesson(make.module(make.course()))
    assert lessons_named([other.translation_key, uuid4()], outline_of(course)) == {}


# An older database ---------------------------------------------------------------------------


def upgrade():
    """What the migration does with pages of which nothing was recorded."""
    for model in (ModulePage, LessonPage):
        model.objects.update(origin_key=None)
    migration.remember_origins(apps, None)


@BELOW
def test_copies_that_were_made_before_are_told_by_their_versions(course, below):
    first = copied(course)
    second = copied(first)
    below(second).save_revision().publish()
    upgrade()
    origins = {below(each).origin_key for each in (course, first, second)}
    assert origins == {below(course).translation_key}


@BELOW
def test_a_copy_of_which_no_version_is_left_came_from_itself(course, below):
    page = below(copied(course))
    page.latest_revision = page.live_revision = None
    page.save()
    page.revisions.all().delete()
    upgrade()
    page.refresh_from_db()
    assert page.origin_key == page.translation_key


@BELOW
def test_two_copies_whose_original_is_gone_still_belong_together(course, below):
    first, second = copied(course), copied(course)
    key = below(course).translation_key
    CoursePage.objects.get(pk=course.pk).delete()
    upgrade()
    assert below(first).origin_key == below(second).origin_key == key


def test_a_circle_of_sources_has_an_end():
    one, two = uuid4(), uuid4()
    assert migration.origin_of(one, {one: two, two: one}) in {one, two}
