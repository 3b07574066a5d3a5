"""Red lines that were answered again under a wrong key, once the key is put right."""

from random import Random

import pytest

from assessments.attempting import save_responses, submit_attempt
from assessments.corrections import Way
from assessments.models import Attempt, RedLineRecord
from assessments.red_lines import answer_again, missed_red_lines
from assessments.remarking import RemarkPlan, dry_run
from tests import make
from tests.make import NOON
from tests.remarked import correct, run

pytestmark = pytest.mark.django_db

HALF_RIGHT, LAST = 1, 2


@pytest.fixture
def page(db):
    """A quiz of eight ordinary questions and two red lines, whose first option is their key."""
    plain = [make.single_choice() for _ in range(8)]
    red = [make.single_choice(red_line=True, code=f"RED{n}") for n in range(2)]
    return make.quiz_page(make.module(make.course(order="free")), make.quiz([*plain, *red]))


def give(attempt, options):
    """Hand in everything right, but for these options by the code of the question."""
    responses = make.right_responses(attempt)
    for item in attempt.paper.items:
        if item.code in options:
            source = options[item.code]
            responses[item.id] = next(o.id for o in item.options if o.source == source)
    save_responses(attempt, responses, base=0, at=NOON)
    return submit_attempt(attempt, base=1, at=NOON)


def sit(page, *missed):
    attempt = make.attempt(page=page)
    give(attempt, dict.fromkeys(missed, HALF_RIGHT))
    return Attempt.objects.get(pk=attempt.pk)


def question_of(attempt, code):
    return next(row for row in attempt.paper_items if row.item.code == code).question


def test_an_answer_that_the_corrected_key_calls_right_passes_the_attempt(page):
    attempt = sit(page, "RED1")
    retry = answer_again(attempt, at=NOON, random=Random(1))
    assert not give(retry, {"RED1": LAST}).passed
    plan = RemarkPlan(way=Way.VERSION, question=correct(question_of(attempt, "RED1")))
    assert dry_run(plan).passes_now == 1
    run(plan)
    result = attempt.results.last()
    assert (result.number, result.passed, result.red_lines_missed) == (2, True, 0)
    record = RedLineRecord.objects.get()
    assert record.answered_on == retry.items.get()
    assert record.item.attempt_id == attempt.pk


def test_of_two_that_are_missed_only_the_one_that_is_right_now_is_in_place(page):
    attempt = sit(page, "RED0", "RED1")
    retry = answer_again(attempt, at=NOON, random=Random(1))
    give(retry, {"RED0": HALF_RIGHT, "RED1": LAST})
    run(RemarkPlan(way=Way.VERSION, question=correct(question_of(attempt, "RED1"))))
    result = attempt.results.last()
    assert (result.passed, result.red_lines_missed) == (False, 1)
    left = missed_red_lines(Attempt.objects.get(pk=attempt.pk))
    assert [row.item.code for row in left] == ["RED0"]


def test_an_answer_that_is_not_right_by_either_key_stays_to_be_answered(page):
    attempt = sit(page, "RED1")
    retry = answer_again(attempt, at=NOON, random=Random(1))
    give(retry, {"RED1": HALF_RIGHT})
    run(RemarkPlan(way=Way.VERSION, question=correct(question_of(attempt, "RED1"))))
    assert not attempt.results.last().passed
    assert not RedLineRecord.objects.exists()


def test_a_first_answer_that_is_right_by_the_corrected_key_needs_no_record(page):
    attempt = make.attempt(page=page)
    give(attempt, {"RED1": LAST})
    run(RemarkPlan(way=Way.VERSION, question=correct(question_of(attempt, "RED1"))))
    assert attempt.results.last().passed
    assert not RedLineRecord.objects.exists()
