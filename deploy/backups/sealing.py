"""Encrypting what leaves the machine, in a stream: the age format, to one public key.

The site knows the public key alone, so whoever takes a backup, or the whole machine, cannot read
the backups that lie elsewhere. `age -d -i KEYFILE` opens any of them without Peerwork.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import pyrage
from pyrage import x25519

CHUNK = 1024 * 1024


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class CannotBeOpened(Exception):
    """What was sealed cannot be read: another key, or it was damaged."""


class NoKey(Exception):
    """There is no such key; `str()` says what is wrong with it."""


@dataclass(frozen=True)
class Digest:
    """How long something is, and its SHA-256."""

    size: int
    sha256: str


class Measured:
    """Hands on what it reads or is given to write, and knows its digest at the end."""

    def __init__(self, file: Any = None) -> None:
        self.file = file
        self.size = 0
        self.hash = sha256()
        self.problem: OSError | None = None

    def read(self, size: int = -1, /) -> bytes:
        return self.measure(self.file.read(size))

    def write(self, content: bytes, /) -> int:
        self.measure(content)
        if self.file is not None:
            try:
                self.file.write(content)
            except OSError as problem:
                self.problem = problem  # what comes out of the library has lost its reason
                raise
        return len(content)

    def flush(self) -> None:
        if self.file is not None:
            self.file.flush()

    def measure(self, content: bytes) -> bytes:
        self.size += len(content)
        self.hash.update(content)
        return content

    @property
    def digest(self) -> Digest:
        return Digest(self.size, self.hash.hexdigest())


def digest_of(path: Path) -> Digest:
    with path.open("rb") as file:
        measured = Measured(file)
        while measured.read(CHUNK):
            pass
    return measured.digest


# Keys ---------------------------------------------------------------------------------------


def make_key(path: Path) -> str:
    """Write a new key into a file that nobody else can read, and give its public half.

    Raises FileExistsError: no key is ever written over.
    """
    identity = x25519.Identity.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("# The key to the backups of Peerwork. Its public half, which BACKUP_KEY is:\n")
        file.write(f"# {identity.to_public()}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return str(identity.to_public())


def public_key(text: str) -> x25519.Recipient:
    """Raises NoKey."""
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise NoKey(
            "BACKUP_KEY must be the line that begins with age1, as "
            "`manage.py backup --new-key FILE` prints it."
        ) from error


def private_keys(path: Path) -> list[x25519.Identity]:
    """Every key in a file.

    Raises NoKey where there is none.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        keys = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        identities = [x25519.Identity.from_str(key) for key in keys]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise NoKey(f"{path} cannot be read as a key ({type(error).__name__}).") from error
    if not identities:
        raise NoKey(f"There is no key in {path}: one is a line that begins with AGE-SECRET-KEY-.")
    return identities


# Sealing and opening ------------------------------------------------------------------------


def seal(source: Readable, path: Path, key: x25519.Recipient) -> Digest:
    """Encrypt a stream into a file: the whole of it or nothing. The digest of what was read."""
    plain = Measured(source)
    with written_whole(path) as file:
        sealed = Measured(file)
        try:
            pyrage.encrypt_io(plain, sealed, [key])
        except pyrage.EncryptError as error:
            raise sealed.problem or OSError(str(error)) from error
    return plain.digest


def unseal(path: Path, target: Any, keys: list[x25519.Identity]) -> Digest:
    """Decrypt a file into a stream, or into nothing where that is None; the digest of what was in it.

    Raises CannotBeOpened.
    """
    opened = Measured(target)
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, opened, keys)
    except FileNotFoundError as error:
        raise CannotBeOpened(f"{path.name} is missing") from error
    except (pyrage.DecryptError, OSError) as error:
        if opened.problem:
            raise opened.problem from error
        raise CannotBeOpened(f"{path.name} is for another key, or damaged") from error
    return opened.digest


@contextmanager
def written_whole(path: Path) -> Iterator[Any]:
    """A file to write, which appears under its name only when all of it is on the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
