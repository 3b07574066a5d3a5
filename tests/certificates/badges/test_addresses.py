"""What is published for programs: who we are, our keys, awards, lists; and a holder's own files."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.test import Client
from PIL import Image

from certificates.badges.baking import badges_in
from certificates.models import Award, SealKey
from certificates.sealing.keys import declare_compromised, rotate_signing
from tests import make
from tests.make import DAY, NOON


def address(badge, *path):
    value = json.loads(badge.document)
    for step in path:
        value = value[step]
    return value


def names(document):
    return [method["id"].rpartition("#")[2] for method in document["verificationMethod"]]


# For programs ----------------------------------------------------------------------------------


def test_any_program_on_any_site_may_fetch_them_and_keep_them_for_an_hour(badge, credential):
    for url in [
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        f"/issuers/{credential.issuer_id}/did.json",
        f"/issuers/{credential.issuer_id}/profile.json",
        f"/issuers/{credential.issuer_id}/status/revocation/1",
        f"/issuers/{credential.issuer_id}/status/suspension/1",
        f"/achievements/{credential.award_id}.json",
        f"/achievements/{credential.award_id}.png",
    ]:
        response = Client().get(url)
        assert response.status_code == 200, url
        assert response["Access-Control-Allow-Origin"] == "*", url
        assert response["Cache-Control"] == "public, max-age=3600", url
        assert "Cookie" not in response.get("Vary", ""), url
        assert not response.cookies, url


def test_each_name_in_a_badge_leads_to_what_it_names(badge, fetch):
    issuer = address(badge, "issuer", "id")
    identity = fetch(issuer)
    assert identity["id"] == issuer
    assert identity["assertionMethod"] == [address(badge, "proof", "verificationMethod")]
    listed = address(badge, "credentialStatus", "statusListCredential")
    assert fetch(listed)["id"] == listed
    assert fetch(listed)["issuer"] == issuer


def test_a_host_with_a_port_is_named_by_the_rules(settings, badge, client):
    settings.BASE_URL = "https://peerwork.example:8443"
    assert client.get("/.well-known/did.json").json()["id"] == "did:web:peerwork.example%3A8443"


def test_the_keys_of_badges_speak_for_issuers_and_those_of_receipts_for_the_site(badge, fetch):
    assert names(fetch("/.well-known/did.json")) == ["receipt-2026-1"]
    assert names(fetch(address(badge, "issuer", "id"))) == ["badge-2026-1"]


def test_a_retired_key_stays_and_a_stolen_one_goes(badge, fetch):
    issuer = address(badge, "issuer", "id")
    rotate_signing(SealKey.Role.BADGE, at=NOON + DAY)
    assert names(fetch(issuer)) == ["badge-2026-2", "badge-2026-1"]
    declare_compromised(SealKey.objects.get(name="badge-2026-1"), at=NOON + DAY, reason="stolen")
    assert names(fetch(issuer)) == ["badge-2026-2"]
    kids = [key["kid"] for key in fetch("/.well-known/jwks.json")["keys"]]
    assert not any("badge-2026-1" in kid for kid in kids)


def test_no_private_half_is_ever_published(badge, fetch, credential):
    for url in ("/.well-known/jwks.json", "/.well-known/did.json", address(badge, "issuer", "id")):
        text = json.dumps(fetch(url))
        assert '"d"' not in text
        assert "PRIVATE" not in text


def test_without_keys_the_site_says_that_it_has_none(db, fetch):
    assert fetch("/.well-known/did.json")["verificationMethod"] == []
    assert fetch("/.well-known/jwks.json") == {"keys": []}


def test_a_profile_says_no_more_than_the_check_page(badge, credential, fetch):
    described = fetch(f"/issuers/{credential.issuer_id}/profile.json")
    assert set(described) == {"@context", "id", "type", "name", "email"}
    assert described["name"] == credential.issuer.name


@pytest.mark.parametrize(
    "path",
    [
        "/issuers/999999/did.json",
        "/issuers/999999/profile.json",
        "/issuers/999999/status/revocation/1",
        "/issuers/{issuer}/status/gossip/1",
        "/issuers/{issuer}/status/revocation/2",
        "/achievements/999999/",
        "/achievements/999999.json",
        "/achievements/999999.png",
    ],
)
def test_what_is_not_there_is_not_found(client, badge, credential, path):
    assert client.get(path.format(issuer=credential.issuer_id)).status_code == 404


def test_a_list_that_was_not_signed_yet_is_not_there(client, badge):
    listed = badge.status_list
    listed.revocation = ""
    listed.save()
    path = urlsplit(address(badge, "credentialStatus", "statusListCredential")).path
    assert client.get(path).status_code == 404


# Awards ----------------------------------------------------------------------------------------


def test_a_person_reads_what_the_award_is(client, credential):
    make.home()
    page = client.get(f"/achievements/{credential.award_id}/").content.decode()
    assert credential.award_name in page
    assert "It is no licence." in page
    assert "24 months" in page
    assert credential.name not in page


def test_a_program_reads_the_same_as_in_the_badge(badge, credential, fetch):
    published = fetch(f"/achievements/{credential.award_id}.json")
    inside = address(badge, "credentialSubject", "achievement")
    assert {name: published[name] for name in inside} == inside


def test_a_draft_is_not_there_until_somebody_holds_it(client, db):
    make.home()
    award = make.award(active=False)
    address = f"/achievements/{award.pk}/"
    assert client.get(address).status_code == 404
    Award.objects.update(active=True)
    make.credential(Award.objects.get())
    Award.objects.update(active=False)
    assert client.get(address).status_code == 200


def test_the_picture_of_an_award_has_no_badge_inside(client, credential):
    response = client.get(f"/achievements/{credential.award_id}.png")
    assert response["Content-Type"] == "image/png"
    assert badges_in(response.content) == []


# The holder's own --------------------------------------------------------------------------------


@pytest.fixture
def holder(client, credential):
    make.home()
    client.force_login(credential.holder)
    return client


def file_of(client, credential, ending):
    return client.get(f"/certificates/{credential.number}/badge.{ending}")


def test_the_holder_gets_what_was_signed_byte_for_byte(holder, badge, credential):
    sent = file_of(holder, credential, "json")
    assert sent.content.decode() == badge.document
    assert f'{credential.number}-badge.json"' in sent["Content-Disposition"]
    assert "no-store" in sent["Cache-Control"]
    assert file_of(holder, credential, "jwt").content.decode() == badge.jwt


def test_the_picture_has_the_badge_inside_and_no_name_on_it(holder, badge, credential):
    picture = file_of(holder, credential, "png").content
    assert badges_in(picture) == [badge.document]
    with Image.open(BytesIO(picture)) as opened:
        assert opened.size == (600, 600)
    assert file_of(holder, credential, "png").content == picture


@pytest.mark.parametrize("ending", ["json", "jwt", "png"])
def test_nobody_else_gets_it(client, badge, credential, ending):
    url = f"/certificates/{credential.number}/badge.{ending}"
    assert client.get(url).status_code == 302
    for person in (make.user(), make.registrar()):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_what_does_not_exist_is_not_there(holder, credential):
    assert file_of(holder, credential, "json").status_code == 404, "it is not signed yet"
    assert file_of(holder, credential, "exe").status_code == 404


def test_one_by_a_stolen_key_is_not_handed_out(holder, badge, credential):
    declare_compromised(badge.key, at=NOON, reason="stolen")
    assert file_of(holder, credential, "json").status_code == 404


def test_the_holders_page_offers_it_once_it_is_signed(holder, badge, credential, time_machine):
    time_machine.move_to(NOON + timedelta(hours=1))
    page = holder.get(f"/certificates/{credential.number}/").content.decode()
    for ending in ("png", "json", "jwt"):
        assert f"/certificates/{credential.number}/badge.{ending}" in page
    badge.delete()
    page = holder.get(f"/certificates/{credential.number}/").content.decode()
    assert "badge.json" not in page


def test_the_addresses_are_those_of_the_site_and_not_of_the_request(client, badge, credential):
    sent = client.get(f"/issuers/{credential.issuer_id}/did.json", headers={"Host": "localhost"})
    assert sent.json()["id"].startswith(
        "did:web:" + urlsplit(site.BASE_URL).netloc.replace(":", "%3A")
    )
