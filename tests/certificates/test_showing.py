"""How a holder shows a certificate: the address, the code to scan, a profile, and the wait for it."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
import time_machine
from django.urls import reverse

from certificates.models import Credential
from certificates.preparing import prepare, public_url
from certificates.revoking import suspend
from certificates.showing import code_of, profile_address, showing_of
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    make.home()
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafor"))


def page(client, credential, at=NOON + HOUR):
    client.force_login(credential.holder)
    with time_machine.travel(at, tick=False):
        return client.get(reverse("certificates:held", args=[credential.number]))


# What is shown -----------------------------------------------------------------------------------


def test_the_code_leads_to_the_address_that_is_printed(credential):
    address = public_url(credential)
    expected = segno.make_qr(address, error="m")
    modules = len(expected.matrix) + 8
    assert f'viewBox="0 0 {modules} {modules}"' in code_of(address)
    assert code_of(address) != code_of(address + "x")


def test_the_code_carries_nothing_that_the_policy_of_the_site_refuses(credential):
    drawing = code_of(public_url(credential))
    assert "style=" not in drawing
    assert "<script" not in drawing
    assert re.search(r'fill="#fff"', drawing), "white also where the page is dark"


def test_the_profile_is_filled_in_with_what_is_printed(credential):
    address = urlsplit(profile_address(credential))
    assert (address.scheme, address.netloc) == ("https", "www.linkedin.com")
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": credential.award_name,
        "organizationName": "Peerwork Training",
        "issueYear": "2026",
        "issueMonth": "11",
        "expirationYear": "2028",
        "expirationMonth": "11",
        "certUrl": public_url(credential),
        "certId": credential.number,
    }


def test_of_one_that_does_not_expire_no_last_month_is_told(credential):
    credential.expires_on = None
    assert "expiration" not in profile_address(credential)


def test_the_name_of_the_holder_is_in_nothing_that_leaves(credential):
    showing = showing_of(credential)
    assert "Ada" not in showing.profile + showing.address + showing.code


# On the page -------------------------------------------------------------------------------------


def test_a_current_one_can_be_shown_and_says_what_others_see(client, credential):
    response = page(client, credential)
    words = words_of(response)
    assert "Show it to somebody" in words
    assert "They see no scores, no answers and nothing that you wrote." in words
    assert "who signed it and, where it has them, the hours of study and what the course" in words
    assert public_url(credential) in words
    assert "<svg" in response.content.decode()


def test_one_that_may_not_be_relied_on_is_not_offered_to_be_shown(client, credential):
    suspend(credential, by=make.user(), reason="Checking.", at=NOON)
    response = page(client, credential)
    assert "Show it to somebody" not in words_of(response)
    assert "linkedin" not in response.content.decode()


@pytest.mark.parametrize(("after", "said"), [(HOUR, True), (6 * DAY, True), (8 * DAY, False)])
def test_a_new_one_is_a_glad_moment(client, credential, after, said):
    assert ("You did it." in words_of(page(client, credential, at=NOON + after))) is said


def test_the_wait_for_the_file_ends_by_itself(client, credential):
    held, pdf = (
        reverse(f"certificates:{name}", args=[credential.number]) for name in ("held", "pdf")
    )
    waiting = page(client, credential).content.decode()
    assert f'data-ready-at="{pdf}"' in waiting
    assert f'data-ready-go="{held}"' in waiting
    assert "Download the PDF" not in waiting
    assert client.head(pdf).status_code == 202
    prepare(str(credential.pk), at=NOON)
    assert client.head(pdf).status_code == 200
    ready = page(client, credential).content.decode()
    assert "data-ready-at" not in ready
    assert "Download the PDF" in ready


def test_one_that_cannot_be_made_is_not_waited_for(client, credential):
    Credential.objects.update(pdf_problem="No letters for this.", expires_on=date(2028, 11, 23))
    assert "data-ready-at" not in page(client, credential).content.decode()
