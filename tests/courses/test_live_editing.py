"""Changing what learners sit and read at this minute."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from assessments.models import Draw, Question
from courses.admin.deleting import holds_on
from courses.models import LessonPage
from tests import make
from tests.courses.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


def quiz_form(quiz, **changes):
    return nested_form_data(
        {
            "title": quiz.title,
            "pass_percent": "1",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "feedback": "full",
            "required": "on",
            "other_words": inline_formset([]),
            "draws": inline_formset([]),
            **changes,
        }
    )


@pytest.mark.parametrize(
    "role, shown, may",
    [("Trainers", True, False), ("Trainers", False, True), ("Lead trainers", True, True)],
)
def test_a_quiz_that_learners_sit_is_changed_by_lead_trainers_alone(client, role, shown, may):
    quiz = make.quiz()
    if shown:
        make.quiz_page(make.module(make.course()), quiz)
    sign_in(client, role)
    url = reverse("wagtailsnippets_assessments_quiz:edit", args=[quiz.pk])
    page = client.get(url).content.decode()
    assert ("only a lead trainer may change it" in page) is not may
    client.post(url, quiz_form(quiz))
    quiz.refresh_from_db()
    assert (quiz.pass_percent == 1) is (may and bool(quiz.draws.count() == 0))


def test_a_quiz_that_the_bank_cannot_fill_is_not_published(editor):
    page = make.quiz_page(make.module(make.course()), make.quiz([make.true_false()]), live=False)
    page.save_revision()
    Question.objects.update(live=False)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "quiz": page.quiz_id,
            "introduction": rich_text(""),
            "minutes": "10",
            "comments": inline_formset([]),
            "action-publish": "yes",
        }
    )
    content = editor.post(url, form, follow=True).content.decode()
    assert "the bank cannot fill this quiz yet" in content
    page.refresh_from_db()
    assert not page.live


def test_a_question_that_may_be_drawn_or_was_asked_is_not_deleted(editor):
    question = make.true_false()
    quiz = make.quiz()
    Draw.objects.create(quiz=quiz, count=1)
    assert [str(hold.at) for hold in holds_on(question)] == [quiz.title]
    make.attempt(quiz=make.quiz([question]))
    Draw.objects.all().delete()
    assert [hold.what for hold in holds_on(question)] == ["1 × paper item"]
    assert holds_on(make.true_false()) == []


def test_a_lesson_waits_for_its_course_to_be_published(client):
    course = make.full_course()
    lesson = LessonPage.objects.descendant_of(course).first()
    assert client.get(lesson.url).status_code == 200
    course.live = False
    course.save()
    assert client.get(lesson.url).status_code == 404
    assert client.get("/search/", {"q": lesson.title}).content.decode().count(lesson.url) == 0
