"""What a learner did on a course, as one statement reads it."""

import pytest

from courses.enrolling import complete_lesson, take_again
from courses.models import Completion, LessonPage, Opening
from courses.records import current_enrolment, learner_records, records_by_enrolment
from tests import make
from tests.make import HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=1, quizzes=False)


@pytest.fixture
def place(course):
    return make.enrolment(course=course, at=NOON)


def lessons_of(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def finish(place, course):
    for number, lesson in enumerate(lessons_of(course)):
        complete_lesson(place, lesson, at=NOON + number * HOUR)


def test_what_was_completed_and_what_opened_are_told_apart(
    place, course, django_assert_num_queries
):
    complete_lesson(place, lessons_of(course)[0], at=NOON)
    with django_assert_num_queries(1):
        records = records_by_enrolment([place.pk])[place.pk]
    rows = Completion.objects.filter(enrolment=place)
    assert records.completed == dict(rows.values_list("page_key", "completed_at"))
    assert records.opened == set(
        Opening.objects.filter(enrolment=place).values_list("page_key", flat=True)
    )
    assert records.completed
    assert records.opened


def test_no_place_has_no_records(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert records_by_enrolment([]) == {}


def test_the_records_of_each_place_are_its_own(place, course):
    other = make.enrolment(course=course, at=NOON)
    complete_lesson(other, lessons_of(course)[0], at=NOON)
    records = records_by_enrolment([place.pk, other.pk])
    assert not records[place.pk].completed
    assert records[other.pk].completed


def test_a_place_that_was_taken_again_is_the_new_run(place, course):
    finish(place, course)
    run = take_again(place, at=NOON + 9 * HOUR)
    assert current_enrolment(place.learner_id, place.course_key) == run
    records = learner_records(place.learner_id)
    assert records.current == [run]
    assert {each.pk for each in records.enrolments} == {place.pk, run.pk}
    assert course.translation_key in records.completed


def test_a_stranger_has_no_place(course, django_assert_num_queries):
    stranger = make.user()
    assert current_enrolment(stranger.pk, course.translation_key) is None
    with django_assert_num_queries(1):
        assert learner_records(stranger.pk).current == []
