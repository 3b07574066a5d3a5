"""Keys of organisations: shown once, kept as a hash, ended at once, and with a quota of the day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from people.models import Act, ApiKey, Organisation
from people.organisations import keys
from people.organisations.exceptions import QuotaReached, TooManyKeys
from people.organisations.keys import (
    MOST_KEYS,
    checks_of_today,
    count_checks,
    end_key,
    find_key,
    make_key,
    note_use,
    opens_at,
)
from tests import make
from tests.make import HOUR, NOON
from tests.people.organisations import making
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.user(full_name="Rosa Delgado")


@pytest.fixture
def house(owner):
    return making.organisation(owner)


def acts_on(key):
    acts = Act.objects.filter(subject_kind="people.apikey", subject_id=str(key.pk))
    return list(acts.order_by("number").values_list("kind", "actor"))


# Making and ending --------------------------------------------------------------------------


def test_a_key_is_found_by_itself_and_kept_only_as_a_hash(owner, house, django_assert_num_queries):
    row, key = make_key(house, "Payroll", by=owner, at=NOON)
    secret = key.rpartition("_")[2] if key.count("_") == 2 else key.split("_", 2)[2]
    stored = ApiKey.objects.filter(pk=row.pk).values()[0]
    assert not [value for value in stored.values() if secret in str(value)]
    assert key.startswith(f"pwk_{row.prefix}_")
    with django_assert_num_queries(1):
        found = find_key(key)
        assert (found, found.organisation) == (row, house)
    assert acts_on(row) == [("thing.key_made", owner.pk)]


def test_no_two_keys_are_alike(owner, house):
    made = {make_key(house, "x", by=owner, at=NOON)[1] for _ in range(MOST_KEYS)}
    assert len(made) == MOST_KEYS
    assert all(len(key) >= 50 for key in made)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key.upper(),
        lambda key: key.replace("pwk_", ""),
        lambda key: "pwk_22222222_" + key[13:],
        lambda key: key[:-1] + "é",
        lambda key: key + "\0",
        lambda key: f" {key}",
        lambda key: "٣" + key[1:],
    ],
)
def test_what_is_nearly_a_key_opens_nothing(owner, house, change):
    _row, key = make_key(house, "x", by=owner, at=NOON)
    assert find_key(change(key)) is None


def test_what_cannot_be_a_key_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_key("x" * 5000) is None


def test_an_ended_key_opens_nothing_and_is_ended_once(owner, house):
    row, key = make_key(house, "x", by=owner, at=NOON)
    end_key(row, by=owner, at=NOON + HOUR)
    end_key(row, by=owner, at=NOON + 2 * HOUR)
    assert find_key(key) is None
    row.refresh_from_db()
    assert row.ended_at == NOON + HOUR
    assert [kind for kind, _by in acts_on(row)] == ["thing.key_made", "thing.key_ended"]


def test_an_organisation_has_so_many_in_use(owner, house):
    rows = [make_key(house, "x", by=owner, at=NOON)[0] for _ in range(MOST_KEYS)]
    with pytest.raises(TooManyKeys):
        make_key(house, "x", by=owner, at=NOON)
    end_key(rows[0], by=owner, at=NOON)
    assert make_key(house, "x", by=owner, at=NOON)


def test_keys_end_with_their_organisation(owner, house):
    _row, key = make_key(house, "x", by=owner, at=NOON)
    house.delete()
    assert find_key(key) is None


def test_a_use_is_noted_once_an_hour(owner, house, django_assert_num_queries):
    row, _key = make_key(house, "x", by=owner, at=NOON)
    note_use(row, at=NOON)
    row.refresh_from_db()
    assert row.last_used_at == NOON
    with django_assert_num_queries(0):
        note_use(row, at=NOON + HOUR / 2)
    note_use(row, at=NOON + HOUR)
    row.refresh_from_db()
    assert row.last_used_at == NOON + HOUR


# The quota ----------------------------------------------------------------------------------


def test_a_day_has_room_for_so_many_and_the_next_begins_anew(house, settings):
    settings.API_CHECKS_A_DAY = 500
    count_checks(house, 499, at=NOON)
    count_checks(house, 1, at=NOON)
    with pytest.raises(QuotaReached) as refusal:
        count_checks(house, 1, at=NOON)
    assert refusal.value.opens_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert "00:00 UTC on 2026-11-24" in str(refusal.value)
    count_checks(house, 500, at=NOON + 12 * HOUR)
    house.refresh_from_db()
    assert checks_of_today(house, at=NOON + 12 * HOUR) == 500
    assert checks_of_today(house, at=NOON + 48 * HOUR) == 0


def test_a_list_that_has_no_room_counts_not_at_all(house, settings):
    settings.API_CHECKS_A_DAY = 500
    count_checks(house, 400, at=NOON)
    for number in (101, 501):
        with pytest.raises(QuotaReached):
            count_checks(house, number, at=NOON)
    count_checks(house, 100, at=NOON)


def test_a_list_longer_than_the_quota_is_refused_on_a_new_day_too(house, settings):
    settings.API_CHECKS_A_DAY = 10
    with pytest.raises(QuotaReached):
        count_checks(house, 11, at=NOON)
    house.refresh_from_db()
    assert house.counted == 0


def test_each_organisation_has_its_own(house, settings):
    settings.API_CHECKS_A_DAY = 1
    other = making.organisation(make.user(), name="Bay Trust")
    count_checks(house, 1, at=NOON)
    count_checks(other, 1, at=NOON)
    with pytest.raises(QuotaReached):
        count_checks(house, 1, at=NOON)


def test_counting_is_one_statement(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        count_checks(house, 500, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_quota(settings):
    settings.API_CHECKS_A_DAY = 10
    house = making.organisation(make.user())
    answers = at_once(16, lambda number: attempt_one(house.pk))
    assert answers.count(True) == 10
    assert Organisation.objects.get(pk=house.pk).counted == 10


def attempt_one(key):
    try:
        count_checks(Organisation(pk=key), 1, at=NOON)
    except QuotaReached:
        return False
    return True


@pytest.mark.parametrize("hour", [0, 23])
def test_it_opens_at_the_next_midnight_of_utc(hour):
    west = NOON.replace(hour=hour).astimezone(keys.UTC) + timedelta(minutes=1)
    assert opens_at(west) == datetime(2026, 11, 24, tzinfo=UTC)


# The page -----------------------------------------------------------------------------------


def at(name, *arguments):
    return reverse(f"organisations:{name}", args=arguments)


def test_an_owner_makes_a_key_and_sees_it_this_once(client, owner, house):
    client.force_login(owner)
    response = client.post(at("keys", house.pk), {"name": "  Payroll  "})
    [key] = set(re.findall(r"pwk_\w{8}_[\w-]{43}", response.content.decode()))
    assert find_key(key).name == "Payroll"
    assert "no-store" in response.headers["Cache-Control"]
    page = client.get(at("keys", house.pk)).content.decode()
    assert key not in page
    assert key[:12] in page
    assert "Payroll" in page
    assert "Never used." in page


def test_the_page_says_what_it_costs_and_what_was_asked_today(client, owner, house, settings):
    settings.API_CHECKS_A_DAY = 12_345
    client.force_login(owner)
    page = client.get(at("keys", house.pk)).content.decode()
    assert "12,345 numbers a day" in page
    assert "today it was 0" in page
    assert at("keys", house.pk) in client.get(house.get_absolute_url()).content.decode()


def test_an_owner_ends_a_key_by_a_button(client, owner, house):
    row, key = make_key(house, "Payroll", by=owner, at=NOON)
    client.force_login(owner)
    response = client.post(at("end_key", house.pk, row.pk), follow=True)
    assert b"It opens nothing any more." in response.content
    assert find_key(key) is None
    page = client.get(at("keys", house.pk)).content.decode()
    assert "Ended" in page
    assert at("end_key", house.pk, row.pk) not in page


def test_a_member_sees_that_there_are_keys_and_makes_and_ends_none(client, owner, house):
    row, key = make_key(house, "Payroll", by=owner, at=NOON)
    client.force_login(making.member(house).person)
    page = client.get(at("keys", house.pk)).content.decode()
    assert "Payroll" in page
    assert "Owners make and end keys." in page
    assert client.post(at("keys", house.pk), {"name": "x"}).status_code == 404
    assert client.post(at("end_key", house.pk, row.pk)).status_code == 404
    assert find_key(key) == row
    assert ApiKey.objects.count() == 1


def test_for_a_stranger_there_are_none(client, owner, house):
    row, key = make_key(house, "Payroll", by=owner, at=NOON)
    stranger = make.user()
    theirs = making.organisation(stranger, name="Bay Trust")
    client.force_login(stranger)
    assert client.get(at("keys", house.pk)).status_code == 404
    assert client.post(at("end_key", house.pk, row.pk)).status_code == 404
    assert client.post(at("end_key", theirs.pk, row.pk)).status_code == 404
    assert find_key(key) == row


def test_the_eleventh_is_refused_with_a_reason(client, owner, house):
    for _ in range(MOST_KEYS):
        make_key(house, "x", by=owner, at=NOON)
    client.force_login(owner)
    response = client.post(at("keys", house.pk), {"name": "x"})
    assert response.status_code == 422
    assert b"has 10 keys in use at most" in response.content
