"""What a quiz and its rows may say, whoever writes them and by whichever door."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory

from assessments.models import Attempt, Draw, Quiz
from courses.models.second_read import without_second_reader
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


def preview(quiz):
    """What an editor sees of a sample paper."""
    request = RequestFactory().get("/")
    request.user = make.user()
    context = quiz.get_preview_context(request, "")
    template = quiz.get_preview_template(request, "")
    return context, render_to_string(template, context, request=request)


# Its own rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("pass_percent", "1", True),
        ("pass_percent", "100", True),
        ("pass_percent", "66.67", True),
        ("pass_percent", "0", False),
        ("pass_percent", "0.99", False),
        ("pass_percent", "100.01", False),
        ("pass_percent", "66.667", False),
        ("attempts_allowed", 1, True),
        ("attempts_allowed", None, True),
        ("attempts_allowed", 0, False),
        ("time_limit_minutes", 1, True),
        ("time_limit_minutes", None, True),
        ("time_limit_minutes", 0, False),
        ("feedback", "score", True),
        ("feedback", "nothing", False),
    ],
)
def test_a_rule_lies_within_what_a_learner_could_meet(name, value, fits):
    quiz = Quiz(title="Boundaries", **{name: value})
    if fits:
        quiz.full_clean()
    else:
        with pytest.raises(ValidationError) as problem:
            quiz.full_clean()
        assert set(problem.value.error_dict) == {name}


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "fits"),
    [
        (None, None, True),
        (NOON, None, True),
        (None, NOON, True),
        (NOON, NOON + timedelta(minutes=1), True),
        (NOON, NOON, False),
        (NOON, NOON - DAY, False),
    ],
)
def test_a_quiz_closes_after_it_opens(opens_at, closes_at, fits):
    quiz = Quiz(title="Boundaries", opens_at=opens_at, closes_at=closes_at)
    if fits:
        quiz.full_clean()
        quiz.save()
        return
    with pytest.raises(ValidationError, match="close after it opens"):
        quiz.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        quiz.save()


def test_a_quiz_is_called_by_its_title_and_a_row_by_what_it_asks():
    quiz = Quiz.objects.create(title="Boundaries")
    question = make.true_false(code="T-9")
    assert str(quiz) == "Boundaries"
    assert str(Draw(quiz=quiz, question=question)).startswith("T-9:")
    assert str(Draw(quiz=quiz, count=4, tag="crisis")) == "4 at random"


# Its rows ---------------------------------------------------------------------------------


@pytest.fixture
def places():
    return {
        "question": make.true_false(),
        "module": make.module(make.course()),
        "competency": make.competency(),
        "tag": "crisis",
        "all_red_lines": True,
    }


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("question",), None),
        (("module",), None),
        (("competency",), None),
        (("tag",), None),
        (("all_red_lines",), None),
        (("module", "competency", "tag"), None),
        (("module", "all_red_lines"), None),
        ((), "or a module, competency or tag"),
        (("question", "module"), "not both"),
        (("question", "competency"), "not both"),
        (("question", "tag"), "not both"),
        (("question", "all_red_lines"), "not both"),
    ],
)
def test_a_row_names_one_question_or_says_what_to_draw(places, names, problem):
    row = Draw(**{name: places[name] for name in names})
    if problem is None:
        row.clean()
    else:
        with pytest.raises(ValidationError, match=problem):
            row.clean()


@pytest.mark.parametrize("names", [("question",), ("all_red_lines",), ("module", "all_red_lines")])
def test_a_number_is_asked_for_only_of_what_is_drawn_at_random(places, names):
    row = Draw(count=5, **{name: places[name] for name in names})
    row.clean()
    assert row.count == 1
    drawn = Draw(count=5, module=places["module"])
    drawn.clean()
    assert drawn.count == 5


@pytest.mark.parametrize("wrong", [{"tag": "crisis"}, {"count": 2}, {"all_red_lines": True}])
def test_a_row_that_is_both_cannot_be_stored_by_any_door(places, wrong):
    quiz = Quiz.objects.create(title="Boundaries")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(quiz=quiz, question=places["question"], **wrong)
    assert not quiz.draws.exists()


@pytest.mark.parametrize("wrong", [{"worth": Decimal(0)}, {"count": 0}, {"worth": Decimal(-1)}])
def test_a_row_that_is_worth_nothing_cannot_be_stored_by_any_door(wrong):
    quiz = Quiz.objects.create(title="Boundaries")
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(quiz=quiz, tag="crisis", **wrong)


def test_a_question_and_a_module_that_a_row_names_stay_in_the_house(places):
    quiz = Quiz.objects.create(title="Boundaries")
    Draw.objects.create(quiz=quiz, question=places["question"])
    Draw.objects.create(quiz=quiz, competency=places["competency"])
    for target in (places["question"], places["competency"]):
        with pytest.raises(IntegrityError), transaction.atomic(), without_second_reader():
            target.delete()


def test_rows_are_drawn_by_in_their_order_and_know_their_red_lines():
    red_line, other = make.true_false(red_line=True), make.single_choice()
    quiz = make.quiz([other, red_line, make.true_false()])
    Draw.objects.create(quiz=quiz, tag="crisis", count=3, sort_order=9, worth=Decimal(2))
    rows = quiz.blueprint()
    assert [row.question for row in rows[:2]] == [other.pk, red_line.pk]
    assert [row.names_red_line for row in rows] == [False, True, False, False]
    assert (rows[3].tag, rows[3].count, rows[3].worth) == ("crisis", 3, 2)


def test_a_quiz_of_random_rows_asks_nothing_more_of_the_database(django_assert_num_queries):
    quiz = Quiz.objects.create(title="Boundaries")
    Draw.objects.create(quiz=quiz, tag="crisis")
    with django_assert_num_queries(1):
        assert len(quiz.blueprint()) == 1


# Its preview ------------------------------------------------------------------------------


def test_a_sample_says_how_much_passes_and_which_must_be_right():
    quiz = make.quiz([make.true_false(red_line=True), make.single_choice()], title="Boundaries")
    context, page = preview(quiz)
    assert len(context["paper"].items) == 2
    assert "2 questions" in page
    assert "75% to pass" in page
    assert "1 red line" in page
    assert page.count("must be right whatever the score") == 1


def test_a_sample_of_one_question_without_red_lines_speaks_of_none():
    _, page = preview(make.quiz([make.single_choice()]))
    assert "1 question" in page
    assert "1 questions" not in page
    assert "red line" not in page.lower()


def test_a_quiz_that_asks_nothing_yet_says_what_to_do():
    context, page = preview(make.quiz([]))
    assert context["paper"].items == []
    assert "no question ready for this quiz yet" in page
    assert "<form" not in page.split("<main", 1)[-1].split("</main", 1)[0]


def test_a_sample_shows_no_key_and_counts_for_nothing():
    quiz = make.quiz([make.single_choice(rationale="Because silence is thinking.")])
    _, page = preview(quiz)
    assert "Because silence is thinking." not in page
    assert "Yes." not in page
    assert not Attempt.objects.exists()


def test_a_quiz_whose_pass_mark_was_emptied_can_still_be_looked_at():
    quiz = make.quiz([make.single_choice()])
    quiz.pass_percent = None
    context, page = preview(quiz)
    assert context["paper"].pass_percent == 0
    assert "0% to pass" in page
