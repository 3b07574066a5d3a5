"""Making a backup: the database at one moment, every file, encrypted, whole or not at all."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail import hooks

from deploy import databases, upgrading
from deploy.backups import store
from deploy.backups.manifest import (
    Manifest,
    StoredFile,
    all_files,
    as_json,
    last_manifest,
)
from deploy.backups.sealing import Digest, digest_of, public_key, seal, written_whole
from lms import __version__
from people.restored import ERASED_HOOK

EVERY = timedelta(hours=24)
TRY_AGAIN_AFTER = timedelta(hours=1)
ERASED_FILE = "erased.txt"
NEEDED_KEYS = (
    "the key file whose public half is named under key, without which nothing here can be read",
    "SECRET_KEY of the site: with another one, links in letters already sent stop working",
    "the folder SEAL_KEYS, from where you keep it: without it new certificates wait to be sealed, "
    "badges and receipts are not signed, and what was issued is checked as before",
)


class BackupIsRunning(Exception):
    def __init__(self) -> None:
        super().__init__("Another backup into this folder is being made. Wait until it has ended.")


@dataclass(frozen=True)
class Made:
    """What became of one backup."""

    backup: store.Backup
    manifest: Manifest
    added: int
    thinned: int


def make_backup(*, at: datetime) -> Made:
    """Make a backup now, and thin the older ones once it is whole.

    Raises NoBackupIsSetUp, NoKey, BackupIsRunning, CannotCopy or OSError; what was there before
    is as it was.
    """
    folder = store.backup_folder()
    key = public_key(settings.BACKUP_KEY)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(folder):
        unfinished = folder / f".{at.strftime(store.STAMP)}.{os.getpid()}"
        unfinished.mkdir(mode=0o700)
        try:
            manifest, added = fill(unfinished, key, at=at)
            backup = store.Backup(folder / at.strftime(store.STAMP))
            unfinished.rename(backup.folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        sync(folder)
        write_erased(folder)
        write_file(last_manifest(), manifest.encoded())
        return Made(backup, manifest, added, store.thin(folder, at=at))


def fill(unfinished: Path, key: Any, *, at: datetime) -> tuple[Manifest, int]:
    """Write all parts of a backup; what it holds, and how many files were new among the backups."""
    migrations = upgrading.applied_migrations()
    # The database first: every file that one of its records speaks of is there by then.
    with databases.copied() as stream:
        digest = seal(stream, unfinished / "database.age", key)
    files, added = store_files(unfinished.parent, key)
    manifest = Manifest(at, __version__, databases.kind(), digest, migrations, files)
    seal(io.BytesIO(manifest.encoded()), unfinished / "manifest.age", key)
    about = {
        "made_at": at.isoformat(),
        "version": __version__,
        "database": manifest.database_kind,
        "key": settings.BACKUP_KEY,
        "keys_that_a_restore_needs": NEEDED_KEYS,
        "files": sorted({file.sealed for file in files}),
    }
    write_file(unfinished / "about.json", as_json(about))
    sync(unfinished)
    return manifest, added


def store_files(folder: Path, key: Any) -> tuple[list[StoredFile], int]:
    """Every file of the site as the backups hold it, and how many were not among them yet."""
    files, added = [], 0
    for area, path, place in all_files():
        with suppress(FileNotFoundError):  # deleted since it was listed
            digest, is_new = store_file(folder, key, place)
            sealed = store.sealed_name(digest.sha256)
            files.append(StoredFile(area, path, digest.sha256, digest.size, sealed))
            added += is_new
    return files, added


def store_file(folder: Path, key: Any, place: Path) -> tuple[Digest, bool]:
    """See that what is in a file is among the backups. Its digest, and whether it was new there."""
    digest = digest_of(place)
    if store.sealed_file(folder, store.sealed_name(digest.sha256)).exists():
        return digest, False
    incoming = folder / "files" / ".incoming"
    with place.open("rb") as stream:
        # What is in it by now, which may be something else than a moment ago.
        digest = seal(stream, incoming, key)
    target = store.sealed_file(folder, store.sealed_name(digest.sha256))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming.replace(target)
    return digest, True


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Raises BackupIsRunning."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupIsRunning from error
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes) -> None:
    with written_whole(path) as file:
        file.write(content)


def sync(folder: Path) -> None:
    """See that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# When it is time ----------------------------------------------------------------------------


def is_due(*, at: datetime) -> bool:
    """Whether the newest backup is a day old, and none was tried within the last hour."""
    newest = store.newest(store.backup_folder())
    if newest is not None and at - newest.made_at < EVERY:
        return False
    with suppress(FileNotFoundError):
        return at.timestamp() - attempt_file().stat().st_mtime >= TRY_AGAIN_AFTER.total_seconds()
    return True


def note_attempt(*, at: datetime) -> None:
    attempt_file().touch()
    os.utime(attempt_file(), (at.timestamp(), at.timestamp()))


def attempt_file() -> Path:
    return settings.VAR_DIR / "backup.attempt"


# Who was forgotten --------------------------------------------------------------------------


def write_erased(folder: Path) -> None:
    """Note beside the backups everybody who was forgotten, by id alone: a restore of an older
    backup forgets them again. Nobody who stands there already is left out."""
    known = read_erased(folder / ERASED_FILE)
    erased = known | {str(each) for find in hooks.get_hooks(ERASED_HOOK) for each in find()}
    if erased - known:
        lines = "".join(f"{each}\n" for each in sorted(erased))
        write_file(folder / ERASED_FILE, lines.encode())


def read_erased(path: Path) -> set[str]:
    """The lines of a list; none where there is no list."""
    with suppress(FileNotFoundError):
        return {line.strip() for line in path.read_text().splitlines() if line.strip()}
    return set()
