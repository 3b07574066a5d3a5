"""What is drawn for one learner: the right number, no question twice, the least met first."""

from decimal import Decimal
from random import Random

import pytest

from assessments.drawing import draw_paper, sample_paper
from assessments.exceptions import PoolTooSmall
from assessments.models import Attempt, Draw, Question, Quiz
from tests import make


def draw(quiz, place, **fields):
    return Draw.objects.create(quiz=quiz, sort_order=place, worth=Decimal(1), **fields)


def paper_for(quiz, seed=1, times_met=None):
    return draw_paper(
        quiz.blueprint(),
        pass_percent=quiz.pass_percent,
        random=Random(seed),
        times_met=times_met or {},
    )


def drawn(quiz, seed=1, times_met=None):
    return [item.question for item in paper_for(quiz, seed, times_met).items]


@pytest.fixture
def module(db):
    return make.module(make.course())


@pytest.fixture
def quiz(db):
    return Quiz.objects.create(title="Listening", pass_percent=Decimal(80))


def test_the_paper_follows_the_quiz_with_no_question_twice(module, quiz):
    bank = [make.true_false(module=module) for _ in range(6)]
    draw(quiz, 0, module=module, count=3)
    draw(quiz, 1, question=bank[0])
    draw(quiz, 2, module=module, count=2)
    for seed in range(20):
        questions = drawn(quiz, seed)
        assert sorted(questions) == sorted(question.pk for question in bank)
        assert questions[3] == bank[0].pk


def test_a_random_draw_meets_every_condition_it_names(module, quiz):
    competency = make.competency()
    fits = make.single_choice(module=module)
    for question in (fits, make.single_choice(module=module), make.single_choice()):
        question.competencies.add(competency)
        question.save()
    fits.tags.add("Scenario")
    fits.save()
    tagged = make.single_choice(module=module)
    tagged.tags.add("scenario")
    tagged.save()
    draw(quiz, 0, module=module, competency=competency, tag="scenario")
    assert drawn(quiz) == [fits.pk]


def test_a_draft_is_never_drawn_and_a_fixed_one_taken_back_is_left_out(module, quiz):
    ready = make.true_false(module=module)
    draft = make.true_false(module=module, live=False)
    taken_back = make.true_false(live=False)
    draw(quiz, 0, question=taken_back)
    draw(quiz, 1, module=module)
    for seed in range(10):
        assert drawn(quiz, seed) == [ready.pk]
    draw(quiz, 2, module=module)
    with pytest.raises(PoolTooSmall):
        drawn(quiz)
    assert not Question.objects.get(pk=draft.pk).live


def test_what_is_published_is_asked_and_not_what_is_being_drafted(quiz):
    question = make.true_false(stem="<p>Silence can help.</p>")
    question.save_revision().publish()
    question.stem = "<p>Silence always helps.</p>"
    question.save_revision()
    draw(quiz, 0, question=question)
    paper = paper_for(quiz)
    assert paper.items[0].stem == "<p>Silence can help.</p>"
    assert paper.items[0].revision == Question.objects.get(pk=question.pk).live_revision_id


def test_questions_met_least_come_first_and_ties_fall_at_random(module, quiz):
    bank = [make.true_false(module=module).pk for _ in range(8)]
    draw(quiz, 0, module=module, count=3)
    times_met = dict.fromkeys(bank[2:5], 1) | dict.fromkeys(bank[5:], 2)
    papers = [set(drawn(quiz, seed, times_met)) for seed in range(60)]
    assert all(set(bank[:2]) <= questions for questions in papers)
    assert set().union(*papers) == set(bank[:5])


def test_a_bank_that_is_too_small_refuses_and_writes_nothing(module, quiz):
    ready = [make.true_false(module=module), make.true_false(module=module)]
    draw(quiz, 0, module=module, count=2)
    page = make.quiz_page(make.course(order="free"), quiz)
    ready[0].unpublish()
    with pytest.raises(PoolTooSmall) as refusal:
        make.attempt(page=page)
    assert "not ready yet" in str(refusal.value)
    assert not Attempt.objects.exists()


def test_an_empty_quiz_is_refused(quiz):
    with pytest.raises(PoolTooSmall):
        drawn(quiz)


def test_overlapping_draws_share_the_bank_so_that_both_can_be_filled(module, quiz):
    """The tagged draw can only be filled by the one question the other must leave it."""
    tagged = make.true_false(module=module)
    tagged.tags.add("crisis")
    tagged.save()
    other = make.true_false(module=module)
    draw(quiz, 0, module=module)
    draw(quiz, 1, tag="crisis")
    for seed in range(20):
        assert drawn(quiz, seed) == [other.pk, tagged.pk]


def test_a_larger_quiz_costs_no_more_queries(module, quiz, django_assert_num_queries):
    """The first time, the bank with its competencies and tags, the questions and one more for each
    kind, their competencies, and their words in other languages. A try draws from the published quiz, and asks the edition."""
    for _ in range(4):
        make.true_false(module=module)
        make.single_choice(module=module)
    row = draw(quiz, 0, module=module, count=2)
    paper_for(quiz)  # Django reads which kinds there are once in a process.
    for count in (4, 8):
        row.count = count
        row.save()
        fresh = Quiz.objects.get(pk=quiz.pk)
        with django_assert_num_queries(10):
            paper_for(fresh)
        entries = tuple(Question.objects.bank_entries())
        rows = tuple(quiz.blueprint())
        with django_assert_num_queries(1):
            draw_paper(
                rows,
                entries,
                pass_percent=quiz.pass_percent,
                random=Random(1),
                times_met={},
            )


# Red lines ----------------------------------------------------------------------------


def test_a_paper_carries_every_red_line_that_its_row_asks_for(module, quiz):
    red_lines = [make.single_choice(module=module, red_line=True) for _ in range(3)]
    make.true_false(module=module)
    make.true_false(red_line=True)
    make.true_false(module=module, red_line=True, live=False)
    draw(quiz, 0, module=module, all_red_lines=True)
    for seed in range(10):
        assert sorted(drawn(quiz, seed)) == [question.pk for question in red_lines]


def test_a_red_line_is_asked_once_whatever_else_may_ask_it(module, quiz):
    red_line, other = make.true_false(module=module, red_line=True), make.true_false(module=module)
    draw(quiz, 0, module=module)
    draw(quiz, 1, module=module, all_red_lines=True)
    draw(quiz, 2, question=red_line)
    for seed in range(10):
        assert drawn(quiz, seed) == [other.pk, red_line.pk]


def test_a_named_red_line_that_is_not_ready_keeps_the_quiz_from_being_drawn(quiz):
    """Without it a learner could pass who was never asked what must never be got wrong."""
    red_line = make.true_false(red_line=True)
    draw(quiz, 0, question=make.true_false())
    draw(quiz, 1, question=red_line)
    assert red_line.pk in drawn(quiz)
    red_line.unpublish()
    with pytest.raises(PoolTooSmall):
        drawn(quiz)


def test_a_row_of_red_lines_of_which_none_is_ready_keeps_the_quiz_from_being_drawn(module, quiz):
    draw(quiz, 0, question=make.true_false())
    draw(quiz, 1, module=module, all_red_lines=True)
    make.true_false(module=module)
    with pytest.raises(PoolTooSmall):
        drawn(quiz)


def test_each_row_says_what_its_questions_are_worth(module, quiz):
    named = make.true_false()
    for _ in range(2):
        make.true_false(module=module)
    Draw.objects.create(quiz=quiz, question=named, worth=Decimal("2.5"), sort_order=0)
    Draw.objects.create(quiz=quiz, module=module, count=2, worth=Decimal(1), sort_order=1)
    paper = paper_for(quiz)
    assert [item.worth for item in paper.items] == [Decimal("2.5"), 1, 1]
    assert (paper.out_of, paper.pass_percent) == (Decimal("4.5"), Decimal(80))


def test_a_sample_is_filled_as_far_as_the_bank_goes(module, quiz):
    make.true_false(module=module)
    draw(quiz, 0, module=module, count=5)
    draw(quiz, 1, question=make.true_false(red_line=True, live=False))
    paper = sample_paper(quiz.blueprint(), pass_percent=quiz.pass_percent, random=Random(1))
    assert len(paper.items) == 1
