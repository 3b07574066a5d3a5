"""Taking back that a red line was talked through, where that was recorded in error."""

import pytest
from django.db import IntegrityError, transaction

from assessments.exceptions import CannotTakeBack
from assessments.models import Attempt, RedLineRecord
from assessments.recording import latest_result
from assessments.red_lines import missed_red_lines, record_talked_through, take_back
from tests import make
from tests.assessments.sitting import sit
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(db):
    """A try that misses its two red lines and nothing else."""
    red = [make.single_choice(red_line=True, code=f"RED{n}") for n in range(2)]
    quiz = make.quiz([*(make.single_choice() for _ in range(8)), *red])
    page = make.quiz_page(make.course(order="free"), quiz)
    place = make.enrolment(course=page.get_parent().specific)
    started = make.attempt(place, page)
    responses = make.right_responses(started)
    for item in started.paper.items:
        if item.red_line:
            responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    sit(place, page, responses)
    return Attempt.objects.get()


@pytest.fixture
def trainer():
    return make.user(full_name="Idris Haddad", is_superuser=True)


def talk(row, trainer):
    record_talked_through(row, by=trainer, reason="By phone.", at=NOON + HOUR)
    return RedLineRecord.objects.counted().get(item=row)


def codes(attempt):
    return [row.item.code for row in missed_red_lines(Attempt.objects.get(pk=attempt.pk))]


def test_it_is_missed_again_and_the_record_stays_with_the_reason(attempt, trainer):
    row = missed_red_lines(attempt)[0]
    record = talk(row, trainer)
    assert codes(attempt) == ["RED1"]
    result = take_back(record, by=trainer, reason="It was somebody else.", at=NOON + DAY)
    assert codes(attempt) == ["RED0", "RED1"]
    assert (result.red_lines_missed, result.decided_by) == (2, trainer)
    assert "It was somebody else." in result.reason
    record.refresh_from_db()
    assert (record.taken_back_by, record.reason) == (trainer, "By phone.")


def test_it_can_be_talked_through_again_afterwards(attempt, trainer):
    row = missed_red_lines(attempt)[0]
    take_back(talk(row, trainer), by=trainer, reason="Too soon.", at=NOON + DAY)
    talk(row, trainer)
    assert codes(attempt) == ["RED1"]
    assert RedLineRecord.objects.filter(item=row).count() == 2


def test_what_has_passed_since_is_for_a_registrar(attempt, trainer):
    first, second = missed_red_lines(attempt)
    record = talk(first, trainer)
    talk(second, trainer)
    assert latest_result(attempt).passed
    with pytest.raises(CannotTakeBack, match="registrar"):
        take_back(record, by=trainer, reason="Too late.", at=NOON + DAY)
    assert latest_result(attempt).passed


def test_it_is_taken_back_once(attempt, trainer):
    record = talk(missed_red_lines(attempt)[0], trainer)
    take_back(record, by=trainer, reason="Too soon.", at=NOON + DAY)
    with pytest.raises(CannotTakeBack):
        take_back(record, by=trainer, reason="Again.", at=NOON + DAY)
    assert attempt.results.count() == 3


def test_only_one_record_counts_for_an_item(attempt, trainer):
    row = missed_red_lines(attempt)[0]
    talk(row, trainer)
    with pytest.raises(IntegrityError), transaction.atomic():
        RedLineRecord.objects.create(
            item=row, how="talked_through", actor=trainer, reason="Twice.", at=NOON
        )


def test_it_is_taken_back_in_the_staff_pages_with_a_reason(attempt, trainer, client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(trainer)
    row = missed_red_lines(attempt)[0]
    talk(row, trainer)
    record = f"/admin/attempts/{attempt.pk}/"
    address = f"{record}talked-through/{row.pk}/take-back/"
    assert address in client.get(record).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.get(address).status_code == 200
    page = client.post(address, {"reason": "Wrong person."}, follow=True).content.decode()
    assert "Wrong person." in page
    assert address not in page
    assert client.get(address).status_code == 302
