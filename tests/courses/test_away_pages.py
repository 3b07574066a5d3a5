"""A page of a course that is down says so at its own address, to those whom it is asked of."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction, Site

from courses.models import LessonPage, ModulePage
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.enrolment(course=make.full_course())


@pytest.fixture
def lessons(place):
    return list(LessonPage.objects.descendant_of(place.course).order_by("path"))


@pytest.fixture
def learner(place):
    client = Client()
    client.force_login(place.learner)
    return client


def text_of(page):
    return page.content.decode()


def test_a_lesson_that_is_down_is_being_worked_on_and_the_next_one_is_named(
    learner, lessons, place
):
    lessons[0].unpublish()
    page = learner.get(lessons[0].url)
    assert page.status_code == 404
    assert page["Cache-Control"] == "no-store"
    text = text_of(page)
    assert "Being worked on" in text
    assert lessons[0].title in text
    assert "Nothing that you have done is lost" in text
    assert f'href="{place.course.url}"' in text
    assert f'href="{lessons[1].url}"' in text
    assert "There is no page here" not in text


def test_a_quiz_and_a_module_that_are_down_say_the_same(learner, place):
    module = ModulePage.objects.descendant_of(place.course).order_by("path").last()
    quiz = module.get_children().last()
    quiz.specific.unpublish()
    assert quiz.title in text_of(learner.get(quiz.url))
    module.unpublish()
    for address in (module.url, quiz.url):
        page = learner.get(address)
        assert page.status_code == 404
        assert "Being worked on" in text_of(page)


def test_a_whole_course_that_is_down_keeps_the_place_of_its_learners(learner, place):
    place.course.specific.unpublish()
    text = text_of(learner.get(place.course.url))
    assert "This course is taken down for a while" in text
    assert "Your place is kept" in text
    assert f'href="{place.course.url}"' not in text


def test_where_nothing_else_is_left_it_says_that(learner, lessons, place):
    for step in place.course.get_descendants().live():
        if not isinstance(step.specific, ModulePage):
            step.specific.unpublish()
    text = text_of(learner.get(lessons[0].url))
    assert "nothing else for you to do" in text
    assert f'href="{place.course.url}"' in text


def test_a_draft_that_nobody_declared_is_told_to_nobody(learner, place):
    module = ModulePage.objects.descendant_of(place.course).first()
    draft = make.lesson(module, "A secret plan", live=False)
    page = learner.get(draft.url)
    assert page.status_code == 404
    assert "A secret plan" not in text_of(page)
    assert "There is no page here" in text_of(page)


def test_words_of_a_draft_are_not_said(learner, lessons):
    lesson = lessons[0]
    lesson.unpublish()
    lesson.title = "Not for anybody yet"
    lesson.save_revision()
    assert "Not for anybody yet" not in text_of(learner.get(lesson.url))


@pytest.mark.parametrize("who", ["a visitor", "a stranger", "somebody who left"])
def test_whoever_has_no_place_is_told_as_before(who, lessons, place):
    client = Client()
    if who == "a stranger":
        client.force_login(make.user())
    if who == "somebody who left":
        client.force_login(place.learner)
        type(place).objects.filter(pk=place.pk).update(withdrawn_at=make.NOON)
    lessons[0].unpublish()
    page = client.get(lessons[0].url)
    assert page.status_code == 404
    assert "Being worked on" not in text_of(page)
    assert lessons[0].title not in text_of(page)


def test_whoever_is_not_let_in_any_more_is_told_nothing(learner, lessons, place):
    restriction = PageViewRestriction(
        page=place.course, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.save()
    lessons[0].unpublish()
    assert "Being worked on" not in text_of(learner.get(lessons[0].url))


def test_a_page_that_has_moved_is_led_to_instead(learner, lessons):
    old = lessons[0].url
    Redirect.add_redirect(old, redirect_to=lessons[1], site=Site.objects.get())
    lessons[0].unpublish()
    page = learner.get(old)
    assert page.status_code == 301
    assert page["Location"].endswith(lessons[1].url)


def test_an_address_that_was_made_up_is_no_page(learner, place):
    page = learner.get(f"{place.course.url}no-such-lesson/")
    assert page.status_code == 404
    assert "There is no page here" in text_of(page)


def test_it_is_said_in_spanish_too(learner, lessons, place):
    lessons[0].unpublish()
    User.objects.filter(pk=place.learner_id).update(language="es")
    text = text_of(learner.get(lessons[0].url))
    assert '<html lang="es"' in text
    assert "En revisión" in text
    assert "No se pierde nada de lo que has hecho" in text
