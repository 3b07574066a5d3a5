"""Whoever was signed out while they worked loses nothing and is led back to where they were."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ResponseStep
from courses.models import Completion, LessonPage, Reflection
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    course = make.full_course()
    return course.get_descendants().type(LessonPage).first().specific


@pytest.fixture
def attempt():
    return make.attempt(quiz=make.quiz([make.single_choice()]))


def paper(attempt):
    return reverse("assessments:attempt", args=[attempt.pk])


@pytest.mark.parametrize(
    "name",
    [
        "courses:enrol",
        "courses:complete_lesson",
        "courses:save_reflection",
        "courses:delete_reflection",
        "assessments:submit",
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page_and_says_why(name, settings, attempt):
    args = {"courses:delete_reflection": [1], "assessments:submit": [attempt.pk]}.get(name, [])
    client = Client()
    came_from = f"{settings.BASE_URL}/courses/listening/"
    response = client.post(reverse(name, args=args), headers={"Referer": came_from})
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/courses/listening/"
    assert "signed out" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("referer", ["https://evil.example/", "//evil.example", "", "nonsense"])
def test_it_never_leads_to_another_site(referer):
    response = Client().post(reverse("courses:enrol"), headers={"Referer": referer})
    assert response["Location"] == "/accounts/login/?next=/learn/"


def test_answers_sent_too_late_wait_for_their_learner_and_are_saved_with_one_press(attempt):
    client = Client()
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    sent = client.post(paper(attempt), form)
    assert sent["Location"] == f"/accounts/login/?next={paper(attempt)}"
    assert not ResponseStep.objects.exists()
    client.force_login(attempt.enrolment.learner)
    page = client.get(paper(attempt)).content.decode()
    assert "not saved yet" in page
    assert " checked" in page
    client.post(paper(attempt), form)
    assert ResponseStep.objects.filter(item__attempt=attempt).exists()
    assert "not saved yet" not in client.get(paper(attempt)).content.decode()


def test_answers_that_wait_are_shown_to_nobody_else(attempt):
    client = Client()
    client.post(paper(attempt), make.paper_form(attempt, make.right_responses(attempt), base="0"))
    other = make.attempt(quiz=attempt.quiz)
    client.force_login(other.enrolment.learner)
    assert client.get(paper(attempt)).status_code == 404
    page = client.get(paper(other)).content.decode()
    assert "not saved yet" not in page
    assert " checked" not in page


def test_nothing_is_kept_for_an_attempt_that_is_not_there():
    client = Client()
    client.post("/quizzes/6a0f6d5e-3c1c-4d58-9c7a-0d6d9b0f1c11/", {"base": "0"})
    assert "answers_waiting" not in client.session


@pytest.mark.parametrize("name", ["complete_lesson", "save_reflection"])
def test_what_was_written_is_handed_back_at_once_and_kept_nowhere(name, lesson):
    client = Client()
    response = client.post(
        reverse(f"courses:{name}"), {"lesson": lesson.pk, "text-abc": "A quiet, private thought."}
    )
    assert response.status_code == 401
    assert "A quiet, private thought." in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert not Reflection.objects.exists()
    assert not Completion.objects.exists()
    assert "private thought" not in str(dict(client.session))
