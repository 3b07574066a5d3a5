"""Whether a credential may be relied on, as a table and to the day."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from certificates.exceptions import CannotBeDone
from certificates.fates import withdraw
from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, CredentialEvent
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import Standing, standing, standing_of
from tests import make
from tests.make import DAY, NOON

TODAY = date(2026, 11, 23)


@dataclass
class Event:
    number: int
    kind: str


def events_of(*kinds):
    return [Event(number, kind) for number, kind in enumerate(("issued", *kinds), 1)]


@pytest.mark.parametrize(
    ("kinds", "expires_in", "expected"),
    [
        ((), None, "current"),
        ((), 0, "current"),
        ((), 1, "current"),
        ((), -1, "expired"),
        (("suspended",), None, "suspended"),
        (("suspended",), -1, "suspended"),
        (("suspended", "restored"), None, "current"),
        (("suspended", "restored"), -1, "expired"),
        (("suspended", "restored", "suspended"), None, "suspended"),
        (("suspended", "replaced"), None, "replaced"),
        (("replaced",), -1, "replaced"),
        (("revoked",), None, "revoked"),
        (("suspended", "revoked", "replaced"), -1, "revoked"),
        (("renewed",), None, "renewed"),
        (("renewed",), -1, "renewed"),
        (("renewed", "replaced"), -1, "replaced"),
        (("renewed", "suspended"), None, "suspended"),
        (("revoked", "reinstated"), None, "current"),
        (("revoked", "reinstated"), -1, "expired"),
        (("suspended", "revoked", "reinstated"), None, "suspended"),
        (("revoked", "reinstated", "revoked"), None, "revoked"),
    ],
)
def test_the_gravest_that_is_true_is_told(kinds, expires_in, expected):
    expires_on = None if expires_in is None else TODAY + timedelta(days=expires_in)
    assert standing(events=events_of(*kinds), expires_on=expires_on, on=TODAY) == expected


def test_events_count_in_the_order_of_their_numbers():
    for first, second, expected in [
        ("suspended", "restored", "current"),
        ("revoked", "reinstated", "current"),
        ("reinstated", "revoked", "revoked"),
    ]:
        events = list(reversed(events_of(first, second)))
        assert standing(events=events, expires_on=None, on=TODAY) == expected


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        ("UTC", datetime(2027, 11, 23, 23, 59, 59, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 11, 23, 23, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 11, 24, 4, 59, 59, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 11, 23, 12, 59, 59, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2027, 11, 23, 18, 14, 59, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2027, 11, 23, 10, 59, 59, tzinfo=UTC)),
    ],
)
def test_it_may_be_relied_on_to_the_last_second_of_its_last_day_where_the_issuer_is(
    db, zone, last_second
):
    issuer = make.issuer(time_zone=zone)
    at = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)
    if issuer.date_at(at) != date(2026, 11, 23):
        at += DAY
    credential = make.credential(make.award(issuer=issuer, valid_months=12), at=at)
    assert credential.expires_on == date(2027, 11, 23)
    assert standing_of(credential, at=last_second) == Standing.CURRENT
    assert standing_of(credential, at=last_second + timedelta(seconds=1)) == Standing.EXPIRED


def test_the_standing_of_a_hundred_costs_no_more_queries_than_of_one(db, django_assert_num_queries):
    award = make.award()
    for _ in range(3):
        make.credential(award)
    with django_assert_num_queries(2):
        credentials = list(Credential.objects.with_standing())
        assert {standing_of(credential, at=NOON) for credential in credentials} == {
            Standing.CURRENT
        }


def test_the_register_finds_by_standing_what_a_checker_is_told(db):
    registrar = make.user()
    award = make.award(valid_months=12)
    other = make.user()
    stories = [(), (suspend,), (suspend, restore), (revoke,), (suspend, revoke)]
    stories += [(revoke, reinstate), (suspend, revoke, reinstate), (revoke, reinstate, revoke)]
    for story, follow, old in product(
        stories, (None, "replace", "renew", "withdraw"), (False, True)
    ):
        credential = make.credential(award, at=NOON - 400 * DAY if old else NOON)
        for verb in story:
            by = other if verb is reinstate else registrar
            verb(credential, by=by, reason="For the test.", at=NOON)
        act = {"by": registrar, "reason": "For the test.", "at": NOON}
        if follow == "withdraw":
            withdraw(credential.holder)
        with suppress(CannotBeDone):
            if follow == "replace":
                replace_credential(credential, name="Another Name", **act)
            elif follow == "renew":
                renew_credential(credential, **act)
    standings = {
        credential.pk: standing_of(credential, at=NOON)
        for credential in Credential.objects.with_standing()
    }
    assert set(standings.values()) == set(Standing)
    for word in Standing:
        listed = Credential.objects.standing_as(word, at=NOON).values_list("pk", flat=True)
        assert set(listed) == {pk for pk, standing in standings.items() if standing == word}


def test_what_happened_is_never_edited_by_a_later_event(db):
    credential = make.credential()
    suspend(credential, by=make.user(), reason="Checking.", at=NOON)
    before = list(CredentialEvent.objects.values())
    revoke(credential, by=make.user(), reason="Found.", at=NOON + DAY)
    assert list(CredentialEvent.objects.values())[: len(before)] == before
