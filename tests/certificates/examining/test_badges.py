"""Checking a badge on the page: as JSON, as a token, inside a picture; and what was tampered with."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from certificates.badges.baking import baked
from certificates.badges.drawing import badge_picture
from certificates.badges.making import make_badge
from certificates.badges.texts import parsed, serialised
from certificates.examining import verdicts
from certificates.examining.badges import MOST_TEXT, read_badge
from certificates.examining.reading import read_file
from certificates.examining.verdicts import Verdict, Why, verdict_of, verdicts_of_hashes
from certificates.models import Badge
from certificates.revoking import revoke, suspend
from certificates.sealing.keys import add_signing_keys, declare_compromised
from tests import make
from tests.certificates.examining.test_tampering import answers_in
from tests.certificates.test_withdrawn import erase
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
REASON = "A mistake in the register."


@pytest.fixture
def badge(credential):
    add_signing_keys(at=NOON)
    return make_badge(credential, at=NOON)


@pytest.fixture
def document(badge):
    return json.loads(badge.document)


def picture_with(text):
    return baked(badge_picture("Foundations", "Peerwork", "2026"), text)


def laid_out(badge):
    return json.dumps(json.loads(badge.document), indent=4).encode()


def as_issued(badge):
    """Every form in which somebody may have it."""
    return {
        "json": badge.document.encode(),
        "laid out": laid_out(badge),
        "with a mark before it": b"\xef\xbb\xbf" + badge.document.encode(),
        "turned round": json.dumps(
            dict(reversed(json.loads(badge.document).items())), ensure_ascii=False
        ).encode(),
        "jwt": badge.jwt.encode(),
        "jwt in lines": "\n".join(badge.jwt[i : i + 64] for i in range(0, 9999, 64)).encode(),
        "picture": picture_with(badge.document),
        "picture with a token": picture_with(badge.jwt),
    }


@pytest.mark.parametrize(
    "form",
    [
        *("json", "laid out", "with a mark before it", "turned round"),
        *("jwt", "jwt in lines", "picture", "picture with a token"),
    ],
)
def test_it_is_known_in_every_form(badge, credential, form):
    answer = verdict_of(as_issued(badge)[form])
    assert answer.verdict == Verdict.AS_ISSUED
    assert answer.is_badge
    assert answer.in_picture == form.startswith("picture")
    assert answer.number == credential.number


def changed(document, change):
    copy = json.loads(json.dumps(document))
    change(copy)
    return json.dumps(copy).encode()


def rename(document):
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Eve"


def extend(document):
    document["validUntil"] = "2099-01-01T00:00:00Z"


def other_number(document):
    document["credentialSubject"]["licenseNumber"] = "PSW-2222-2222-2222"


def other_status(document):
    document["credentialStatus"]["statusListIndex"] = "1"


def other_proof(document):
    document["proof"]["proofValue"] = document["proof"]["proofValue"][:-1] + "1"


def without_proof(document):
    del document["proof"]


def promote(document):
    document["credentialSubject"]["achievement"]["name"] = "Master"


def add_word(document):
    document["comment"] = "With distinction."


TAMPERINGS = [
    *(rename, extend, other_number, other_status),
    *(other_proof, without_proof, promote, add_word),
]


@pytest.mark.parametrize("change", TAMPERINGS)
def test_a_changed_one_is_named_with_what_we_certified(document, credential, change):
    answer = verdict_of(changed(document, change))
    assert answer.verdict == Verdict.ALTERED
    assert answer.number == credential.number
    assert answer.credential.name == "Ada Okafor"


@pytest.mark.parametrize("change", TAMPERINGS)
def test_a_changed_one_in_a_picture_is_named_too(document, change):
    answer = verdict_of(picture_with(changed(document, change).decode()))
    assert answer.verdict == Verdict.ALTERED
    assert answer.in_picture


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_with_a_changed_letter_is_never_as_issued(badge, part):
    parts = badge.jwt.split(".")
    parts[part] = parts[part][:-9] + ("A" if parts[part][-9] != "A" else "B") + parts[part][-8:]
    answer = verdict_of(".".join(parts).encode())
    assert answer.verdict in {Verdict.ALTERED, Verdict.UNREADABLE, Verdict.NOT_OURS}
    assert not answer.is_ours


def test_a_name_said_twice_is_not_believed(badge):
    twice = badge.document.replace('"name":', '"name":"Eve","name":', 1).encode()
    assert verdict_of(twice).verdict == Verdict.UNREADABLE


def test_a_badge_of_another_site_is_not_ours(document):
    document["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    assert verdict_of(json.dumps(document).encode()).verdict == Verdict.NOT_OURS
    document["id"] = "https://elsewhere.example/badges/1"
    assert verdict_of(json.dumps(document).encode()).verdict == Verdict.NOT_OURS


@pytest.mark.parametrize(("verb", "standing"), [(revoke, "revoked"), (suspend, "suspended")])
def test_it_comes_with_todays_standing(badge, credential, check, verb, standing):
    verb(credential, by=make.registrar(), reason=REASON, at=NOON)
    page = check(badge.document.encode())
    assert answers_in(page)[0][0] == "as_issued"
    answer = check(badge.document.encode(), Accept="application/json").json()["files"][0]
    assert answer["badge"] is True
    assert answer["record"]["standing"] == standing


def test_one_by_a_stolen_key_is_known_and_says_so(badge):
    declare_compromised(badge.key, at=NOON + DAY, reason="stolen")
    answer = verdict_of(badge.document.encode())
    assert answer.verdict == Verdict.AS_ISSUED
    assert answer.seal_withdrawn


def test_of_a_forgotten_holder_nothing_is_compared(badge, credential):
    content = badge.document.encode()
    erase(credential.holder)
    answer = verdict_of(content)
    assert (answer.verdict, answer.why) == (Verdict.NOT_CHECKED, Why.FORGOTTEN)
    assert answer.credential.shown_name is None


def test_its_hash_alone_is_enough(badge, credential):
    hashes = [badge.document_sha256, badge.jwt_sha256, sha256(b"other").hexdigest()]
    answers = verdicts_of_hashes(hashes)
    assert set(answers) == set(hashes[:2])
    assert {each.number for each in answers.values()} == {credential.number}


# On the page ---------------------------------------------------------------------------------


def test_it_may_be_pasted(client, badge):
    page = client.post("/verify/files/", {"badge": f"  {badge.document}\n"})
    assert answers_in(page)[0][0] == "as_issued"
    page = client.post("/verify/files/", {"badge": badge.jwt})
    assert answers_in(page)[0][0] == "as_issued"


def test_words_that_are_no_badge_are_told_kindly(client, badge):
    page = client.post("/verify/files/", {"badge": "Is this a badge?"})
    assert "neither a PDF nor an Open Badge" in page.content.decode()


def test_of_a_picture_it_says_what_was_checked(check, badge):
    page = check(picture_with(badge.document)).content.decode()
    assert "the badge inside the picture that was checked" in page


def test_the_page_offers_it(client, db):
    page = client.get("/verify/").content.decode()
    assert 'name="badge"' in page
    assert "image/png" in page


def test_nothing_is_written_but_that_it_was_checked(client, badge, django_assert_max_num_queries):
    client.post("/verify/files/", {"badge": badge.document})
    with django_assert_max_num_queries(7) as queries:
        client.post("/verify/files/", {"badge": badge.document})
    said = [each["sql"] for each in queries.captured_queries]
    [written] = [sql for sql in said if not sql.startswith("SELECT")]
    assert written.startswith('UPDATE "certificates_checkcount"')


# Files made to break it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"id": NaN}',
        b'{"id": "urn:uuid:not-one"}',
        b'{"id": 5}',
        b"{}",
        b'{"id": "\xff"}',
        b"a.b.c",
        b"e30.e30.e30",
        b"e30.W10.e30",
        b"{" + b" " * MOST_TEXT + b"}",
        b'{"id": "urn:uuid:00000000-0000-4000-8000-000000000000", "n": 1e999999}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 64,
    ],
)
def test_what_is_made_to_break_it_is_none_of_ours(content, db):
    answer = verdict_of(content)
    assert answer.verdict in {Verdict.UNREADABLE, Verdict.NOT_OURS}
    assert answer.credential is None


def test_a_picture_with_two_badges_is_not_judged(badge):
    one = picture_with(badge.document)
    head = one[: 8 + 25]
    text = one[8 + 25 : one.index(b"IDAT") - 4]
    assert read_badge(head + text + text + one[one.index(b"IDAT") - 4 :]).badge_sha256 == ""


def test_nothing_is_fetched_and_no_proof_is_followed(document, monkeypatch):
    """What names a context of its own is compared by its hash, and nobody asks for that."""
    document["@context"].append("https://elsewhere.example/context.json")
    seen = read_file(json.dumps(document).encode(), ())
    assert seen.badge_sha256
    assert seen.badge_of == document["id"].removeprefix("urn:uuid:")


def test_the_same_value_gives_the_same_text():
    assert serialised(parsed('{"b": 1, "a": ["é"]}')) == '{"a":["é"],"b":1}'
    assert serialised(parsed('{"a":1}')) != serialised(parsed('{"a":1.0}'))
    assert serialised(parsed('{"a":1}')) != serialised(parsed('{"a":true}'))


def test_the_process_apart_reads_it(badge):
    """The same process, with the same limits, as for a PDF."""
    seen = verdicts.reader.ask((badge.document.encode(), frozenset()), wait=5)
    assert seen.badge_sha256 == badge.document_sha256
    assert Badge.objects.get().document_sha256 == seen.badge_sha256
