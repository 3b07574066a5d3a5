"""What a draw may ask: the rows of a quiz matched with the bank, by one rule for everybody."""

from itertools import combinations
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.blueprint import BankEntry, Row, least_met_first, select
from assessments.drawing import draw_paper
from assessments.editing import shortfalls, shortfalls_of
from assessments.exceptions import PoolTooSmall
from assessments.models import Draw, Question
from tests import make


def entry(question, **fields):
    return BankEntry(question=question, **fields)


BANK = [
    entry(1, module=10, tags=frozenset({"crisis"}), competencies=frozenset({7})),
    entry(2, module=10, competencies=frozenset({7, 8})),
    entry(3, module=20, red_line=True),
    entry(4, module=20, red_line=True, tags=frozenset({"crisis"})),
    entry(5),
]


# Which questions a row may ask --------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "questions"),
    [
        (Row(question=2), {2}),
        (Row(question=9), set()),
        (Row(), {1, 2, 3, 4, 5}),
        (Row(module=10), {1, 2}),
        (Row(module=30), set()),
        (Row(competency=7), {1, 2}),
        (Row(competency=8, module=10), {2}),
        (Row(tag="crisis"), {1, 4}),
        (Row(tag="Crisis"), {1, 4}),
        (Row(tag="CRISIS", module=20), {4}),
        (Row(tag="crisi"), set()),
        (Row(all_red_lines=True), {3, 4}),
        (Row(all_red_lines=True, tag="crisis"), {4}),
        (Row(all_red_lines=True, module=10), set()),
    ],
)
def test_a_row_may_ask_what_meets_every_condition_it_names(row, questions):
    assert {each.question for each in BANK if row.may_ask(each)} == questions


@pytest.mark.parametrize(
    ("row", "is_random", "blocks_when_short"),
    [
        (Row(module=10), True, True),
        (Row(all_red_lines=True), False, True),
        (Row(question=1), False, False),
        (Row(question=1, names_red_line=True), False, True),
    ],
)
def test_only_a_named_question_that_is_no_red_line_may_be_left_out(
    row, is_random, blocks_when_short
):
    assert (row.is_random, row.blocks_when_short) == (is_random, blocks_when_short)


# Filling the rows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "chosen", "missing"),
    [
        ([Row(module=10, count=2)], [[1, 2]], [0]),
        ([Row(module=10, count=3)], [[1, 2]], [1]),
        ([Row(module=30, count=2)], [[]], [2]),
        ([Row(module=10), Row(question=1)], [[2], [1]], [0, 0]),
        ([Row(question=1), Row(question=1)], [[1], []], [0, 1]),
        ([Row(question=9)], [[]], [1]),
        ([Row(all_red_lines=True)], [[3, 4]], [0]),
        ([Row(all_red_lines=True, module=10)], [[]], [1]),
        ([Row(module=20), Row(all_red_lines=True)], [[], [3, 4]], [1, 0]),
        # A red line that another row asks for is on the paper, and not on it twice.
        ([Row(all_red_lines=True, tag="crisis"), Row(question=4)], [[], [4]], [0, 0]),
        ([Row(all_red_lines=True), Row(all_red_lines=True, tag="crisis")], [[3, 4], []], [0, 0]),
        # The first row leaves the second the one question that only it can take.
        ([Row(module=10), Row(tag="crisis", competency=7)], [[2], [1]], [0, 0]),
        ([], [], []),
    ],
)
def test_rows_are_filled_from_the_bank(rows, chosen, missing):
    selection = select(rows, BANK)
    assert [sorted(questions) for questions in selection.chosen] == chosen
    assert selection.missing == missing


def test_the_preferred_come_first_and_the_rest_in_the_order_of_the_bank():
    assert select([Row(count=2)], BANK, preferred=[5, 3]).chosen == [[5, 3]]
    assert select([Row(count=3)], BANK, preferred=[5]).chosen == [[5, 1, 2]]
    assert select([Row(count=2)], BANK, preferred=[99, 5, 5]).chosen == [[5, 1]]


def test_those_met_least_come_first_and_ties_in_any_order():
    times_met = {1: 2, 2: 1, 3: 1}
    orders = [least_met_first(BANK, times_met=times_met, random=Random(n)) for n in range(60)]
    assert {tuple(sorted(order[:2])) for order in orders} == {(4, 5)}
    assert {tuple(sorted(order[2:4])) for order in orders} == {(2, 3)}
    assert {order[4] for order in orders} == {1}
    assert len(set(map(tuple, orders))) == 4


def test_a_paper_follows_its_rows_and_each_row_has_an_order_of_its_own():
    selection = select([Row(module=10, count=2), Row(question=5), Row(module=20, count=2)], BANK)
    orders = {tuple(selection.in_order(Random(seed))) for seed in range(60)}
    assert {tuple(index for index, _ in order) for order in orders} == {(0, 0, 1, 2, 2)}
    assert all(order[2] == (1, 5) for order in orders)
    assert len(orders) == 4


# Against trying every way -------------------------------------------------------------

MODULES, COMPETENCIES, TAGS = [None, 1, 2], [None, 1, 2], ["", "crisis", "Listening"]
entries = st.builds(
    BankEntry,
    question=st.just(0),
    module=st.sampled_from(MODULES),
    competencies=st.frozensets(st.sampled_from([1, 2])),
    tags=st.frozensets(st.sampled_from(["crisis", "listening"])),
    red_line=st.booleans(),
)
banks = st.lists(entries, max_size=7).map(
    lambda bank: [
        BankEntry(n, "", e.module, e.competencies, e.tags, e.red_line) for n, e in enumerate(bank)
    ]
)
random_rows = st.builds(
    Row,
    count=st.integers(1, 3),
    module=st.sampled_from(MODULES),
    competency=st.sampled_from(COMPETENCIES),
    tag=st.sampled_from(TAGS),
)
any_rows = st.one_of(
    random_rows,
    random_rows,
    st.builds(Row, question=st.integers(0, 7), names_red_line=st.booleans()),
    st.builds(Row, all_red_lines=st.just(True), module=st.sampled_from(MODULES)),
)


@settings(max_examples=300, deadline=None)
@given(bank=banks, rows=st.lists(any_rows, max_size=4), data=st.data())
def test_rows_are_filled_as_far_as_any_way_can_and_with_what_was_met_least(bank, rows, data):
    times_met = {e.question: data.draw(st.integers(0, 3)) for e in bank}
    preferred = sorted(times_met, key=times_met.get)
    selection = select(rows, bank, preferred=preferred)
    by_question = {e.question: e for e in bank}
    chosen = [question for questions in selection.chosen for question in questions]
    assert len(chosen) == len(set(chosen)), "a question was asked twice"
    for row, questions in zip(rows, selection.chosen, strict=True):
        assert all(row.may_ask(by_question[question]) for question in questions)
        if row.is_random:
            assert len(questions) <= row.count
    assert on_the_paper(rows, bank) <= set(chosen)
    at_random = [
        question
        for row, questions in zip(rows, selection.chosen, strict=True)
        if row.is_random
        for question in questions
    ]
    free = [e for e in bank if e.question not in on_the_paper(rows, bank)]
    ways = ways_to_fill([row for row in rows if row.is_random], free)
    most = max(map(len, ways))
    assert len(at_random) == most
    assert frozenset(at_random) in ways
    cost = sum(times_met[question] for question in at_random)
    assert cost == min(sum(times_met[q] for q in way) for way in ways if len(way) == most)
    for row, questions, missing in zip(rows, selection.chosen, selection.missing, strict=True):
        if row.all_red_lines:
            assert missing == (not any(row.may_ask(e) for e in bank))
        else:
            assert missing == row.count - len(questions)


def on_the_paper(rows, bank):
    """The questions that no chance decides: those named, and the red lines asked for."""
    return {e.question for row in rows if not row.is_random for e in bank if row.may_ask(e)}


def ways_to_fill(rows, bank):
    """Every set of questions that can stand in the random rows, by trying all of them."""
    ways = {frozenset()}
    for row in rows:
        pool = [e.question for e in bank if row.may_ask(e)]
        picks = [set(some) for size in range(row.count + 1) for some in combinations(pool, size)]
        ways = {way | pick for way in ways for pick in picks if not way & pick}
    return ways


# The editor and the draw never disagree -----------------------------------------------


@settings(max_examples=200, deadline=None)
@given(bank=banks, rows=st.lists(any_rows, min_size=1, max_size=4), seed=st.integers(0, 99))
def test_whatever_is_drawn_at_random_a_row_is_short_for_the_draw_when_it_is_for_the_editor(
    bank, rows, seed
):
    preferred = [e.question for e in bank]
    Random(seed).shuffle(preferred)
    shortfall = sum(
        short.row.count - short.ready for short in shortfalls(rows, bank) if short.row.count
    )
    drawn = select(rows, bank, preferred=preferred)
    assert any(drawn.missing) == bool(shortfalls(rows, bank))
    assert sum(drawn.missing) == shortfall


@pytest.fixture
def bank_in_the_database(db):
    """Two modules, a tag and a competency, with questions of every sort between them."""
    course = make.course(order="free")
    modules = [make.module(course), make.module(course)]
    competency = make.competency()
    questions = []
    for number in range(6):
        question = make.true_false(
            module=[*modules, None][number % 3], red_line=number in {1, 4}, live=number != 5
        )
        if number % 2:
            question.tags.add("crisis")
        if number < 3:
            question.competencies.add(competency)
        question.save()
        questions.append(question)
    return modules, competency, questions


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_quiz_can_be_begun_exactly_when_its_editor_is_told_of_nothing_that_blocks_it(
    bank_in_the_database, data
):
    modules, competency, questions = bank_in_the_database
    random_row = st.fixed_dictionaries(
        {
            "count": st.integers(1, 3),
            "module": st.sampled_from([None, *modules]),
            "competency": st.sampled_from([None, competency]),
            "tag": st.sampled_from(["", "Crisis"]),
        }
    ).filter(lambda row: row["module"] or row["competency"] or row["tag"])
    red_row = st.fixed_dictionaries(
        {"all_red_lines": st.just(True), "module": st.sampled_from([None, *modules])}
    )
    named_row = st.fixed_dictionaries({"question": st.sampled_from(questions)})
    rows = data.draw(st.lists(random_row | red_row | named_row, min_size=1, max_size=4))
    live = data.draw(st.lists(st.booleans(), min_size=6, max_size=6))
    with transaction.atomic():
        for question, is_live in zip(questions, live, strict=True):
            Question.objects.filter(pk=question.pk).update(live=is_live)
        quiz = make.quiz([])
        for place, fields in enumerate(rows):
            Draw.objects.create(quiz=quiz, sort_order=place, **fields)
        short = shortfalls_of([quiz])[quiz.pk]
        blocked = any(each.row.blocks_when_short for each in short)
        asks_nothing = not any(select(quiz.blueprint(), Question.objects.bank_entries()).chosen)
        try:
            paper = draw_paper(
                quiz.blueprint(),
                pass_percent=quiz.pass_percent,
                random=Random(data.draw(st.integers(0, 99))),
                times_met={},
            )
        except PoolTooSmall:
            assert blocked or asks_nothing
        else:
            assert not blocked
            ready = {q.pk for q, is_live in zip(questions, live, strict=True) if is_live}
            on_paper = [item.question for item in paper.items]
            assert set(on_paper) <= ready
            assert len(on_paper) == len(set(on_paper))
            for row in rows:
                if "question" in row and row["question"].red_line:
                    assert row["question"].pk in on_paper
        transaction.set_rollback(True)


def test_the_editor_is_told_that_a_red_line_in_draft_keeps_everybody_out(db):
    quiz = make.quiz([make.true_false(), make.true_false(red_line=True, live=False)])
    [short] = shortfalls_of([quiz])[quiz.pk]
    assert (short.number, short.row.blocks_when_short) == (2, True)
    assert "Nobody can begin this quiz" in str(short)


def test_what_the_bank_lacks_is_told_for_many_quizzes_at_the_cost_of_one(
    db, django_assert_num_queries
):
    quizzes = [make.quiz() for _ in range(3)]
    for some in (quizzes[:1], quizzes):
        with django_assert_num_queries(4):
            assert set(shortfalls_of(some)) == {quiz.pk for quiz in some}
