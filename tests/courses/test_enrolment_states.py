"""Whether a place is open: one rule, asked of a row and asked of the database."""

from datetime import timedelta
from itertools import product

import pytest

from courses.models import Enrolment
from tests import make
from tests.make import DAY, NOON

SECOND = timedelta(seconds=1)
EARLIER, LATER = NOON - DAY, NOON + DAY

STATES = [
    # withdrew, taken again, ends; open, ended
    (None, None, None, True, False),
    (None, None, LATER, True, False),
    (None, None, NOON + SECOND, True, False),
    (None, None, NOON, False, True),
    (None, None, EARLIER, False, True),
    (EARLIER, None, None, False, False),
    (EARLIER, None, LATER, False, False),
    (EARLIER, None, EARLIER, False, True),
    (None, EARLIER, None, False, False),
    (None, EARLIER, LATER, False, False),
    (EARLIER, EARLIER, None, False, False),
]


@pytest.mark.parametrize(("withdrawn_at", "retaken_at", "ends_at", "is_open", "has_ended"), STATES)
def test_a_place_is_open_while_it_is_the_latest_run_kept_and_in_time(
    withdrawn_at, retaken_at, ends_at, is_open, has_ended
):
    place = Enrolment(withdrawn_at=withdrawn_at, retaken_at=retaken_at, ends_at=ends_at)
    assert place.is_open(NOON) is is_open
    assert place.has_ended(NOON) is has_ended


@pytest.mark.django_db
def test_the_database_and_the_row_never_disagree():
    place = make.enrolment(course=make.course())
    moments = [None, EARLIER, NOON, LATER]
    for withdrawn_at, retaken_at, ends_at in product(moments, repeat=3):
        fields = {"withdrawn_at": withdrawn_at, "retaken_at": retaken_at, "ends_at": ends_at}
        Enrolment.objects.filter(pk=place.pk).update(**fields)
        row = Enrolment.objects.get(pk=place.pk)
        for at in (EARLIER, NOON - SECOND, NOON, NOON + SECOND, LATER):
            assert Enrolment.objects.open(at).exists() is row.is_open(at), (fields, at)
        assert Enrolment.objects.current().exists() is (retaken_at is None)
