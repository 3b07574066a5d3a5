"""Nobody sets their own progress, whatever they post (P02)."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.urls import reverse

from assessments.models import Attempt, Mark, PaperItem, QuizPage, ResponseStep, Result
from courses.models import Completion, Enrolment, LessonPage, Opening
from people.models import User
from tests import make
from tests.courses.reading import everything_recorded, signed_in
from tests.make import HOUR, NOON

pytestmark = pytest.mark.django_db


def fields_of_every_record():
    """Each field of each record of learning, with something that would be worth having."""
    worth = {
        models.BooleanField: "true",
        models.DateTimeField: "2030-01-01T00:00:00Z",
        models.DateField: "2030-01-01",
        models.DecimalField: "99",
        models.TextField: "mine",
        models.CharField: "mine",
        models.UUIDField: str(uuid4()),
    }
    records = [
        Enrolment, Completion, Opening, Attempt, PaperItem, ResponseStep, Result, Mark, User,
        *apps.get_app_config("certificates").get_models(),
    ]  # fmt: skip
    form = {}
    for record in records:
        for field in record._meta.get_fields():
            if not getattr(field, "concrete", False):
                continue
            value = next(
                (worthwhile for kind, worthwhile in worth.items() if isinstance(field, kind)), "1"
            )
            form[field.name] = value
            form[getattr(field, "attname", field.name)] = value
    return form


def test_no_field_that_is_posted_becomes_progress():
    course = make.full_course(modules=2, lessons=2)
    place = make.enrolment(course=course)
    locked = LessonPage.objects.descendant_of(course).order_by("path").last()
    quiz_page = QuizPage.objects.descendant_of(course).order_by("path").first()
    attempt = make.attempt(place, quiz_page)
    statement = make.statement()
    before = everything_recorded()
    browser = signed_in(place.learner)
    form = fields_of_every_record()
    assert len(form) > 60
    own = {"lesson": locked.pk, "course": "", "block": "", "base": "", "typed_name": ""}
    urls = [
        reverse("courses:complete_lesson"),
        reverse("courses:save_reflection"),
        reverse("courses:enrol"),
        reverse("assessments:save_attempt", args=[attempt.pk]),
        reverse("assessments:attempt", args=[attempt.pk]),
        reverse("assessments:submit", args=[attempt.pk]),
        reverse("certificates:sign", args=[statement.statement.slug]),
        "/learn/",
        course.url,
        locked.url,
        "/verify/",
    ]
    for url in urls:
        for method in (browser.post, browser.put, browser.patch, browser.delete):
            if method == browser.post:
                assert method(url, {**form, **own}).status_code < 500, url
            else:
                assert method(url, form, content_type="application/json").status_code < 500, url
    assert everything_recorded() == before


def test_an_enrolment_is_made_now_and_for_oneself_whatever_is_posted():
    course, other = make.course(), make.user()
    learner = make.user()
    browser = signed_in(learner)
    posted = {**fields_of_every_record(), "course": course.pk, "learner": other.pk}
    with time_machine.travel(NOON, tick=False):
        browser.post(reverse("courses:enrol"), posted)
    place = Enrolment.objects.get()
    assert (place.learner, place.course, place.enrolled_at) == (learner, course, NOON)
    assert (place.withdrawn_at, place.ends_at) == (None, None)


def test_a_finished_lesson_is_finished_now_whatever_is_posted():
    course = make.full_course(quizzes=False)
    place = make.enrolment(course=course)
    lesson = LessonPage.objects.descendant_of(course).order_by("path").first()
    posted = {**fields_of_every_record(), "lesson": lesson.pk, "course": course.pk}
    with time_machine.travel(NOON + HOUR, tick=False):
        signed_in(place.learner).post(reverse("courses:complete_lesson"), posted)
    done = Completion.objects.get()
    assert (done.enrolment, done.page_key) == (place, lesson.translation_key)
    assert done.completed_at == NOON + HOUR


def test_a_profile_holds_what_its_form_asks_and_nothing_else():
    person = make.user()
    posted = {
        **fields_of_every_record(),
        "full_name": "Ada N.",
        "language": "es",
        "time_zone": "UTC",
    }
    assert signed_in(person).post("/accounts/profile/", posted).status_code == 302
    after = User.objects.get()
    assert (after.full_name, after.language) == ("Ada N.", "es")
    for field in (
        "email",
        "password",
        "is_superuser",
        "is_active",
        "agreed_at",
        "joined_at",
        "evidence_number",
    ):
        assert getattr(after, field) == getattr(person, field), field
    assert not after.groups.exists()
    assert not after.user_permissions.exists()
