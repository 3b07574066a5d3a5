"""What a page of a lesson carries about itself: only this site can write it (P02)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from courses.visits import SALT, Visit

UUIDS = st.uuids()
MOMENTS = st.integers(1_577_836_800, 4_102_444_800).map(lambda at: datetime.fromtimestamp(at, UTC))
VISITS = st.builds(
    Visit,
    enrolment_id=UUIDS,
    lesson_key=UUIDS,
    part_keys=st.lists(UUIDS, max_size=5).map(tuple),
    opened_at=MOMENTS,
)
AN_HOUR_AGO = datetime(2026, 11, 27, 11, tzinfo=UTC)
VISIT = Visit(UUID(int=1), UUID(int=2), (UUID(int=3), UUID(int=4)), AN_HOUR_AGO)


@given(VISITS)
def test_a_visit_is_read_as_it_was_signed(visit):
    read = Visit.read(visit.sign())
    assert read == visit or abs(read.opened_at - visit.opened_at) < timedelta(milliseconds=1)
    assert (read.enrolment_id, read.lesson_key, read.part_keys) == (
        visit.enrolment_id,
        visit.lesson_key,
        visit.part_keys,
    )


def forged(opened_at, secret="not the site's secret, and fifty letters long all the same"):
    """A visit that somebody made up who knows how ours are made, and not our secret."""
    parts = [UUID(int=1).hex, UUID(int=2).hex, [UUID(int=3).hex], opened_at.timestamp()]
    return signing.dumps(parts, key=secret, salt=SALT)


def test_a_visit_that_was_changed_on_the_way_is_none_of_ours():
    assert Visit.read(forged(AN_HOUR_AGO - timedelta(days=30))) is None
    payload, rest = VISIT.sign().split(":", 1)
    older = Visit(
        VISIT.enrolment_id, VISIT.lesson_key, VISIT.part_keys, AN_HOUR_AGO.replace(year=2020)
    )
    other_payload = older.sign().split(":", 1)[0]
    assert payload != other_payload
    assert Visit.read(f"{other_payload}:{rest}") is None


@given(st.integers(0, 400), st.sampled_from("ABCabc019_-:"))
def test_no_letter_of_it_can_be_another(place, letter):
    signed = VISIT.sign()
    place %= len(signed)
    changed = signed[:place] + letter + signed[place + 1 :]
    if changed != signed:
        assert Visit.read(changed) != Visit(
            VISIT.enrolment_id, VISIT.lesson_key, VISIT.part_keys, AN_HOUR_AGO.replace(year=2020)
        )
        read = Visit.read(changed)
        assert read is None or read == VISIT  # the last letter of a signature has spare bits


@given(st.text(max_size=60))
def test_whatever_is_sent_in_its_place_is_none(text):
    assert Visit.read(text) is None


@pytest.mark.parametrize("salt", ["courses.other", "people.devices", ""])
def test_what_we_signed_for_another_purpose_is_no_visit(salt):
    parts = [UUID(int=1).hex, UUID(int=2).hex, [], AN_HOUR_AGO.timestamp()]
    assert Visit.read(signing.dumps(parts, salt=salt or "x")) is None


@pytest.mark.parametrize("parts", [[], ["one"], "words", {"a": 1}, ["a", "b", "c", "d", "e"]])
def test_what_an_older_site_signed_in_another_form_is_none(parts):
    assert Visit.read(signing.dumps(parts, salt=SALT)) is None
