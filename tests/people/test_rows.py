"""Rows that are read by a plain statement are the rows that a queryset gives."""

from uuid import uuid4

import pytest
from django.core.exceptions import FieldDoesNotExist

from courses.models import Completion, Enrolment
from people.models import User
from people.rows import first_row, rows_where
from tests import make

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
