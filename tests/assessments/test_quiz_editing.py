"""Quizzes, as a trainer meets them in the staff pages."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from django.urls import reverse

from assessments.drawing import sample_paper
from assessments.editing import shortfalls_of
from assessments.kinds import KINDS
from assessments.models import Draw, Quiz
from tests import make
from tests.assessments.staff_forms import draw_form, quiz_form, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index_at_once")]


def test_a_quiz_is_made_of_named_questions_and_random_rows(editor):
    question = make.single_choice()
    module = make.module(make.course())
    form = quiz_form(
        [draw_form(question=question.pk), draw_form(module=module.pk, count="3", worth="2")]
    )
    response = editor.post(url(Quiz, "add"), form)
    assert response.status_code == 302, response.context["form"].errors
    quiz = Quiz.objects.get()
    assert [(d.question_id, d.module_id, d.count) for d in quiz.draws.all()] == [
        (question.pk, None, 1),
        (None, module.pk, 3),
    ]


@pytest.mark.parametrize(
    "draws",
    [[], [draw_form()], [draw_form(tag="x", worth="0")], [draw_form(tag="x", count="0")]],
    ids=["no rows", "an empty row", "worth nothing", "none of them"],
)
def test_a_quiz_worth_nothing_is_not_saved(editor, draws):
    response = editor.post(url(Quiz, "add"), quiz_form(draws))
    assert response.status_code == 200
    assert not Quiz.objects.exists()


def test_a_quiz_with_a_question_twice_over_names_only_one_way(editor):
    question = make.single_choice()
    response = editor.post(url(Quiz, "add"), quiz_form([draw_form(question=question.pk, tag="x")]))
    assert "not both" in response.content.decode()
    assert not Quiz.objects.exists()


def test_a_row_the_bank_cannot_fill_is_said_in_the_list_and_on_the_quiz(editor):
    module = make.module(make.course())
    for _ in range(2):
        make.true_false(module=module)
    make.true_false(module=module, live=False)
    quiz = make.quiz([], title="Too hungry")
    Draw.objects.create(quiz=quiz, module=module, count=3)
    sentence = "Row 1 asks for 3, and the bank has 2 ready"
    assert sentence in editor.get(url(Quiz, "list")).content.decode()
    assert sentence in editor.get(url(quiz, "edit", quiz.pk)).content.decode()


def test_rows_share_the_bank_and_no_question_counts_twice():
    module = make.module(make.course())
    tagged = make.true_false(module=module)
    tagged.tags.add("rare")
    tagged.save()
    make.true_false(module=module)
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, module=module, count=1, sort_order=0)
    Draw.objects.create(quiz=quiz, tag="Rare", count=1, sort_order=1)
    assert shortfalls_of([quiz])[quiz.pk] == []
    Draw.objects.create(quiz=quiz, module=module, count=1, sort_order=2)
    assert [short.number for short in shortfalls_of([quiz])[quiz.pk]] == [3]


def test_a_draft_that_is_named_is_said_to_be_left_out():
    quiz = make.quiz([make.single_choice(), make.true_false(live=False)])
    [short] = shortfalls_of([quiz])[quiz.pk]
    assert short.number == 2
    assert "draft" in str(short)


def test_the_list_of_quizzes_costs_the_same_for_one_and_for_three(
    editor, django_assert_num_queries, django_assert_max_num_queries
):
    module = make.module(make.course())
    make.quiz_page(module, make.quiz())
    editor.get(url(Quiz, "list"))
    with django_assert_max_num_queries(60) as queries_of_one:
        editor.get(url(Quiz, "list"))
        queries = len(queries_of_one)
    for _ in range(2):
        make.quiz_page(module, make.quiz())
    editor.get(url(Quiz, "list"))  # the menus of a new edition are read once
    with django_assert_num_queries(queries):
        editor.get(url(Quiz, "list"))


def test_a_sample_paper_can_be_tried_and_never_counts(editor):
    quiz = make.quiz(title="Module check")
    question = make.single_choice(stem="<p>What would you say?</p>")
    address = url(quiz, "preview_on_edit", quiz.pk)
    assert editor.post(address, quiz_form([draw_form(question=question.pk)])).json()["is_valid"]
    page = editor.get(address).content.decode()
    assert "never counted" in page
    assert "What would you say?" in page
    assert quiz.attempts.count() == 0


def test_a_sample_paper_shows_what_the_bank_has_when_it_has_too_little():
    module = make.module(make.course())
    make.true_false(module=module)
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, module=module, count=5)
    Draw.objects.create(quiz=quiz, module=module, count=1)
    paper = sample_paper(quiz.blueprint(), pass_percent=Decimal(75), random=Random(1))
    assert len(paper.items) == 1


def test_a_quiz_on_a_page_is_not_deleted(editor):
    quiz = make.quiz()
    page = make.quiz_page(make.module(make.course()), quiz, title="Close the module")
    response = editor.post(url(quiz, "delete", quiz.pk))
    assert response.status_code == 409
    assert page.title in response.content.decode()


def test_the_chooser_of_a_quiz_row_offers_every_kind_and_can_be_searched(editor):
    questions = make.one_of_each_kind()
    make.true_false(code="ZEBRA", live=False)
    address = reverse("choose-question:choose")
    page = editor.get(address).json()["html"]
    assert all(question.code in page for question in questions)
    assert "Draft" in page
    results = editor.get(reverse("choose-question:choose_results"), {"q": "zebra"}).content.decode()
    assert "ZEBRA" in results
    assert questions[0].code not in results
    narrowed = editor.get(reverse("choose-question:choose_results"), {"kind": "ordering"})
    assert questions[KINDS.index("ordering")].code in narrowed.content.decode()
    assert questions[0].code not in narrowed.content.decode()
    chosen = editor.get(reverse("choose-question:chosen", args=[questions[0].pk])).json()
    assert chosen["result"]["edit_url"] == url(questions[0], "edit", questions[0].pk)
