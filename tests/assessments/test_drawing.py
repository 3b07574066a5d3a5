"""What is drawn for one learner: the right number, no question twice, the least met first."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.drawing import draw_paper, fill
from assessments.exceptions import PoolTooSmall
from assessments.models import Attempt, Draw, Question, Quiz
from tests import make


def draw(quiz, place, **fields):
    return Draw.objects.create(quiz=quiz, sort_order=place, worth=Decimal(1), **fields)


def drawn(quiz, seed=1, seen=None):
    paper = draw_paper(quiz, random=Random(seed), seen=seen or {})
    return [int(item.question) for item in paper.items]


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
        found = drawn(quiz, seed)
        assert sorted(found) == sorted(question.pk for question in bank)
        assert found[3] == bank[0].pk


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
    paper = draw_paper(quiz, random=Random(1), seen={})
    assert paper.items[0].stem == "<p>Silence can help.</p>"
    assert paper.items[0].revision == Question.objects.get(pk=question.pk).live_revision_id


def test_questions_met_least_come_first_and_ties_fall_at_random(module, quiz):
    bank = [make.true_false(module=module).pk for _ in range(8)]
    draw(quiz, 0, module=module, count=3)
    seen = dict.fromkeys(bank[2:5], 1) | dict.fromkeys(bank[5:], 2)
    found = [set(drawn(quiz, seed, seen)) for seed in range(60)]
    assert all(set(bank[:2]) <= one for one in found)
    assert set().union(*found) == set(bank[:5])


def test_a_bank_that_is_too_small_refuses_and_writes_nothing(module, quiz):
    make.true_false(module=module)
    draw(quiz, 0, module=module, count=2)
    page = make.quiz_page(make.course(order="free"), quiz)
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
    """The draws, one look at the pool, the questions and one more for each kind, competencies."""
    for _ in range(4):
        make.true_false(module=module)
        make.single_choice(module=module)
    row = draw(quiz, 0, module=module, count=2)
    for count in (4, 8):
        row.count = count
        row.save()
        fresh = Quiz.objects.get(pk=quiz.pk)
        with django_assert_num_queries(6):
            draw_paper(fresh, random=Random(2), seen={})


@given(
    pools=st.lists(st.sets(st.integers(0, 7), max_size=8), min_size=1, max_size=4),
    counts=st.lists(st.integers(1, 3), min_size=4, max_size=4),
    seen=st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
def test_draws_are_filled_whenever_they_can_be_and_with_what_was_met_least(pools, counts, seen):
    counts = counts[: len(pools)]
    preferred = sorted(set().union(*pools), key=lambda one: seen[one])
    filled = fill(counts, pools, preferred)
    best = least_met(counts, pools, seen)
    if filled is None:
        assert best is None
        return
    chosen = [one for held in filled for one in held]
    assert len(chosen) == len(set(chosen)) == sum(counts)
    for held, pool, count in zip(filled, pools, counts, strict=True):
        assert set(held) <= pool
        assert len(held) == count
    assert sum(seen[one] for one in chosen) == best


def least_met(counts, pools, seen):
    """The lowest sum of `seen` over every way to fill the draws; None when there is no way."""
    slots = [pool for pool, count in zip(pools, counts, strict=True) for _ in range(count)]
    ways = {frozenset()}
    for pool in slots:
        ways = {taken | {one} for taken in ways for one in pool - taken}
    return min((sum(seen[one] for one in taken) for taken in ways), default=None)
