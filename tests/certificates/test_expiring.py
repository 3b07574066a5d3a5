"""What soon runs out is said to whoever holds it and in the register, and alarms no stranger."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.expiring import (
    EXPIRING,
    STANDING_CHOICES,
    begins_to_expire,
    closer_standing,
    expiring,
)
from certificates.models import Credential
from certificates.renewal.rules import Rule
from certificates.renewal_rules import set_rule
from certificates.revoking import restore, revoke, suspend
from certificates.standing import Standing, standing_of
from tests import make
from tests.certificates.views.verify_page import as_json, page, words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
LAST = 730
"""The days of two years, of which neither is a leap year with the 29th of February in it."""


def days(number):
    return NOON + timedelta(days=number)


@pytest.fixture
def award(db):
    make.home()
    return make.award(valid_months=24, renewal_opens_days=60)


def last_day_from(credential, number):
    """An instant some days before (or after) the last day."""
    return NOON + (credential.expires_on - NOON.date()) + timedelta(days=number)


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (-700, "current"),
        (-61, "current"),
        (-60, "expiring"),
        (-1, "expiring"),
        (0, "expiring"),
        (1, "expired"),
        (500, "expired"),
    ],
)
def test_from_the_first_day_of_the_window_to_the_last_day(award, number, word):
    credential = make.credential(award)
    at = last_day_from(credential, number)
    assert closer_standing(credential, at=at).value == word
    found = list(expiring(Credential.objects.all(), at=at))
    assert found == ([credential] if word == "expiring" else [])


def test_without_a_window_it_is_ninety_days(award):
    award.renewal_opens_days = 0
    award.save()
    credential = make.credential(award)
    for number, word in ((-91, "current"), (-90, "expiring")):
        at = last_day_from(credential, number)
        assert closer_standing(credential, at=at).value == word
        assert expiring(Credential.objects.all(), at=at).exists() == (word == "expiring")


def test_a_rule_says_its_own_window(award):
    at = NOON - DAY
    rule = Rule(months=24, opens_days=120)
    set_rule(award, rule, effective_on=at.date(), by=make.registrar(), at=at)
    credential = make.credential(award)
    for number, word in ((-121, "current"), (-120, "expiring"), (0, "expiring")):
        at = last_day_from(credential, number)
        assert closer_standing(credential, at=at).value == word
        assert expiring(Credential.objects.all(), at=at).exists() == (word == "expiring")


def test_what_never_ends_never_expires(award):
    credential = make.credential(make.award(valid_months=None))
    assert begins_to_expire(credential, on=days(5000).date()) is None
    assert closer_standing(credential, at=days(5000)) == Standing.CURRENT
    assert not expiring(Credential.objects.all(), at=days(5000)).exists()


def test_a_graver_word_comes_first(award):
    registrar = make.registrar()
    credential = make.credential(award)
    at = last_day_from(credential, -5)
    suspend(credential, by=registrar, reason="x", at=NOON)
    assert closer_standing(credential, at=at) == Standing.SUSPENDED
    assert not expiring(Credential.objects.all(), at=at).exists()
    restore(Credential.objects.get(), by=registrar, reason="x", at=NOON)
    again = Credential.objects.get()
    assert closer_standing(again, at=at) == EXPIRING
    revoke(again, by=registrar, reason="x", at=NOON)
    assert closer_standing(Credential.objects.get(), at=at) == Standing.REVOKED


def test_the_day_is_that_of_the_issuer(award):
    award.issuer.time_zone = "Pacific/Auckland"
    award.issuer.save()
    credential = make.credential(award)
    opens = award.renewal_opens_on(credential.expires_on)
    before = NOON + (opens - NOON.date()) - timedelta(days=1)
    assert closer_standing(credential, at=before - timedelta(hours=2)).value == "current"
    assert closer_standing(credential, at=before + timedelta(hours=2)).value == "expiring"


def test_every_word_is_there_once_in_the_order_of_a_life():
    words = [value for value, _label in STANDING_CHOICES]
    assert words[:3] == ["current", "expiring", "expired"]
    assert sorted(words) == sorted([*Standing.values, "expiring"])


def ending_soon(award, number=20, **fields):
    """A credential of which some days are left, as of now."""
    credential = make.credential(award, make.user(**fields), at=timezone.now() - 300 * DAY)
    today = award.issuer.date_at(timezone.now())
    Credential.objects.filter(pk=credential.pk).update(expires_on=today + timedelta(days=number))
    credential.refresh_from_db()
    return credential


class TestWhereItIsRead:
    @pytest.fixture(autouse=True)
    def plain_staff(self, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False

    def test_the_register_has_it_as_a_word_a_colour_and_a_filter(self, client, award):
        client.force_login(make.registrar())
        soon = ending_soon(award, full_name="Soon Over")
        make.credential(award, make.user(full_name="Long Good"), at=timezone.now())
        page = client.get(reverse("credentials:index")).content.decode()
        assert "standing-sign--expiring" in page
        found = client.get(reverse("credentials:index"), {"standing": "expiring"})
        assert soon.name in found.content.decode()
        assert "Long Good" not in found.content.decode()
        record = client.get(reverse("credentials:inspect", args=[soon.pk])).content.decode()
        assert "Expiring" in record

    def test_so_does_its_file(self, client, award):
        client.force_login(make.registrar())
        ending_soon(award)
        response = client.get(reverse("credentials:index"), {"export": "csv"})
        assert "Expiring" in b"".join(response.streaming_content).decode()

    def test_the_list_of_its_holder(self, client, award):
        credential = ending_soon(award)
        client.force_login(credential.holder)
        shown = client.get(reverse("learn"), follow=True).content.decode()
        assert "standing--expiring" in shown

    def test_a_stranger_reads_that_it_is_current_and_until_when(self, client, award):
        credential = ending_soon(award)
        at = timezone.now()
        assert standing_of(credential, at=at) == Standing.CURRENT
        said = words_of(page(client, credential))
        assert "You may rely on this certificate today." in html.unescape(said)
        assert "xpiring" not in said
        answer = as_json(client, credential)[1]
        assert answer["standing"] == "current"
        assert answer["expires_on"] == credential.expires_on.isoformat()


def test_the_register_asks_no_more_for_many_than_for_few(
    client, award, settings, django_assert_max_num_queries
):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.registrar())
    for _number in range(2):
        ending_soon(award)
    client.get(reverse("credentials:index"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("credentials:index"))
    for _number in range(6):
        ending_soon(award)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("credentials:index"))
