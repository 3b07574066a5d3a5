"""Signing a credential as a badge: once, in a place of its own, with what is printed and no more."""

from __future__ import annotations

import json
import logging
from datetime import date, timedelta
from hashlib import sha256

import jwt
import pytest
from django.db import IntegrityError, transaction

from certificates.badges import making, proofs
from certificates.badges.contexts import CREDENTIALS, OPEN_BADGES
from certificates.badges.making import (
    SIGN_ANEW_AFTER,
    events_by_place,
    make_badge,
    publish_status_lists,
    take_place,
)
from certificates.badges.proofs import NotSigned, WrongContext, proof_holds, with_proof
from certificates.badges.statuses import PLACES, places_in
from certificates.exceptions import SigningFailed
from certificates.following import renew_credential, replace_credential
from certificates.models import Badge, Credential, SealKey, StatusList
from certificates.preparing import prepare, sign_badge
from certificates.revoking import reinstate, revoke
from certificates.sealing.keys import declare_compromised, retire_seal
from certificates.sealing.stores import key_store
from lms.sweeping import sweep
from tests import make
from tests.certificates.badges.conftest import NAME
from tests.certificates.test_withdrawn import erase
from tests.make import DAY, NOON

REASON = "A mistake in the register."
HOUR = timedelta(hours=1)


def revoked_in(listed):
    listed.refresh_from_db()
    return places_in(json.loads(listed.revocation)["credentialSubject"]["encodedList"])


# What it says --------------------------------------------------------------------------------


def test_it_says_what_is_printed_and_nothing_more(badge, credential):
    document = json.loads(badge.document)
    subject = document["credentialSubject"]
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": NAME, "identityType": "name"}
    ]
    assert subject["licenseNumber"] == credential.number
    assert subject["achievement"]["name"] == credential.award_name
    assert subject["achievement"]["criteria"]["narrative"] == "It is no licence."
    assert document["issuer"]["name"] == credential.issuer_name
    assert set(subject) == {"id", "type", "identifier", "licenseNumber", "achievement"}
    assert credential.holder.email not in badge.document
    assert "Portfolio seen" not in badge.document


def test_it_begins_and_ends_by_the_clock_of_its_issuer(keys):
    issuer = make.issuer(time_zone="America/Bogota")
    signed = make_badge(make.credential(make.award(issuer=issuer, valid_months=12)), at=NOON)
    document = json.loads(signed.document)
    assert document["validFrom"] == "2026-11-23T05:00:00Z"
    assert document["validUntil"] == "2027-11-24T04:59:59Z"


def test_the_subject_is_another_for_each_credential_of_a_person(keys):
    holder = make.user()
    badges = [make_badge(make.credential(holder=holder), at=NOON) for _ in range(2)]
    first, second = (json.loads(each.document)["credentialSubject"]["id"] for each in badges)
    assert first != second


def test_signs_that_nobody_sees_are_not_signed(keys):
    credential = make.credential()
    credential.limits = "One.\x0cTwo.\x7f"
    document = json.loads(make_badge(credential, at=NOON).document)
    assert document["credentialSubject"]["achievement"]["criteria"]["narrative"] == "One. Two. "


def test_the_hashes_are_those_of_what_is_handed_out(badge):
    assert badge.document_sha256 == sha256(badge.document.encode()).hexdigest()
    assert badge.jwt_sha256 == sha256(badge.jwt.encode()).hexdigest()


def test_the_token_names_its_key_by_the_address_of_its_issuer(badge, credential):
    header = jwt.get_unverified_header(badge.jwt)
    assert header["alg"] == "EdDSA"
    assert header["kid"].endswith(f":issuers:{credential.issuer_id}#badge-2026-1")


# Once --------------------------------------------------------------------------------------


def test_it_is_signed_once(badge, credential):
    assert make_badge(credential, at=NOON + DAY) is None
    assert credential.badges.get() == badge


def test_a_replacement_and_a_renewal_are_signed_for_themselves(keys):
    old = make.credential(make.award(valid_months=12), make.user(full_name="Ada Okafro"))
    make_badge(old, at=NOON)
    new = replace_credential(old, name="Ada Okafor", by=make.registrar(), reason=REASON, at=NOON)
    assert new.badge_made_at is None
    document = json.loads(make_badge(new, at=NOON).document)
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == "Ada Okafor"


def test_without_a_key_nothing_is_signed_and_nobody_waits(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    credential = make.credential()
    assert make_badge(credential, at=NOON) is None
    assert prepare(str(credential.pk), at=NOON).startswith("prepared")
    credential.refresh_from_db()
    assert credential.badge_made_at is None


def test_a_key_that_is_out_of_reach_holds_nobody_up(credential, caplog):
    key_store().destroy("badge-2026-1")
    with pytest.raises(SigningFailed, match="could not be signed"), transaction.atomic():
        make_badge(credential, at=NOON)
    with caplog.at_level(logging.WARNING, "certificates.preparing"):
        assert sign_badge(credential, at=NOON) is False
    assert "The key badge-2026-1 cannot be read" in caplog.text
    assert NAME not in caplog.text
    credential.refresh_from_db()
    assert credential.badge_made_at is None


def test_a_store_that_signs_with_another_key_is_noticed(credential):
    key = SealKey.objects.get(name="badge-2026-1")
    key.public_key = bytes(SealKey.objects.get(name="receipt-2026-1").public_key)
    key.save()
    with pytest.raises(SigningFailed) as failure, transaction.atomic():
        make_badge(credential, at=NOON)
    assert failure.value.reason == "the store signed with another key"
    assert not Badge.objects.exists()


def test_whoever_prepares_the_file_signs_the_badge(credential):
    prepare(str(credential.pk), at=NOON)
    assert credential.badges.count() == 1


def test_the_sweep_signs_what_is_owed_and_publishes_the_lists(credential):
    swept = sweep(lambda: NOON + HOUR)
    assert swept.signed == swept.to_sign or credential.badges.exists()
    assert StatusList.objects.get().signed_at is not None
    assert Credential.objects.to_sign().count() == 0


def test_a_dry_run_signs_nothing(credential):
    swept = sweep(lambda: NOON + HOUR, dry_run=True)
    assert swept.to_sign == 1
    assert "Signed 0 of 1 badges." in str(swept)
    assert not Badge.objects.exists()


def test_what_a_retired_key_signed_is_not_signed_anew(badge, credential):
    retire_seal(at=NOON, reason="rest", role=SealKey.Role.BADGE)
    assert not Credential.objects.to_sign().exists()


def test_what_a_compromised_key_signed_is_owed_again(badge, credential):
    declare_compromised(badge.key, at=NOON, reason="stolen")
    assert Credential.objects.to_sign().get() == credential


# Its place ---------------------------------------------------------------------------------


def test_a_place_that_was_given_is_never_given_again(badge, credential, monkeypatch):
    tried = iter([badge.status_index, badge.status_index, 4711])
    monkeypatch.setattr(making.secrets, "randbelow", lambda _most: next(tried))
    listed, index = take_place(credential.issuer)
    assert listed == badge.status_list
    assert index == 4711


def test_the_database_refuses_two_in_one_place(badge):
    badge.pk = None
    badge.credential = make.credential(make.award(issuer=badge.credential.issuer))
    with pytest.raises(IntegrityError), transaction.atomic():
        badge.save()


def test_a_list_that_is_half_full_is_followed_by_another(badge, credential, monkeypatch):
    monkeypatch.setattr(making, "FULL", 1)
    listed, _index = take_place(credential.issuer)
    assert listed.number == 2


def test_each_issuer_has_a_list_of_its_own(badge):
    other = make_badge(make.credential(), at=NOON)
    assert other.status_list.issuer != badge.status_list.issuer
    assert other.status_list.number == 1


def test_places_are_spread_over_the_whole_list(credential):
    indexes = {take_place(credential.issuer)[1] for _ in range(40)}
    assert len(indexes) > 30
    assert max(indexes) > PLACES // 4


# What is published of it ---------------------------------------------------------------------


def test_a_new_list_is_empty_and_good_for_a_week(badge):
    assert revoked_in(badge.status_list) == set()
    document = json.loads(badge.status_list.revocation)
    assert document["validUntil"] == "2026-11-30T12:00:00Z"
    assert proof_holds(document, badge.key.raw_public_key)


def test_a_list_is_signed_anew_when_something_happened_and_each_hour(badge, credential):
    assert publish_status_lists(at=NOON + timedelta(minutes=5)) == 0
    revoke(credential, by=make.registrar(), reason=REASON, at=NOON)
    assert publish_status_lists(at=NOON + timedelta(minutes=6)) == 1
    assert publish_status_lists(at=NOON + timedelta(minutes=7)) == 0
    assert publish_status_lists(at=NOON + timedelta(minutes=6) + SIGN_ANEW_AFTER) == 1


def test_a_revocation_that_was_undone_is_gone_from_the_list(badge, credential):
    revoke(credential, by=make.registrar(), reason=REASON, at=NOON)
    publish_status_lists(at=NOON)
    assert revoked_in(badge.status_list) == {badge.status_index}
    reinstate(credential, by=make.registrar(), reason=REASON, at=NOON + HOUR)
    publish_status_lists(at=NOON + HOUR)
    assert revoked_in(badge.status_list) == set()


def test_a_replaced_one_is_taken_back_and_a_renewed_one_is_not(keys):
    award = make.award(valid_months=12)
    replaced, renewed = (make.credential(award) for _ in range(2))
    badges = [make_badge(each, at=NOON) for each in (replaced, renewed)]
    replace_credential(replaced, name="Bo Berg", by=make.registrar(), reason=REASON, at=NOON)
    renew_credential(renewed, by=make.registrar(), reason=REASON, at=NOON + 300 * DAY)
    publish_status_lists(at=NOON + 300 * DAY)
    assert revoked_in(badges[0].status_list) == {badges[0].status_index}


def test_events_of_others_are_in_no_list_of_an_issuer(badge, credential):
    stranger = make.credential()
    make_badge(stranger, at=NOON)
    revoke(stranger, by=make.registrar(), reason=REASON, at=NOON)
    assert events_by_place(badge.status_list) == {}


def test_without_a_key_the_lists_stay_as_they_are(badge):
    badge.status_list.refresh_from_db()
    before = badge.status_list.revocation
    retire_seal(at=NOON, reason="rest", role=SealKey.Role.BADGE)
    assert publish_status_lists(at=NOON + DAY) == 0
    badge.status_list.refresh_from_db()
    assert badge.status_list.revocation == before


# Erased ------------------------------------------------------------------------------------


def test_erasure_blanks_what_was_signed_and_keeps_the_place(badge, credential):
    erase(credential.holder)
    badge.refresh_from_db()
    assert (badge.document, badge.jwt, badge.document_sha256, badge.jwt_sha256) == ("",) * 4
    publish_status_lists(at=NOON + DAY)
    assert revoked_in(badge.status_list) == {badge.status_index}
    assert not Credential.objects.to_sign().exists()


# Proofs ------------------------------------------------------------------------------------


def test_a_word_that_nothing_defines_is_never_signed(badge):
    key = badge.key
    document = {"@context": [CREDENTIALS, OPEN_BADGES], "id": "urn:x:y", "grade": "A"}
    with pytest.raises(NotSigned, match="grade"):
        with_proof(document, lambda message: message, method="did:web:x#y", at=NOON)
    tampered = {**json.loads(badge.document), "grade": "A"}
    assert not proof_holds(tampered, key.raw_public_key)


def test_a_context_that_is_not_the_pinned_one_signs_nothing(badge, monkeypatch):
    monkeypatch.setitem(proofs.PINNED, OPEN_BADGES, "0" * 64)
    proofs._contexts.cache_clear()
    with pytest.raises(WrongContext):
        proof_holds(json.loads(badge.document), badge.key.raw_public_key)
    monkeypatch.undo()
    proofs._contexts.cache_clear()
    assert proof_holds(json.loads(badge.document), badge.key.raw_public_key)


def test_a_day_of_issue_in_the_past_is_the_day_from_which_it_holds(keys):
    credential = make.credential()
    Credential.objects.filter(pk=credential.pk).update(issued_on=date(2024, 2, 29))
    credential.refresh_from_db()
    document = json.loads(make_badge(credential, at=NOON).document)
    assert document["validFrom"] == "2024-02-29T00:00:00Z"
