"""How it went: what a learner is shown when a quiz is handed in."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.attempting import submit_attempt
from assessments.kinds import KINDS
from assessments.models import Mark
from tests import make
from tests.assessments.sitting import address, give, hand_in, page_of

pytestmark = pytest.mark.django_db


# How it went --------------------------------------------------------------------------


def test_a_pass_is_said_with_the_score_and_the_way_on(client, attempt):
    hand_in(attempt)
    shown = client.get(address("result", attempt)).content.decode()
    assert "You passed" in shown
    assert "100%" in shown
    assert f"You earned {len(KINDS)} of {len(KINDS)} marks" in shown


def test_not_yet_is_said_kindly_with_the_way_back_and_another_try(client, attempt):
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Not yet, and that is all right" in shown
    assert reverse("assessments:start_attempt", args=[page_of(attempt).translation_key]) in shown
    assert "Would a talk help?" not in shown
    for word in ("fail", "wrong", "incorrect"):
        assert word not in shown.lower()


def test_after_two_tries_below_the_mark_a_talk_is_offered(client, attempt):
    hand_in(attempt, {})
    second = make.attempt(attempt.enrolment, page_of(attempt))
    hand_in(second, {})
    assert "Would a talk help?" in client.get(address("result", second)).content.decode()
    third = make.attempt(attempt.enrolment, page_of(attempt))
    hand_in(third)
    assert "Would a talk help?" not in client.get(address("result", third)).content.decode()


def test_a_pause_says_when_the_next_try_may_begin(client):
    attempt = make.attempt(quiz=make.quiz(wait_minutes=60))
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "you can try again" in shown
    assert "/quizzes/start/" not in shown


SECRETS = {"key": "Fits best", "feedback": "FEEDBACK-CANARY", "rationale": "RATIONALE-CANARY"}


def reviewed(client, *, feedback, passed):
    question = make.single_choice(
        rationale=SECRETS["rationale"],
        options=[("Reflect", "1", "KEY-CANARY"), ("Fix", "0", SECRETS["feedback"])],
    )
    others = [make.true_false() for _ in range(3)]
    attempt = make.attempt(quiz=make.quiz([question, *others], feedback=feedback, pass_percent=75))
    client.force_login(attempt.enrolment.learner)
    right = make.right_responses(attempt)
    item = attempt.paper.items[0]
    right[item.id] = next(option.id for option in item.options if option.text == "Fix")
    if not passed:
        right = {item.id: right[item.id]}
    hand_in(attempt, right)
    return client.get(address("result", attempt)).content.decode()


@pytest.mark.parametrize(
    ("feedback", "passed", "review", "key"),
    [
        ("full", False, True, True),
        ("full", True, True, True),
        ("after_passing", False, True, False),
        ("after_passing", True, True, True),
        ("score", False, False, False),
        ("score", True, False, False),
    ],
)
def test_the_review_shows_what_the_quiz_allows(client, feedback, passed, review, key):
    shown = reviewed(client, feedback=feedback, passed=passed)
    assert ("FEEDBACK-CANARY" in shown) is review
    assert ("KEY-CANARY" in shown) is key
    assert ("RATIONALE-CANARY" in shown) is key
    assert ("Fits best" in shown) is key


def test_strengths_are_named_and_lead_back_to_the_lessons_that_teach_them(client):
    course = make.course(order="free")
    module = make.module(course)
    competency = make.competency(name="Stay with silence")
    lesson = make.lesson(module, "When nobody speaks")
    lesson.competencies.add(competency)
    lesson.save()
    question = make.true_false()
    question.competencies.add(competency)
    question.save()
    page = make.quiz_page(module, make.quiz([question]))
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Stay with silence" in shown
    assert lesson.url in shown


def test_a_lesson_that_has_not_opened_yet_is_no_place_to_look_again(client):
    course = make.course(order="in_order")
    first, second = make.module(course), make.module(course)
    competency = make.competency(name="Share your story on purpose")
    later = make.lesson(second, "Sharing your story on purpose")
    later.competencies.add(competency)
    later.save()
    question = make.true_false()
    question.competencies.add(competency)
    question.save()
    page = make.quiz_page(first, make.quiz([question]))
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    shown = client.get(address("result", attempt)).content.decode()
    assert "Share your story on purpose" in shown
    assert later.url not in shown


def test_editing_the_bank_changes_no_page_and_no_mark(client, attempt, right):
    """A paper renders byte for byte as it did, before and after it is handed in."""

    def stable(response):
        own = (
            rb'(name="csrfmiddlewaretoken" value|name="made_for" value|"made-for" content'
            rb'|name="edition" content)="[^"]+"'
        )
        return re.sub(own, b"", response.content)

    give(attempt, right)
    open_before = stable(client.get(address("attempt", attempt)))
    over_before = stable(client.get(address("finish", attempt)))
    make.rewrite_the_bank()
    assert stable(client.get(address("attempt", attempt))) == open_before
    assert stable(client.get(address("finish", attempt))) == over_before
    assert submit_attempt(attempt, base=1, at=timezone.now()).score == len(KINDS)
    result_before = stable(client.get(address("result", attempt)))
    marks = list(Mark.objects.values_list("item_id", "mark"))
    make.rewrite_the_bank()
    assert stable(client.get(address("result", attempt))) == result_before
    assert list(Mark.objects.values_list("item_id", "mark")) == marks
