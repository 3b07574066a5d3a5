"""Signed receipts: of one answer and of many, checked by us and by anybody, and tampered with."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from io import StringIO

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from certificates.exceptions import SigningFailed
from certificates.guessing import MISSES_A_MINUTE
from certificates.many import ListedNumber, check_many
from certificates.models import SealKey
from certificates.numbers import formatted, random_code
from certificates.receipts import KIND, Receipt, sign_receipt, verify_receipt
from certificates.revoking import revoke
from certificates.sealing.keys import add_signing_keys, declare_compromised, rotate_signing
from certificates.sealing.stores import key_store
from people.organisations.keys import make_key
from tests import make
from tests.certificates.test_withdrawn import erase
from tests.make import NOON
from tests.people.organisations import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    make.home()
    return add_signing_keys(at=NOON)


@pytest.fixture
def credential(db):
    return make.credential(holder=make.user(full_name="Ada Okafor"))


def receipt_of(*listed, at=None):
    at = at or timezone.now()
    numbers = [ListedNumber(line, *each) for line, each in enumerate(listed, 1)]
    answers, _misses = check_many(numbers, own_hosts=(), most_misses=9, asker="x", at=at)
    return sign_receipt(answers, at=at)


def part(receipt, number):
    text = receipt.split(".")[number]
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def with_part(receipt, number, value):
    parts = receipt.split(".")
    parts[number] = urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return ".".join(parts)


# What it says ---------------------------------------------------------------------------------


def test_it_says_what_was_asked_and_answered_and_when(keys, credential):
    at = timezone.now()
    verdict = verify_receipt(receipt_of((credential.number.lower(), "ada okafor"), at=at))
    assert verdict.verdict == Receipt.GENUINE
    assert verdict.answered_at == at.replace(microsecond=0)
    assert verdict.claims["iss"] == site.BASE_URL
    (row,) = verdict.rows
    assert row["asked"] == {"number": credential.number.lower(), "name": "ada okafor"}
    answered = row["answered"]
    assert (answered["number"], answered["standing"]) == (credential.number, "current")
    assert answered["name_match"] == "same"
    assert answered["record"]["name"] == "Ada Okafor"
    assert answered["record"]["issuer"] == credential.issuer_name


def test_it_repeats_no_more_than_it_needs(keys, credential):
    record = verify_receipt(receipt_of((credential.number,))).rows[0]["answered"]["record"]
    assert set(record) == {
        *("number", "standing", "since", "counts_now", "name", "award"),
        *("issued_on", "expires_on", "issuer", "signatory"),
    }
    assert credential.holder.email not in json.dumps(record)


def test_what_is_unknown_and_mistyped_is_said_too(keys):
    unknown = formatted("PSW", random_code())
    rows = verify_receipt(receipt_of((unknown,), ("PSW-1",))).rows
    assert [row["answered"]["standing"] for row in rows] == ["not_found", "mistyped"]
    assert all(row["answered"]["record"] is None for row in rows)


def test_of_a_forgotten_holder_no_name_is_signed(keys, credential):
    erase(credential.holder)
    answered = verify_receipt(receipt_of((credential.number,))).rows[0]["answered"]
    assert answered["standing"] == "withdrawn"
    assert answered["record"]["name"] is None


def test_five_hundred_are_small_enough_to_mail(keys, credential):
    assert len(receipt_of(*[(credential.number,)] * 500)) < 400_000


# Checked by anybody --------------------------------------------------------------------------


def test_any_library_checks_it_with_the_published_keys(keys, credential, client):
    published = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").json())
    receipt = receipt_of((credential.number,))
    header = jwt.get_unverified_header(receipt)
    assert (header["alg"], header["typ"]) == ("EdDSA", KIND)
    claims = jwt.decode(receipt, published[header["kid"]], algorithms=["EdDSA"])
    assert claims["answered"][0]["standing"] == "current"


def test_the_key_is_the_one_of_the_sites_identity(keys, credential, client):
    kid = jwt.get_unverified_header(receipt_of((credential.number,)))["kid"]
    assert kid in client.get("/.well-known/did.json").json()["assertionMethod"]


def test_a_retired_key_still_speaks_for_what_it_signed(keys, credential):
    receipt = receipt_of((credential.number,))
    rotate_signing(SealKey.Role.RECEIPT, at=timezone.now())
    assert verify_receipt(receipt).is_genuine
    assert verify_receipt(receipt_of((credential.number,))).is_genuine


# Tampered with --------------------------------------------------------------------------------


def test_a_receipt_may_be_broken_into_lines(keys, credential):
    receipt = receipt_of((credential.number,))
    assert verify_receipt("\n ".join(receipt[i : i + 60] for i in range(0, 9999, 60))).is_genuine


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims["answered"][0].update(standing="revoked"),
        lambda claims: claims["answered"][0]["record"].update(name="Eve"),
        lambda claims: claims["asked"][0].update(number="PSW-2222-2222-2222"),
        lambda claims: claims.update(checked_at="2030-01-01T00:00:00+00:00"),
        lambda claims: claims.update(iat=claims["iat"] - 1),
        lambda claims: claims.update(iss="https://elsewhere.example"),
        lambda claims: claims.pop("asked"),
    ],
)
def test_a_changed_claim_is_refused(keys, credential, change):
    receipt = receipt_of((credential.number,))
    claims = part(receipt, 1)
    change(claims)
    verdict = verify_receipt(with_part(receipt, 1, claims))
    assert verdict.verdict == Receipt.ALTERED
    assert verdict.claims == {}


def test_a_changed_byte_of_the_signature_is_refused(keys, credential):
    receipt = receipt_of((credential.number,))
    letter = "A" if receipt[-10] != "A" else "B"
    assert verify_receipt(receipt[:-10] + letter + receipt[-9:]).verdict == Receipt.ALTERED


def forged(key, **header):
    kid = f"{site.BASE_URL}"
    claims = {"iss": site.BASE_URL, "iat": 1, "asked": [], "answered": []}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid, "typ": KIND, **header})


def test_another_key_is_refused(keys, credential):
    kid = jwt.get_unverified_header(receipt_of((credential.number,)))["kid"]
    assert verify_receipt(forged(Ed25519PrivateKey.generate(), kid=kid)).verdict == Receipt.ALTERED


def test_no_signature_at_all_is_refused(keys, credential):
    receipt = receipt_of((credential.number,))
    header = {**part(receipt, 0), "alg": "none"}
    unsigned = with_part(receipt, 0, header).rpartition(".")[0] + "."
    assert verify_receipt(unsigned).verdict == Receipt.ALTERED


def test_a_key_that_is_not_of_receipts_is_not_asked(keys, credential):
    kid = jwt.get_unverified_header(receipt_of((credential.number,)))["kid"]
    kid = kid.replace("receipt-", "badge-")
    assert verify_receipt(forged(Ed25519PrivateKey.generate(), kid=kid)).verdict == Receipt.NOT_OURS


def test_a_token_of_another_kind_is_no_receipt(keys, credential):
    kid = jwt.get_unverified_header(receipt_of((credential.number,)))["kid"]
    other = forged(Ed25519PrivateKey.generate(), kid=kid, typ="JWT")
    assert verify_receipt(other).verdict == Receipt.NOT_OURS


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "e30.e30.e30", "é" * 100, "." * 999])
def test_what_is_none_at_all_is_not_ours(keys, text):
    assert verify_receipt(text).verdict == Receipt.NOT_OURS


def test_a_stolen_key_speaks_for_nothing(keys, credential):
    receipt = receipt_of((credential.number,))
    declare_compromised(keys[1], at=timezone.now(), reason="stolen")
    verdict = verify_receipt(receipt)
    assert verdict.verdict == Receipt.KEY_WITHDRAWN
    assert verdict.claims == {}


def test_without_a_key_it_says_so(credential, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    with pytest.raises(SigningFailed, match="could not be signed"):
        receipt_of((credential.number,))


def test_a_key_that_is_out_of_reach_is_said_too(keys, credential):
    key_store().destroy("receipt-2026-1")
    with pytest.raises(SigningFailed):
        receipt_of((credential.number,))


# On the pages -------------------------------------------------------------------------------


def test_the_check_page_offers_its_answer_as_a_receipt(keys, credential, client):
    page = client.get(f"/verify/{credential.number}/").content.decode()
    assert f"/verify/{credential.number}/receipt/" in page
    sent = client.get(f"/verify/{credential.number}/receipt/")
    assert sent["Content-Type"] == "application/jose"
    assert f"{credential.number}-" in sent["Content-Disposition"]
    assert sent["Cache-Control"] == "no-store"
    assert verify_receipt(sent.content.decode()).rows[0]["answered"]["standing"] == "current"


@time_machine.travel(NOON, tick=False)  # guesses are counted by the minute
def test_an_unknown_number_gets_no_file_and_counts_as_a_guess(keys, client):
    unknown = formatted("PSW", random_code())
    assert client.get(f"/verify/{unknown}/receipt/").status_code == 302
    for _ in range(MISSES_A_MINUTE):
        client.get(f"/verify/{formatted('PSW', random_code())}/receipt/")
    assert client.get(f"/verify/{unknown}/receipt/").status_code == 429
    assert client.get("/verify/PSW-1/receipt/").status_code == 302


def test_without_a_key_the_page_says_why(db, credential, client):
    make.home()
    response = client.get(f"/verify/{credential.number}/receipt/")
    assert response.status_code == 404
    assert "could not be signed just now" in response.content.decode()
    as_json = client.get(
        f"/verify/{credential.number}/receipt/", headers={"Accept": "application/json"}
    )
    assert "could not be signed" in as_json.json()["message"]


def test_a_list_comes_as_a_receipt(keys, credential, client):
    sent = client.post(
        "/verify/many/", {"numbers": f"{credential.number}, Ada Okafor", "as": "receipt"}
    )
    (row,) = verify_receipt(sent.content.decode()).rows
    assert row["answered"]["name_match"] == "same"
    SealKey.objects.all().delete()
    refused = client.post("/verify/many/", {"numbers": credential.number, "as": "receipt"})
    assert refused.status_code == 404


def test_a_visitor_pastes_a_receipt_and_reads_what_it_says(keys, credential):
    browser = Client(enforce_csrf_checks=True)
    receipt = receipt_of((credential.number,))
    revoke(credential, by=make.registrar(), reason="A mistake.", at=timezone.now())
    page = browser.post("/verify/receipts/", {"receipt": receipt}).content.decode()
    assert "exactly as it was signed" in page
    assert "Ada Okafor" in page
    assert "Current" in page
    assert f"/verify/{credential.number}/" in page


@pytest.mark.parametrize(
    ("receipt", "words"),
    [("a.b.c", "Not a receipt of ours"), ("", "Paste a receipt first.")],
)
def test_what_cannot_be_read_is_told_kindly(keys, client, receipt, words):
    assert words in client.post("/verify/receipts/", {"receipt": receipt}).content.decode()


def test_an_altered_one_shows_nothing_of_what_it_claims(keys, credential, client):
    receipt = receipt_of((credential.number,))
    claims = part(receipt, 1)
    claims["answered"][0]["record"]["name"] = "Eve Example"
    page = client.post("/verify/receipts/", {"receipt": with_part(receipt, 1, claims)})
    assert "Altered, or signed by somebody else" in page.content.decode()
    assert "Eve Example" not in page.content.decode()


def test_a_program_is_told_the_same(keys, credential, client):
    answer = client.post(
        "/verify/receipts/",
        {"receipt": receipt_of((credential.number,))},
        headers={"Accept": "application/json"},
    ).json()
    assert answer["verdict"] == "genuine"
    assert answer["receipt"]["answered"][0]["number"] == credential.number


# By the API ----------------------------------------------------------------------------------


@pytest.fixture
def program(db):
    house = making.organisation(make.user())
    _row, key = make_key(
        house, "Payroll", by=house.memberships.get().person, at=timezone.now() - timedelta(hours=1)
    )
    return Client(headers={"Authorization": f"Bearer {key}"})


def test_an_answer_comes_with_a_receipt_where_it_is_asked_for(keys, credential, program):
    address = f"/api/v1/certificates/{credential.number}"
    assert program.get(address).json()["receipt"] is None
    answer = program.get(address, {"receipt": "true", "name": "Bo"}).json()
    (row,) = verify_receipt(answer["receipt"]).rows
    assert row["answered"]["name_match"] == "differs"
    assert row["answered"]["standing"] == answer["check"]["standing"]


def test_that_there_is_none_is_signed_too(keys, program):
    unknown = formatted("PSW", random_code())
    answer = program.get(f"/api/v1/certificates/{unknown}", {"receipt": "true"})
    assert answer.status_code == 404
    (row,) = verify_receipt(answer.json()["receipt"]).rows
    assert row["answered"]["standing"] == "not_found"


def test_many_come_with_one_receipt(keys, credential, program):
    sent = {"checks": [{"number": credential.number}, {"number": "PSW-1"}], "receipt": True}
    answer = program.post("/api/v1/checks", sent, content_type="application/json").json()
    rows = verify_receipt(answer["receipt"]).rows
    assert [row["answered"]["standing"] for row in rows] == ["current", "mistyped"]


def test_a_program_is_told_when_nothing_can_be_signed(credential, program):
    answer = program.get(f"/api/v1/certificates/{credential.number}", {"receipt": "true"})
    assert answer.status_code == 503
    assert "could not be signed" in answer.json()["detail"]


# By a command ---------------------------------------------------------------------------------


def test_the_command_says_what_it_says(keys, credential, tmp_path):
    file = tmp_path / "answer.jws"
    file.write_text(receipt_of((credential.number,)) + "\n")
    out = StringIO()
    call_command("verify_receipt", str(file), stdout=out)
    assert json.loads(out.getvalue())["answered"][0]["number"] == credential.number


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a.b.c", "Not a receipt of ours"), (b"\xff", "cannot be read"), (None, "cannot be read")],
)
def test_the_command_fails_for_all_else(keys, tmp_path, content, words):
    file = tmp_path / "answer.jws"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("verify_receipt", str(file))
