"""The list of accounts that were erased, by number alone, in a file beside the database.

A backup that is put back brings back whoever was erased since. This file is outside the database,
so that it is newer than any backup of it; nothing is ever taken out of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from people.models import Erasure


@dataclass(frozen=True)
class ErasedAccount:
    """An account that was erased: its number, when it was made, and when erasing it began."""

    person_id: int
    joined_at: datetime
    begun_at: datetime | None


def erasures_file() -> Path:
    """Where the list is: `erasures.jsonl` in VAR_DIR."""
    return Path(settings.VAR_DIR) / "erasures.jsonl"


def note(erasure: Erasure) -> None:
    """Add an account to the list, on the disk before this returns. Twice does no harm."""
    line = line_of(ErasedAccount(erasure.person_id, erasure.joined_at, erasure.begun_at))
    descriptor = os.open(erasures_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def noted(path: Path | None = None) -> Iterator[ErasedAccount]:
    """The accounts of the list. A line that was cut off by a power failure is passed over."""
    path = path or erasures_file()
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as file:
        yield from accounts_in(file)


def line_of(account: ErasedAccount) -> str:
    """An account as one line, without a name."""
    return json.dumps(
        {
            "person": account.person_id,
            "joined_at": account.joined_at.isoformat(),
            "begun_at": account.begun_at.isoformat() if account.begun_at else None,
        }
    )


def accounts_in(lines: Iterable[str]) -> Iterator[ErasedAccount]:
    """The accounts of such lines. One that cannot be read is passed over."""
    for line in lines:
        try:
            row = json.loads(line)
            yield ErasedAccount(
                int(row["person"]),
                datetime.fromisoformat(row["joined_at"]),
                datetime.fromisoformat(row["begun_at"]),
            )
        except (ValueError, KeyError, TypeError):
            continue
