"""Sitting a quiz when something stands in the way: it is said kindly, and nothing is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.attempting import save_responses, submit_attempt
from assessments.models import Attempt, Quiz
from courses.models import Enrolment
from tests import make
from tests.assessments.sitting import address, free_page, give
from tests.make import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz_page():
    return free_page(time_limit_minutes=30)


@pytest.fixture
def place(quiz_page):
    return make.enrolment(course=quiz_page.get_parent().specific)


@pytest.fixture
def attempt(quiz_page, place, client):
    client.force_login(place.learner)
    return make.attempt(place, quiz_page, at=timezone.now())


def start(client, quiz_page):
    return client.post(reverse("assessments:start_attempt", args=[quiz_page.translation_key]))


def begun_long_ago(attempt):
    Attempt.objects.filter(pk=attempt.pk).update(started_at=timezone.now() - DAY)


# Starting ---------------------------------------------------------------------------------


def test_a_quiz_that_there_is_not_cannot_be_started(client, place):
    client.force_login(place.learner)
    assert client.post(reverse("assessments:start_attempt", args=[uuid4()])).status_code == 404


def test_a_quiz_outside_any_course_cannot_be_started(client, quiz_page, place):
    """An editor moved it; nobody has a place where it stands now."""
    client.force_login(place.learner)
    quiz_page.move(make.home(), pos="last-child")
    assert start(client, quiz_page).status_code == 404
    assert not Attempt.objects.exists()


def test_a_quiz_page_that_was_taken_down_cannot_be_started(client, quiz_page, place):
    client.force_login(place.learner)
    quiz_page.unpublish()
    assert start(client, quiz_page).status_code == 404


def test_somebody_without_a_place_cannot_start_it(client, quiz_page):
    client.force_login(make.user())
    assert start(client, quiz_page).status_code == 404
    assert not Attempt.objects.exists()


def test_starting_by_a_link_starts_nothing(client, quiz_page, place):
    client.force_login(place.learner)
    assert (
        client.get(
            reverse("assessments:start_attempt", args=[quiz_page.translation_key])
        ).status_code
        == 405
    )


def test_a_second_press_leads_to_the_attempt_that_is_open(client, quiz_page, attempt):
    assert start(client, quiz_page).url == address("attempt", attempt)
    assert Attempt.objects.count() == 1


# Somebody else's --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["attempt", "finish", "result"])
def test_an_attempt_of_somebody_else_is_not_there(client, attempt, name):
    client.force_login(make.user(is_superuser=True))
    assert client.get(address(name, attempt)).status_code == 404


@pytest.mark.parametrize("name", ["save_attempt", "submit"])
def test_nothing_is_saved_or_handed_in_for_somebody_else(client, attempt, name):
    client.force_login(make.user())
    assert client.post(address(name, attempt), {"base": "0"}).status_code == 404
    attempt.refresh_from_db()
    assert attempt.is_open


# When the time is up ----------------------------------------------------------------------


def test_an_answer_that_comes_too_late_is_said_and_not_saved(client, attempt):
    begun_long_ago(attempt)
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    reply = client.post(address("save_attempt", attempt), form)
    assert (reply.status_code, reply.json()["state"]) == (403, "ended")
    assert reply.json()["message"]
    assert client.post(address("attempt", attempt), form).status_code == 409
    attempt.refresh_from_db()
    assert attempt.save_number == 0


def test_looking_it_over_after_the_time_says_that_it_is_up(client, attempt):
    begun_long_ago(attempt)
    response = client.get(address("finish", attempt))
    assert response.status_code == 403
    assert "data-deadline" not in response.content.decode()
    assert "Hand in what is saved" in response.content.decode()


def test_what_was_saved_in_time_still_counts(client, attempt):
    number = give(attempt, make.right_responses(attempt))
    begun_long_ago(attempt)
    submit_attempt(attempt, base=number, at=timezone.now())
    assert Attempt.objects.get(pk=attempt.pk).results.get().passed


# When the place has ended -----------------------------------------------------------------


def end(place):
    Enrolment.objects.filter(pk=place.pk).update(ends_at=timezone.now() - HOUR)


@pytest.mark.parametrize("name", ["attempt", "finish"])
def test_a_place_that_has_ended_is_said_and_the_answers_are_kept(client, attempt, place, name):
    save_responses(attempt, make.right_responses(attempt), base=0, at=timezone.now())
    end(place)
    response = client.get(address(name, attempt))
    assert response.status_code == 403
    assert Attempt.objects.get(pk=attempt.pk).save_number == 1


def test_nothing_more_is_saved_once_the_place_has_ended(client, attempt, place):
    end(place)
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    client.post(address("save_attempt", attempt), form)
    assert Attempt.objects.get(pk=attempt.pk).save_number == 0


# When it is handed in already -------------------------------------------------------------


@pytest.mark.parametrize("name", ["attempt", "finish"])
def test_an_attempt_that_was_handed_in_leads_to_its_result(client, attempt, name):
    submit_attempt(attempt, base=give(attempt, make.right_responses(attempt)), at=timezone.now())
    assert client.get(address(name, attempt)).url == address("result", attempt)


def test_a_save_after_the_hand_in_leads_to_the_result_and_changes_nothing(client, attempt):
    submit_attempt(attempt, base=give(attempt, make.right_responses(attempt)), at=timezone.now())
    form = make.paper_form(attempt, {}, base="1")
    reply = client.post(address("save_attempt", attempt), form)
    assert (reply.status_code, reply.json()["state"]) == (409, "closed")
    assert reply.json()["result_url"] == address("result", attempt)
    assert client.post(address("attempt", attempt), form).url == address("result", attempt)
    assert Attempt.objects.get(pk=attempt.pk).save_number == 1


def test_a_form_that_does_not_say_what_it_saw_last_overwrites_nothing(client, attempt):
    give(attempt, make.right_responses(attempt))
    form = make.paper_form(attempt, {})
    reply = client.post(address("save_attempt", attempt), form)
    assert (reply.status_code, reply.json()) == (422, {"state": "unreadable"})
    page = client.post(address("attempt", attempt), form)
    assert page.status_code == 409
    assert Attempt.objects.get(pk=attempt.pk).save_number == 1


def test_there_is_nothing_to_answer_again_where_no_red_line_was_missed(client, attempt):
    submit_attempt(attempt, base=give(attempt, make.right_responses(attempt)), at=timezone.now())
    response = client.post(address("answer_again", attempt))
    assert response.url == address("result", attempt)
    assert Attempt.objects.count() == 1


def test_a_limit_of_tries_is_said_on_the_page_and_holds_by_its_address(client):
    quiz_page = free_page(attempts_allowed=1)
    place = make.enrolment(course=quiz_page.get_parent().specific)
    client.force_login(place.learner)
    attempt = make.attempt(place, quiz_page, at=timezone.now())
    submit_attempt(attempt, base=0, at=timezone.now())
    response = start(client, quiz_page)
    assert response.status_code == 303
    assert Attempt.objects.filter(quiz=quiz_page.quiz).count() == 1
    Quiz.objects.filter(pk=quiz_page.quiz_id).update(attempts_allowed=2)
    start(client, quiz_page)
    assert Attempt.objects.filter(quiz=quiz_page.quiz).count() == 2
