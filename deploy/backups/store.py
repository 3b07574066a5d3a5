"""The folder that backups are in, and which of them are kept.

    BACKUP_DIR/
        20261127T031500Z/     one backup: about.json, database.age, manifest.age
        files/ab/abcd….age    the files of all backups, each once, under names that tell nothing
        erased.txt            the ids of everybody who was forgotten, for a restore of an older one

A backup is whole when it has that name; until then it has a name that begins with a dot.
"""

from __future__ import annotations

import hmac
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

STAMP = "%Y%m%dT%H%M%SZ"
DAYS_KEPT = 7
WEEKS_KEPT = 5
_name = re.compile(r"\d{8}T\d{6}Z")


class NoBackupIsSetUp(Exception):
    def __init__(self) -> None:
        super().__init__(
            "No backup is set up. Make a key with `manage.py backup --new-key FILE`, set "
            "BACKUP_KEY to the line it prints and BACKUP_DIR to a folder on another disk, and "
            "keep FILE somewhere else than on this machine. docs/operators.md says more."
        )


@dataclass(frozen=True)
class Backup:
    """One backup, as it can be seen without its key."""

    folder: Path

    @property
    def made_at(self) -> datetime:
        return datetime.strptime(self.folder.name, STAMP).replace(tzinfo=UTC)

    @property
    def store(self) -> Path:
        return self.folder.parent

    def about(self) -> dict[str, Any]:
        """What is said of it in the open. Raises OSError or ValueError where that cannot be read."""
        about = json.loads((self.folder / "about.json").read_text())
        if not isinstance(about, dict):
            raise ValueError("about.json holds no object")
        return about


def is_set_up() -> bool:
    return bool(settings.BACKUP_DIR and settings.BACKUP_KEY)


def backup_folder() -> Path:
    """Raises NoBackupIsSetUp."""
    if not is_set_up():
        raise NoBackupIsSetUp
    return Path(settings.BACKUP_DIR)


def backups_in(folder: Path) -> list[Backup]:
    """Every whole backup, the newest first."""
    named = (path for path in folder.glob("*") if _name.fullmatch(path.name))
    whole = [Backup(path) for path in named if (path / "about.json").is_file()]
    return sorted(whole, key=lambda backup: backup.folder.name, reverse=True)


def newest(folder: Path) -> Backup | None:
    return next(iter(backups_in(folder)), None)


def sealed_file(store: Path, name: str) -> Path:
    return store / "files" / name[:2] / f"{name}.age"


def sealed_name(digest: str) -> str:
    """The name of a file among the backups: the same for the same content and the same keys, and
    of no use to whoever has a file and would like to know whether it is here."""
    key = f"peerwork backups {settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{settings.BACKUP_KEY} {digest}".encode(), sha256).hexdigest()


# Thinning -----------------------------------------------------------------------------------


def kept(moments: Iterable[datetime], *, at: datetime) -> set[datetime]:
    """Which backups stay: the newest of all, the newest of each of the last 7 days, and the newest
    of each of the last 5 weeks."""
    newest_first = sorted(moments, reverse=True)
    stay = set(newest_first[:1])
    days: set[object] = set()
    weeks: set[object] = set()
    for moment in newest_first:
        age = at - moment
        for group, groups, limit in (
            (moment.date(), days, timedelta(days=DAYS_KEPT)),
            (moment.isocalendar()[:2], weeks, timedelta(weeks=WEEKS_KEPT)),
        ):
            if age < limit and group not in groups:
                stay.add(moment)
                groups.add(group)
    return stay


def thin(folder: Path, *, at: datetime) -> int:
    """Remove the backups that are not kept, and every file that none of the others needs.

    Gives how many backups went. Where one cannot be read, no file goes.
    """
    backups = backups_in(folder)
    stay = kept((backup.made_at for backup in backups), at=at)
    gone = [backup for backup in backups if backup.made_at not in stay]
    for backup in gone:
        leaving = backup.folder.with_name(f".{backup.folder.name}.leaving")
        backup.folder.rename(leaving)
    for unfinished in folder.glob(".*Z.*"):
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
    remove_unneeded_files(folder)
    return len(gone)


def remove_unneeded_files(folder: Path) -> None:
    try:
        needed = {name for backup in backups_in(folder) for name in backup.about()["files"]}
    except (OSError, ValueError, KeyError):
        return
    for path in (folder / "files").glob("*/*"):
        if path.stem not in needed:
            path.unlink()
