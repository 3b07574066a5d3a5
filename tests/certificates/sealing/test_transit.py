"""Keys in a key service: made there, used there; and one that is slow, refuses or lies."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.sealing.authorities import subject
from certificates.sealing.stores import (
    ED25519,
    KeyIsMissing,
    StoredKey,
    StoredSigningKey,
    StoreIsAway,
    WrongSignature,
    checked_signature,
    key_store,
    transit,
)
from certificates.sealing.stores.transit import TransitKeyStore
from tests.certificates.sealing.key_service import TOKEN, serving

WORDS = b"words to sign"
SHA256 = ec.ECDSA(hashes.SHA256())


@pytest.fixture
def service():
    with serving() as served:
        yield served


@pytest.fixture
def store(service):
    return TransitKeyStore(service.url, token=TOKEN)


@pytest.fixture
def hurried(monkeypatch):
    """A call that ends sooner, so that the tests do."""
    monkeypatch.setattr(transit, "SECONDS", 0.4)


# Made and used ---------------------------------------------------------------------------------


def test_a_key_on_p256_signs_for_the_seal(store):
    public_key = store.make("seal-2026-1")
    assert isinstance(public_key.curve, ec.SECP256R1)
    signature = store.sign("seal-2026-1", WORDS)
    public_key.verify(signature, WORDS, SHA256)
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, b"other words", SHA256)


def test_a_key_on_ed25519_signs_badges(store):
    public_key = store.make("badge-2026-1", ED25519)
    public_key.verify(store.sign("badge-2026-1", WORDS), WORDS)


def test_a_name_in_use_is_refused_and_the_key_stays(store, service):
    public_key = store.make("seal-2026-1")
    with pytest.raises(
        FileExistsError, match=r"seal-2026-1 is in the service at .*/transit already"
    ):
        store.make("seal-2026-1")
    public_key.verify(store.sign("seal-2026-1", WORDS), WORDS, SHA256)
    assert list(service.does.keys) == ["seal-2026-1"]


def test_it_is_destroyed_there_and_twice_is_no_fault(store, service):
    store.make("seal-2026-1")
    assert store.has("seal-2026-1")
    store.destroy("seal-2026-1")
    store.destroy("seal-2026-1")
    assert not store.has("seal-2026-1")
    assert service.does.keys == {}
    with pytest.raises(KeyIsMissing, match="There is no key seal-2026-1 in the service"):
        store.sign("seal-2026-1", WORDS)


def test_it_shows_what_opens_the_service_at_each_call(service):
    store = TransitKeyStore(service.url, token=TOKEN, namespace="training")
    assert not store.has("seal-2026-1")
    (sent,) = service.does.headers
    assert sent["X-Vault-Token"] == TOKEN
    assert sent["X-Vault-Namespace"] == "training"
    assert service.does.calls == [("GET", "/v1/transit/keys/seal-2026-1")]


def test_the_token_is_read_anew_from_the_file_that_an_agent_keeps(service, tmp_path):
    file = tmp_path / "token"
    file.write_text("of-yesterday")
    store = TransitKeyStore(service.url, token_file=file)
    with pytest.raises(StoreIsAway, match="it refuses our token"):
        store.has("seal-2026-1")
    file.write_text(f"{TOKEN}\n")
    assert not store.has("seal-2026-1")
    file.unlink()
    with pytest.raises(StoreIsAway, match="SEAL_SERVICE_TOKEN_FILE cannot be read"):
        store.has("seal-2026-1")


def test_nobody_reads_the_token_in_what_is_said(service):
    store = TransitKeyStore(service.url, token=TOKEN)
    service.does.refuses = 403
    with pytest.raises(StoreIsAway) as refusal:
        store.make("seal-2026-1")
    assert TOKEN not in f"{refusal.value} {store} {store!r}"


# Slow, refusing ---------------------------------------------------------------------------------


def test_a_call_ends_after_five_seconds_by_default():
    assert transit.SECONDS == 5


@pytest.mark.parametrize("how", ["waits", "drips"])
def test_a_slow_one_holds_nobody_up(store, service, hurried, how):
    store.make("seal-2026-1")
    setattr(service.does, how, 1.5 if how == "waits" else 0.05)
    began = time.monotonic()
    with pytest.raises(StoreIsAway, match="did not answer within"):
        store.sign("seal-2026-1", WORDS)
    assert time.monotonic() - began < 1.4


def test_after_a_slow_moment_it_signs_again(store, service, hurried):
    public_key = store.make("seal-2026-1")
    service.does.waits = 1
    with pytest.raises(StoreIsAway):
        store.sign("seal-2026-1", WORDS)
    service.does.waits = 0
    public_key.verify(store.sign("seal-2026-1", WORDS), WORDS, SHA256)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "it refuses what it was asked"),
        (403, "it refuses our token. Has it ended"),
        (429, "it has too much to do"),
        (500, "it answered with 500"),
        (503, "it is sealed, or in maintenance"),
    ],
)
def test_a_refusal_is_said_in_words(store, service, status, words):
    store.make("seal-2026-1")
    service.does.refuses = status
    for do in (
        lambda: store.has("seal-2026-1"),
        lambda: store.sign("seal-2026-1", WORDS),
        lambda: store.destroy("seal-2026-1"),
        lambda: store.make("seal-2026-2"),
    ):
        with pytest.raises(StoreIsAway, match=words):
            do()
    assert "seal-2026-1" in service.does.keys


def test_one_that_is_not_there_is_said(store, service):
    gone = TransitKeyStore("http://127.0.0.1:9", token=TOKEN)
    with pytest.raises(StoreIsAway, match=r"cannot be reached .ConnectionRefusedError"):
        gone.has("seal-2026-1")


def test_it_is_not_led_elsewhere(store, service):
    """A redirect would carry what opens the service to somebody else."""
    with serving() as other:
        service.does.leads_to = f"{other.url}/v1/transit/keys/seal-2026-1"
        with pytest.raises(StoreIsAway, match="no answer of such a service"):
            store.has("seal-2026-1")
        assert other.does.calls == []


def test_no_proxy_is_asked(store, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert not store.has("seal-2026-1")


# Lying -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"<html>A login page of a hotel</html>",
        b"[]",
        b'"words"',
        b"\xff\xfe",
        b"x" * 70_000,
        b'{"data": {"signature": "vault:v1:"}}',
        b'{"data": {"signature": "vault:v1:***"}}',
        b'{"data": {"signature": 7}}',
        b'{"data": []}',
        b"{}",
    ],
)
def test_what_is_no_signature_is_none(store, service, content):
    store.make("seal-2026-1")
    service.does.answers_with = content
    with pytest.raises(StoreIsAway, match=r"no answer of such a service|is no signature"):
        store.sign("seal-2026-1", WORDS)


@pytest.mark.parametrize(
    "about",
    [
        b'{"data": {"type": "rsa-2048", "keys": {"1": {"public_key": "x"}}}}',
        b'{"data": {"type": "ecdsa-p256", "keys": {"1": {"public_key": "x"}}}}',
        b'{"data": {"type": "ecdsa-p256", "keys": {}}}',
        b'{"data": {"type": "ecdsa-p256"}}',
        b'{"data": {}}',
        b'{"data": 5}',
    ],
)
def test_what_is_no_public_half_is_none(store, service, about, monkeypatch):
    monkeypatch.setattr(TransitKeyStore, "has", lambda self, name: False)
    service.does.answers_with = about
    with pytest.raises(StoreIsAway, match=r"cannot be read|made no ecdsa-p256 key"):
        store.make("seal-2026-1")


def test_a_public_half_of_another_kind_is_refused(store):
    other = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    text = store.make("badge-2026-1", ED25519).public_bytes(*other).decode()
    about = {"type": "ecdsa-p256", "keys": {"1": {"public_key": text}}}
    with pytest.raises(StoreIsAway, match="of another kind"):
        store._public_half(about, "seal-2026-1")


def test_a_signature_by_another_key_is_caught(store, service):
    public_key = store.make("seal-2026-1")
    signing = store.make("badge-2026-1", ED25519)
    service.does.lies = True
    for name, key in (("seal-2026-1", public_key), ("badge-2026-1", signing)):
        with pytest.raises(WrongSignature, match=f"known as {name}. Nothing was made of it"):
            checked_signature(store, name, WORDS, key)
    with pytest.raises(WrongSignature):
        StoredKey(store, "seal-2026-1", public_key).sign(WORDS, SHA256)
    with pytest.raises(WrongSignature):
        StoredSigningKey(store, "badge-2026-1", signing).sign(WORDS)


# Encrypted ---------------------------------------------------------------------------------------


def certificate(folder, *, host="127.0.0.1"):
    """A certificate that vouches for itself, and its key: their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, today = subject("Key Service", host), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "service.pem").write_bytes(signed.public_bytes(pem))
    (folder / "service.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "service.pem", folder / "service.key"


def test_it_is_asked_over_tls_by_an_authority_of_its_own(tmp_path):
    files = certificate(tmp_path)
    with serving(certificate=files) as served:
        store = TransitKeyStore(served.url, token=TOKEN, authority=files[0])
        public_key = store.make("seal-2026-1")
        public_key.verify(store.sign("seal-2026-1", WORDS), WORDS, SHA256)


def test_nobody_else_is_told_the_token(tmp_path):
    with serving(certificate=certificate(tmp_path)) as served:
        store = TransitKeyStore(served.url, token=TOKEN)
        with pytest.raises(StoreIsAway, match=r"its certificate is not trusted.*SEAL_SERVICE_CA"):
            store.has("seal-2026-1")
        assert served.does.headers == []


def test_a_certificate_of_another_host_is_refused(tmp_path):
    files = certificate(tmp_path, host="192.0.2.7")
    with serving(certificate=files) as served:
        store = TransitKeyStore(served.url, token=TOKEN, authority=files[0])
        with pytest.raises(StoreIsAway, match="its certificate is not trusted"):
            store.has("seal-2026-1")
        assert served.does.headers == []


def test_an_authority_that_cannot_be_read_is_named(tmp_path):
    store = TransitKeyStore("https://127.0.0.1:9", token=TOKEN, authority=tmp_path / "no-such.pem")
    with pytest.raises(StoreIsAway, match=r"SEAL_SERVICE_CA cannot be read: .*no-such.pem"):
        store.has("seal-2026-1")


# By the settings ---------------------------------------------------------------------------------


def test_the_settings_say_where_it_is(in_service, service_of_site):
    assert str(key_store()) == f"the service at {service_of_site.url}/transit"
    key_store().make("seal-2026-1")
    assert list(service_of_site.does.keys) == ["seal-2026-1"]
