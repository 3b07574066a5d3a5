"""Where private keys are, behind one small interface.

A store makes a key under a name, signs with it, and destroys it; a private key never leaves it. So
a PKCS#11 token or a key service of a cloud can stand here as well as a folder: name a class of your
own in `SEAL_KEY_STORE`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, Protocol, TypeAlias

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.files.storage import storages
from django.utils.module_loading import import_string

CURVE = ec.SECP256R1()
# The same words under the same key give the same signature: a lost file can be made again.
SCHEME = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
P256 = "P-256"
ED25519 = "Ed25519"
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | Ed25519PublicKey
GENERATE: dict[str, Callable[[], PrivateKey]] = {
    P256: lambda: ec.generate_private_key(CURVE),
    ED25519: Ed25519PrivateKey.generate,
}


class KeyIsMissing(Exception):
    """A private key is not in the store, or cannot be read there."""


class KeyStore(Protocol):
    """Holds private keys on the curves P-256 and Ed25519, each under a name."""

    def make(self, name: str, curve: str = P256) -> PublicKey:
        """Make a key, and give its public half. Raises FileExistsError for a name in use."""

    def sign(self, name: str, message: bytes) -> bytes:
        """A signature of a message: on P-256 by ECDSA with SHA-256, as DER; on Ed25519 its 64
        bytes. Raises KeyIsMissing."""

    def destroy(self, name: str) -> None:
        """Forget a key for good. Nothing happens where it is not there."""

    def has(self, name: str) -> bool:
        """Whether a key is there, without using it."""


class FolderKeyStore:
    """Keys as PEM files in a folder that only its owner reads, encrypted where there is a passphrase.

    Raises KeysWouldBeCopied for a folder inside those that backups hold.
    """

    def __init__(self, folder: Path, passphrase: str = "") -> None:
        self.folder = folder
        self._passphrase = passphrase.encode() or None
        self._keys: dict[str, PrivateKey] = {}
        refuse_copied_folders(folder)

    def make(self, name: str, curve: str = P256) -> PublicKey:
        key = GENERATE[curve]()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._passphrase)
            if self._passphrase
            else serialization.NoEncryption(),
        )
        file = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(pem)
            opened.flush()
            os.fsync(opened.fileno())
        return key.public_key()

    def sign(self, name: str, message: bytes) -> bytes:
        key = self._key(name)
        if isinstance(key, Ed25519PrivateKey):
            return key.sign(message)
        return key.sign(message, SCHEME)

    def destroy(self, name: str) -> None:
        self._keys.pop(name, None)
        path = self._path(name)
        with suppress(FileNotFoundError):
            path.write_bytes(bytes(path.stat().st_size))
            path.unlink()

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def _key(self, name: str) -> PrivateKey:
        """The key, read once in a process: to decrypt it is slow on purpose."""
        if name not in self._keys or not self.has(name):
            self._keys.pop(name, None)
            self._keys[name] = self._read(name)
        return self._keys[name]

    def _read(self, name: str) -> PrivateKey:
        try:
            pem = self._path(name).read_bytes()
            key = serialization.load_pem_private_key(pem, self._passphrase)
        except (OSError, ValueError, TypeError) as error:
            raise KeyIsMissing(f"The key {name} cannot be read in {self.folder}.") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey | Ed25519PrivateKey):
            raise KeyIsMissing(f"The file of {name} in {self.folder} holds another kind of key.")
        return key


class KeysWouldBeCopied(Exception):
    """The folder of the keys is one that backups copy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is within a folder that backups copy, and keys are never in a backup. Set "
            "SEAL_KEYS to a folder of its own."
        )


def refuse_copied_folders(folder: Path) -> None:
    """Raises KeysWouldBeCopied."""
    copied = [Path(settings.MEDIA_ROOT), Path(storages["certificates"].path(""))]
    if any(folder.resolve().is_relative_to(each.resolve()) for each in copied):
        raise KeysWouldBeCopied(folder)


def key_store() -> KeyStore:
    """The store of this site."""
    return _open(settings.SEAL_KEY_STORE, str(settings.SEAL_KEYS), settings.SEAL_KEYS_PASSPHRASE)


def folder_store(folder: Path) -> KeyStore:
    """Another folder of keys, such as the stick that the root is on."""
    return _open(settings.SEAL_KEY_STORE, str(folder), settings.SEAL_KEYS_PASSPHRASE)


@lru_cache(maxsize=8)
def _open(path: str, folder: str, passphrase: str) -> KeyStore:
    store: KeyStore = import_string(path)(Path(folder), passphrase)
    return store


class StoredKey(ec.EllipticCurvePrivateKey):
    """A key that stays in its store, for what builds certificates: it signs, and shows nothing."""

    def __init__(self, store: KeyStore, name: str, public_key: ec.EllipticCurvePublicKey) -> None:
        self._store = store
        self._name = name
        self._public_key = public_key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    @property
    def curve(self) -> ec.EllipticCurve:
        return CURVE

    @property
    def key_size(self) -> int:
        return CURVE.key_size

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self._store.sign(self._name, bytes(data))

    def exchange(self, *args: Any) -> NoReturn:
        raise TypeError("This key only signs.")

    def private_numbers(self) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def private_bytes(self, *args: Any) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def __copy__(self) -> StoredKey:
        return self

    def __deepcopy__(self, memo: Any) -> StoredKey:
        return self


class StoredSigningKey(Ed25519PrivateKey):
    """A key on Ed25519 that stays in its store, for what writes JWTs: it signs, and shows nothing."""

    def __init__(self, store: KeyStore, name: str, public_key: Ed25519PublicKey) -> None:
        self._store = store
        self._name = name
        self._public_key = public_key

    def public_key(self) -> Ed25519PublicKey:
        return self._public_key

    def sign(self, data: Any) -> bytes:
        return self._store.sign(self._name, bytes(data))

    def private_bytes(self, *args: Any) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def private_bytes_raw(self) -> NoReturn:
        raise TypeError("This key never leaves its store.")

    def __copy__(self) -> StoredSigningKey:
        return self

    def __deepcopy__(self, memo: Any) -> StoredSigningKey:
        return self
