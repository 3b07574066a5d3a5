"""Keys as files in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.files.storage import storages

from certificates.sealing.stores.base import (
    CURVE,
    ED25519,
    P256,
    SCHEME,
    KeyIsMissing,
    PublicKey,
)

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | Ed25519PrivateKey
GENERATE: dict[str, Callable[[], PrivateKey]] = {
    P256: lambda: ec.generate_private_key(CURVE),
    ED25519: Ed25519PrivateKey.generate,
}


class FolderKeyStore:
    """Keys as PEM files in a folder that only its owner reads, encrypted where there is a passphrase.

    Raises KeysWouldBeCopied for a folder inside those that backups hold.
    """

    def __init__(self, folder: Path, passphrase: str = "") -> None:
        self.folder = folder
        self._passphrase = passphrase.encode() or None
        self._keys: dict[str, PrivateKey] = {}
        refuse_copied_folders(folder)

    def __str__(self) -> str:
        return f"the folder {self.folder}"

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
