"""Rows that are read by a plain statement are the rows that a queryset gives."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Attempt, Mark, PaperItem, Quiz, ResponseStep, Result
from courses.models import Completion, Enrolment
from people.models import User, lock_learner
from people.rows import count_where, first_row, first_row_with, insert_rows, rows_where
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.enrolment()


def test_a_row_is_read_whole_in_one_query(place, django_assert_num_queries):
    with django_assert_num_queries(1):
        row = first_row(Enrolment, id=place.pk)
        assert row == place
        assert (row.course_key, row.enrolled_at, row.run) == (
            place.course_key,
            place.enrolled_at,
            place.run,
        )
        assert not row.get_deferred_fields()


def test_every_condition_counts(place):
    learner, key = place.learner_id, place.course_key
    assert first_row(Enrolment, learner=learner, course_key=key) == place
    assert first_row(Enrolment, learner=learner, course_key=uuid4()) is None
    assert first_row(Enrolment, learner=learner + 1, course_key=key) is None


def test_none_is_asked_as_none(place):
    assert first_row(Enrolment, id=place.pk, retaken_at=None) == place
    Enrolment.objects.filter(pk=place.pk).update(retaken_at=place.enrolled_at)
    assert first_row(Enrolment, id=place.pk, retaken_at=None) is None


def test_a_list_is_any_of_its_values(place):
    other, third = make.enrolment(), make.enrolment()
    rows = rows_where(Enrolment, id=[place.pk, other.pk])
    assert {row.pk for row in rows} == {place.pk, other.pk} != {third.pk}


def test_a_value_is_never_part_of_the_statement(place):
    assert first_row(User, email="' OR 1=1 --") is None
    assert first_row(User, email=place.learner.email) == place.learner


def test_a_field_that_is_not_there_is_refused():
    with pytest.raises(FieldDoesNotExist, match="nothing"):
        first_row(Completion, nothing=1)


# Every kind of value ----------------------------------------------------------------------------


@pytest.fixture
def sat():
    """An attempt with a paper, an answer, and a result with a fraction."""
    attempt = make.attempt(quiz=make.quiz([make.single_choice(), make.single_choice()]))
    item, learner = attempt.paper_items[0], attempt.enrolment.learner
    ResponseStep.objects.create(
        item=item, number=1, at=NOON, actor=learner, state="complete", response={"a": [1]}
    )
    result = Result.objects.create(
        attempt=attempt,
        number=1,
        score=Decimal("1.33333"),
        out_of=2,
        reached_pass_mark=True,
        red_lines=0,
        red_lines_missed=0,
        passed=True,
        marked_at=NOON,
    )
    Mark.objects.create(result=result, item=item, fraction=Decimal("0.66667"), mark=1)
    return attempt


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def types_of(row):
    return {name: type(value) for name, value in values_of(row).items()}


@pytest.mark.parametrize(
    "model", [User, Enrolment, Quiz, Attempt, PaperItem, ResponseStep, Result, Mark]
)
def test_each_value_is_what_a_queryset_gives(sat, model):
    expected = model.objects.first()
    row = first_row(model, **{model._meta.pk.name: expected.pk})
    assert values_of(row) == values_of(expected)
    assert types_of(row) == types_of(expected)
    assert (row._state.adding, row._state.db) == (False, expected._state.db)


def test_a_row_that_was_read_can_be_changed_and_saved(place):
    row = first_row(Enrolment, id=place.pk)
    row.enrolled_at = NOON - timedelta(days=3)
    row.save()
    place.refresh_from_db()
    assert place.enrolled_at == NOON - timedelta(days=3)


def test_a_session_is_read_by_its_key(client):
    client.force_login(make.user())
    session = Session.objects.get()
    assert values_of(first_row(Session, session_key=session.pk)) == values_of(session)


# With the rows that it points at ------------------------------------------------------------------


def test_a_row_comes_with_those_that_it_points_at_in_one_query(sat, django_assert_num_queries):
    with django_assert_num_queries(1):
        row = first_row_with(Attempt, "quiz", "enrolment", id=sat.pk)
        pair = (values_of(row.quiz), values_of(row.enrolment))
    expected = Attempt.objects.select_related("quiz", "enrolment").get(pk=sat.pk)
    assert values_of(row) == values_of(expected)
    assert pair == (values_of(expected.quiz), values_of(expected.enrolment))


def test_every_condition_counts_there_too(sat):
    number = sat.number
    assert first_row_with(Attempt, "quiz", id=sat.pk, number=number) == sat
    assert first_row_with(Attempt, "quiz", id=sat.pk, number=number + 1) is None
    assert first_row_with(Attempt, "quiz", id=uuid4()) is None


def test_of_several_attempts_each_comes_with_its_own(sat):
    other = make.attempt(quiz=make.quiz([make.single_choice()]))
    for attempt in (sat, other):
        row = first_row_with(Attempt, "quiz", "enrolment", id=attempt.pk)
        assert (row.quiz, row.enrolment) == (attempt.quiz, attempt.enrolment)


# How many ------------------------------------------------------------------------------------------


def test_rows_are_counted_in_one_query(place, django_assert_num_queries):
    make.enrolment()
    with django_assert_num_queries(1):
        assert count_where(Enrolment, learner=place.learner_id) == 1
    assert count_where(Enrolment, learner=place.learner_id, retaken_at=None) == 1
    assert count_where(Enrolment, learner=[0]) == 0


# Written ------------------------------------------------------------------------------------------


def steps_of(attempt, *responses):
    actor = attempt.enrolment.learner_id
    return [
        ResponseStep(
            item=attempt.paper_items[1],
            number=number,
            at=NOON,
            actor_id=actor,
            state="complete",
            response=response,
        )
        for number, response in enumerate(responses, 1)
    ]


def stored(attempt):
    steps = ResponseStep.objects.filter(item=attempt.paper_items[1]).order_by("number")
    return [{**values_of(step), "id": None} for step in steps]


RESPONSES = ("a", None, ["b", "ñ"], {"c": 3}, "%s '; --", "", 1.5)


def test_what_is_written_is_what_bulk_create_would_write(sat):
    rows = steps_of(sat, *RESPONSES)
    with CaptureQueriesContext(connection) as caught:
        insert_rows(rows)
    written = stored(sat)
    assert len(caught) == 1
    assert [row["response"] for row in written] == list(RESPONSES)
    ResponseStep.objects.filter(item=sat.paper_items[1]).delete()
    ResponseStep.objects.bulk_create(steps_of(sat, *RESPONSES))
    assert stored(sat) == written


def test_nothing_given_is_stored_as_nothing_and_not_as_the_word_null(sat):
    insert_rows(steps_of(sat, None))
    assert ResponseStep.objects.filter(item=sat.paper_items[1], response=None).count() == 0
    assert ResponseStep.objects.filter(item=sat.paper_items[1], response__isnull=True).exists()


def test_no_rows_need_no_statement(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        insert_rows([])


def test_what_a_constraint_forbids_is_refused_and_none_is_written(sat):
    first, second = steps_of(sat, "a", "b")
    second.number = first.number
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([first, second])
    assert stored(sat) == []


def test_the_lock_of_a_learner_is_theirs_alone_and_counts_each_time(place):
    other = make.user("other@peerwork.example")
    place.learner.refresh_from_db()
    before = place.learner.evidence_number
    for _time in range(2):
        lock_learner(place.learner_id)
    place.learner.refresh_from_db()
    other.refresh_from_db()
    assert place.learner.evidence_number == before + 2
    assert other.evidence_number == 0


def test_a_moment_keeps_its_microseconds_and_its_zone(place):
    moment = timezone.now()
    Enrolment.objects.filter(pk=place.pk).update(enrolled_at=moment)
    assert first_row(Enrolment, id=place.pk).enrolled_at == moment
