"""Quizzes are started as often as a person can read them, and no robot fills the database."""

from datetime import timedelta

import pytest

from assessments import attempting
from assessments.attempting import start_attempt, submit_attempt
from assessments.exceptions import TooManyStarts
from assessments.models import Attempt
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(monkeypatch):
    monkeypatch.setattr(attempting, "MOST_STARTS", 3)
    course = make.course()
    page = make.quiz_page(make.module(course))
    return make.enrolment(course=course), page


def start_and_hand_in(place, at):
    attempt = start_attempt(*place, at=at)
    submit_attempt(attempt, base=attempt.save_number, at=at)
    return attempt


def test_so_many_tries_are_begun_within_an_hour_and_the_next_waits(place):
    for minute in range(3):
        start_and_hand_in(place, NOON + minute * MINUTE)
    with pytest.raises(TooManyStarts) as refusal:
        start_attempt(*place, at=NOON + 3 * MINUTE)
    assert refusal.value.until == NOON + timedelta(hours=1)
    assert "what you have begun goes on as it is" in str(refusal.value)
    assert Attempt.objects.count() == 3
    assert start_attempt(*place, at=NOON + timedelta(hours=1)).number == 4


def test_one_that_is_open_goes_on_however_many_were_begun(place):
    for minute in range(2):
        start_and_hand_in(place, NOON + minute * MINUTE)
    begun = start_attempt(*place, at=NOON + 2 * MINUTE)
    assert start_attempt(*place, at=NOON + 3 * MINUTE) == begun


def test_others_are_counted_by_themselves(place):
    for minute in range(3):
        start_and_hand_in(place, NOON + minute * MINUTE)
    _enrolment, page = place
    other = make.enrolment(course=_enrolment.course)
    assert start_attempt(other, page, at=NOON + 3 * MINUTE).number == 1


def test_the_limit_is_sane():
    assert attempting.MOST_STARTS == 60
