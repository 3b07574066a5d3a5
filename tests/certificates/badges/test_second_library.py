"""What others say of a badge: accepted as it was signed, and refused however it was tampered with."""

from __future__ import annotations

import json
from copy import deepcopy

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.badges.documents import MULTICODEC_ED25519, multibase
from certificates.badges.making import make_badge, publish_status_lists
from certificates.badges.proofs import with_proof
from certificates.badges.statuses import places_in
from certificates.models import SealKey
from certificates.revoking import restore, revoke, suspend
from certificates.sealing.keys import declare_compromised, rotate_signing
from tests import make
from tests.certificates.badges import oracles
from tests.certificates.badges.conftest import NAME
from tests.make import DAY, NOON

REASON = "A mistake in the register."


@pytest.fixture
def document(badge):
    return json.loads(badge.document)


def changed(document, *path, to):
    """The same with another value somewhere."""
    copy = deepcopy(document)
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return copy


# Accepted ----------------------------------------------------------------------------------


def test_it_is_accepted_as_it_was_signed(document, judge):
    answer = judge(document)
    assert answer.verified
    assert not answer.isTakenBack


def test_it_keeps_to_the_schema_of_1edtech(document, fetch):
    assert oracles.faults_by_schema("achievementcredential", document) == []
    issuer = document["issuer"]["id"].rpartition(":")[2]
    described = fetch(f"/issuers/{issuer}/profile.json")
    assert oracles.faults_by_schema("profile", described) == []


def test_the_schema_would_notice_what_is_missing(document):
    del document["credentialSubject"]["achievement"]["criteria"]
    assert oracles.faults_by_schema("achievementcredential", document)


@pytest.mark.parametrize("name", ["Zoë Ñuñez", "李小龙", "שרה כהן", "e\u0301 combined", "A" * 120])
def test_names_in_any_script_are_accepted(keys, judge, name):
    signed = make_badge(make.credential(holder=make.user(full_name=name)), at=NOON)
    publish_status_lists(at=NOON)
    document = json.loads(signed.document)
    assert judge(document).verified
    assert oracles.faults_by_schema("achievementcredential", document) == []


def test_one_without_an_end_is_accepted_in_a_hundred_years(keys, judge):
    signed = make_badge(make.credential(), at=NOON)
    publish_status_lists(at=NOON)
    document = json.loads(signed.document)
    assert "validUntil" not in document
    assert judge(document).verified


def test_a_former_key_still_speaks_for_what_it_signed(document, judge):
    rotate_signing(SealKey.Role.BADGE, at=NOON + DAY)
    publish_status_lists(at=NOON + DAY, force=True)
    assert judge(document).verified


# Refused -----------------------------------------------------------------------------------

SUBJECT = ("credentialSubject",)
ACHIEVEMENT = (*SUBJECT, "achievement")
OTHER = "Eve Example"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ((*SUBJECT, "identifier", 0, "identityHash"), OTHER),
        ((*SUBJECT, "identifier", 0, "identityHash"), NAME + " "),
        ((*SUBJECT, "licenseNumber"), "PSW-2222-2222-2222"),
        ((*SUBJECT, "id"), "urn:uuid:00000000-0000-4000-8000-000000000000"),
        ((*ACHIEVEMENT, "name"), "Master of Peer Support"),
        ((*ACHIEVEMENT, "description"), "Has completed another course."),
        ((*ACHIEVEMENT, "criteria", "narrative"), "It is a licence."),
        ((*ACHIEVEMENT, "image", "id"), "https://elsewhere.example/badge.png"),
        (("name",), "Another award"),
        (("issuer", "name"), "Another issuer"),
        (("validFrom",), "2020-01-01T00:00:00Z"),
        (("validUntil",), "2099-01-01T00:00:00Z"),
        (("credentialStatus", "statusListIndex"), "7"),
        (("credentialStatus", "statusPurpose"), "suspension"),
        (("proof", "created"), "2020-01-01T00:00:00Z"),
        (("proof", "proofPurpose"), "authentication"),
    ],
)
def test_a_changed_word_is_refused(document, judge, path, to):
    assert not judge(changed(document, *path, to=to)).verified


def test_a_changed_byte_of_the_signature_is_refused(document, judge):
    signature = bytearray(base58.b58decode(document["proof"]["proofValue"][1:]))
    signature[10] ^= 1
    value = multibase(bytes(signature))
    assert not judge(changed(document, "proof", "proofValue", to=value)).verified


def test_a_removed_end_is_refused(document, judge):
    del document["validUntil"]
    assert not judge(document).verified


def test_an_added_word_is_refused(document, judge):
    assert not judge({**document, "description": "With distinction."}).verified


def test_another_key_is_refused(document, judge):
    stranger = Ed25519PrivateKey.generate()
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    method = document["proof"]["verificationMethod"]
    assert not judge(with_proof(unsigned, stranger.sign, method=method, at=NOON)).verified


def test_a_key_under_another_name_is_refused(document, judge):
    stranger = Ed25519PrivateKey.generate()
    raw = stranger.public_key().public_bytes_raw()
    did = "did:web:elsewhere.example"
    method = {
        "id": f"{did}#key",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multibase(MULTICODEC_ED25519 + raw),
    }
    theirs = {"@context": [], "id": did, "verificationMethod": [method], "assertionMethod": []}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    forged = with_proof(unsigned, stranger.sign, method=f"{did}#key", at=NOON)
    assert not judge(forged, **{did: theirs}).verified


def test_a_key_that_was_taken_back_is_refused_and_the_badge_signed_anew(
    document, judge, credential, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        key = SealKey.objects.get(name="badge-2026-1")
        declare_compromised(key, at=NOON + DAY, reason="The machine was stolen.")
    publish_status_lists(at=NOON + DAY, force=True)
    assert not judge(document).verified
    anew = json.loads(make_badge(credential, at=NOON + DAY).document)
    publish_status_lists(at=NOON + DAY, force=True)
    assert judge(anew, at=NOON + 2 * DAY).verified
    assert anew["id"] == document["id"]
    assert (
        anew["credentialStatus"]["statusListIndex"]
        != document["credentialStatus"]["statusListIndex"]
    )


def test_it_is_refused_before_it_begins_and_after_it_ends(document, judge):
    assert not judge(document, at=NOON - 2 * DAY).verified
    assert judge(document, at=NOON + 700 * DAY).verified
    assert not judge(document, at=NOON + 800 * DAY).verified


# Taken back --------------------------------------------------------------------------------


def test_a_revoked_one_is_taken_back(document, judge, credential):
    revoke(credential, by=make.registrar(), reason=REASON, at=NOON + DAY)
    publish_status_lists(at=NOON + DAY)
    assert judge(document).isTakenBack


def test_a_suspended_one_is_in_the_list_of_suspensions_alone(document, judge, credential, fetch):
    suspend(credential, by=make.registrar(), reason=REASON, at=NOON + DAY)
    publish_status_lists(at=NOON + DAY)
    assert not judge(document).isTakenBack
    other = document["credentialStatus"]["statusListCredential"].replace("revocation", "suspension")
    place = int(document["credentialStatus"]["statusListIndex"])
    listed = fetch(other)["credentialSubject"]
    assert listed["statusPurpose"] == "suspension"
    assert places_in(listed["encodedList"]) == {place}
    restore(credential, by=make.registrar(), reason=REASON, at=NOON + 2 * DAY)
    publish_status_lists(at=NOON + 2 * DAY)
    assert places_in(fetch(other)["credentialSubject"]["encodedList"]) == set()


# As a token --------------------------------------------------------------------------------


def test_the_token_is_accepted_by_the_published_keys(badge, fetch):
    answer = oracles.ask(token=badge.jwt, jwks=fetch("/.well-known/jwks.json"), now=str(NOON + DAY))
    assert answer["verified"]
    claims = answer["claims"]
    body = json.loads(badge.document)
    assert claims["iss"] == body["issuer"]["id"]
    assert claims["jti"] == body["id"]
    assert claims["sub"] == body["credentialSubject"]["id"]
    assert {name: claims[name] for name in body if name != "proof"} == {
        name: value for name, value in body.items() if name != "proof"
    }


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_with_a_changed_letter_is_refused(badge, fetch, part):
    parts = badge.jwt.split(".")
    letter = "A" if parts[part][8] != "A" else "B"
    parts[part] = parts[part][:8] + letter + parts[part][9:]
    answer = oracles.ask(
        token=".".join(parts), jwks=fetch("/.well-known/jwks.json"), now=str(NOON + DAY)
    )
    assert not answer["verified"]


def test_a_token_is_refused_after_its_last_day(badge, fetch):
    late = str(NOON + 800 * DAY)
    answer = oracles.ask(token=badge.jwt, jwks=fetch("/.well-known/jwks.json"), now=late)
    assert answer == {"verified": False, "why": "ERR_JWT_EXPIRED"}
