"""Receipts: each word that is changed is noticed, and none tells more than the page does."""

from __future__ import annotations

import json
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.many import ListedNumber, check_many
from certificates.numbers import formatted, random_code
from certificates.public_view import PublicView
from certificates.receipts import OF_A_RECORD, Receipt, sign_receipt, verify_receipt
from certificates.revoking import revoke, suspend
from certificates.sealing.keys import add_signing_keys
from certificates.sharing import choose_public_view
from tests import make
from tests.certificates.test_withdrawn import erase
from tests.make import NOON

pytestmark = pytest.mark.django_db
reading_only = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NAME = "Canaryname Okafor"
AWARD = "CANARYAWARD of listening"
json_values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=30))


@pytest.fixture(autouse=True)
def keys(settings, tmp_path, db):
    settings.SEAL_KEYS = tmp_path / "keys"
    make.home()
    cache.clear()
    return add_signing_keys(at=NOON)


@pytest.fixture
def credential():
    return make.credential(
        make.award(name=AWARD, limits="No CANARYLIMIT.", valid_months=24),
        make.user(full_name=NAME, email="canarymail@peerwork.example"),
    )


def receipt_of(*listed):
    at = timezone.now()
    numbers = [ListedNumber(line, *each) for line, each in enumerate(listed, 1)]
    answers, _misses = check_many(numbers, asker="x", own_hosts=(), most_misses=9, at=at)
    return sign_receipt(answers, at=at)


@pytest.fixture
def receipt(credential):
    """Of one that counts, one that is unknown and one that is mistyped."""
    return receipt_of((credential.number, NAME), (formatted("PSW", random_code()),), ("PSW-1",))


def decoded(part):
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def encoded(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_of(receipt):
    return decoded(receipt.split(".")[1])


def leaves(value, path=()):
    """The way to each value that holds no others."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from leaves(inner, (*path, name))
    else:
        yield path


def holder_of(value, path):
    for name in path[:-1]:
        value = value[name]
    return value


# Tampered with ----------------------------------------------------------------------------------


def test_there_is_something_to_tamper_with(receipt):
    ways = list(leaves(claims_of(receipt)))
    assert len(ways) > 25
    assert ("answered", 0, "record", "name") in ways
    assert ("answered", 1, "record") in ways
    assert verify_receipt(receipt).is_genuine


@reading_only
@given(data=st.data())
def test_whichever_word_is_changed_it_is_altered_and_nothing_of_it_is_repeated(receipt, data):
    head, body, proof = receipt.split(".")
    claims = decoded(body)
    path = data.draw(st.sampled_from(list(leaves(claims))))
    holder = holder_of(claims, path)
    old = holder[path[-1]]
    holder[path[-1]] = data.draw(
        json_values.filter(lambda value: json.dumps(value) != json.dumps(old))
    )
    verdict = verify_receipt(f"{head}.{encoded(claims)}.{proof}")
    assert verdict.verdict == Receipt.ALTERED, path
    assert (verdict.claims, verdict.rows, verdict.answered_at) == ({}, [], None)


@reading_only
@given(data=st.data())
def test_whichever_word_is_taken_away_or_added_it_is_altered(receipt, data):
    head, body, proof = receipt.split(".")
    claims = decoded(body)
    path = data.draw(st.sampled_from(list(leaves(claims))))
    holder = holder_of(claims, path)
    if isinstance(holder, dict) and data.draw(st.booleans()):
        holder[data.draw(st.text(max_size=8).filter(lambda name: name not in holder))] = 1
    else:
        del holder[path[-1]]
    assert verify_receipt(f"{head}.{encoded(claims)}.{proof}").verdict == Receipt.ALTERED


def test_lines_of_a_receipt_cannot_change_places(receipt):
    head, body, proof = receipt.split(".")
    claims = decoded(body)
    claims["answered"].reverse()
    assert verify_receipt(f"{head}.{encoded(claims)}.{proof}").verdict == Receipt.ALTERED


@reading_only
@given(data=st.data())
def test_a_changed_letter_anywhere_makes_it_say_nothing_else(receipt, data):
    """The last letter of a signature has bits that stand for nothing: then it says the same."""
    place = data.draw(st.integers(0, len(receipt) - 1))
    letters = string.ascii_letters + string.digits + "-_.=+/{\x00é"
    letter = data.draw(st.sampled_from(letters).filter(lambda each: each != receipt[place]))
    verdict = verify_receipt(receipt[:place] + letter + receipt[place + 1 :])
    if verdict.is_genuine:
        assert place == len(receipt) - 1
        assert verdict.claims == claims_of(receipt)
    else:
        assert verdict.claims == {}


@reading_only
@given(header=st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk"]), json_values))
def test_no_other_head_makes_a_receipt_of_what_was_not_signed(receipt, header):
    _head, body, proof = receipt.split(".")
    for signature in (proof, ""):
        verdict = verify_receipt(f"{encoded(header)}.{body}.{signature}")
        assert not verdict.is_genuine
        assert verdict.claims == {}


@reading_only
@given(text=st.text(max_size=200))
def test_no_text_at_all_breaks_the_check(receipt, text):
    assert verify_receipt(text).verdict == Receipt.NOT_OURS
    assert not verify_receipt(f"{text}.{receipt}").is_genuine


def test_the_signature_of_one_receipt_says_nothing_of_another(credential):
    current = receipt_of((credential.number,))
    revoke(credential, by=make.registrar(), reason="A mistake.", at=timezone.now())
    revoked = receipt_of((credential.number,))
    mixed = ".".join([*current.split(".")[:2], revoked.split(".")[2]])
    assert verify_receipt(mixed).verdict == Receipt.ALTERED
    standings = [
        verify_receipt(each).rows[0]["answered"]["standing"] for each in (current, revoked)
    ]
    assert standings == ["current", "revoked"], "each says what was true at its moment"


# No more than the page --------------------------------------------------------------------------


def shown_by_page(client, credential):
    address = f"/verify/{credential.number}/"
    return client.get(address, headers={"Accept": "application/json"}).json()


@pytest.mark.parametrize("view", PublicView)
@pytest.mark.parametrize("happened", ["nothing", "suspended", "revoked", "erased"])
def test_a_receipt_says_what_the_page_says_and_no_more(client, credential, view, happened):
    choose_public_view(credential, view)
    now = timezone.now()
    if happened == "erased":
        erase(credential.holder)
    elif happened != "nothing":
        verb = {"suspended": suspend, "revoked": revoke}[happened]
        verb(credential, by=make.registrar(), reason="CANARYREASON", at=now)
    receipt = receipt_of((credential.number,))
    record = claims_of(receipt)["answered"][0]["record"]
    page = shown_by_page(client, credential)
    assert record == {name: page[name] for name in OF_A_RECORD}
    text = json.dumps(claims_of(receipt)).upper()
    for secret in ("CANARYREASON", "CANARYMAIL", "CANARYLIMIT"):
        assert secret not in text
    as_printed = view == PublicView.PRINTED and happened != "erased"
    assert ("CANARYNAME" in text) == as_printed
    if view == PublicView.STANDING:
        assert "CANARYAWARD" not in text
        assert credential.issued_on.isoformat() not in text


@pytest.mark.parametrize("view", [PublicView.TYPED, PublicView.STANDING])
def test_of_a_name_that_is_not_shown_a_receipt_repeats_what_was_typed_alone(credential, view):
    choose_public_view(credential, view)
    claims = claims_of(receipt_of((credential.number, "Canary Other")))
    assert claims["asked"] == [{"number": credential.number, "name": "Canary Other"}]
    assert claims["answered"][0]["record"]["name"] is None
    expected = "differs" if view == PublicView.TYPED else "not_compared"
    assert claims["answered"][0]["name_match"] == expected
    assert "Okafor" not in json.dumps(claims)


def test_a_receipt_of_many_keeps_each_to_what_its_holder_shows(credential):
    hidden = make.credential(credential.award, make.user(full_name="Hidden Person"))
    choose_public_view(hidden, PublicView.STANDING)
    rows = verify_receipt(receipt_of((credential.number,), ("?",), (hidden.number,))).rows
    shown, unread, standing = (row["answered"] for row in rows)
    assert shown["record"]["name"] == NAME
    assert (unread["standing"], unread["record"]) == ("mistyped", None)
    assert (standing["standing"], standing["number"]) == ("current", hidden.number)
    assert (standing["record"]["name"], standing["record"]["award"]) == (None, None)
