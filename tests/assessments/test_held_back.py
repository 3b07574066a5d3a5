"""Questions that are held back for a final: who may ask them, and what editors are told."""

from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.blueprint import BankEntry, Row, select
from assessments.drawing import draw_paper, sample_paper
from assessments.editing import draws_that_may_ask, shortfalls_of
from assessments.exceptions import PoolTooSmall
from assessments.models import Draw, Quiz
from assessments.models.quizzes import Feedback
from tests import make
from tests.assessments.sitting import sit
from tests.assessments.staff_forms import BANK, draw_form, quiz_form, url

pytestmark = pytest.mark.django_db


def bank(*held_back, **fields):
    return [BankEntry(n, held_back=is_held, **fields) for n, is_held in enumerate(held_back)]


@pytest.mark.parametrize("row", [Row(count=4), Row(question=0), Row(all_red_lines=True)])
def test_a_row_never_asks_what_the_other_bank_holds(row):
    entries = bank(True, True, red_line=True)
    assert select([row], entries).chosen == [[]]
    held_back = Row(**{**vars(row), "held_back": True, "names_held_back": True})
    assert select([held_back], entries).chosen[0]
    assert select([held_back], bank(False, False, red_line=True)).chosen == [[]]


def test_of_a_pair_one_is_drawn_while_another_was_met_as_seldom():
    entries = [BankEntry(n, pair="a" if n < 2 else "") for n in range(4)]
    in_order = [0, 1, 2, 3]
    assert select([Row(count=3)], entries, preferred=in_order).chosen == [[0, 2, 3]]
    assert set(select([Row(count=4)], entries, preferred=in_order).chosen[0]) == set(in_order)
    met = {2: 1, 3: 1}
    assert select([Row(count=2)], entries, preferred=in_order, times_met=met).chosen == [[0, 1]]


def test_the_second_of_a_pair_waits_when_the_first_is_on_every_paper():
    entries = [BankEntry(0, red_line=True, pair="a"), BankEntry(1, pair="a"), BankEntry(2)]
    rows = [Row(all_red_lines=True), Row(count=1)]
    assert select(rows, entries, preferred=[1, 2]).chosen == [[0], [2]]


def final_of(questions, **fields):
    return make.quiz(questions, held_back=True, feedback=Feedback.SKILLS, **fields)


def paper_of(quiz):
    return draw_paper(
        quiz.blueprint(), pass_percent=quiz.pass_percent, random=Random(1), times_met={}
    )


def test_a_quiz_draws_from_its_own_bank_and_so_does_its_sample():
    module = make.module(make.course())
    secret = [make.true_false(module=module, held_back=True) for _ in range(2)]
    plain = [make.true_false(module=module) for _ in range(2)]
    for quiz, own in ((final_of([]), secret), (make.quiz([]), plain)):
        Draw.objects.create(quiz=quiz, module=module, count=2)
        keys = {question.pk for question in own}
        assert {item.question for item in paper_of(quiz).items} == keys
        sample = sample_paper(quiz.blueprint(), pass_percent=quiz.pass_percent, random=Random(1))
        assert {item.question for item in sample.items} == keys
    assert {draw.quiz.held_back for draw in draws_that_may_ask(secret[0])} == {True}


def test_a_final_is_short_of_held_back_questions_however_many_others_there_are():
    module = make.module(make.course())
    for _ in range(5):
        make.true_false(module=module)
    quiz = final_of([])
    Draw.objects.create(quiz=quiz, module=module, count=2)
    with pytest.raises(PoolTooSmall):
        paper_of(quiz)
    (shortfall,) = shortfalls_of([quiz])[quiz.pk]
    assert "asks for 2 held-back questions, and 0 of them are ready" in str(shortfall)


@pytest.mark.parametrize(
    ("held_back", "words"),
    [(False, "names a held-back question"), (True, "names a question that is not held back")],
)
def test_a_row_that_names_one_of_the_other_bank_is_left_out_and_said_so(held_back, words):
    wrong = make.true_false(held_back=not held_back)
    right = make.true_false(held_back=held_back)
    quiz = (final_of if held_back else make.quiz)([wrong, right])
    assert [item.question for item in paper_of(quiz).items] == [right.pk]
    (shortfall,) = shortfalls_of([quiz])[quiz.pk]
    assert words in str(shortfall)


def test_a_held_back_quiz_with_a_feedback_that_shows_keys_cannot_be():
    for feedback in (Feedback.FULL, Feedback.AFTER_PASSING):
        with pytest.raises(IntegrityError), transaction.atomic():
            Quiz.objects.create(title="Final", held_back=True, feedback=feedback)


def test_what_a_quiz_has_asked_cannot_be_held_back_any_more():
    question = make.single_choice()
    page = make.quiz_page(make.course(order="free"), make.quiz([question]), title="Listening")
    sit(make.enrolment(course=page.get_parent().specific), page)
    Draw.objects.all().delete()
    question.held_back = True
    with pytest.raises(ValidationError, match="it is no secret any more"):
        question.full_clean()


@pytest.mark.parametrize("held_back", [True, False])
def test_a_question_that_a_quiz_names_stays_in_its_bank(held_back):
    question = make.single_choice(held_back=not held_back)
    (make.quiz if held_back else final_of)([question], title="Listening check")
    question.held_back = held_back
    with pytest.raises(ValidationError, match="Listening check"):
        question.full_clean()


# In the staff pages -----------------------------------------------------------------------


@pytest.mark.usefixtures("index_at_once")
@pytest.mark.parametrize(
    ("held_back", "words"),
    [
        ("", "This one is held back for a final"),
        ("on", "This one is not held back"),
    ],
)
def test_a_row_that_names_one_of_the_other_bank_is_refused_with_kind_words(
    editor, held_back, words
):
    question = make.single_choice(held_back=not held_back)
    rows = [draw_form(question=question.pk)]
    form = quiz_form(rows, held_back=held_back, feedback="skills")
    response = editor.post(url(Quiz, "add"), form)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Quiz.objects.exists()


@pytest.mark.usefixtures("index_at_once")
def test_a_final_that_would_show_its_key_is_refused_with_kind_words(editor):
    question = make.single_choice(held_back=True)
    form = quiz_form([draw_form(question=question.pk)], held_back="on", feedback="full")
    response = editor.post(url(Quiz, "add"), form)
    assert "never shows which answer is right" in response.content.decode()
    form = quiz_form([draw_form(question=question.pk)], held_back="on", feedback="skills")
    assert editor.post(url(Quiz, "add"), form).status_code == 302
    assert Quiz.objects.get().held_back


@pytest.mark.usefixtures("index_at_once")
def test_the_bank_says_which_are_red_lines_and_which_are_held_back(editor):
    make.single_choice(code="PLAIN1")
    make.single_choice(code="RED1", red_line=True)
    make.single_choice(code="HELD1", held_back=True)
    page = editor.get(BANK).content.decode()
    assert page.count('title="Must be right whatever the score"') == 1
    assert page.count('title="Kept for a final; no other quiz asks it"') == 1
    listed = editor.get(BANK, {"marked": "held_back"}).content.decode()
    assert "HELD1" in listed
    assert "PLAIN1" not in listed
