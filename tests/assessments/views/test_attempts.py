"""Sitting a quiz through the browser's eyes: what is shown, what is kept, and what never is."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.attempting import stored_responses
from assessments.kinds import KINDS
from assessments.models import Attempt, ResponseStep, Result
from tests import make
from tests.assessments.sitting import address, give, hand_in, page_of

pytestmark = pytest.mark.django_db


# Starting -----------------------------------------------------------------------------


def test_starting_leads_to_the_paper_and_starting_again_to_the_same(client):
    page = make.quiz_page(make.course(order="free"))
    enrolment = make.enrolment(course=page.get_parent().specific)
    client.force_login(enrolment.learner)
    start = reverse("assessments:start_attempt", args=[page.translation_key])
    first = client.post(start)
    assert first.status_code == 303
    assert client.post(start).url == first.url == address("attempt", Attempt.objects.get())


def test_a_refusal_is_said_on_the_quiz_page(client):
    page = make.quiz_page(make.course(order="free"), make.quiz(attempts_allowed=1))
    enrolment = make.enrolment(course=page.get_parent().specific)
    hand_in(make.attempt(enrolment, page), {})
    client.force_login(enrolment.learner)
    response = client.post(
        reverse("assessments:start_attempt", args=[page.translation_key]), follow=True
    )
    assert response.request["PATH_INFO"] == page.url
    assert "you have taken it" in response.content.decode()


def test_a_locked_quiz_cannot_be_started_by_going_around_its_page(client):
    course = make.full_course(modules=2)
    enrolment = make.enrolment(course=course)
    client.force_login(enrolment.learner)
    locked = course.get_descendants().specific().last()
    response = client.post(reverse("assessments:start_attempt", args=[locked.translation_key]))
    assert response.url == locked.url
    assert not Attempt.objects.exists()


def test_one_who_is_not_enrolled_finds_nothing_to_start(client):
    page = make.quiz_page(make.course(order="free"))
    client.force_login(make.user())
    for key in (page.translation_key, uuid4()):
        assert client.post(reverse("assessments:start_attempt", args=[key])).status_code == 404
    assert not Attempt.objects.exists()


# Answering ----------------------------------------------------------------------------


def another_answer(item, right):
    """A complete answer to a single choice that is not the right one."""
    return next(option.id for option in item.options if option.id != right[item.id])


def test_the_paper_shows_every_question_and_what_was_given(client, attempt, right):
    give(attempt, right)
    shown = client.get(address("attempt", attempt)).content.decode()
    for item in attempt.paper.items:
        assert f'id="item-{item.id}"' in shown
    assert f"{len(KINDS)} of {len(KINDS)} answered" in shown
    single = attempt.paper.items[0]
    assert re.search(rf'value="{right[single.id]}" checked', shown)
    assert '<input type="hidden" name="base" value="1"' in shown


def test_without_a_script_save_keeps_the_answers_and_says_so(client, attempt, right):
    form = make.paper_form(attempt, right, base="0", action="save")
    response = client.post(address("attempt", attempt), form, follow=True)
    assert response.redirect_chain == [(address("attempt", attempt), 303)]
    assert "Your answers are saved." in response.content.decode()
    assert stored_responses(attempt) == right


def test_without_a_script_looking_over_saves_first(client, attempt, right):
    form = make.paper_form(attempt, right, base="0", action="finish")
    response = client.post(address("attempt", attempt), form)
    assert (response.status_code, response.url) == (303, address("finish", attempt))
    assert stored_responses(attempt) == right


@pytest.mark.parametrize("base", ["0", "", "-1", "abc", "9" * 5000, "²"])
def test_an_old_page_is_shown_again_with_all_that_was_typed_and_a_choice(
    client, attempt, right, base
):
    first = attempt.paper.items[0]
    give(attempt, {first.id: right[first.id]})
    typed = {**right, first.id: another_answer(first, right)}
    form = make.paper_form(attempt, typed, base=base, action="finish")
    response = client.post(address("attempt", attempt), form)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Keep these answers" in shown
    assert "Show the saved ones" in shown
    assert f"{len(KINDS)} of {len(KINDS)} answered" in shown
    assert stored_responses(attempt) == {first.id: right[first.id]}
    # The choice to keep them is a press of a button on that page.
    form["base"] = re.search(r'name="base" value="(\d+)"', shown)[1]
    assert client.post(address("attempt", attempt), form).status_code == 303
    assert stored_responses(attempt) == typed


def test_a_script_saves_and_is_told_the_number(client, attempt, right):
    response = client.post(
        address("save_attempt", attempt), make.paper_form(attempt, right, base="0")
    )
    reply = response.json()
    assert response.status_code == 200
    assert (reply["state"], reply["number"]) == ("saved", 1)
    assert reply["saved_at"]
    assert stored_responses(attempt) == right


def test_a_script_with_an_old_page_is_told_what_is_stored(client, attempt, right):
    give(attempt, right)
    first = attempt.paper.items[0]
    typed = {**right, first.id: another_answer(first, right)}
    form = make.paper_form(attempt, typed, base="0")
    response = client.post(address("save_attempt", attempt), form)
    assert response.status_code == 409
    assert (response.json()["state"], response.json()["number"]) == ("changed", 1)
    assert stored_responses(attempt) == right


def test_a_script_of_a_closed_attempt_is_led_to_its_result(client, attempt, right):
    hand_in(attempt)
    response = client.post(address("save_attempt", attempt), make.paper_form(attempt, {}, base="1"))
    assert response.status_code == 409
    assert response.json()["state"] == "closed"
    assert response.json()["result_url"] == address("result", attempt)
    assert stored_responses(attempt) == right


def test_a_script_of_a_signed_out_reader_is_told_where_to_sign_in(client, attempt, right):
    client.logout()
    response = client.post(
        address("save_attempt", attempt), make.paper_form(attempt, right, base="0")
    )
    assert response.status_code == 401
    assert response.json()["state"] == "signed_out"
    assert response.json()["sign_in_url"].startswith("/accounts/login/?next=/quizzes/")
    assert not ResponseStep.objects.exists()


def test_a_save_that_names_no_number_is_refused(client, attempt):
    for base in ("", "x", "-3", "1.5", "9" * 400):
        response = client.post(address("save_attempt", attempt), {"base": base})
        assert response.status_code == 422
    assert client.post(address("save_attempt", attempt)).status_code == 422


# Handing in ---------------------------------------------------------------------------


def test_looking_over_links_to_each_question_without_a_whole_answer(client, attempt, right):
    first, *rest = attempt.paper.items
    matching = next(item for item in rest if item.kind == "matching")
    half = dict(list(right[matching.id].items())[:1])
    give(attempt, {**right, first.id: None, matching.id: half})
    shown = client.get(address("finish", attempt)).content.decode()
    links = re.findall(rf'href="{address("attempt", attempt)}#item-(\w+)"', shown)
    assert links == [first.id, matching.id]
    assert "2 questions are not fully answered yet" in shown
    assert f'action="{address("submit", attempt)}"' in shown


def test_looking_over_and_reading_change_nothing(client, attempt, right):
    give(attempt, right)
    before = Attempt.objects.values().get(pk=attempt.pk)
    for name in ("attempt", "finish", "result"):
        client.get(address(name, attempt))
        assert client.get(address("submit", attempt)).status_code == 405
        assert client.get(address("save_attempt", attempt)).status_code == 405
    assert Attempt.objects.values().get(pk=attempt.pk) == before


def test_handing_in_twice_leads_to_the_same_result(client, attempt, right):
    number = give(attempt, right)
    answers = [client.post(address("submit", attempt), {"base": str(number)}) for _ in range(3)]
    assert {(response.status_code, response.url) for response in answers} == {
        (303, address("result", attempt))
    }
    assert Result.objects.count() == 1
    # Any page that is still open in another tab leads there too.
    for name in ("attempt", "finish"):
        assert client.get(address(name, attempt)).url == address("result", attempt)
    form = make.paper_form(attempt, {}, base="1", action="save")
    assert client.post(address("attempt", attempt), form).url == address("result", attempt)
    assert stored_responses(attempt) == right


@pytest.mark.parametrize("base", ["0", "", "nonsense"])
def test_handing_in_from_an_old_page_asks_again(client, attempt, right, base):
    give(attempt, right)
    response = client.post(address("submit", attempt), {"base": base})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "saved from another tab or device" in shown
    assert not Result.objects.exists()
    number = re.search(r'name="base" value="(\d+)"', shown)[1]
    assert client.post(address("submit", attempt), {"base": number}).status_code == 303


def test_a_try_that_was_left_when_its_course_was_begun_again_leads_to_the_quiz(
    client, attempt, right
):
    """Another tab may still show it. It takes nothing more, and no link from it is broken."""
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.ABANDONED)
    form = make.paper_form(attempt, right, base="0")
    saved = client.post(address("save_attempt", attempt), form)
    assert (saved.status_code, saved.json()["state"]) == (409, "closed")
    for name in ("attempt", "finish", "result"):
        response = client.get(address(name, attempt), follow=True)
        assert response.redirect_chain[-1] == (page_of(attempt).url, 303)
        assert response.status_code == 200
    assert stored_responses(attempt) == {}


# What it costs ------------------------------------------------------------------------


def many(client, count):
    """An attempt at a quiz of so many questions, its learner signed in, caches warm."""
    questions = [kind for _ in range(count) for kind in make.one_of_each_kind()]
    attempt = make.attempt(quiz=make.quiz(questions))
    client.force_login(attempt.enrolment.learner)
    client.get(address("attempt", attempt))
    return attempt


@pytest.mark.parametrize("count", [1, 3])
def test_each_step_costs_few_queries_whatever_the_length_of_the_paper(
    client, count, django_assert_max_num_queries
):
    """Two of each are the session and the person; the test's savepoints count as queries too.

    The rows of a paper are one query where they are needed: to show it, to save and to mark.
    """
    attempt = many(client, count)
    form = make.paper_form(attempt, make.right_responses(attempt), base="0")
    start = reverse("assessments:start_attempt", args=[page_of(attempt).translation_key])
    with django_assert_max_num_queries(6):
        client.get(address("attempt", attempt))
    with django_assert_max_num_queries(9):
        client.post(address("save_attempt", attempt), form)
    with django_assert_max_num_queries(6):
        client.get(address("finish", attempt))
    with django_assert_max_num_queries(20):
        client.post(address("submit", attempt), {"base": "1"})
    # With what the certificate at the end still asks for, since this was the last step.
    with django_assert_max_num_queries(12):
        client.get(address("result", attempt))
    # One for each kind of question on the paper, and the rows of the paper.
    with django_assert_max_num_queries(20 + len(KINDS)):
        client.post(start)
