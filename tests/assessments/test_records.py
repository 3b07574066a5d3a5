"""The rows of a paper, of what was given and of what it earned: added, never edited, never lost."""

import json
from decimal import Decimal
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from assessments.attempting import (
    record_result,
    save_responses,
    stored_responses,
    submit_attempt,
)
from assessments.kinds import KINDS
from assessments.marking import mark_paper
from assessments.models import Attempt, Draw, Mark, PaperItem, Question, ResponseStep, Result
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    return make.attempt()


# The rows of a paper ------------------------------------------------------------------


def test_a_row_names_the_question_and_the_revision_that_were_published():
    question = make.true_false(stem="<p>First words.</p>")
    question.save_revision().publish()
    question.refresh_from_db()
    first = make.attempt(quiz=make.quiz([question]))
    question.stem = "<p>Second words.</p>"
    published = question.save_revision()
    published.publish()
    question.stem = "<p>Only a draft.</p>"
    question.save_revision()
    second = make.attempt(quiz=make.quiz([question]))
    rows = [paper.paper_items[0] for paper in (first, second)]
    assert [row.question_id for row in rows] == [question.pk, question.pk]
    assert rows[0].revision_id not in {None, rows[1].revision_id}
    assert rows[1].revision_id == published.pk
    for row, words in zip(rows, ("First words.", "Second words."), strict=True):
        assert words in row.item.stem
        assert words in row.revision.as_object().stem


def test_a_question_that_was_never_edited_here_has_no_revision(attempt):
    assert [row.revision for row in attempt.paper_items] == [None] * len(KINDS)


def test_rows_come_back_as_the_items_that_were_drawn(attempt):
    fresh = Attempt.objects.get(pk=attempt.pk)
    for place, row in enumerate(fresh.paper_items, start=1):
        again = PaperItem.from_item(row.item, place=place)
        for name in ("place", "key", "question_id", "revision_id", "kind", "worth", "content"):
            assert getattr(again, name) == getattr(row, name), name
    assert [row.kind for row in fresh.paper_items] == list(KINDS)
    assert fresh.paper == attempt.paper


def test_what_has_a_column_of_its_own_is_stored_once(attempt):
    columns = {"id", "question", "revision", "kind", "worth"}
    for row in attempt.paper_items:
        assert not columns & set(row.content)
        assert json.loads(json.dumps(row.content)) == row.content


def test_a_paper_costs_one_query_however_long_it_is(django_assert_num_queries):
    for count in (1, 4):
        quiz = make.quiz([q for _ in range(count) for q in make.one_of_each_kind()])
        attempt = Attempt.objects.get(pk=make.attempt(quiz=quiz).pk)
        with django_assert_num_queries(1):
            assert len(attempt.paper.items) == len(attempt.paper_items) == count * len(KINDS)


def test_who_was_asked_a_question_is_one_query_of_an_index(django_assert_num_queries):
    question, other = make.true_false(), make.true_false()
    quiz = make.quiz([question])
    page = make.quiz_page(make.course(order="free"), quiz)
    course = page.get_parent().specific
    learners = [make.attempt(make.enrolment(course=course), page) for _ in range(3)]
    make.attempt(quiz=make.quiz([other]))
    with django_assert_num_queries(1):
        learners_asked = set(
            question.paper_items.values_list("attempt__enrolment__learner", flat=True).distinct()
        )
    assert learners_asked == {attempt.enrolment.learner_id for attempt in learners}
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, PaperItem._meta.db_table)
    indexed = [row["columns"] for row in constraints.values() if row["index"] or row["unique"]]
    assert ["question_id"] in indexed
    assert ["revision_id"] in indexed


def test_a_question_that_stands_on_a_paper_is_not_deleted(attempt, client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    Draw.objects.all().delete()
    for question in Question.objects.all():
        with pytest.raises(ProtectedError), transaction.atomic():
            question.delete()
        address = reverse(question.snippet_viewset.get_url_name("delete"), args=[question.pk])
        response = client.post(address)
        assert response.status_code == 409
        assert "1 × paper item" in response.content.decode()
    assert Question.objects.count() == len(KINDS)


def test_a_revision_that_a_paper_was_drawn_from_is_not_deleted():
    question = make.true_false()
    question.save_revision().publish()
    attempt = make.attempt(quiz=make.quiz([Question.objects.get(pk=question.pk)]))
    with pytest.raises(ProtectedError):
        attempt.paper_items[0].revision.delete()


@pytest.mark.parametrize("record", [Attempt, PaperItem, ResponseStep, Result])
def test_what_something_rests_on_is_not_deleted(attempt, record):
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    if record is ResponseStep:  # nothing rests on a step; it is held by nothing but its item
        with pytest.raises(ProtectedError):
            PaperItem.objects.filter(steps__isnull=False).delete()
        return
    with pytest.raises(ProtectedError):
        record.objects.all().delete()


# What was given, step by step ---------------------------------------------------------


def steps_of(attempt, item):
    return list(
        ResponseStep.objects.filter(item__attempt=attempt, item__key=item.id).order_by("number")
    )


def test_each_save_adds_steps_and_leaves_those_before_as_they_were(attempt):
    first, second = attempt.paper.items[:2]
    right = make.right_responses(attempt)
    save_responses(attempt, {first.id: right[first.id]}, base=0, at=NOON)
    before = list(ResponseStep.objects.order_by("pk").values())
    save_responses(attempt, {first.id: None, second.id: right[second.id]}, base=1, at=NOON + HOUR)
    save_responses(attempt, {first.id: right[first.id]}, base=2, at=NOON + DAY)
    assert list(ResponseStep.objects.order_by("pk").values())[: len(before)] == before
    learner = attempt.enrolment.learner
    assert [(s.number, s.at, s.actor, s.response) for s in steps_of(attempt, first)] == [
        (1, NOON, learner, right[first.id]),
        (2, NOON + HOUR, learner, None),
        (3, NOON + DAY, learner, right[first.id]),
    ]
    assert [step.number for step in steps_of(attempt, second)] == [2]
    assert stored_responses(attempt) == {key: right[key] for key in (first.id, second.id)}
    assert stored_responses(attempt, up_to=1) == {first.id: right[first.id]}
    assert stored_responses(attempt, up_to=2) == {first.id: None, second.id: right[second.id]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_says_whether_something_is_still_to_be_given(kind):
    attempt = make.attempt(quiz=make.quiz([make.question(kind)]))
    [item] = attempt.paper.items
    right = item.right_response()
    given = [right, None]
    states = ["complete", "empty"]
    half = dict(list(right.items())[:1]) if isinstance(right, dict) else right
    if not item.is_complete(half):
        given.append(half)
        states.append("incomplete")
    for base, response in enumerate(given):
        save_responses(attempt, {item.id: response}, base=base, at=NOON)
    assert [step.state for step in steps_of(attempt, item)] == states


def test_some_kind_can_be_given_in_part():
    assert any(isinstance(make.item(kind).right_response(), dict) for kind in KINDS)


def test_handing_in_marks_the_newest_step(attempt):
    right = make.right_responses(attempt)
    save_responses(attempt, dict.fromkeys(right), base=0, at=NOON)
    save_responses(attempt, right, base=0, at=NOON)
    assert submit_attempt(attempt, base=1, at=NOON).score == len(KINDS)


# Results ------------------------------------------------------------------------------


def test_a_correction_is_a_further_result_with_marks_of_its_own(attempt):
    first = submit_attempt(attempt, base=0, at=NOON)
    score = mark_paper(attempt.paper, make.right_responses(attempt))
    second = record_result(attempt, score, number=2, at=NOON + DAY)
    first.refresh_from_db()
    assert (first.score, first.passed, first.marks.count()) == (0, False, len(KINDS))
    assert (second.score, second.passed, second.marks.count()) == (len(KINDS), True, len(KINDS))
    rows = {row.pk for row in attempt.paper_items}
    assert set(Mark.objects.filter(result=second).values_list("item", flat=True)) == rows
    assert [result.state for result in Result.objects.all()] == ["final", "final"]


# What can never be otherwise ----------------------------------------------------------


def refused(change, name):
    """The database itself refuses this, whoever asks."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    sentence = str(refusal.value)
    # SQLite names the columns of a unique constraint and not the constraint.
    assert name in sentence or "UNIQUE constraint failed" in sentence, sentence


def another(attempt, **fields):
    values = {
        "enrolment": attempt.enrolment,
        "quiz": attempt.quiz,
        "number": 2,
        "pass_percent": Decimal(75),
        "started_at": NOON,
    }
    return lambda: Attempt.objects.create(**{**values, **fields})


@pytest.mark.parametrize("state", ["in_progress", "overdue"])
def test_there_is_one_attempt_that_is_not_over(attempt, state):
    refused(another(attempt, state=state), "one_open_attempt_per_quiz")
    Attempt.objects.filter(pk=attempt.pk).update(state="overdue")
    refused(another(attempt, state=state), "one_open_attempt_per_quiz")
    Attempt.objects.filter(pk=attempt.pk).update(state="abandoned")
    another(attempt, state=state)()


def test_attempts_are_numbered(attempt):
    Attempt.objects.filter(pk=attempt.pk).update(state="abandoned")
    refused(another(attempt, number=1), "attempts_are_numbered")


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "handed_in", "submitted_at": None},
        {"state": "in_progress", "submitted_at": NOON},
        {"state": "overdue", "submitted_at": NOON},
        {"state": "abandoned", "submitted_at": NOON},
    ],
)
def test_an_attempt_has_a_time_of_handing_in_exactly_when_it_was_handed_in(attempt, fields):
    rows = Attempt.objects.filter(pk=attempt.pk)
    refused(lambda: rows.update(**fields), "handed_in_at_a_time")


@pytest.mark.parametrize(
    ("same", "name"), [("place", "one_item_per_place"), ("key", "one_item_per_key")]
)
def test_a_paper_has_one_item_in_a_place_and_under_a_key(attempt, same, name):
    first, second = attempt.paper_items[:2]
    rows = PaperItem.objects.filter(pk=second.pk)
    refused(lambda: rows.update(**{same: getattr(first, same)}), name)


def test_an_item_has_one_step_in_each_save(attempt):
    right = make.right_responses(attempt)
    save_responses(attempt, right, base=0, at=NOON)
    step = ResponseStep.objects.first()
    step.pk = None
    refused(lambda: step.save(force_insert=True), "one_step_per_item_and_save")


def test_results_are_numbered_and_a_result_marks_an_item_once(attempt):
    result = submit_attempt(attempt, base=0, at=NOON)
    score = mark_paper(attempt.paper, {})
    refused(lambda: record_result(attempt, score, number=1, at=NOON), "results_are_numbered")
    mark = result.marks.first()
    mark.pk = None
    refused(lambda: mark.save(force_insert=True), "one_mark_per_item")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"score": Decimal("-0.00001")}, "score_within_bounds"),
        ({"score": Decimal("5.00001"), "out_of": Decimal(5)}, "score_within_bounds"),
        ({"score": 0, "out_of": 0}, "score_within_bounds"),
        ({"state": "waiting", "passed": True}, "waiting_has_not_passed"),
    ],
)
def test_a_result_is_possible(attempt, fields, name):
    submit_attempt(attempt, base=0, at=NOON)
    refused(lambda: Result.objects.update(**fields), name)


@pytest.mark.parametrize("fraction", ["-0.00001", "1.00001"])
def test_a_mark_is_within_its_item(attempt, fraction):
    submit_attempt(attempt, base=0, at=NOON)
    refused(lambda: Mark.objects.update(fraction=Decimal(fraction)), "fraction_within_bounds")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"tag": "x"}, "draw_is_fixed_or_random"),
        ({"count": 2}, "draw_is_fixed_or_random"),
        ({"all_red_lines": True}, "draw_is_fixed_or_random"),
        ({"worth": 0}, "draw_is_worth_something"),
        ({"worth": Decimal("-1")}, "draw_is_worth_something"),
    ],
)
def test_a_row_that_names_a_question_asks_just_that(fields, name):
    quiz = make.quiz([make.true_false()])
    refused(lambda: quiz.draws.update(**fields), name)


def test_every_paper_of_a_quiz_may_differ_and_each_stays_as_it_was():
    quiz = make.quiz()
    page = make.quiz_page(make.course(order="free"), quiz)
    course = page.get_parent().specific
    first, second = (
        make.attempt(make.enrolment(course=course), page, random=Random(seed)) for seed in (1, 2)
    )
    before = list(PaperItem.objects.order_by("pk").values())
    assert first.paper != second.paper
    make.rewrite_the_bank()
    quiz.draws.all().delete()
    assert list(PaperItem.objects.order_by("pk").values()) == before
