"""What a backup holds: the digest of the database, and of each file with its place."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from certificates.models import certificate_storage
from deploy.backups.sealing import CannotBeOpened, Digest

FORMAT = 1


@dataclass(frozen=True)
class StoredFile:
    """One file of the site: in which area, under which path, what is in it, and which sealed file
    of the backups holds that."""

    area: str
    path: str
    sha256: str
    size: int
    sealed: str = ""

    @property
    def digest(self) -> Digest:
        return Digest(self.size, self.sha256)


@dataclass(frozen=True)
class Manifest:
    """The whole of one backup."""

    made_at: datetime
    version: str
    database_kind: str
    database: Digest
    migrations: list[str] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        head = {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "version": self.version,
            "database_kind": self.database_kind,
            "database": asdict(self.database),
            "migrations": self.migrations,
        }
        yield json.dumps(head)
        for file in self.files:
            yield json.dumps(asdict(file))

    def encoded(self) -> bytes:
        return "".join(f"{line}\n" for line in self.lines()).encode()


def read_manifest(content: bytes) -> Manifest:
    """Raises CannotBeOpened where it is no manifest that this code can read."""
    try:
        head, *files = map(json.loads, io.BytesIO(content))
        if head["format"] != FORMAT:
            raise CannotBeOpened("the backup was made by a newer version of Peerwork")
        return Manifest(
            made_at=datetime.fromisoformat(head["made_at"]),
            version=head["version"],
            database_kind=head["database_kind"],
            database=Digest(**head["database"]),
            migrations=head["migrations"],
            files=[StoredFile(**file) for file in files],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CannotBeOpened("the manifest cannot be read") from error


# Where files are ----------------------------------------------------------------------------


def areas() -> dict[str, Path]:
    """The folders whose files are in a backup, by name. Static files are made anew, uploads are
    what is just being sent, and keys are nobody's but the operator's."""
    return {
        "media": Path(settings.MEDIA_ROOT),
        "certificates": Path(certificate_storage().path("")),
    }


def files_in(folder: Path) -> Iterator[Path]:
    """Every plain file of a folder, in order. A link is followed nowhere."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def all_files() -> Iterator[tuple[str, str, Path]]:
    """The area, the path within it, and the place of every file of the site."""
    for area, folder in areas().items():
        for path in files_in(folder):
            yield area, path.relative_to(folder).as_posix(), path


def place_of(area: str, path: str) -> Path:
    """Where a file of a manifest belongs.

    Raises CannotBeOpened for a place outside the folders of the site.
    """
    folders = areas()
    parts = Path(path).parts
    if area not in folders or os.path.isabs(path) or ".." in parts or not parts:
        raise CannotBeOpened(f"the manifest names a file outside the site's own folders: {path!r}")
    return folders[area] / path


def by_place(files: Iterable[StoredFile]) -> dict[tuple[str, str], StoredFile]:
    return {(file.area, file.path): file for file in files}


def known_files() -> dict[tuple[str, str], StoredFile]:
    """Every file of the newest backup that this machine made, by its place; empty where none was."""
    try:
        return by_place(read_manifest(last_manifest().read_bytes()).files)
    except (FileNotFoundError, CannotBeOpened):
        return {}


def last_manifest() -> Path:
    """What the newest backup holds, for this machine to compare its files with. Not encrypted: it
    says no more than the folders beside it do."""
    return settings.VAR_DIR / "files.manifest"


def as_json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
