"""A long paper is divided into sections, and opens at the first question without an answer."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempting import save_responses
from assessments.views.finding import (
    LONGEST_UNDIVIDED,
    SECTION_SIZE,
    ShownItem,
    next_open,
    sections_of,
)
from tests import make
from tests.make import NOON


class _Item:
    """An item that any response answers."""

    def is_complete(self, response):
        return response is not None


def shown(responses):
    return [
        ShownItem(number, _Item(), response) for number, response in enumerate(responses, start=1)
    ]


@given(count=st.integers(0, 80))
def test_sections_hold_every_question_once_and_in_order(count):
    questions = shown([None] * count)
    sections = sections_of(questions)
    assert [question for section in sections for question in section.questions] == questions
    assert [section.number for section in sections] == list(range(1, len(sections) + 1))
    assert all(section.questions for section in sections)
    if count <= LONGEST_UNDIVIDED:
        assert len(sections) <= 1
    else:
        assert all(len(section.questions) <= SECTION_SIZE for section in sections)
        assert [section.first for section in sections[1:]] == [
            section.last + 1 for section in sections[:-1]
        ]


@given(responses=st.lists(st.sampled_from([None, "a"]), max_size=40))
def test_the_place_to_go_on_from_is_the_first_question_without_an_answer(responses):
    place = next_open(shown(responses))
    if "a" not in responses or None not in responses:
        assert place is None
    else:
        assert place.number == responses.index(None) + 1


@pytest.mark.django_db
def test_my_learning_leads_into_the_try_that_was_begun(client):
    attempt = make.attempt()
    client.force_login(attempt.enrolment.learner)
    page = client.get("/learn/").content.decode()
    assert f"You have begun “{attempt.quiz.title}”" in page
    assert reverse("assessments:attempt", args=[attempt.pk]) in page


@pytest.mark.django_db
def test_a_short_paper_says_where_to_go_on_and_has_no_list(client):
    attempt = make.attempt()
    client.force_login(attempt.enrolment.learner)
    url = reverse("assessments:attempt", args=[attempt.pk])
    assert "Go on with question" not in client.get(url).content.decode()
    right = make.right_responses(attempt)
    first = next(iter(right))
    save_responses(attempt, {first: right[first]}, base=0, at=NOON)
    page = client.get(url).content.decode()
    assert "Go on with question 2" in page
    assert "data-question-list" not in page
