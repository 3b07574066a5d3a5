"""What was closed stays closed, whatever becomes of it: converted, copied with others, left behind."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, PageViewRestriction

from courses.exceptions import StillInUse
from courses.models import (
    Bookmark,
    Completion,
    Edition,
    LessonPage,
    ModulePage,
    PartOpinion,
    Reflection,
)
from courses.outlines import outline_of
from tests import make
from tests.courses.test_privacy import browser_of, close

pytestmark = pytest.mark.django_db


@pytest.fixture
def north():
    return Group.objects.create(name="The north")


@pytest.fixture
def course():
    return make.course("Course for all", order="free")


@pytest.fixture
def lesson(course):
    """A lesson of a module of an open course."""
    return make.lesson(make.module(course), title="Canary lesson")


@pytest.fixture
def editor(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    return client


def is_closed(page):
    answers = [browser_of(person).get(page.url).status_code for person in (make.user(), None)]
    assert set(answers) in ({403, 302}, {200}), answers
    return answers == [403, 302]


# An alias that is converted -----------------------------------------------------------------


def by_the_button(alias, editor):
    url = reverse("wagtailadmin_pages:convert_alias", args=[alias.pk])
    assert editor.post(url).status_code == 302


def by_a_program(alias, editor):
    url = reverse("wagtailadmin_api:pages:action", args=[alias.pk, "convert_alias"])
    assert editor.post(url).status_code == 200


def by_the_verb(alias, editor):
    ConvertAliasPageAction(alias.specific).execute()


def by_saving_it(alias, editor):
    page = alias.specific
    page.alias_of = None
    page.save()


DOORS = [by_the_button, by_a_program, by_the_verb, by_saving_it]


@pytest.mark.parametrize("convert", DOORS)
@pytest.mark.parametrize("what", ["the page", "what it stands in"])
def test_a_converted_alias_is_closed_like_its_page(convert, what, lesson, north, editor):
    close(lesson if what == "the page" else lesson.get_parent(), groups=[north])
    alias = lesson.create_alias(parent=make.module(make.course("Open", order="free")))
    assert is_closed(alias)
    convert(alias, editor)
    page = Page.objects.get(pk=alias.pk)
    assert page.alias_of_id is None
    assert is_closed(page)
    assert list(PageViewRestriction.objects.get(page=page).groups.all()) == [north]


@pytest.mark.parametrize("convert", DOORS)
def test_what_was_open_is_open_after_it(convert, lesson, editor):
    alias = lesson.create_alias(parent=make.module(make.course("Open", order="free")))
    convert(alias, editor)
    assert not PageViewRestriction.objects.exists()


# What is copied with others -----------------------------------------------------------------


def copied_by_the_button(course, editor):
    url = reverse("wagtailadmin_pages:copy", args=[course.pk])
    fields = {
        "new_title": "Again",
        "new_slug": "again",
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    parent = {"new_parent_page": course.get_parent().pk}
    assert editor.post(url, fields | parent).status_code == 302
    return Page.objects.get(slug="again")


def copied_by_the_verb(course, editor):
    return course.copy(recursive=True, update_attrs={"slug": "again"})


@pytest.mark.parametrize("copy", [copied_by_the_button, copied_by_the_verb])
@pytest.mark.parametrize("depth", [1, 2])
def test_a_closed_page_is_closed_in_a_copy_of_what_it_stands_in(
    copy, depth, course, lesson, north, editor
):
    closed = [lesson.get_parent(), lesson][depth - 1]
    open_lesson = make.lesson(make.module(course))
    close(closed, groups=[north])
    again = copy(type(course).objects.get(pk=course.pk), editor)
    copied = Page.objects.descendant_of(again).get(slug=closed.slug)
    assert is_closed(copied)
    assert is_closed(Page.objects.descendant_of(again).get(title="Canary lesson"))
    assert not is_closed(Page.objects.descendant_of(again).get(slug=open_lesson.slug))
    assert not is_closed(again)
    assert PageViewRestriction.objects.count() == 2


def test_no_program_copies_pages(course, editor):
    """Wagtail tells nobody of such a copy, so that nothing could close it."""
    url = reverse("wagtailadmin_api:pages:action", args=[course.pk, "copy"])
    assert editor.post(url, {"recursive": True, "slug": "again"}).status_code == 404
    assert not Page.objects.filter(slug="again").exists()


# What is moved ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_kept", [True, False])
def test_whoever_moves_a_page_out_of_what_is_closed_is_told(is_kept, lesson, course, north, editor):
    close(course, groups=[north])
    elsewhere = make.module(course if is_kept else make.course("Open", order="free"))
    url = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, elsewhere.pk])
    page = editor.post(url, follow=True).content.decode()
    assert is_closed(Page.objects.get(pk=lesson.pk)) is is_kept
    assert ("was for some, and is open to everyone" in page) is not is_kept


# What is left behind ------------------------------------------------------------------------


def an_alias(lesson):
    return lesson.create_alias(parent=make.module(make.course("Open", order="free")))


def a_translation(lesson):
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    page = lesson.copy_for_translation(spanish, copy_parents=True)
    page.save_revision().publish()
    return page


@pytest.mark.parametrize("left", [an_alias, a_translation])
@pytest.mark.parametrize("deleted", ["the page", "what it stands in"])
def test_what_a_deleted_page_closed_elsewhere_stays_closed(left, deleted, lesson, north):
    page = left(lesson)
    close(lesson, groups=[north])
    assert is_closed(page)
    doomed = lesson if deleted == "the page" else lesson.get_parent()
    type(doomed).objects.get(pk=doomed.pk).delete()
    assert not Page.objects.filter(pk=lesson.pk).exists()
    # Wagtail takes an alias down with its page. Whoever publishes it again finds it closed.
    assert list(PageViewRestriction.objects.get(page=page).groups.all()) == [north]


def test_of_what_is_deleted_together_nothing_is_left(course, lesson, north):
    lesson.create_alias(parent=make.module(course))
    close(lesson, groups=[north])
    with suppress(StillInUse):
        type(course).objects.get(pk=course.pk).delete()
    assert not Page.objects.filter(pk=course.pk).exists()
    assert not PageViewRestriction.objects.exists()


def test_an_open_page_that_is_deleted_closes_nothing(lesson):
    an_alias(lesson)
    LessonPage.objects.get(pk=lesson.pk).delete()
    assert not PageViewRestriction.objects.exists()


# A lesson that is closed while somebody reads it --------------------------------------------


@pytest.fixture
def reader(lesson, course):
    person = make.user()
    lesson.body = [("prose", "<p>Canary words.</p>"), ("reflection", {"prompt": "What helps?"})]
    lesson.save_revision().publish()
    make.edition(course)
    make.enrolment(person, course, at=timezone.now() - make.DAY)
    return person


def sent(lesson, **more):
    box = next(block for block in lesson.body if block.block_type == "reflection")
    return {"lesson": lesson.pk, f"text-{box.id}": "My own words", f"base-{box.id}": "", **more}


def part_of(lesson):
    return str(lesson.parts[0].key)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("courses:complete_lesson", {}),
        ("courses:go_to_part", {"to": "after"}),
        ("courses:save_reflection", {}),
        ("courses:keep_bookmark", {"bookmark": part_of}),
        ("courses:say_clear", {"clear": lambda lesson: f"yes:{part_of(lesson)}"}),
    ],
)
def test_their_words_are_kept_and_nothing_else_counts(name, more, reader, lesson, course, north):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    close(course, groups=[north])
    fields = {key: value(lesson) if callable(value) else value for key, value in more.items()}
    answer = browser_of(reader).post(reverse(name), sent(lesson, **fields), follow=True)
    assert answer.status_code == 403
    assert "Canary words" not in answer.content.decode()
    assert Reflection.objects.get().text == "My own words"
    for counted in (Completion, Bookmark, PartOpinion):
        assert not counted.objects.exists(), counted


def test_my_learning_offers_no_way_into_a_closed_course(reader, course, north):
    browser = browser_of(reader)
    make.award(course=course)
    page = browser.get("/learn/").content.decode()
    assert "Begin" in page
    assert "What this certificate asks of you" in page
    close(course, groups=[north])
    page = browser.get("/learn/").content.decode()
    assert "Your place on this course is closed. What you did is kept." in page
    assert "Begin" not in page
    assert "No course of yours is open to you now. What you did is kept." in page
    assert "All that you began here is done" not in page
    assert "What this certificate asks of you" not in page
    reader.groups.add(north)
    assert "Begin" in browser.get("/learn/").content.decode()


# A module or a lesson of an open course ------------------------------------------------------


@pytest.fixture
def modules(course):
    """Three modules, of two lessons each."""
    for number in (1, 2, 3):
        module = make.module(course, f"Module {number}")
        for place in ("first", "second"):
            make.lesson(module, f"The {place} of module {number}")
    make.edition(course)
    return list(ModulePage.objects.order_by("path"))


@pytest.fixture
def place(course, modules):
    return make.enrolment(make.user(), course, at=timezone.now() - make.DAY)


def lessons_in(module):
    return list(LessonPage.objects.descendant_of(module).order_by("path"))


def pages_of(place):
    browser = browser_of(place.learner)
    addresses = (place.course.url, "/learn/", "/")
    return {address: browser.get(address).content.decode() for address in addresses}


def ways_on(html):
    """Where the large buttons of a page lead."""
    buttons = re.findall(r'<a class="button" href="([^"]+)"', html)
    return [address for address in buttons if address.startswith("/courses/")]


def test_no_page_leads_into_a_closed_module(place, modules, north):
    close(modules[0], groups=[north])
    there = lessons_in(modules[1])[0].url
    browser = browser_of(place.learner)
    for address, html in pages_of(place).items():
        assert there in ways_on(html), address
        for link in re.findall(r'href="(/courses/[^"#?]*)"', html):
            assert browser.get(link, follow=True).status_code == 200, (address, link)
        if address != "/":
            assert "Closed to you" in html, address
            assert "2 of them are closed to you at the moment." in html, address
    place.learner.groups.add(north)
    first = lessons_in(modules[0])[0].url
    for address, html in pages_of(place).items():
        assert first in ways_on(html), address
        assert "losed to you" not in html, address


def test_each_reader_is_shown_what_is_closed_to_them_alone(place, modules, north):
    """What is cached for one is not what the other reads."""
    close(modules[0], groups=[north])
    member = make.user()
    member.groups.add(north)
    other = make.enrolment(member, place.course, at=timezone.now() - make.DAY)
    for _time in range(2):
        assert all("losed to you" not in html for html in pages_of(other).values())
        assert "Closed to you" in pages_of(place)["/learn/"]


def test_finishing_a_lesson_leads_past_what_is_closed(place, modules, north):
    first, second = lessons_in(modules[0])
    close(modules[1], groups=[north])
    browser = browser_of(place.learner)
    browser.post(reverse("courses:complete_lesson"), {"lesson": first.pk})
    html = browser.get(second.url).content.decode()
    there = lessons_in(modules[2])[0]
    assert there.title in html
    assert lessons_in(modules[1])[0].title not in html
    to = browser.post(reverse("courses:go_to_part"), {"lesson": second.pk, "to": "after"})
    assert to.url == there.url
    to = browser.post(reverse("courses:complete_lesson"), {"lesson": second.pk})
    assert to.url == there.url


def test_a_single_lesson_that_is_closed_is_passed_over(place, modules, north):
    first, second = lessons_in(modules[0])
    close(first, groups=[north])
    html = browser_of(place.learner).get(modules[0].url).content.decode()
    assert ways_on(html) == [second.url]
    assert f'href="{first.url}"' not in html
    assert html.count("Closed to you") == 1
    assert "One of them is closed to you" in pages_of(place)["/learn/"]


def test_where_all_that_is_left_is_closed_nothing_leads_on(place, modules, north):
    for module in modules:
        close(module, groups=[north])
    for address, html in pages_of(place).items():
        assert ways_on(html) in ([], [place.course.url]), address
    assert "6 of them are closed to you" in pages_of(place)["/learn/"]


def test_what_asks_for_a_password_is_led_to(place, modules):
    PageViewRestriction.objects.create(
        page=modules[0].page_ptr, restriction_type="password", password="canary"
    )
    assert ways_on(pages_of(place)[place.course.url]) == [lessons_in(modules[0])[0].url]


def test_taking_a_place_leads_to_what_is_open(course, modules, north):
    close(modules[0], groups=[north])
    sent = browser_of(make.user()).post(reverse("courses:enrol"), {"course": course.pk})
    assert sent.url == lessons_in(modules[1])[0].url


def test_a_course_without_what_is_closed_is_the_same_outline(course, modules):
    outline = outline_of(course, Edition.current())
    assert outline.closing(()) is outline
    assert outline.closing(("00019999",)) is outline
    closed = outline.closing((modules[0].path,))
    assert [module.is_closed for module in closed.modules] == [True, False, False]
    assert [step.is_there for step in closed.steps] == [False, False, True, True, True, True]
    assert closed.minutes == outline.minutes
