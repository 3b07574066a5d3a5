"""A site from before course editions is upgraded to one edition of each course, as it was published."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from courses.declaring import propose
from courses.models import Completion, CourseEdition, CoursePage, LessonPage
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

migration = importlib.import_module("assessments.migrations.0005_first_course_editions")


def upgrade():
    Completion.objects.update(edition=None)
    CourseEdition.objects.all().delete()
    migration._declare(apps, None)


def written_lesson(module):
    body = [
        ("prose", "<p>Be there first.</p>"),
        ("part", {"heading": "Then"}),
        ("reflection", {"prompt": "When were you quiet?"}),
    ]
    lesson = make.lesson(module, body=body)
    lesson.competencies.add(make.competency("LI1"))
    lesson.save()
    return lesson


def test_what_is_published_is_what_is_declared():
    course = make.full_course(modules=2, lessons=2)
    written_lesson(course.get_children().first().specific)
    make.lesson(course.get_children().first().specific, required=False)
    make.quiz_page(course, title="Final")
    upgrade()
    proposal = propose(CoursePage.objects.get(pk=course.pk))
    assert proposal.in_force.number == 1
    assert not proposal.changes
    assert not proposal.differs


def test_what_is_down_on_that_day_is_not_in_it_nor_what_stands_below_it():
    course = make.full_course(modules=2, lessons=2, quizzes=False)
    LessonPage.objects.descendant_of(course).first().unpublish()
    course.get_children().last().specific.unpublish()
    upgrade()
    assert CourseEdition.objects.get().steps.count() == 1


def test_a_course_of_which_nothing_is_published_has_no_edition():
    make.course("Soon")
    upgrade()
    assert not CourseEdition.objects.exists()


def test_a_course_in_two_languages_has_one_edition_by_the_original():
    course = make.full_course(modules=1, lessons=1)
    make.translation_of(course)
    upgrade()
    assert CourseEdition.objects.get().course == course


def test_running_it_again_declares_nothing_more():
    course = make.full_course(modules=1, lessons=1)
    place = make.enrolment(course=course, at=NOON)
    upgrade()
    migration._declare(apps, None)
    assert CourseEdition.objects.count() == 1
    assert place.course == course
