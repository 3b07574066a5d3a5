"""A number that was renewed, and renewed again, leads to the last, and to none that is over."""

import pytest
from django.test import Client
from django.urls import reverse

from certificates.following import renew_credential, replace_credential
from tests import make
from tests.certificates.views.verify_page import as_json, page, words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db

IN_TIME = NOON + 700 * DAY
YEARS_LATER = IN_TIME + 700 * DAY
ASK_THE_PERSON = "Please ask the person for their newer certificate"


@pytest.fixture
def registrar(db):
    return make.user()


@pytest.fixture
def first(db):
    make.home()
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafor"))


@pytest.fixture
def second(first, registrar):
    return renew_credential(first, by=registrar, reason="x", at=IN_TIME)


def test_it_leads_to_the_last_renewal(client, first, second, registrar):
    third = renew_credential(second, by=registrar, reason="x", at=YEARS_LATER)
    assert f"It was renewed as {third.number}" in words_of(page(client, first))
    assert [as_json(client, one)[1]["counts_now"] for one in (first, second, third)] == [
        third.number,
        third.number,
        None,
    ]


def test_where_the_last_was_replaced_it_leads_nowhere(client, first, second, registrar):
    newest = replace_credential(
        second, name="Ada Adeyemi", by=registrar, reason="x", at=IN_TIME + DAY
    )
    page_text = words_of(page(client, first))
    assert ASK_THE_PERSON in page_text
    assert second.number not in page_text
    assert newest.number not in page_text
    assert as_json(client, first)[1]["counts_now"] is None


def test_its_holder_is_led_to_the_last_whatever_happened(first, second, registrar):
    newest = replace_credential(
        second, name="Ada Adeyemi", by=registrar, reason="x", at=IN_TIME + DAY
    )
    browser = Client()
    browser.force_login(first.holder)
    shown = browser.get(reverse("certificates:held", args=[first.number])).content.decode()
    assert reverse("certificates:held", args=[newest.number]) in shown
    assert reverse("certificates:held", args=[second.number]) not in shown
