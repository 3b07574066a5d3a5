"""Answers given on two devices: different questions are joined, and only a true conflict asks."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.attempting import save_responses, stored_responses
from assessments.exceptions import ChangedElsewhere
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    return make.attempt()


@pytest.fixture
def right(attempt):
    return make.right_responses(attempt)


def only(responses, *numbers):
    """A page where these items are answered, by their place, and the others are not yet."""
    return {
        key: response if number in numbers else None
        for number, (key, response) in enumerate(responses.items())
    }


def given_for(attempt):
    return {key: response for key, response in stored_responses(attempt).items() if response}


def test_answers_to_different_questions_are_joined(attempt, right):
    phone, laptop = only(right, 0), only(right, 1)
    save_responses(attempt, phone, base=0, at=NOON)
    outcome = save_responses(attempt, laptop, base=0, at=NOON)
    assert outcome.number == 2
    assert outcome.joined == {key: value for key, value in phone.items() if value}
    assert given_for(attempt) == only_given(only(right, 0, 1))


def only_given(responses):
    return {key: response for key, response in responses.items() if response}


def test_what_was_taken_back_elsewhere_is_joined_too(attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    save_responses(attempt, only(right), base=1, at=NOON)
    outcome = save_responses(attempt, only(right, 0, 1), base=1, at=NOON)
    first = next(iter(right))
    assert outcome.joined == {first: None}
    assert given_for(attempt) == only_given(only(right, 1))


def test_two_answers_to_one_question_are_asked_about(attempt, right):
    item = next(item for item in attempt.paper.items if item.kind == "single_choice")
    other = next(option.id for option in item.options if option.id != right[item.id])
    unanswered = dict.fromkeys(right)
    save_responses(attempt, {**unanswered, item.id: right[item.id]}, base=0, at=NOON)
    with pytest.raises(ChangedElsewhere) as error:
        save_responses(attempt, {**unanswered, item.id: other}, base=0, at=NOON)
    assert error.value.number == 1
    assert given_for(attempt) == {item.id: right[item.id]}


def test_the_same_answer_given_twice_is_no_conflict(attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    outcome = save_responses(attempt, only(right, 0, 1), base=0, at=NOON)
    assert outcome.joined == {}
    assert given_for(attempt) == only_given(only(right, 0, 1))


def test_a_save_sent_again_after_it_was_joined_counts_once(attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    first = save_responses(attempt, only(right, 1), base=0, at=NOON)
    again = save_responses(attempt, only(right, 1), base=0, at=NOON)
    assert (again.number, again.joined) == (first.number, first.joined)


def test_a_page_that_changed_nothing_learns_what_was_saved_elsewhere(attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    outcome = save_responses(attempt, only(right), base=0, at=NOON)
    assert (outcome.number, list(outcome.joined)) == (1, [next(iter(right))])


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(saves=st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12))
def test_however_two_pages_take_turns_at_different_questions_nothing_is_lost(saves):
    """The phone answers even places, the laptop odd ones; each learns of the other's as it saves."""
    attempt = make.attempt()
    right = make.right_responses(attempt)
    keys = list(right)
    pages = {True: (dict.fromkeys(keys), 0), False: (dict.fromkeys(keys), 0)}
    answered = set()
    for is_phone, pick in saves:
        responses, base = pages[is_phone]
        key = keys[(2 * pick + (0 if is_phone else 1)) % len(keys)]
        if (keys.index(key) % 2 == 0) != is_phone:
            continue
        responses = {**responses, key: right[key]}
        outcome = save_responses(attempt, responses, base=base, at=NOON)
        answered.add(key)
        pages[is_phone] = ({**responses, **outcome.joined}, outcome.number)
    assert given_for(attempt) == {key: right[key] for key in answered}


# Through the pages ----------------------------------------------------------------------


@pytest.fixture
def learner(attempt, client):
    client.force_login(attempt.enrolment.learner)
    return client


def test_the_script_is_told_what_was_saved_elsewhere_as_fields_of_its_form(learner, attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    url = reverse("assessments:save_attempt", args=[attempt.pk])
    reply = learner.post(url, make.paper_form(attempt, only(right, 1), base="0")).json()
    item = attempt.paper.items[0]
    fields = [
        [name, value] for name, values in item.to_form(right[item.id]).items() for value in values
    ]
    assert reply["state"] == "saved"
    assert reply["joined"] == {item.field_name: fields}


def test_without_a_script_the_page_says_that_other_answers_are_here_too(learner, attempt, right):
    save_responses(attempt, only(right, 0), base=0, at=NOON)
    url = reverse("assessments:attempt", args=[attempt.pk])
    page = learner.post(
        url, make.paper_form(attempt, only(right, 1), base="0", action="save"), follow=True
    )
    assert "What you answered in another place is here too." in page.content.decode()
    assert given_for(attempt) == only_given(only(right, 0, 1))
