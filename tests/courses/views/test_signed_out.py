"""Whoever was signed out while they worked loses nothing and is led back to where they were."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ResponseStep
from courses.models import Completion, LessonPage, Reflection
from people.models import SetAsideForm
from people.page_owners import FIELD, stamp_for
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
    sent_from = f"{settings.BASE_URL}/courses/listening/"
    response = client.post(reverse(name, args=args), headers={"Referer": sent_from})
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/courses/listening/"
    assert "signed out" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize("referer", ["https://evil.example/", "//evil.example", "", "nonsense"])
def test_it_never_leads_to_another_site(referer):
    response = Client().post(reverse("courses:enrol"), headers={"Referer": referer})
    assert response["Location"] == "/accounts/login/?next=/learn/"


def sent_too_late(attempt, **fields):
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    return {**form, FIELD: stamp_for(attempt.enrolment.learner), **fields}


def test_answers_sent_too_late_wait_for_their_learner_and_are_saved_with_one_press(attempt):
    client = Client()
    sent = client.post(paper(attempt), sent_too_late(attempt))
    assert sent["Location"] == "/accounts/login/?next=/accounts/set-aside/"
    assert not ResponseStep.objects.exists()
    client.force_login(attempt.enrolment.learner)
    waiting = SetAsideForm.objects.get()
    assert f'action="{paper(attempt)}"' in client.get("/accounts/set-aside/").content.decode()
    client.post(paper(attempt), {**dict(waiting.fields), "sent_again": waiting.pk})
    assert ResponseStep.objects.filter(item__attempt=attempt).exists()
    assert not SetAsideForm.objects.exists()


def test_answers_that_a_script_sent_wait_as_a_form_of_the_page(attempt):
    save = reverse("assessments:save_attempt", args=[attempt.pk])
    answer = Client().post(save, sent_too_late(attempt), headers={"Accept": "application/json"})
    assert answer.json()["state"] == "signed_out"
    assert SetAsideForm.objects.get().address == paper(attempt)


def test_answers_that_wait_are_shown_to_nobody_else(attempt):
    client = Client()
    client.post(paper(attempt), sent_too_late(attempt))
    other = make.attempt(quiz=attempt.quiz)
    client.force_login(other.enrolment.learner)
    assert client.get(paper(attempt)).status_code == 404
    assert " checked" not in client.get(paper(other)).content.decode()
    assert client.get("/accounts/set-aside/").status_code == 302


@pytest.mark.parametrize("name", ["complete_lesson", "save_reflection", "go_to_part"])
def test_what_was_written_waits_for_its_writer_whichever_button_was_pressed(name, lesson):
    writer, client = make.user(), Client()
    form = {FIELD: stamp_for(writer), "lesson": lesson.pk, "text-abc": "A quiet, private thought."}
    client.post(reverse(f"courses:{name}"), form)
    assert not Reflection.objects.exists()
    assert not Completion.objects.exists()
    assert "private thought" not in str(dict(client.session))
    client.force_login(writer)
    assert "A quiet, private thought." in client.get("/accounts/set-aside/").content.decode()
