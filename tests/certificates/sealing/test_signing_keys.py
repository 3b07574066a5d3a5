"""The keys that sign badges and receipts: made, rotated, retired, stolen. A rehearsal of each."""

from __future__ import annotations

import copy
import stat
from io import StringIO

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command

from certificates.badges.making import make_badge
from certificates.models import SIGNING_ROLES, Credential, SealKey
from certificates.sealing.keys import (
    KeyHasEnded,
    NoKeysYet,
    add_signing_keys,
    declare_compromised,
    retire_seal,
    rotate_issuing,
    rotate_signing,
)
from certificates.sealing.stores import (
    ED25519,
    FolderKeyStore,
    KeyIsMissing,
    StoredSigningKey,
    key_store,
)
from lms.shipped.seal import make_demonstration_keys
from people.models import Act
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
BADGE, RECEIPT = SIGNING_ROLES


@pytest.fixture
def signing(keys):
    return add_signing_keys(at=NOON)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


def states():
    return {key.name: key.state for key in SealKey.objects.filter(role__in=SIGNING_ROLES)}


def said(*arguments):
    out = StringIO()
    call_command("seal_keys", *arguments, stdout=out)
    return out.getvalue()


# Made ----------------------------------------------------------------------------------------


def test_one_signs_badges_and_another_receipts(signing):
    assert states() == {"badge-2026-1": "active", "receipt-2026-1": "active"}
    first, second = signing
    assert first.raw_public_key != second.raw_public_key
    assert {key.signed_by for key in signing} == {None}
    assert {bytes(key.certificate) for key in signing} == {b""}


def test_they_are_made_once(signing):
    assert add_signing_keys(at=NOON + DAY) == []
    assert len(states()) == 2


def test_the_private_half_is_a_file_that_only_its_owner_reads(signing, keys_folder):
    file = keys_folder / "badge-2026-1.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"PRIVATE KEY" in file.read_bytes()


def test_with_a_passphrase_it_lies_there_encrypted(db, tmp_path):
    store = FolderKeyStore(tmp_path / "k", "a long passphrase")
    public_key = store.make("badge-2026-1", ED25519)
    assert b"ENCRYPTED" in (tmp_path / "k" / "badge-2026-1.pem").read_bytes()
    public_key.verify(store.sign("badge-2026-1", b"words"), b"words")
    with pytest.raises(KeyIsMissing):
        FolderKeyStore(tmp_path / "k", "another").sign("badge-2026-1", b"words")


def test_the_same_words_get_the_same_signature(signing):
    key = signing[0]
    signature = key_store().sign(key.name, b"words")
    assert signature == key_store().sign(key.name, b"words")
    public_key = Ed25519PublicKey.from_public_bytes(key.raw_public_key)
    public_key.verify(signature, b"words")
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, b"other words")


def test_a_key_shows_nothing_but_its_public_half(signing):
    key = signing[0]
    public_key = Ed25519PublicKey.from_public_bytes(key.raw_public_key)
    stored = StoredSigningKey(key_store(), key.name, public_key)
    for each in (stored, copy.copy(stored), copy.deepcopy(stored)):
        public_key.verify(each.sign(b"words"), b"words")
        assert each.public_key() == public_key
        with pytest.raises(TypeError, match="never leaves"):
            each.private_bytes(None, None, None)
        with pytest.raises(TypeError, match="never leaves"):
            each.private_bytes_raw()


def test_each_step_is_in_the_log(signing):
    rotate_signing(BADGE, at=NOON + DAY)
    acts = Act.objects.filter(kind__startswith="seal.").order_by("number")
    assert [act.kind for act in acts][-2:] == ["seal.key_ended", "seal.key_made"]


def test_the_demonstration_has_them_and_gets_them_with_an_upgrade(keys):
    assert make_demonstration_keys(at=NOON)
    assert set(states()) == {"badge-2026-1", "receipt-2026-1"}
    assert not make_demonstration_keys(at=NOON)


# Rotated and retired ---------------------------------------------------------------------------


def test_a_rotation_ends_one_key_alone(signing, committed):
    committed(rotate_signing, BADGE, at=NOON + DAY)
    assert states() == {
        "badge-2026-1": "retired",
        "badge-2026-2": "active",
        "receipt-2026-1": "active",
    }
    assert not key_store().has("badge-2026-1")
    assert key_store().has("badge-2026-2")
    assert SealKey.objects.active().filter(role=SealKey.Role.SEAL).exists()


def test_another_authority_over_the_seal_leaves_them_alone(signing, committed):
    committed(rotate_issuing, at=NOON + DAY)
    assert set(states().values()) == {"active"}


def test_a_retired_one_is_followed_by_none_until_it_is_added(signing, committed):
    committed(retire_seal, at=NOON, reason="rest", role=RECEIPT)
    assert states()["receipt-2026-1"] == "retired"
    with pytest.raises(NoKeysYet):
        rotate_signing(RECEIPT, at=NOON)
    assert [key.name for key in add_signing_keys(at=NOON)] == ["receipt-2026-2"]


def test_those_that_speak_are_listed_newest_first(signing):
    rotate_signing(BADGE, at=NOON + DAY)
    listed = SealKey.objects.all().signing(BADGE)
    assert [key.name for key in listed] == ["badge-2026-2", "badge-2026-1"]


# Taken back -----------------------------------------------------------------------------------


def test_a_stolen_one_is_followed_at_once_and_its_badges_are_owed_again(signing, committed):
    credential = make.credential()
    make_badge(credential, at=NOON)
    (successor,) = committed(declare_compromised, signing[0], at=NOON, reason="stolen")
    assert successor.name == "badge-2026-2"
    assert states()["badge-2026-1"] == "compromised"
    assert not key_store().has("badge-2026-1")
    assert Credential.objects.to_sign().get() == credential


def test_a_retired_one_may_be_taken_back_later(signing, committed):
    committed(rotate_signing, RECEIPT, at=NOON)
    old = SealKey.objects.get(name="receipt-2026-1")
    assert committed(declare_compromised, old, at=NOON, reason="stolen") == []
    assert states()["receipt-2026-2"] == "active"
    with pytest.raises(KeyHasEnded):
        declare_compromised(SealKey.objects.get(name=old.name), at=NOON, reason="again")


# The command ----------------------------------------------------------------------------------


def test_start_makes_all_five(db, keys_folder):
    make.issuer()
    words = said("start")
    for name in ("root", "issuing", "seal", "badge", "receipt"):
        assert f"Made {name}-" in words
    assert "/.well-known/jwks.json" in words


def test_a_site_from_before_is_told_and_adds_them(keys):
    assert "`seal_keys add` makes them" in said("status")
    assert "Made badge-" in said("add")
    assert "Nothing was changed" in said("add")
    words = said("status")
    assert "`seal_keys add`" not in words
    assert "rotated yearly" in words


def test_each_role_is_rotated_and_retired_by_its_name(keys):
    said("add")
    assert "Made badge-" in said("rotate", "badge")
    assert "signed stays good" in said("retire", "receipt", "--reason", "rest")
    assert "sealed stays good" in said("retire", "--reason", "rest")
    with pytest.raises(CommandError):
        said("rotate", "root")


@pytest.mark.parametrize(
    "step", [["add"], ["rotate", "badge"], ["retire", "badge", "--reason", "x"]]
)
def test_a_dry_run_only_says_what_would_be_done(keys, step):
    before = states()
    assert "Would" in said(*step, "--dry-run")
    assert states() == before


def test_a_stolen_one_is_named_to_the_command(keys):
    said("add")
    name = SealKey.objects.get(role=BADGE).name
    words = said("compromised", name, "--reason", "stolen")
    assert f"{name} is taken back" in words
    assert "signed" in words


def test_lists_of_what_was_taken_back_are_those_of_authorities_alone(keys):
    said("add")
    assert "badge" not in said("publish")


def test_a_year_later_each_is_due(signing):
    SealKey.objects.update(made_at=NOON - 400 * DAY)
    words = said("status")
    for name in ("seal-2026-1", "badge-2026-1", "receipt-2026-1"):
        assert f"{name} is a year old: rotate it." in words


def test_they_have_no_certificate_to_fetch(signing, client):
    for ending in ("pem", "cer", "crl"):
        assert client.get(f"/pki/badge-2026-1.{ending}").status_code == 404
