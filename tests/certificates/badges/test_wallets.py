"""What the Digital Credentials Consortium's library says of a badge, by which their wallet and their
web verifier speak: the signature, the end, the list of what was revoked, and the schema."""

from __future__ import annotations

import json

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.badges.documents import multibase
from certificates.badges.making import make_badge, publish_status_lists
from certificates.badges.proofs import with_proof
from certificates.models import SealKey
from certificates.revoking import revoke, suspend
from certificates.sealing.keys import declare_compromised, rotate_signing
from tests import make
from tests.certificates.badges.conftest import NAME
from tests.certificates.badges.test_second_library import changed
from tests.make import DAY, NOON

REASON = "A mistake in the register."
ALL_WELL = {"valid_signature": True, "expiration": True, "revocation_status": True}
SUBJECT = ("credentialSubject",)


@pytest.fixture
def document(badge):
    return json.loads(badge.document)


def of_the_badge(answer):
    """The steps but the last: no registry of theirs knows an issuer in a test."""
    steps = dict(answer.steps)
    assert steps.pop("registered_issuer") is False
    return steps


def refused(answer):
    """The library says so of the signature, and then nothing of the rest."""
    assert answer.steps == {}
    (error,) = answer.errors
    return error["name"]


def test_it_is_accepted_in_every_step(document, judge_as_wallets_do):
    answer = judge_as_wallets_do(document)
    assert of_the_badge(answer) == ALL_WELL
    assert answer.errors == []


def test_it_judges_by_the_schema_of_1edtech(document, judge_as_wallets_do):
    (seen,) = judge_as_wallets_do(document).schemas
    assert "ob_v3p0_achievementcredential_schema.json" in seen["schema"]
    assert seen["valid"] is True


def test_it_asks_for_what_we_publish_and_nothing_else(document, judge_as_wallets_do):
    addresses = judge_as_wallets_do(document).asked
    assert document["credentialStatus"]["statusListCredential"] in addresses
    assert any(url.endswith("/did.json") for url in addresses)
    schemas = {url for url in addresses if url.startswith("https://purl.imsglobal.org/")}
    ours = [url for url in addresses if url not in schemas]
    assert all(url.endswith("/did.json") or "/status/" in url for url in ours), addresses


@pytest.mark.parametrize(
    "name", ["Zoë Ñuñez", "李小龙", "שרה כהן", "e\u0301 combined", "R&D ® <b>"]
)
def test_names_in_any_script_are_accepted(keys, judge_as_wallets_do, name):
    signed = make_badge(make.credential(holder=make.user(full_name=name)), at=NOON)
    publish_status_lists(at=NOON)
    assert of_the_badge(judge_as_wallets_do(json.loads(signed.document))) == ALL_WELL


def test_a_former_key_still_speaks_for_what_it_signed(document, judge_as_wallets_do):
    rotate_signing(SealKey.Role.BADGE, at=NOON + DAY)
    publish_status_lists(at=NOON + DAY, force=True)
    assert of_the_badge(judge_as_wallets_do(document, at=NOON + 2 * DAY)) == ALL_WELL


def test_a_revoked_one_is_said_to_be_so(document, judge_as_wallets_do, credential):
    revoke(credential, by=make.registrar(), reason=REASON, at=NOON)
    publish_status_lists(at=NOON)
    steps = of_the_badge(judge_as_wallets_do(document))
    assert steps == {**ALL_WELL, "revocation_status": False}


def test_a_suspended_one_is_not_said_to_be_revoked(document, judge_as_wallets_do, credential):
    suspend(credential, by=make.registrar(), reason=REASON, at=NOON)
    publish_status_lists(at=NOON)
    assert of_the_badge(judge_as_wallets_do(document)) == ALL_WELL


def test_one_that_has_ended_is_said_to_have(document, judge_as_wallets_do):
    publish_status_lists(at=NOON + 800 * DAY, force=True)
    steps = of_the_badge(judge_as_wallets_do(document, at=NOON + 801 * DAY))
    assert steps == {**ALL_WELL, "expiration": False}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ((*SUBJECT, "identifier", 0, "identityHash"), "Eve Example"),
        ((*SUBJECT, "identifier", 0, "identityHash"), NAME + " "),
        ((*SUBJECT, "licenseNumber"), "PSW-2222-2222-2222"),
        ((*SUBJECT, "achievement", "name"), "Master of Peer Support"),
        (("issuer", "name"), "Another issuer"),
        (("validUntil",), "2099-01-01T00:00:00Z"),
        (("credentialStatus", "statusListIndex"), "7"),
        (("proof", "created"), "2020-01-01T00:00:00Z"),
    ],
)
def test_a_changed_word_is_refused(document, judge_as_wallets_do, path, to):
    answer = judge_as_wallets_do(changed(document, *path, to=to))
    assert refused(answer) == "invalid_signature"


def test_a_changed_byte_of_the_signature_is_refused(document, judge_as_wallets_do):
    signature = bytearray(base58.b58decode(document["proof"]["proofValue"][1:]))
    signature[10] ^= 1
    forged = changed(document, "proof", "proofValue", to=multibase(bytes(signature)))
    assert refused(judge_as_wallets_do(forged)) == "invalid_signature"


def test_another_key_is_refused(document, judge_as_wallets_do):
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    stranger = Ed25519PrivateKey.generate()
    method = document["proof"]["verificationMethod"]
    forged = with_proof(unsigned, stranger.sign, method=method, at=NOON)
    assert refused(judge_as_wallets_do(forged)) == "invalid_signature"


def test_a_key_that_was_taken_back_is_refused(
    document, judge_as_wallets_do, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        key = SealKey.objects.get(name="badge-2026-1")
        declare_compromised(key, at=NOON, reason="The machine was stolen.")
    publish_status_lists(at=NOON, force=True)
    assert refused(judge_as_wallets_do(document)) == "invalid_signature"


def test_one_without_a_signature_is_none(document, judge_as_wallets_do):
    del document["proof"]
    assert refused(judge_as_wallets_do(document)) == "no_proof"


def test_it_says_when_our_list_cannot_be_had(document, judge_as_wallets_do):
    listed = document["credentialStatus"]["statusListCredential"]
    steps = of_the_badge(judge_as_wallets_do(document, without=[listed]))
    assert steps == {**ALL_WELL, "revocation_status": "status_list_not_found"}


def test_an_old_list_is_believed_for_a_week(document, judge_as_wallets_do):
    assert of_the_badge(judge_as_wallets_do(document, at=NOON + 6 * DAY)) == ALL_WELL
    steps = of_the_badge(judge_as_wallets_do(document, at=NOON + 8 * DAY))
    assert steps == {**ALL_WELL, "revocation_status": "status_list_expired"}
