"""What a result must not tell before a quiz is passed: which answers are right."""

import re

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import timezone

from assessments.kinds import KINDS
from assessments.models.quizzes import Feedback
from assessments.views.results import Visible
from tests import make
from tests.assessments.sitting import address, hand_in, page_of

pytestmark = pytest.mark.django_db

SIGNS = re.compile(r"sign--(fits|part|again)|option--fits|tag--accent")
WORDS = re.compile(
    r"That fits|Partly there|Worth another look|Fits best|\bFits\b|What fits|In order|Out of place|"
    r"Best left out|Earns part|Practised people|Serves (best|least)|\d of \d"
)


def wrong_response(item):
    """Something that was given and does not earn the whole mark."""
    right = item.to_form(item.right_response())
    for name, values in right.items():
        for value in _offered(item, name):
            response = item.read({**right, name: [value]})
            if response is not None and item.earned_fraction(response) < 1:
                return response
        if item.kind in {"short_answer", "gap_fill"}:
            return item.read({**right, name: [f"{values[0]} or something else"]})
    raise AssertionError(item.kind)


def _offered(item, name):
    page = BeautifulSoup(
        render_to_string(item.ask_template, {"item": item, "given": None}), "html.parser"
    )
    tags = page.find_all(["input", "option"])
    return [tag["value"] for tag in tags if tag.get("value")]


def reviewed(item, given, *, show_key):
    return render_to_string(
        item.review_template, {"item": item, "given": given, "mark": None, "show_key": show_key}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_and_a_wrong_response_are_reviewed_alike_without_the_key(kind):
    item = make.item(kind)
    shown = [
        reviewed(item, g, show_key=False) for g in (item.right_response(), wrong_response(item))
    ]
    for page in shown:
        text = BeautifulSoup(page, "html.parser").get_text(" ")
        assert not SIGNS.search(page)
        assert not WORDS.search(text)
        if item.rationale:
            assert item.rationale not in page
    signs = [
        {
            cls
            for tag in BeautifulSoup(page, "html.parser").find_all(True)
            for cls in tag.get("class", [])
        }
        for page in shown
    ]
    assert signs[0] == signs[1]


@pytest.mark.parametrize("kind", KINDS)
def test_with_the_key_both_are_told_apart(kind):
    item = make.item(kind)
    right = reviewed(item, item.right_response(), show_key=True)
    assert SIGNS.search(right) or WORDS.search(right)


def handed_in(client, *, passed, **rules):
    attempt = make.attempt(quiz=make.quiz(**rules))
    client.force_login(attempt.enrolment.learner)
    right = make.right_responses(attempt)
    if not passed:
        # Two right and the rest wrong, so that both would show.
        for item in attempt.paper.items[2:]:
            right[item.id] = wrong_response(item)
    hand_in(attempt, right)
    return attempt


def result_of(client, attempt):
    return client.get(address("result", attempt)).content.decode()


def test_a_failed_try_shows_what_was_given_with_its_own_word_and_the_lesson(client):
    course = make.course(order="free")
    module = make.module(course)
    lesson = make.lesson(module, "When nobody speaks")
    question = make.single_choice(
        lesson=lesson,
        lesson_part=2,
        options=[
            ("Reflect", "1", "KEY-WORD"),
            ("Ask", "0.5", "HALF-WORD"),
            ("Fix", "0", "OWN-WORD"),
        ],
    )
    page = make.quiz_page(module, make.quiz([question], feedback=Feedback.AFTER_PASSING))
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    item = attempt.paper.items[0]
    hand_in(attempt, {item.id: next(o.id for o in item.options if o.text == "Fix")})
    shown = result_of(client, attempt)
    assert "OWN-WORD" in shown
    assert "KEY-WORD" not in shown
    assert "HALF-WORD" not in shown
    assert f"{lesson.url}?part=2" in shown
    assert "What fits best is shown once you have passed" in shown
    review = shown[shown.index("so that your next try is your own") : shown.index("</main>")]
    assert not SIGNS.search(review)
    assert not WORDS.search(BeautifulSoup(review, "html.parser").get_text(" "))


def test_no_skill_is_told_by_a_figure_nor_of_one_question_before_the_pass(client):
    competency = make.competency(name="Stay with silence")
    question = make.true_false()
    question.competencies.add(competency)
    question.save()
    quiz = make.quiz([question, make.true_false()], feedback=Feedback.AFTER_PASSING)
    attempt = make.attempt(quiz=quiz)
    client.force_login(attempt.enrolment.learner)
    hand_in(attempt, {})
    assert "Stay with silence" not in result_of(client, attempt)


def test_once_passed_the_key_is_there_and_what_was_right_is_folded(client):
    attempt = handed_in(client, passed=True, feedback=Feedback.AFTER_PASSING)
    shown = result_of(client, attempt)
    assert "What fits best is shown once you have passed" not in shown
    assert "Question 1: that fits" in shown
    assert shown.count("<details") >= len(KINDS)


@pytest.mark.parametrize("feedback", [Feedback.SKILLS, Feedback.SCORE])
@pytest.mark.parametrize("passed", [False, True])
def test_of_a_held_back_paper_no_question_and_no_key_is_ever_shown(client, feedback, passed):
    attempt = held_back_attempt(client, feedback=feedback)
    right = make.right_responses(attempt)
    hand_in(attempt, right if passed else {})
    shown = result_of(client, attempt)
    for item in attempt.paper.items:
        assert item.stem not in shown
        for option in item.options:
            assert option.text not in shown
            assert option.feedback not in shown
        assert "WHY-" not in shown
    assert ("%" in shown) is True  # the pass mark is no secret
    assert ("You earned" in shown) is passed


def held_back_attempt(client, *, feedback=Feedback.SKILLS, red_lines=0, **rules):
    course = make.course(order="free")
    module = make.module(course, "Listening")
    questions = [
        make.single_choice(
            held_back=True,
            module=module,
            red_line=n < red_lines,
            rationale=f"WHY-{n}",
            stem=f"<p>STEM-{n}</p>",
            options=[(f"KEY-{n}", "1", f"GOOD-{n}"), (f"NOT-{n}", "0", f"BAD-{n}")],
        )
        for n in range(5)
    ]
    quiz = make.quiz(questions, held_back=True, feedback=feedback, **rules)
    page = make.quiz_page(course, quiz)
    attempt = make.attempt(make.enrolment(course=course), page)
    client.force_login(attempt.enrolment.learner)
    return attempt


def give_first(attempt, count, key="KEY"):
    return {
        item.id: next(o.id for o in item.options if o.text.startswith(key) == (n < count))
        for n, item in enumerate(attempt.paper.items)
    }


@pytest.mark.parametrize("right", range(4))
def test_how_near_a_held_back_paper_came_is_shown_nowhere(client, right):
    """Not on the result, nor on the quiz, nor on the learner's own page."""
    attempt = held_back_attempt(client)
    make.award(course=attempt.enrolment.course, quiz=attempt.quiz)
    hand_in(attempt, give_first(attempt, right))
    pages = [
        result_of(client, attempt),
        client.get(page_of(attempt).url).content.decode(),
        client.get("/learn/").content.decode(),
    ]
    for page in pages:
        main = BeautifulSoup(page, "html.parser").main.get_text(" ")
        assert not re.search(r"\b(20|40|60)\s?%", main)
        assert f"{right} of 5" not in main
    words = BeautifulSoup(pages[0], "html.parser").select_one(".strength__level").get_text()
    assert words.strip() == "Worth another look"


def test_which_red_lines_are_missed_is_told_only_when_nothing_else_is_missing(client):
    attempt = held_back_attempt(client, red_lines=1)
    hand_in(attempt, give_first(attempt, 0))
    shown = result_of(client, attempt)
    assert "must-be-right" not in shown
    assert "in place" not in shown
    second = make.attempt(attempt.enrolment, page_of(attempt), at=timezone.now())
    responses = make.right_responses(second)
    item = next(item for item in second.paper.items if item.red_line)
    responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    hand_in(second, responses)
    shown = result_of(client, second)
    assert "Nearly there" in shown
    assert item.stem in shown
    assert "must-be-right" in shown


@pytest.mark.parametrize(
    ("policy", "held_back", "passed", "nearly", "expected"),
    [
        (Feedback.FULL, False, False, False, "review key red_lines figures by_competency"),
        (Feedback.AFTER_PASSING, False, False, False, "review figures by_competency"),
        (Feedback.AFTER_PASSING, False, False, True, "review red_lines figures by_competency"),
        (
            Feedback.AFTER_PASSING,
            False,
            True,
            False,
            "review key red_line_key red_lines figures by_competency",
        ),
        (Feedback.SKILLS, True, False, False, "by_module"),
        (Feedback.SKILLS, True, False, True, "red_lines by_module"),
        (Feedback.SKILLS, True, True, False, "figures by_module"),
        (Feedback.SCORE, True, False, False, ""),
        # Should a quiz ever be saved so against its constraint, its key stays a secret.
        (Feedback.FULL, True, True, False, "figures by_module"),
    ],
)
def test_what_is_visible_by_the_rules_of_the_quiz(policy, held_back, passed, nearly, expected):
    visible = Visible.by(policy, passed=passed, held_back=held_back, nearly_there=nearly)
    assert {name for name, shown in vars(visible).items() if shown} == set(expected.split())


def test_a_paper_with_held_back_questions_stays_secret_though_its_quiz_was_changed(client):
    attempt = held_back_attempt(client)
    hand_in(attempt, give_first(attempt, 2))
    type(attempt.quiz).objects.filter(pk=attempt.quiz.pk).update(
        held_back=False, feedback=Feedback.FULL
    )
    shown = result_of(client, attempt)
    assert "KEY-" not in shown
    assert "GOOD-" not in shown
    assert "You earned" not in shown
