"""Completing a course: what meets it, where, and how far."""

import pytest
from django.utils import translation

from certificates.evidence import (
    evidence_for,
)
from certificates.models import Requirement
from courses.enrolling import complete_lesson
from courses.models import LessonPage
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


def columns():
    """What a requirement of this kind names."""
    return {"course": make.full_course(title="Listening", modules=1, lessons=1)}


def meet(learner, requirement):
    make.completion(learner, requirement.course)


def test_a_course_finished_in_spanish_is_finished():
    english = make.full_course(title="Listening")
    spanish = make.full_course(title="Escuchar")
    spanish.translation_key = english.translation_key
    spanish.locale, _ = type(spanish.locale).objects.get_or_create(language_code="es")
    spanish.save()
    learner = make.user()
    make.completion(learner, spanish)
    [evidence] = evidence_for(learner, make.award(course=english))
    assert evidence.met_on
    assert evidence.text == "Complete the course “Escuchar”"


def test_what_was_shown_still_counts_after_leaving_the_course():
    course = make.full_course()
    learner = make.user()
    done = make.completion(learner, course)
    done.enrolment.withdrawn_at = NOON + DAY
    done.enrolment.save()
    assert evidence_for(learner, make.award(course=course))[0].met_on


def test_it_says_how_many_of_the_required_steps_are_done():
    course = make.full_course(modules=2, lessons=2, quizzes=False)
    make.quiz_page(course, required=False)
    learner = make.user()
    award = make.award(course=course)
    assert evidence_for(learner, award)[0].how_far == "0 of 4 steps"
    place = make.enrolment(learner, course)
    for lesson in LessonPage.objects.descendant_of(course)[:3]:
        complete_lesson(place, lesson, at=NOON)
    assert evidence_for(learner, award)[0].how_far == "3 of 4 steps"
    with translation.override("es"):
        assert evidence_for(learner, award)[0].how_far == "3 de 4 pasos"


def test_one_step_is_counted_as_one():
    course = make.full_course(modules=1, lessons=1, quizzes=False)
    assert evidence_for(make.user(), make.award(course=course))[0].how_far == "0 of 1 step"


def test_a_course_that_is_taken_down_or_empty_says_nothing_of_how_far():
    empty, hidden = make.course(), make.full_course(live=False)
    for course in (empty, hidden):
        assert evidence_for(make.user(), make.award(course=course))[0].how_far == ""
    assert evidence_for(make.user(), make.award(course=hidden))[0].url is None


def test_the_pages_a_requirement_rests_on_are_the_course_itself():
    course = make.full_course()
    make.award(course=make.full_course())
    award = make.award(course=course)
    pages = course.get_ancestors(inclusive=True).values("pk")
    assert list(Requirement.objects.naming(pages)) == list(award.requirements.all())
    assert not Requirement.objects.naming(course.get_descendants().values("pk")).exists()
