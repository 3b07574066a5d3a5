"""A certificate whose holder was erased: a number that answers, without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.exceptions import AlreadyWithdrawn
from certificates.models import Credential, CredentialEvent
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import Standing, standing, standing_of
from people.erasure import ask_to_erase, carry_on
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def erase(person):
    carry_on(ask_to_erase(person, at=timezone.now(), pause=timedelta()), at=timezone.now())


@pytest.fixture
def credential():
    return make.credential(holder=make.user(full_name="Ada Okafor"))


@pytest.fixture
def withdrawn(credential):
    erase(credential.holder)
    return Credential.objects.get(pk=credential.pk)


def test_the_number_answers_withdrawn_and_no_name(client, credential, withdrawn):
    page = client.get(f"/verify/{credential.number}/").content.decode()
    assert "Withdrawn on" in page
    assert "It says nothing bad about anybody." in " ".join(page.split())
    assert "Okafor" not in page
    assert "Closed account" not in page


def test_a_program_is_told_the_same(client, credential, withdrawn):
    facts = client.get(
        f"/verify/{credential.number}/", headers={"Accept": "application/json"}
    ).json()
    assert facts["standing"] == "withdrawn"
    assert facts["since"]
    assert (facts["name"], facts["counts_now"], facts["covers"]) == (None, None, [])
    assert facts["award"] == credential.award_name


@pytest.mark.parametrize("before", [suspend, revoke])
def test_nothing_more_is_told_whatever_happened_before(client, credential, before):
    before(credential, by=make.user(), reason="A reason.", at=timezone.now())
    erase(credential.holder)
    facts = client.get(
        f"/verify/{credential.number}/", headers={"Accept": "application/json"}
    ).json()
    assert facts["standing"] == "withdrawn"


def test_it_is_the_gravest_standing():
    events = [
        CredentialEvent(number=number, kind=kind)
        for number, kind in enumerate(["issued", "revoked", "withdrawn"])
    ]
    day = timezone.now().date()
    assert standing(events=events, expires_on=day - timedelta(days=1), on=day) == "withdrawn"


def test_the_register_finds_it_by_its_standing_as_it_is_worked_out(credential, withdrawn):
    at = timezone.now()
    for word in Standing:
        found = Credential.objects.all().standing_as(word, at=at)
        assert (withdrawn in found) is (word == Standing.WITHDRAWN)
    assert standing_of(withdrawn, at=at) == Standing.WITHDRAWN


def test_its_number_is_given_to_nobody_else(withdrawn):
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(
            **{
                field.name: getattr(withdrawn, field.name)
                for field in Credential._meta.fields
                if field.name not in {"id", "holder", "follows"}
            },
            holder=make.user(),
        )


def test_no_certificate_is_made_for_it_again_and_nobody_is_written_to(withdrawn):
    assert withdrawn not in Credential.objects.all().to_prepare()
    assert withdrawn not in Credential.objects.all().with_problem()
    assert withdrawn not in Credential.objects.all().with_notices_due()


@pytest.mark.parametrize("act", [suspend, restore, revoke, reinstate])
def test_nothing_more_is_done_to_it(withdrawn, act):
    with pytest.raises(AlreadyWithdrawn):
        act(withdrawn, by=make.user(), reason="A reason.", at=timezone.now())


def test_staff_read_it_without_a_name(client, settings, withdrawn):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.registrar())
    listing = client.get("/admin/credentials/").content.decode()
    assert withdrawn.number in listing
    assert "Okafor" not in listing
    page = client.get(f"/admin/credentials/{withdrawn.pk}/")
    assert page.status_code in {200, 404}
    assert "Okafor" not in page.content.decode()


def test_those_of_others_stand_as_before(credential):
    other = make.credential(credential.award, make.user(full_name="Bo Lind"))
    erase(credential.holder)
    other.refresh_from_db()
    assert other.name == "Bo Lind"
    assert standing_of(other, at=timezone.now()) == Standing.CURRENT
