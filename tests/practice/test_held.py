"""The conversations that count as hours: who held what, to which ending, and how long it took."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice.held import talks_held
from practice.models import Turn
from tests import make
from tests.make import NOON
from tests.practice import making

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def step():
    course = make.course(order="free")
    step = making.conversation_page(make.module(course))
    make.edition(course)
    return step


@pytest.fixture
def place(step):
    return make.enrolment(make.user(), step.get_parent().get_parent().specific, at=NOON)


def held(place, course=None):
    return talks_held(place.learner, (course or place).course_key)


def test_a_play_that_came_to_an_ending_is_one_with_its_words_and_choices(place, step):
    play = making.play(place, step, "22")
    Turn.objects.filter(play=play, number=2).update(at=NOON + 3 * MINUTE)
    (record,) = held(place)
    assert (record.conversation, record.ending) == (play.conversation_id, "strong")
    assert (record.choices, record.seconds) == (2, 180)
    assert record.words == play.read_walk().path.words > 20


def test_one_that_goes_on_is_none(place, step):
    making.play(place, step, "2")
    assert held(place) == []


def test_a_red_line_that_was_opened_again_adds_no_time_and_no_choice(place, step):
    play = making.play(place, step, "20")
    making.play(place, step, "2", at=NOON + 60 * MINUTE)
    play.refresh_from_db()
    (record,) = held(place)
    assert (record.choices, record.seconds) == (2, 0)


def test_of_another_course_or_another_person_it_holds_nothing(place, step):
    making.play(place, step, "22")
    assert talks_held(make.user(), place.course_key) == []
    assert talks_held(place.learner, make.course().translation_key) == []


def test_it_costs_two_queries_however_many_were_held(place, step, django_assert_num_queries):
    for _number in range(3):
        making.play(place, step, "22")
    with django_assert_num_queries(2):
        assert len(held(place)) == 3
