"""The keys of the seal: made, rotated, retired, stolen. A rehearsal of each."""

from __future__ import annotations

import stat
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command

from certificates.exceptions import SealingFailed
from certificates.models import Credential, SealKey
from certificates.pdf import render_certificate
from certificates.preparing import made_again, prepare, public_url
from certificates.sealing import stores
from certificates.sealing.keys import (
    ChangedMeanwhile,
    KeyHasEnded,
    KeysExist,
    NoKeysYet,
    declare_compromised,
    retire_seal,
    rotate_issuing,
    rotate_seal,
    start,
    x509_of,
)
from certificates.sealing.sealing import seal
from certificates.sealing.stores import (
    FolderKeyStore,
    KeyIsMissing,
    KeysWouldBeCopied,
    folder_store,
    key_store,
)
from tests import make
from tests.certificates.rendering import ADDRESS, rendered
from tests.certificates.sealing.test_sealing import judged, sealed
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
REASON = "The machine was stolen."


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what it leaves for after the transaction."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


def by_name():
    return {key.name: key.state for key in SealKey.objects.all()}


def revoked_in(key):
    key.refresh_from_db()
    listed = x509.load_der_x509_crl(bytes(key.revocations))
    return {entry.serial_number for entry in listed}


def serial(key):
    return x509_of(key).serial_number


# Made ----------------------------------------------------------------------------------------


def test_three_keys_vouch_for_one_another(keys):
    root, issuing, seal_key = map(x509_of, keys)
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    seal_key.verify_directly_issued_by(issuing)
    assert [key.name for key in keys] == ["root-2026-1", "issuing-2026-1", "seal-2026-1"]


def test_a_seal_signs_documents_and_vouches_for_nobody(keys):
    seal_key = x509_of(keys[2])
    find = seal_key.extensions.get_extension_for_class
    assert not find(x509.BasicConstraints).value.ca
    assert find(x509.ExtendedKeyUsage).value._usages[0].dotted_string == "1.3.6.1.5.5.7.3.36"
    usage = find(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert isinstance(seal_key.public_key().curve, ec.SECP256R1)


def test_each_says_where_who_vouches_for_it_and_its_list_are(keys, client):
    for key, authority in ((keys[1], "root-2026-1"), (keys[2], "issuing-2026-1")):
        find = x509_of(key).extensions.get_extension_for_class
        (point,) = find(x509.CRLDistributionPoints).value
        (access,) = find(x509.AuthorityInformationAccess).value
        listed = client.get(point.full_name[0].value)
        assert x509.load_der_x509_crl(listed.content).is_signature_valid(
            x509_of(SealKey.objects.get(name=authority)).public_key()
        )
        sent = client.get(access.access_location.value)
        assert x509.load_der_x509_certificate(sent.content) == x509_of(
            SealKey.objects.get(name=authority)
        )


def test_the_seal_lasts_longer_than_the_longest_award_that_it_will_be_on(keys_folder):
    make.award(valid_months=24)
    (_root, _issuing, seal_key) = start("Peerwork", at=NOON)
    assert x509_of(seal_key).not_valid_after_utc > NOON + 4 * YEAR


def test_private_halves_are_files_that_only_their_owner_reads(keys, keys_folder):
    assert {path.name for path in keys_folder.iterdir()} == {f"{key.name}.pem" for key in keys}
    assert stat.S_IMODE(keys_folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys_folder.iterdir()} == {0o600}


def test_the_root_can_be_made_on_a_stick(db, keys_folder, tmp_path):
    stick = tmp_path / "stick"
    root, issuing, seal_key = start("Peerwork", at=NOON, root_store=folder_store(stick))
    assert [path.stem for path in stick.iterdir()] == [root.name]
    assert {path.stem for path in keys_folder.iterdir()} == {issuing.name, seal_key.name}


def test_they_are_made_once(keys):
    with pytest.raises(KeysExist):
        start("Peerwork", at=NOON)
    assert SealKey.objects.count() == 3


def test_a_passphrase_encrypts_them(db, settings, keys_folder):
    settings.SEAL_KEYS_PASSPHRASE = "correct horse battery staple"
    start("Peerwork", at=NOON)
    assert all(b"ENCRYPTED" in path.read_bytes() for path in keys_folder.iterdir())
    assert sealed().key
    with pytest.raises(KeyIsMissing):
        FolderKeyStore(keys_folder, "wrong").sign("seal-2026-1", b"x")


def test_what_fails_leaves_no_key_behind(db, keys_folder, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("The disk is full.")

    monkeypatch.setattr("certificates.sealing.keys.seal_certificate", fail)
    with pytest.raises(OSError, match="full"):
        start("Peerwork", at=NOON)
    assert SealKey.objects.count() == 0
    assert list(keys_folder.iterdir()) == []


@pytest.mark.parametrize("area", ["MEDIA_ROOT", "certificates"])
def test_keys_are_refused_a_folder_that_backups_copy(settings, area):
    copied = (
        settings.MEDIA_ROOT
        if area == "MEDIA_ROOT"
        else settings.STORAGES["certificates"]["OPTIONS"]["location"]
    )
    with pytest.raises(KeysWouldBeCopied):
        FolderKeyStore(Path(copied) / "keys")


# Kept behind an interface ---------------------------------------------------------------------


class FarAway:
    """A store that is no folder, as a token or a key service would be."""

    keys = {}

    def __init__(self, folder, passphrase):
        pass

    def make(self, name):
        self.keys[name] = ec.generate_private_key(ec.SECP256R1())
        return self.keys[name].public_key()

    def sign(self, name, message):
        return self.keys[name].sign(message, ec.ECDSA(hashes.SHA256()))

    def destroy(self, name):
        self.keys.pop(name, None)

    def has(self, name):
        return name in self.keys


def test_a_store_that_is_no_folder_stands_behind_the_same_interface(db, settings, keys_folder):
    settings.SEAL_KEY_STORE = f"{__name__}.FarAway"
    root, *_ = start("Peerwork", at=NOON)
    assert judged(sealed().content, root)[1].bottom_line
    assert not keys_folder.exists()


def test_a_stored_key_shows_nothing_of_itself(keys):
    key = stores.StoredKey(key_store(), "seal-2026-1", x509_of(keys[2]).public_key())
    with pytest.raises(TypeError):
        key.private_numbers()
    with pytest.raises(TypeError):
        key.private_bytes()
    with pytest.raises(TypeError):
        key.exchange()
    signature = key.sign(b"words", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, b"words", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, b"other words", ec.ECDSA(hashes.SHA256()))


def test_a_file_of_another_kind_of_key_is_none(keys, keys_folder):
    (keys_folder / "seal-2026-1.pem").write_text("not a key")
    stores.forget_opened_stores()
    with pytest.raises(SealingFailed):
        sealed()


# Rotated and retired --------------------------------------------------------------------------


def test_a_rotated_seal_seals_no_more_and_what_it_sealed_stays_good(keys, keys_folder, committed):
    before = sealed()
    new = committed(rotate_seal, at=NOON + YEAR)
    assert by_name()["seal-2026-1"] == "retired"
    assert new.name == "seal-2027-1"
    assert not (keys_folder / "seal-2026-1.pem").exists()
    after = sealed(at=NOON + YEAR)
    assert after.key == new
    assert judged(before.content, keys[0], at=NOON + YEAR)[1].bottom_line
    assert judged(after.content, keys[0], at=NOON + YEAR)[1].bottom_line


def test_a_rotated_authority_vouches_for_a_new_seal(keys, keys_folder, committed):
    before = sealed()
    new = committed(rotate_issuing, at=NOON + YEAR)
    assert new.signed_by.name == "issuing-2027-1"
    assert judged(sealed(at=NOON + YEAR).content, keys[0], at=NOON + YEAR)[1].bottom_line
    assert judged(before.content, keys[0], at=NOON + YEAR)[1].bottom_line
    # It may have to take back what it vouched for.
    assert (keys_folder / "issuing-2026-1.pem").exists()


def test_without_the_root_the_authority_is_not_rotated(keys, keys_folder):
    (keys_folder / "root-2026-1.pem").unlink()
    before = by_name()
    with pytest.raises(KeyIsMissing, match="--root"):
        rotate_issuing(at=NOON + YEAR)
    assert by_name() == before
    assert sealed().key.name == "seal-2026-1"


def test_after_the_seal_is_retired_files_are_not_sealed_until_the_next(keys, committed):
    committed(retire_seal, at=NOON + DAY, reason="A pause.")
    assert sealed().key is None
    with pytest.raises(NoKeysYet):
        retire_seal(at=NOON + DAY, reason="A pause.")
    committed(rotate_seal, at=NOON + DAY)
    assert sealed(at=NOON + DAY).key.name == "seal-2026-2"


def test_of_two_who_rotate_at_once_one_is_told(keys, monkeypatch):
    # The other one was quicker, after this one had looked.
    real = SealKey.objects.active().filter(role="seal").get()
    SealKey.objects.filter(pk=real.pk).update(state="retired")
    monkeypatch.setattr("certificates.sealing.keys._in_use", lambda role: real)
    with pytest.raises(ChangedMeanwhile):
        retire_seal(at=NOON, reason="Twice.")


def test_without_keys_nothing_is_rotated(db, keys_folder):
    with pytest.raises(NoKeysYet):
        rotate_seal(at=NOON)


# Stolen ---------------------------------------------------------------------------------------


def test_a_stolen_seal_is_taken_back_in_public_and_replaced(keys, keys_folder, committed):
    _root, issuing, stolen = keys
    assert revoked_in(issuing) == set()
    (new,) = committed(declare_compromised, stolen, at=NOON + DAY, reason=REASON)
    assert by_name()["seal-2026-1"] == "compromised"
    assert revoked_in(issuing) == {serial(stolen)}
    assert not (keys_folder / "seal-2026-1.pem").exists()
    assert sealed(at=NOON + DAY).key == new
    stolen.refresh_from_db()
    assert (stolen.reason, stolen.ended_at) == (REASON, NOON + DAY)


def test_a_seal_that_retired_before_it_was_stolen_is_taken_back_too(keys, committed):
    committed(rotate_issuing, at=NOON + YEAR)
    stolen = SealKey.objects.get(name="seal-2026-1")
    assert committed(declare_compromised, stolen, at=NOON + YEAR, reason=REASON) == []
    assert revoked_in(keys[1]) == {serial(stolen)}
    assert by_name()["seal-2027-1"] == "active"


def test_a_stolen_authority_is_taken_back_by_the_root(keys, committed):
    root, issuing, _seal = keys
    made = committed(declare_compromised, issuing, at=NOON + DAY, reason=REASON)
    assert [key.role for key in made] == ["issuing", "seal"]
    assert revoked_in(root) == {serial(issuing)}
    assert by_name()["seal-2026-1"] == "retired"
    assert judged(sealed(at=NOON + DAY).content, root, at=NOON + DAY)[1].bottom_line


def test_a_stolen_root_ends_all_and_a_new_one_begins(keys, keys_folder, committed):
    assert committed(declare_compromised, keys[0], at=NOON + DAY, reason=REASON) == []
    assert not SealKey.objects.active().exists()
    assert not (keys_folder / "root-2026-1.pem").exists()
    assert sealed().key is None
    root, *_ = start("Peerwork", at=NOON + DAY)
    assert judged(sealed(at=NOON + DAY).content, root, at=NOON + DAY)[1].bottom_line
    assert not judged(sealed(at=NOON + DAY).content, keys[0], at=NOON + DAY)[1].trusted


def test_a_key_is_taken_back_once(keys, committed):
    committed(declare_compromised, keys[2], at=NOON, reason=REASON)
    with pytest.raises(KeyHasEnded):
        declare_compromised(SealKey.objects.get(name="seal-2026-1"), at=NOON, reason=REASON)


# Published ------------------------------------------------------------------------------------


def test_any_program_may_fetch_them(keys, client):
    sent = client.get("/pki/root.pem")
    assert x509.load_pem_x509_certificate(sent.content) == x509_of(keys[0])
    assert sent["Access-Control-Allow-Origin"] == "*"
    assert "public" in sent["Cache-Control"]
    assert not sent.cookies
    assert client.get("/pki/seal-2026-1.pem").status_code == 200


def test_a_root_that_was_taken_back_is_offered_no_more(keys, client, committed):
    committed(declare_compromised, keys[0], at=NOON, reason=REASON)
    assert client.get("/pki/root.pem").status_code == 404


@pytest.mark.parametrize(
    "address", ["/pki/seal-2026-1.crl", "/pki/nothing-1.pem", "/pki/seal-2026-1.key"]
)
def test_what_is_not_there_is_not_found(keys, client, address):
    assert client.get(address).status_code == 404


def test_no_private_half_is_in_the_database(keys, keys_folder):
    rows = list(SealKey.objects.values_list("certificate", "revocations"))
    held = b"".join(bytes(part) for row in rows for part in row)
    for path in keys_folder.iterdir():
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        secret = key.private_numbers().private_value.to_bytes(32, "big")
        assert secret not in held


# On a certificate -----------------------------------------------------------------------------


def stored(credential):
    credential.refresh_from_db()
    with credential.pdf.open("rb") as file:
        return file.read()


def test_a_certificate_is_stored_sealed_with_its_hash(keys):
    credential = make.credential()
    prepare(str(credential.pk), at=NOON)
    content = stored(credential)
    assert credential.sealed_by == keys[2]
    assert judged(content, keys[0])[1].bottom_line
    assert credential.pdf_sha256 == sha256(content).hexdigest()


def test_a_lost_file_is_made_again_byte_for_byte(keys):
    credential = make.credential()
    prepare(str(credential.pk), at=NOON + timedelta(microseconds=123456))
    content = stored(credential)
    again = Credential.objects.select_related("holder", "issuer", "mark", "sealed_by").get()
    assert made_again(again, render_certificate(again, verify_url=public_url(again))) == content


def test_where_the_key_is_out_of_reach_the_certificate_waits(keys, keys_folder):
    (keys_folder / "seal-2026-1.pem").rename(keys_folder / "elsewhere")
    stores.forget_opened_stores()
    credential = make.credential()
    with pytest.raises(SealingFailed):
        prepare(str(credential.pk), at=NOON)
    assert Credential.objects.to_prepare().filter(pk=credential.pk).exists()
    (keys_folder / "elsewhere").rename(keys_folder / "seal-2026-1.pem")
    assert prepare(str(credential.pk), at=NOON) == "prepared and announced"
    assert judged(stored(credential), keys[0])[1].bottom_line


# By a command ---------------------------------------------------------------------------------


def said(*words, **options):
    out = StringIO()
    call_command("seal_keys", *words, stdout=out, **options)
    return out.getvalue()


def test_a_rehearsal_by_commands(db, keys_folder, tmp_path, committed):
    stick = tmp_path / "stick"
    assert "no keys" in said("status")
    assert "Would make" in said("start", "--dry-run")
    assert "Made root-" in committed(
        said, "start", "--organisation", "Harbour", "--root", str(stick)
    )
    assert "Made seal-" in committed(said, "rotate")
    with pytest.raises(CommandError, match="--root"):
        said("rotate-issuing")
    assert "Made seal-" in committed(said, "rotate-issuing", "--root", str(stick))
    stolen = SealKey.objects.active().get(role="seal")
    assert "taken back" in committed(said, "compromised", stolen.name, "--reason", REASON)
    assert "Published" in said("publish", "--root", str(stick))
    assert "retired" in committed(said, "retire", "--reason", "The end.")
    lines = said("status")
    assert lines.count("compromised") == 1
    assert "root-2026-1" in lines or "root-" in lines


def test_a_dry_run_changes_nothing(keys):
    before = by_name()
    for words in (
        ["rotate"],
        ["rotate-issuing"],
        ["retire", "--reason", "x"],
        ["compromised", "seal-2026-1", "--reason", "x"],
        ["publish"],
    ):
        assert "Would" in said(*words, "--dry-run")
    assert by_name() == before


def test_a_name_that_is_not_there_is_said(keys):
    with pytest.raises(CommandError, match="no key seal-1999-1"):
        said("compromised", "seal-1999-1", "--reason", "x")


def test_the_status_says_what_is_due(keys, time_machine):
    assert "rotate it" not in said("status")
    time_machine.move_to(NOON + 366 * DAY)
    lines = said("status")
    assert "seal-2026-1 is a year old: rotate it." in lines
    assert "The list of root-2026-1 ends soon" in lines


def test_a_seal_is_made_with_the_address_that_was_asked(keys):
    assert seal(rendered(), number="PSW-1", address=ADDRESS, at=NOON).key == keys[2]
