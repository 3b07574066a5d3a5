"""Whichever store the keys are in: the whole life of a certificate, and moving from one to another."""

from __future__ import annotations

import logging
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.badges.making import make_badge
from certificates.exceptions import SealingFailed, SigningFailed
from certificates.models import Badge, Credential, SealKey
from certificates.preparing import MOST_FAILURES, prepare
from certificates.sealing.keys import (
    ChangedMeanwhile,
    add_signing_keys,
    declare_compromised,
    destroy_ended,
    rotate_issuing,
    rotate_seal,
    rotate_signing,
    start,
)
from certificates.sealing.stores import (
    ED25519,
    FolderKeyStore,
    KeysInTwoPlaces,
    StoreIsAway,
    folder_store,
    forget_opened_stores,
    key_store,
)
from deploy.checking_files import Findings, Source, check_certificate, check_files, with_file
from tests import make
from tests.certificates.sealing.test_sealing import judged
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
YEAR = 365 * DAY


@pytest.fixture(params=["folder", "token", "service"])
def any_store(request, keys_folder):
    """Each of the three places where keys may be."""
    if request.param == "token":
        pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed.")
        request.getfixturevalue("token")
    if request.param == "service":
        request.getfixturevalue("in_service")
    return request.param


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what it leaves for after the transaction."""

    def do(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(*args, **kwargs)

    return do


def said(*words):
    out = StringIO()
    call_command("seal_keys", *words, stdout=out)
    return out.getvalue()


def issued(*, at=NOON):
    credential = make.credential()
    prepare(str(credential.pk), at=at)
    return Credential.objects.select_related("sealed_by", "attached").get(pk=credential.pk)


def content_of(credential):
    with credential.pdf.open("rb") as file:
        return file.read()


def lose(credential):
    """The file is gone from the disk, and nobody knows but the register."""
    path = credential.pdf.path
    credential.pdf.storage.delete(credential.pdf.name)
    return path


# The whole life ---------------------------------------------------------------------------------


def test_a_certificate_is_signed_and_sealed_wherever_the_keys_are(any_store):
    root, *_ = start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    credential = issued()
    assert judged(content_of(credential), root)[1].bottom_line
    assert credential.attached.key.name == "badge-2026-1"
    assert credential.seal_signature


def test_a_lost_file_is_made_again_to_the_byte_wherever_the_keys_are(any_store):
    """A token and a service sign otherwise each time: the signature that was given is kept."""
    start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    credential = issued()
    content = content_of(credential)
    lose(credential)
    findings = check_files(Source(), at=NOON)
    assert findings.lost == []
    assert len(findings.made_again) == 1
    assert content_of(credential) == content
    assert sha256(content).hexdigest() == credential.pdf_sha256


def test_and_also_after_the_key_that_sealed_it_was_destroyed(any_store, committed):
    start("Peerwork Training", at=NOON)
    credential = issued()
    content = content_of(credential)
    committed(rotate_seal, at=NOON + YEAR)
    assert not key_store().has("seal-2026-1")
    lose(credential)
    assert len(check_files(Source(), at=NOON).made_again) == 1
    assert content_of(credential) == content


def test_and_also_where_the_store_is_out_of_reach(in_service):
    start("Peerwork Training", at=NOON)
    credential = issued()
    content = content_of(credential)
    in_service.refuses = 503
    lose(credential)
    assert len(check_files(Source(), at=NOON).made_again) == 1
    assert content_of(credential) == content


def test_two_sealings_differ_where_a_service_signs_and_the_kept_signature_decides(in_service):
    start("Peerwork Training", at=NOON)
    credential = issued()
    Credential.objects.filter(pk=credential.pk).update(seal_signature=b"")
    lose(credential)
    # As with a file from before signatures were kept: nothing is claimed that is not so.
    findings = check_files(Source(), at=NOON)
    assert findings.made_again == []
    (line,) = findings.lost
    assert "could not be made again as it was" in line


def test_a_kept_signature_that_is_not_the_one_makes_no_file(any_store):
    start("Peerwork Training", at=NOON)
    credential = issued()
    other = issued()
    signature = bytes(other.seal_signature)
    Credential.objects.filter(pk=credential.pk).update(seal_signature=signature)
    lose(credential)
    findings = Findings()
    for each in with_file():
        check_certificate(each, Source(), findings, dry_run=False)
    assert findings.made_again == []
    assert len(findings.lost) == 1


def test_one_from_before_is_made_again_by_its_key_in_the_folder(keys):
    credential = issued()
    content = content_of(credential)
    Credential.objects.filter(pk=credential.pk).update(seal_signature=b"")
    lose(credential)
    assert len(check_files(Source(), at=NOON).made_again) == 1
    assert content_of(credential) == content


def test_a_file_that_nothing_sealed_keeps_no_signature(keys_folder):
    credential = issued()
    assert credential.sealed_by is None
    assert bytes(credential.seal_signature) == b""


def test_every_step_of_the_keys_is_the_same_wherever_they_are(any_store, committed):
    """The rehearsal."""
    root, _issuing, seal = committed(start, "Peerwork Training", at=NOON)
    committed(add_signing_keys, at=NOON)
    committed(rotate_seal, at=NOON + DAY)
    committed(rotate_signing, SealKey.Role.BADGE, at=NOON + DAY)
    committed(rotate_issuing, at=NOON + 2 * DAY)
    stolen = SealKey.objects.active().get(role="seal")
    (successor,) = committed(declare_compromised, stolen, at=NOON + 3 * DAY, reason="A theft.")
    credential = issued(at=NOON + 3 * DAY)
    assert credential.sealed_by == successor
    assert judged(content_of(credential), root, at=NOON + 3 * DAY)[1].bottom_line
    store = key_store()
    here = {key.name: store.has(key.name) for key in SealKey.objects.all()}
    assert here.pop("issuing-2026-1")  # it may have to take back what it vouched for
    active = set(SealKey.objects.active().values_list("name", flat=True))
    assert {name for name, is_here in here.items() if is_here} == active
    assert seal.name not in active


# Out of reach -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["refuses", "lies"])
def test_a_certificate_waits_for_a_service_and_is_never_half_issued(in_service, caplog, how):
    root, *_ = start("Peerwork Training", at=NOON)
    credential = make.credential()
    setattr(in_service, how, 503 if how == "refuses" else True)
    for _ in range(MOST_FAILURES + 2):
        with pytest.raises(SealingFailed), caplog.at_level(logging.WARNING):
            prepare(str(credential.pk), at=NOON)
    credential.refresh_from_db()
    assert (credential.pdf, credential.pdf_sha256, credential.pdf_problem) == ("", "", "")
    assert bytes(credential.seal_signature) == b""
    words = {"refuses": "it is sealed, or in maintenance", "lies": "signed with another key"}[how]
    assert f"Sealing credential {credential.pk} failed: " in caplog.text
    assert words in caplog.text
    assert credential.name not in caplog.text
    in_service.refuses, in_service.lies = None, False
    assert prepare(str(credential.pk), at=NOON) == "prepared and announced"
    credential.refresh_from_db()
    assert judged(content_of(credential), root)[1].bottom_line


@pytest.mark.parametrize("how", ["refuses", "lies"])
def test_no_badge_is_stored_that_a_service_did_not_sign(in_service, how):
    start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    setattr(in_service, how, 503 if how == "refuses" else True)
    with pytest.raises(SigningFailed):
        make_badge(make.credential(), at=NOON)
    assert not Badge.objects.exists()


def test_keys_that_a_lying_service_signed_for_are_not_made(in_service):
    in_service.lies = True
    with pytest.raises(Exception, match="signed with another key"):
        start("Peerwork Training", at=NOON)
    assert not SealKey.objects.exists()
    assert in_service.keys == {}


def test_what_could_not_be_destroyed_is_said_and_destroyed_later(in_service, committed, caplog):
    start("Peerwork Training", at=NOON)

    def away(*args, **kwargs):
        raise StoreIsAway("It is away.")

    store = key_store().store
    store.destroy = away
    with caplog.at_level(logging.ERROR):
        committed(rotate_seal, at=NOON + DAY)
    assert "The private half of seal-2026-1 was not destroyed: It is away." in caplog.text
    assert "seal-2026-1 has ended and is still there: `seal_keys destroy-ended`." in said("status")
    assert destroy_ended() == ([], ["seal-2026-1"])
    with pytest.raises(CommandError, match="Still there: seal-2026-1"):
        said("destroy-ended")
    del store.destroy
    assert "Would destroy" in said("destroy-ended", "--dry-run")
    assert "Destroyed the private half of seal-2026-1." in said("destroy-ended")
    assert "Nothing is left of any" in said("destroy-ended")
    assert "still there" not in said("status")


def test_of_two_who_make_a_key_at_once_the_loser_destroys_nothing(in_service, committed):
    """A service makes a key once and gives it to both; the table takes it from one."""
    start("Peerwork Training", at=NOON)

    def rival(*args, **kwargs):
        SealKey.objects.filter(name="seal-2026-1").update(state="retired")
        SealKey.objects.create(name="seal-2026-2", role="seal", sha256="0" * 64, made_at=NOON)

    store = key_store().store
    real = store.make

    def make_both(name, curve="P-256"):
        public_key = real(name, curve)
        rival()
        return public_key

    store.make = make_both
    with pytest.raises(ChangedMeanwhile):
        committed(rotate_seal, at=NOON + DAY)
    del store.make


# Moving -----------------------------------------------------------------------------------------


def test_a_site_moves_from_the_folder_by_rotating(
    keys, keys_folder, in_service, settings, committed
):
    """The setting is changed; all goes on; each rotation makes the next key in the new place."""
    add_signing = settings.SEAL_KEY_STORE
    settings.SEAL_KEY_STORE = "folder"
    add_signing_keys(at=NOON)
    before = issued()
    settings.SEAL_KEY_STORE = add_signing
    assert issued().sealed_by == before.sealed_by  # from the folder still
    lines = said("status")
    assert (
        f"seal-2026-1 is in the folder {keys_folder}: its next rotation is in the service" in lines
    )
    committed(rotate_seal, at=NOON + DAY)
    for role in (SealKey.Role.BADGE, SealKey.Role.RECEIPT):
        committed(rotate_signing, role, at=NOON + DAY)
    assert set(in_service.keys) == {"seal-2026-2", "badge-2026-2", "receipt-2026-2"}
    assert {path.stem for path in keys_folder.iterdir()} == {"root-2026-1", "issuing-2026-1"}
    after = issued(at=NOON + DAY)
    assert after.sealed_by.name == "seal-2026-2"
    assert after.attached.key.name == "badge-2026-2"
    for each in (before, after):
        assert judged(content_of(each), keys[0], at=NOON + DAY)[1].bottom_line
    committed(rotate_issuing, at=NOON + 2 * DAY)
    assert "issuing-2026-2" in in_service.keys
    assert "Published" in said("publish")  # also the list of the one in the folder
    lines = said("status")
    assert "private half in the service at" in lines
    assert "root-2026-1 is in the folder" in lines


def test_the_root_is_on_a_stick_wherever_the_others_are(any_store, tmp_path, committed):
    stick = folder_store(tmp_path / "stick")
    assert isinstance(stick, FolderKeyStore)
    committed(start, "Peerwork Training", at=NOON, root_store=stick)
    assert [path.stem for path in (tmp_path / "stick").iterdir()] == ["root-2026-1"]
    assert not key_store().has("root-2026-1")
    committed(rotate_issuing, at=NOON + DAY, root_store=stick)
    assert key_store().has("issuing-2026-2")


def test_where_a_store_knows_one_curve_the_keys_that_sign_are_in_the_folder(
    in_service, keys_folder, settings, committed
):
    settings.SIGNING_KEYS_IN_FOLDER = True
    forget_opened_stores()
    start("Peerwork Training", at=NOON)
    add_signing_keys(at=NOON)
    assert set(in_service.keys) == {"root-2026-1", "issuing-2026-1", "seal-2026-1"}
    assert {path.stem for path in keys_folder.iterdir()} == {"badge-2026-1", "receipt-2026-1"}
    assert "its next rotation is in" not in said("status")
    assert issued().attached.key.name == "badge-2026-1"


def test_a_key_is_looked_for_in_both_places_and_destroyed_in_both(keys_folder, tmp_path):
    new, old = FolderKeyStore(tmp_path / "new"), FolderKeyStore(keys_folder)
    store = KeysInTwoPlaces(new, old)
    old.make("a")
    store.make("b")
    store.make("c", ED25519)
    assert [new.has(name) for name in "abc"] == [False, True, True]
    assert all(store.has(name) and store.sign(name, b"words") for name in "abc")
    old.make("b")
    for name in "abc":
        store.destroy(name)
        assert not store.has(name)
    assert not old.has("b")
    assert not new.has("b")


# Tried ------------------------------------------------------------------------------------------


def test_a_trial_leaves_nothing_behind(any_store, keys_folder, request):
    words = said("try")
    place = {"folder": "the folder", "token": "the token", "service": "the service"}[any_store]
    for curve in ("P-256", "Ed25519"):
        assert f"{curve}: made in {place}" in words
    assert words.count("checked, and destroyed") == 2
    assert not SealKey.objects.exists()
    assert not keys_folder.exists() or list(keys_folder.iterdir()) == []
    if any_store == "service":
        assert request.getfixturevalue("in_service").keys == {}


def test_a_trial_says_what_is_wrong(in_service):
    in_service.refuses = 403
    with pytest.raises(CommandError, match=r"it refuses our token. Has it ended"):
        said("try")
    in_service.refuses, in_service.lies = None, True
    with pytest.raises(CommandError, match="signed with another key"):
        said("try")
    assert in_service.keys == {}


def test_the_status_is_told_while_the_service_is_away(in_service):
    start("Peerwork Training", at=NOON)
    in_service.refuses = 503
    lines = said("status")
    assert lines.count("private half out of reach: Nothing was done by the service at") == 3
    assert "it is sealed, or in maintenance" in lines
