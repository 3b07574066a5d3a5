"""The front page leads whoever is signed in to their own next thing."""

import pytest
from django.test import Client
from django.utils import timezone

from courses.enrolling import complete_lesson, withdraw
from courses.models import Enrolment, LessonPage
from tests import make
from tests.make import HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make.user("ada@peerwork.example")


def front(person=None):
    browser = Client()
    if person:
        browser.force_login(person)
    return browser.get("/").content.decode()


def test_a_learner_is_led_to_the_step_that_they_would_take_next(ada):
    course = make.full_course()
    enrolment = make.enrolment(ada, course, at=timezone.now())
    first, second = LessonPage.objects.descendant_of(course).order_by("path")[:2]
    page = front(ada)
    assert f"Next: {first.title}" in page
    assert f'href="{first.url}"' in page
    assert "Begin" in page.split('id="next-title"')[1].split("</section>")[0]
    complete_lesson(enrolment, first, at=timezone.now())
    page = front(ada)
    assert f"Next: {second.title}" in page
    assert "Continue" in page.split('id="next-title"')[1].split("</section>")[0]


def test_of_two_courses_the_one_begun_last_is_gone_on_with(ada):
    earlier, later = make.full_course(), make.full_course()
    make.enrolment(ada, earlier, at=timezone.now() - HOUR)
    make.enrolment(ada, later, at=timezone.now())
    page = front(ada)
    assert later.title in page.split('id="next-title"')[0].split("home__next")[1]


@pytest.mark.parametrize("closed", ["left", "ended"])
def test_a_place_that_is_closed_leads_nowhere(ada, closed):
    enrolment = make.enrolment(ada, make.full_course(), at=timezone.now() - 2 * HOUR)
    if closed == "left":
        withdraw(enrolment, at=timezone.now())
    else:
        Enrolment.objects.update(ends_at=timezone.now() - HOUR)
    page = front(ada)
    assert "Next: " not in page
    assert "Go to my learning" in page


def test_a_visitor_and_someone_without_a_place_are_shown_the_courses(ada):
    make.full_course()
    for page in (front(), front(ada)):
        assert "Next: " not in page
        assert "See the course" in page


def test_nobody_is_shown_where_another_is(ada):
    make.enrolment(ada, make.full_course(), at=timezone.now())
    assert "Next: " in front(ada)
    assert "Next: " not in front(make.user("eve@peerwork.example"))
    assert "Next: " not in front()
