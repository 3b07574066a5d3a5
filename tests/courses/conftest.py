"""What several tests of courses begin with: an editor, and a lesson in parts with its reader."""

from __future__ import annotations

import pytest
from django.utils import timezone

from courses.models import LessonPage
from tests import make
from tests.courses.staff import sign_in
from tests.make import DAY


@pytest.fixture
def at_once_and_without_second_factor(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def editor(client):
    return sign_in(client)


@pytest.fixture
def lesson_in_parts():
    """A lesson of two parts, *Getting ready* and *Coming back*, the first with a reflection."""
    course = make.full_course(modules=1, lessons=1, order="free")
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.body = [
        ("part", {"heading": "Getting ready"}),
        ("reflection", {"prompt": "When were you quiet?"}),
        ("part", {"heading": "Coming back"}),
        ("prose", "<p>Be there.</p>"),
    ]
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


@pytest.fixture
def reader_of_parts(lesson_in_parts):
    """Somebody who took a place on its course a day ago."""
    course = lesson_in_parts.get_parent().get_parent().specific
    return make.enrolment(course=course, at=timezone.now() - DAY).learner
