"""Putting a backup back onto an empty machine: looked through first, then whole, then served.

Everything is decrypted beside its place and compared with its hash before anything is put there.
From then until the end a mark stands in VAR_DIR, with which nothing is served; a restore that was
killed is begun again, and goes on with what is its own.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail import hooks

from deploy import databases, running, upgrading
from deploy.backups import store
from deploy.backups.making import ERASED_FILE, read_erased
from deploy.backups.manifest import Manifest, StoredFile, areas, files_in, place_of, read_manifest
from deploy.backups.sealing import (
    CannotBeOpened,
    digest_of,
    private_keys,
    unseal,
    written_whole,
)
from people.restored import ERASE_AGAIN_HOOK, RESTORED_HOOK

COMMAND = "manage.py restore"


class CannotRestore(Exception):
    """The backup is not put back; `str()` says why."""


class NotEmpty(CannotRestore):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"There is something here already: {what}. A backup is only put back where nothing "
            f"is, so that nothing can be lost by it. Move {settings.VAR_DIR} aside (with "
            "PostgreSQL: also make an empty database), and start again. Nothing was changed."
        )


class OtherKind(CannotRestore):
    def __init__(self, made_on: str, here: str) -> None:
        super().__init__(
            f"The backup was made on {made_on}, and DATABASE_URL names a database of {here}. "
            f"Set it to one of {made_on}. Nothing was changed."
        )


class Damaged(CannotRestore):
    def __init__(self, problems: list[str]) -> None:
        some = "; ".join(problems[:5])
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
        super().__init__(
            f"The backup cannot be used as it is: {some}{more}. Nothing was changed. A damaged "
            "file among the backups may be deleted: the next backup makes it again."
        )


class NobodyCanErase(CannotRestore):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"The list of those who were erased names {count}, and this version of Peerwork has "
            "nothing that erases them again. Use a newer one. Nothing was changed."
        )


@dataclass(frozen=True)
class Restored:
    """What was put back, or would be."""

    manifest: Manifest
    erased: list[str]


def examine(folder: Path, key_file: Path) -> Manifest:
    """Open all of a backup, compare each part with its hash, and change nothing.

    Raises NoKey, CannotRestore or CannotCopy.
    """
    keys = private_keys(key_file)
    manifest = opened_manifest(folder, keys)
    insist_on_a_fitting_one(manifest)
    with staged_database(folder, manifest, keys):
        insist_on_no_problem(open_file(folder, file, keys, None) for file in manifest.files)
    return manifest


def restore(folder: Path, key_file: Path, *, erased: set[str], at: datetime) -> Restored:
    """Make the empty site what a backup holds, erase again who was erased since, and sign
    everybody out.

    Raises NoKey, CannotRestore, CannotCopy or InUse, and has then changed nothing; or what a
    migration or an erasure raises, and then nothing is served until this was run again.
    """
    with running.sole_use(COMMAND):
        keys = private_keys(key_file)
        if running.restore_flag().text() != folder.name:
            insist_on_emptiness()
        manifest = opened_manifest(folder, keys)
        insist_on_a_fitting_one(manifest)
        everyone_erased = sorted(erased | read_erased(folder.parent / ERASED_FILE))
        if everyone_erased and not hooks.get_hooks(ERASE_AGAIN_HOOK):
            raise NobodyCanErase(len(everyone_erased))
        with staged_database(folder, manifest, keys) as database, staging_folder() as staging:
            stage_files(folder, manifest, keys, staging)
            running.restore_flag().set(folder.name)
            put_files_in_place(manifest, staging)
            if databases.is_empty():
                databases.put_back(database)
        upgrading.apply_migrations()
        for erase in hooks.get_hooks(ERASE_AGAIN_HOOK):
            erase(everyone_erased, at=at)
        for act in hooks.get_hooks(RESTORED_HOOK):
            act(at=at)
        running.restore_flag().clear()
    return Restored(manifest, everyone_erased)


# Looking first ------------------------------------------------------------------------------


def insist_on_emptiness() -> None:
    """Raises NotEmpty."""
    if not databases.is_empty():
        raise NotEmpty("the database has tables")
    for area, folder in areas().items():
        if next(files_in(folder), None) is not None:
            raise NotEmpty(f"the folder of {area}, {folder}, has files")


def opened_manifest(folder: Path, keys: list[Any]) -> Manifest:
    """Raises CannotRestore."""
    if not (folder / "about.json").is_file():
        raise CannotRestore(
            f"{folder} is no backup. Give the folder of one, whose name is the time it was made, "
            "such as 20261127T031500Z."
        )
    content = io.BytesIO()
    try:
        unseal(folder / "manifest.age", content, keys)
        return read_manifest(content.getvalue())
    except CannotBeOpened as problem:
        raise Damaged([str(problem)]) from problem


def insist_on_a_fitting_one(manifest: Manifest) -> None:
    """Raises OtherKind, or CannotRestore for one of a newer version."""
    if manifest.database_kind != databases.kind():
        raise OtherKind(manifest.database_kind, databases.kind())
    unknown = upgrading.unknown_migrations(manifest.migrations)
    if unknown:
        raise CannotRestore(
            f"The backup was made by Peerwork {manifest.version}, which is newer than this one and "
            f"knows {', '.join(unknown)}. Use that version. Nothing was changed."
        )


def insist_on_no_problem(found: Iterator[str]) -> None:
    """Raises Damaged."""
    problems = [problem for problem in found if problem]
    if problems:
        raise Damaged(problems)


def open_file(folder: Path, file: StoredFile, keys: list[Any], target: Any) -> str:
    """Decrypt one file of a backup. What is wrong with it, in words; nothing where nothing is."""
    sealed = store.sealed_file(folder.parent, file.sealed)
    try:
        place_of(file.area, file.path)
        digest = unseal(sealed, target, keys)
    except CannotBeOpened as problem:
        return str(problem)
    return "" if digest == file.digest else f"{sealed.name} holds something else than it should"


# Staging, and putting in place --------------------------------------------------------------


@contextmanager
def staged_database(folder: Path, manifest: Manifest, keys: list[Any]) -> Iterator[Path]:
    """The copy of the database, decrypted beside its place and found sound.

    Raises Damaged or CannotCopy.
    """
    path = databases.staging_place()
    try:
        with written_whole(path) as file:
            digest = unseal(folder / "database.age", file, keys)
        if digest != manifest.database:
            raise Damaged(["database.age holds something else than it should"])
        databases.insist_on_sound_copy(path)
        yield path
    except CannotBeOpened as problem:
        raise Damaged([str(problem)]) from problem
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def staging_folder() -> Iterator[Path]:
    folder = settings.VAR_DIR / "files.restoring"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stage_files(folder: Path, manifest: Manifest, keys: list[Any], staging: Path) -> None:
    """Decrypt every file beside its place, and compare it with its hash.

    Raises Damaged when all have been looked at.
    """
    insist_on_no_problem(stage_file(folder, file, keys, staging) for file in manifest.files)


def stage_file(folder: Path, file: StoredFile, keys: list[Any], staging: Path) -> str:
    with written_whole(staging / file.area / file.path) as target:
        return open_file(folder, file, keys, target)


def put_files_in_place(manifest: Manifest, staging: Path) -> None:
    for file in manifest.files:
        place = place_of(file.area, file.path)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(staging / file.area / file.path, place)


def fetch_file(folder: Path, file: StoredFile, keys: list[Any]) -> bool:
    """Put one file of a backup into its place; False where it is not whole there either."""
    place = place_of(file.area, file.path)
    waiting = place.with_name(f".{place.name}.fetched")
    try:
        with written_whole(waiting) as target:
            problem = open_file(folder, file, keys, target)
        if problem or digest_of(waiting) != file.digest:
            return False
        waiting.replace(place)
        return True
    finally:
        waiting.unlink(missing_ok=True)
