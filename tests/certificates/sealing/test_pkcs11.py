"""Keys in a PKCS#11 token, by SoftHSM2: made there, used there, and never out of it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pkcs11
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.exceptions import (
    AttributeSensitive,
    DeviceRemoved,
    PKCS11Error,
    SessionHandleInvalid,
)

from certificates.sealing.stores import (
    ED25519,
    P256,
    CurveNotOffered,
    KeyIsMissing,
    StoreIsAway,
    key_store,
)
from certificates.sealing.stores.pkcs11 import Pkcs11KeyStore, public_half, reason_of
from tests.certificates.sealing.token import LABEL, PIN

WORDS = b"words to sign"
SHA256 = ec.ECDSA(hashes.SHA256())


def inside(store):
    """What is in the token, by its own word."""
    return store._with_session(lambda session: list(session.get_objects()))


# Made and used ---------------------------------------------------------------------------------


def test_a_key_on_p256_signs_for_the_seal(token):
    public_key = token.make("seal-2026-1")
    assert isinstance(public_key.curve, ec.SECP256R1)
    signature = token.sign("seal-2026-1", WORDS)
    public_key.verify(signature, WORDS, SHA256)
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, b"other words", SHA256)


def test_a_key_on_ed25519_signs_badges(token):
    public_key = token.make("badge-2026-1", ED25519)
    signature = token.sign("badge-2026-1", WORDS)
    assert len(signature) == 64
    public_key.verify(signature, WORDS)
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, b"other words")


def test_the_signature_of_a_token_is_another_one_each_time(token):
    public_key = token.make("seal-2026-1")
    signatures = {token.sign("seal-2026-1", WORDS) for _ in range(3)}
    assert len(signatures) == 3
    for each in signatures:
        assert all(decode_dss_signature(each))
        public_key.verify(each, WORDS, SHA256)


def test_each_name_is_a_key_of_its_own(token):
    first, second = token.make("seal-2026-1"), token.make("seal-2026-2")
    assert first.public_numbers() != second.public_numbers()
    first.verify(token.sign("seal-2026-1", WORDS), WORDS, SHA256)
    second.verify(token.sign("seal-2026-2", WORDS), WORDS, SHA256)


def test_a_name_in_use_is_refused_and_the_key_stays(token):
    public_key = token.make("seal-2026-1")
    with pytest.raises(FileExistsError, match="seal-2026-1 is in the token peerwork-test already"):
        token.make("seal-2026-1")
    public_key.verify(token.sign("seal-2026-1", WORDS), WORDS, SHA256)


def test_of_two_who_make_one_at_once_none_keeps_two(token, monkeypatch):
    public_key = token.make("seal-2026-1")
    looked = []

    def blind(self, session, name):
        looked.append(name)
        return [] if len(looked) == 1 else real(self, session, name)

    real = Pkcs11KeyStore._private_halves
    monkeypatch.setattr(Pkcs11KeyStore, "_private_halves", blind)
    with pytest.raises(FileExistsError, match="at the same moment"):
        token.make("seal-2026-1")
    assert len(inside(token)) == 2  # the two halves of the first
    public_key.verify(token.sign("seal-2026-1", WORDS), WORDS, SHA256)


@pytest.mark.parametrize("curve", [P256, ED25519])
def test_it_is_destroyed_whole_and_twice_is_no_fault(token, curve):
    token.make("seal-2026-1", curve)
    assert token.has("seal-2026-1")
    token.destroy("seal-2026-1")
    token.destroy("seal-2026-1")
    assert not token.has("seal-2026-1")
    assert inside(token) == []
    with pytest.raises(KeyIsMissing, match="There is no key seal-2026-1 in the token"):
        token.sign("seal-2026-1", WORDS)


def test_two_under_one_name_sign_nothing(token):
    """Somebody put another one there, by another program."""
    token.make("seal-2026-1")
    other = token.make("other-2026-1")
    assert other

    def rename(session):
        attributes = {Attribute.ID: b"other-2026-1", Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        (key,) = session.get_objects(attributes)
        key[Attribute.ID] = b"seal-2026-1"

    token._with_session(rename)
    with pytest.raises(KeyIsMissing, match="There are 2 keys seal-2026-1"):
        token.sign("seal-2026-1", WORDS)


# Never out of it -------------------------------------------------------------------------------


@pytest.mark.parametrize(("curve", "secret"), [(P256, Attribute.VALUE), (ED25519, Attribute.VALUE)])
def test_the_private_half_cannot_be_read(token, curve, secret):
    token.make("seal-2026-1", curve)

    def read(session):
        attributes = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: b"seal-2026-1"}
        (key,) = session.get_objects(attributes)
        assert key[Attribute.SENSITIVE]
        assert key[Attribute.ALWAYS_SENSITIVE]
        assert not key[Attribute.EXTRACTABLE]
        assert key[Attribute.NEVER_EXTRACTABLE]
        with pytest.raises(AttributeSensitive):
            key[secret]

    token._with_session(read)


def test_nothing_is_written_beside_the_token(token, keys_folder):
    key_store().make("seal-2026-1")
    key_store().make("badge-2026-1", ED25519)
    assert not keys_folder.exists()


def test_whoever_prints_the_store_reads_no_pin(token):
    assert str(token) == f"the token {LABEL}"
    assert PIN not in repr(token)
    assert PIN not in str(key_store())


# What may go wrong -----------------------------------------------------------------------------


def test_a_wrong_pin_is_tried_once(one_token, token, monkeypatch):
    store = Pkcs11KeyStore(one_token, LABEL, "wrong")
    pkcs11.lib(one_token).reinitialize()  # nobody of this process is signed in to it
    with pytest.raises(StoreIsAway, match=r"it refuses the PIN.*SEAL_TOKEN_PIN"):
        store.has("seal-2026-1")
    opened = []
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(pkcs11, "lib", lambda path: opened.append(path))
        with pytest.raises(StoreIsAway, match="not tried again until the next start"):
            store.sign("seal-2026-1", WORDS)
    assert opened == []


def test_a_token_that_is_not_there_is_named(one_token, token):
    store = Pkcs11KeyStore(one_token, "nobody", PIN)
    with pytest.raises(StoreIsAway, match=r"the token nobody: NoSuchToken"):
        store.has("seal-2026-1")


def test_a_library_that_is_not_there_is_named(tmp_path):
    store = Pkcs11KeyStore(str(tmp_path / "none.so"), LABEL, PIN)
    with pytest.raises(StoreIsAway, match=r"none.so cannot be loaded. SEAL_TOKEN_LIBRARY names"):
        store.has("seal-2026-1")


@pytest.mark.parametrize("error", [SessionHandleInvalid, DeviceRemoved])
def test_a_token_that_was_away_for_a_moment_is_opened_again(token, error):
    public_key = token.make("seal-2026-1")
    fails = [error]

    def sign(session):
        if fails:
            raise fails.pop()()
        return token._sign(session, "seal-2026-1", WORDS)

    public_key.verify(token._with_session(sign), WORDS, SHA256)


def test_a_token_that_stays_away_is_said_and_comes_back(token):
    public_key = token.make("seal-2026-1")

    def fail(session):
        raise DeviceRemoved

    with pytest.raises(StoreIsAway, match=r"Nothing was done by the token .*: DeviceRemoved"):
        token._with_session(fail)
    public_key.verify(token.sign("seal-2026-1", WORDS), WORDS, SHA256)


@pytest.mark.parametrize(
    ("curve", "missing", "words"),
    [
        (ED25519, Mechanism.EDDSA, "Ed25519 .mechanism EDDSA.*SIGNING_KEYS_IN_FOLDER=1"),
        (ED25519, Mechanism.EC_EDWARDS_KEY_PAIR_GEN, "Ed25519 .*SIGNING_KEYS_IN_FOLDER=1"),
        (P256, Mechanism.ECDSA, "P-256 .mechanism ECDSA.*take another token"),
    ],
)
def test_a_token_that_lacks_a_curve_says_which_and_what_to_do(token, curve, missing, words):
    offered = token._with_session(lambda session: session.token.slot.get_mechanisms())
    slot = SimpleNamespace(get_mechanisms=lambda: set(offered) - {missing})
    poor = SimpleNamespace(
        token=SimpleNamespace(slot=slot), get_objects=lambda wanted: [], destroyed=[]
    )
    with pytest.raises(CurveNotOffered, match=words):
        token._make(poor, "badge-2026-1", curve)


def test_every_reason_is_in_words():
    class Odd(PKCS11Error):
        pass

    assert "locked itself" in reason_of(pkcs11.exceptions.PinLocked())
    assert reason_of(Odd("of its own")) == "Odd of its own"
    assert reason_of(Odd()) == "Odd"


def test_a_point_is_read_wrapped_and_bare(token):
    public_key = token.make("seal-2026-1")

    def read(session):
        attributes = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: b"seal-2026-1"}
        (key,) = session.get_objects(attributes)
        return bytes(key[Attribute.EC_POINT])

    wrapped = token._with_session(read)
    assert len(wrapped) == 67
    for point in (wrapped, wrapped[2:]):
        assert public_half(point, P256).public_numbers() == public_key.public_numbers()


# Processes and threads -------------------------------------------------------------------------


def test_a_child_process_opens_the_token_for_itself(token):
    """The web server forks, and what a parent loaded is of no use in its child."""
    public_key = token.make("seal-2026-1")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, token.sign("seal-2026-1", WORDS))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        signature = pipe.read()
    os.waitpid(child, 0)
    public_key.verify(signature, WORDS, SHA256)
    public_key.verify(token.sign("seal-2026-1", WORDS), WORDS, SHA256)


def test_threads_wait_for_one_another(token):
    public_key = token.make("seal-2026-1")
    words = [f"words {number}".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda each: token.sign("seal-2026-1", each), words))
    for each, signature in zip(words, signatures, strict=True):
        public_key.verify(signature, each, SHA256)


def test_two_stores_of_one_process_share_its_login(one_token, token):
    public_key = token.make("seal-2026-1")
    other = Pkcs11KeyStore(one_token, LABEL, PIN)
    public_key.verify(other.sign("seal-2026-1", WORDS), WORDS, SHA256)
