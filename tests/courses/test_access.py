"""Who may read what: by their place on a course, and not by where a page happens to stand."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.search.index import insert_or_update_object

from assessments.models import QuizPage
from courses.access import enrolment_of, is_editor, visible_to
from courses.enrolling import complete_lesson
from courses.models import LessonPage
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

WORDS = "canarybody"


@pytest.fixture
def course():
    return make.course("Listening well", order="free")


@pytest.fixture
def lesson(course):
    module = make.module(course)
    make.quiz_page(module)
    return make.lesson(module, title="Silence", body=[("prose", f"<p>{WORDS}</p>")])


@pytest.fixture
def elsewhere():
    """A module of another course."""
    return make.module(make.course("Boundaries", order="free"))


def kinds_seen_by(person, at=NOON):
    pages = visible_to(person, Page.objects.all(), at)
    return {type(page.specific).__name__ for page in pages if page.depth > 1}


OUTSIDE = {"HomePage", "CourseIndexPage", "CoursePage", "ModulePage"}


# One answer for searches, lists and menus --------------------------------------------------


def test_a_visitor_and_a_stranger_see_what_is_outside_lessons(lesson):
    assert kinds_seen_by(AnonymousUser()) == OUTSIDE
    assert kinds_seen_by(make.user()) == OUTSIDE


def test_a_place_shows_the_lessons_of_its_course_and_of_no_other(lesson, elsewhere, course):
    other = make.lesson(elsewhere)
    learner = make.enrolment(course=course).learner
    visible = set(visible_to(learner, Page.objects.all(), NOON).values_list("pk", flat=True))
    assert lesson.pk in visible
    assert QuizPage.objects.get().pk in visible
    assert other.pk not in visible


@pytest.mark.parametrize(
    "closed", [{"ends_at": NOON}, {"ends_at": NOON - DAY}, {"withdrawn_at": NOON - HOUR}]
)
def test_a_closed_place_shows_no_lessons(lesson, course, closed):
    learner = make.enrolment(course=course, at=NOON - DAY, **closed).learner
    assert kinds_seen_by(learner) == OUTSIDE


def test_drafts_are_seen_by_nobody(lesson, course):
    learner = make.enrolment(course=course).learner
    lesson.unpublish()
    assert "LessonPage" not in kinds_seen_by(learner)


def test_a_place_is_ones_own(course):
    place = make.enrolment(course=course)
    assert enrolment_of(place.learner, course.translation_key) == place
    assert enrolment_of(make.user(), course.translation_key) is None
    assert enrolment_of(AnonymousUser(), course.translation_key) is None


def test_an_editor_is_whoever_may_edit_the_page(lesson):
    trainer = make.user()
    trainer.groups.add(Group.objects.get(name="Trainers"))
    registrar = make.user()
    registrar.groups.add(Group.objects.get(name="Registrars"))
    assert is_editor(trainer, lesson)
    assert not is_editor(registrar, lesson)
    assert not is_editor(make.user(), lesson)
    assert not is_editor(AnonymousUser(), lesson)


# A16: copied, moved or aliased, a lesson opens to nobody new without a place ---------------


def index_pages():
    """The search index as the worker leaves it; nothing works for the tests."""
    for page in Page.objects.specific():
        insert_or_update_object(page)


def reads(person, page):
    """Whether someone finds or reads the words of a lesson, at its page or by searching."""
    browser = Client()
    if person is not None:
        browser.force_login(person)
    index_pages()
    shown = browser.get(LessonPage.objects.get(pk=page.pk).url)
    results = browser.get(f"/search/?q={WORDS}").content.decode()
    read = WORDS in shown.content.decode()
    assert read == ("Nothing yet for" not in results)
    return read


def lead_trainer():
    person = make.user()
    person.groups.add(Group.objects.get(name="Lead trainers"))
    return person


def copied(lesson, elsewhere):
    return lesson.copy(to=elsewhere, user=lead_trainer())


def aliased(lesson, elsewhere):
    return lesson.create_alias(parent=elsewhere, user=lead_trainer())


def moved(lesson, elsewhere):
    lesson.move(elsewhere, pos="last-child", user=lead_trainer())
    return LessonPage.objects.get(pk=lesson.pk)


def translated(lesson, elsewhere):
    spanish, _ = Locale.objects.get_or_create(language_code="es")
    page = lesson.copy_for_translation(spanish, copy_parents=True, alias=True)
    return page


WAYS = [copied, aliased, moved, translated]


@pytest.mark.parametrize("way", WAYS)
def test_another_place_in_the_tree_opens_a_lesson_to_nobody_without_a_place(way, lesson, elsewhere):
    there = way(lesson, elsewhere)
    for person in (None, make.user(), make.enrolment(course=make.course()).learner):
        assert not reads(person, there)
        for page in LessonPage.objects.all():
            assert not reads(person, page)


@pytest.mark.parametrize("way", [copied, aliased, moved])
def test_it_is_read_by_those_with_a_place_on_the_course_where_it_stands(way, lesson, elsewhere):
    there = way(lesson, elsewhere)
    assert reads(make.enrolment(course=elsewhere.get_parent().specific).learner, there)


def test_what_was_finished_on_one_course_opens_nothing_on_another(lesson, elsewhere, course):
    place = make.enrolment(course=course)
    complete_lesson(place, lesson, at=NOON)
    there = moved(lesson, elsewhere)
    browser = Client()
    browser.force_login(place.learner)
    assert WORDS not in browser.get(there.url).content.decode()


@pytest.mark.parametrize("way", ["copy", "move", "alias"])
def test_a_trainer_cannot_put_a_lesson_where_it_is_not_taught(way, lesson):
    """Pages of lessons stand in modules, so there is no open place to put one."""
    browser = Client()
    browser.force_login(lead_trainer())
    home = make.home()
    before = set(Page.objects.values_list("pk", "path"))
    if way == "move":
        url = reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, home.pk])
        response = browser.post(url)
    else:
        form = {
            "new_title": "Open to all",
            "new_slug": "open-to-all",
            "new_parent_page": home.pk,
            "publish_copies": "on",
            **({"alias": "on"} if way == "alias" else {}),
        }
        response = browser.post(reverse("wagtailadmin_pages:copy", args=[lesson.pk]), form)
    assert response.status_code < 500
    assert set(Page.objects.values_list("pk", "path")) == before


def test_a_lesson_that_stands_in_no_course_is_read_by_nobody(lesson, course):
    """Only a command could put it there, and then it is not found."""
    learner = make.enrolment(course=course).learner
    lesson.move(make.home(), pos="last-child")
    url = LessonPage.objects.get(pk=lesson.pk).url
    index_pages()
    for person in (None, learner):
        browser = Client()
        if person:
            browser.force_login(person)
        assert browser.get(url).status_code == 404
        assert "Nothing yet for" in browser.get(f"/search/?q={WORDS}").content.decode()
        if person:
            form = {"lesson": lesson.pk}
            assert browser.post(reverse("courses:complete_lesson"), form).status_code == 404
