"""No page leads a learner on into what was closed to them: not into a quiz that they have begun, and
not from what is being worked on, nor from the end of a conversation."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from assessments.attempting import start_attempt
from courses.outlines import progress_of
from courses.privacy import as_open_to
from lms.earning import AwardLine
from people.models import User
from tests import make
from tests.courses.reading import signed_in, text_of
from tests.courses.test_privacy import close
from tests.practice import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.course(order="free")


@pytest.fixture
def group():
    return Group.objects.create(name="The north")


def module_of(course, *titles):
    module = make.module(course)
    return module, [make.lesson(module, title=title) for title in titles]


def placed_on(course):
    make.edition(course)
    return make.enrolment(make.user(), course, at=timezone.now() - make.DAY)


def page_of(page):
    return Page.objects.get(pk=page.pk).specific


# What is being worked on ---------------------------------------------------------------------


def test_what_comes_after_a_step_that_is_down_is_not_closed(course, group):
    _, [down] = module_of(course, "Down")
    closed, [behind] = module_of(course, "Behind a door")
    _, [there] = module_of(course, "There")
    place = placed_on(course)
    page_of(down).unpublish()
    close(closed, groups=[group])
    page = text_of(signed_in(place.learner).get(down.url))
    assert "Being worked on" in page
    assert f'href="{there.url}"' in page
    assert behind.title not in page


def test_where_all_else_is_closed_it_says_so(course, group):
    _, [down] = module_of(course, "Down")
    closed, [behind] = module_of(course, "Behind a door")
    place = placed_on(course)
    page_of(down).unpublish()
    close(closed, groups=[group])
    page = text_of(signed_in(place.learner).get(down.url))
    assert behind.url not in page
    assert "What else is left in this course is closed to you at the moment" in page


def test_what_waits_for_something_closed_does_not_lead_there(group):
    course = make.course(order="in_order")
    closed, [behind] = module_of(course, "Behind a door")
    _, [locked] = module_of(course, "Locked")
    place = placed_on(course)
    close(closed, groups=[group])
    page = text_of(signed_in(place.learner).get(locked.url))
    assert f'href="{behind.url}"' not in page
    assert "It is closed to you at the moment. Whoever runs your course can let you in." in page


# A quiz that was begun -----------------------------------------------------------------------


@pytest.fixture
def begun(course):
    """A module with a quiz that was begun, and a lesson in another module."""
    module = make.module(course)
    page = make.quiz_page(module, make.quiz([make.true_false()], title="Ten questions"))
    module_of(course, "There")
    place = placed_on(course)
    attempt = start_attempt(place, page, at=timezone.now() - make.HOUR)
    return module, place, attempt


def learning(place):
    return text_of(signed_in(place.learner).get("/learn/"))


def link_to(attempt):
    return f'href="{reverse("assessments:attempt", args=[attempt.pk])}"'


def test_my_learning_goes_on_with_a_quiz_that_is_open(begun):
    _module, place, attempt = begun
    page = learning(place)
    assert link_to(attempt) in page
    assert "You have begun “Ten questions”. Your answers are as you left them." in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_my_learning_does_not_lead_into_one_that_was_closed(begun, group, language):
    module, place, attempt = begun
    close(module, groups=[group])
    User.objects.filter(pk=place.learner_id).update(language=language)
    page = learning(place)
    assert link_to(attempt) not in page
    said = {
        "en": "You have begun “Ten questions”, which is closed to you at the moment.",
        "es": "Has empezado “Ten questions”, que en este momento está cerrado para ti.",
    }
    assert said[language] in page
    assert "/there/" in page or "There" in page


def test_whoever_is_let_in_goes_on_as_before(begun, group):
    module, place, attempt = begun
    close(module, groups=[group])
    place.learner.groups.add(group)
    assert link_to(attempt) in learning(place)


def test_another_quiz_that_is_open_is_gone_on_with(begun, course, group):
    module, place, closed = begun
    other = make.quiz_page(make.module(course), make.quiz([make.true_false()], title="Five more"))
    make.edition(course)
    still_open = start_attempt(place, other, at=timezone.now() - 2 * make.HOUR)
    close(module, groups=[group])
    page = learning(place)
    assert link_to(still_open) in page
    assert link_to(closed) not in page
    assert "“Ten questions”, which is closed to you" in page


# A conversation ------------------------------------------------------------------------------


def test_the_end_of_a_conversation_leads_past_what_is_closed(course, group):
    talk = making.conversation_page(make.module(course))
    closed, [behind] = module_of(course, "Behind a door")
    module_of(course, "There")
    place = placed_on(course)
    play = making.play(place, talk, at=timezone.now())
    close(closed, groups=[group])
    page = text_of(signed_in(place.learner).get(reverse("practice:play", args=[play.pk])))
    assert behind.title not in page
    assert "Go on to “There”" in page
    close(page_of(talk.get_parent()), groups=[group])
    page = text_of(signed_in(place.learner).get(reverse("practice:play", args=[play.pk])))
    assert "Try another way" not in page


def test_what_an_award_asks_leads_past_what_is_closed(course, group, rf):
    first, second = make.module(course), make.module(course)
    talks = [making.conversation_page(first), making.conversation_page(second)]
    place = placed_on(course)
    ways = [Mock(key=talk.translation_key, is_done=False) for talk in talks]
    award = AwardLine("An award", [Mock(met=False, ways=ways)])
    request = rf.get("/")
    request.user = place.learner
    assert award.next_way(as_open_to(request, progress_of(place))) is ways[0]
    close(first, groups=[group])
    request = rf.get("/")
    request.user = place.learner
    assert award.next_way(as_open_to(request, progress_of(place))) is ways[1]
