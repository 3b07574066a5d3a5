"""Who uses what is in VAR_DIR: the parts of a running site, or one command that changes it alone.

Every part holds a shared lock on one file for as long as it lives; a command that must be alone
holds it whole. The system lets go of a lock when its process ends, however it ends, so nothing is
left to clear away by hand. `VAR_DIR` is on a local disk, where such locks hold.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

_held: dict[Path, int] = {}


class InUse(Exception):
    """Something else runs; `str()` says what, and what to do."""


class PartsAreRunning(InUse):
    def __init__(self, command: str, parts: list[str]) -> None:
        super().__init__(
            f"{command} has to be alone with {settings.VAR_DIR}, which is in use by "
            f"{', '.join(parts) or 'a part of the site'}. Stop the site first (Ctrl-C, "
            "`systemctl stop peerwork.target`, or `docker compose stop web worker scheduler`), "
            f"then run {command} again. Nothing was changed."
        )


class OneIsAtIt(InUse):
    def __init__(self, command: str, other: str) -> None:
        super().__init__(
            f"{other} is changing what is in {settings.VAR_DIR}. Wait until it has ended, then "
            f"start {command} again. Nothing was changed."
        )


class AlreadyServed(InUse):
    def __init__(self, other: str, address: str) -> None:
        super().__init__(
            f"Peerwork already runs from {settings.VAR_DIR}: {other}, at {address}. Use that one, "
            "or stop it with Ctrl-C and start again. For a second site beside it, give this one "
            "a folder and a port of its own:  make run VAR_DIR=/another/folder PORT=8001"
        )


class HalfRestored(InUse):
    def __init__(self, backup: str) -> None:
        super().__init__(
            f"The backup {backup} was only put back in part. Run `manage.py restore` with it again: "
            "it goes on where it was. Nothing is served until it has ended."
        )


def take_part(name: str) -> None:
    """Say that this process is a part of the running site, for as long as it lives.

    Raises OneIsAtIt while a command changes the database or the files, and HalfRestored where a
    restore did not come to its end.
    """
    insist_on_whole_restore()
    gate = open_lock("in-use.lock")
    if not lock(gate, fcntl.LOCK_SH):
        other = described(gate)
        os.close(gate)
        raise OneIsAtIt(f"the {name}", other)
    _held[settings.VAR_DIR / f"gate.{gate}"] = gate
    own = open_lock(f"running/{os.getpid()}-{socket.gethostname()}-{name.replace(' ', '-')}")
    lock(own, fcntl.LOCK_EX)
    write(own, name)
    _held[settings.VAR_DIR / f"part.{own}"] = own


@contextmanager
def sole_use(command: str) -> Iterator[None]:
    """Nothing else of the site runs, or begins to, until this ends.

    Raises OneIsAtIt or PartsAreRunning.
    """
    gate = open_lock("in-use.lock")
    try:
        if not lock(gate, fcntl.LOCK_EX):
            other = described(gate)
            raise OneIsAtIt(command, other) if other else PartsAreRunning(command, running_parts())
        write(gate, command)
        try:
            yield
        finally:
            os.ftruncate(gate, 0)
    finally:
        os.close(gate)


def be_the_only_site(address: str) -> None:
    """Serve from VAR_DIR, alone, for as long as this process lives, whatever it becomes.

    Raises AlreadyServed.
    """
    file = settings.VAR_DIR / "site.lock"
    if file in _held:
        return
    own = open_lock("site.lock")
    if not lock(own, fcntl.LOCK_EX):
        holder = read(own)
        os.close(own)
        raise AlreadyServed(in_words(holder) or "another start of it", holder.get("address", "?"))
    write(own, "manage.py serve", address=address)
    os.set_inheritable(own, True)  # it becomes supervisor
    _held[file] = own


def running_parts() -> list[str]:
    """What runs now, in words. What is left of parts that have ended is cleared away."""
    parts = []
    for file in sorted((settings.VAR_DIR / "running").glob("*")):
        with suppress(FileNotFoundError):
            descriptor = os.open(file, os.O_RDWR)
            if lock(descriptor, fcntl.LOCK_EX):
                file.unlink()
            else:
                parts.append(described(descriptor))
            os.close(descriptor)
    return [part for part in parts if part]


@dataclass(frozen=True)
class UnfinishedFlag:
    """A file that says that something was begun, until it has ended."""

    path: Path

    def text(self) -> str:
        """What was begun; nothing where there is no flag."""
        return self.path.read_text().strip() if self.path.exists() else ""

    def set(self, text: str) -> None:
        with self.path.open("w") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def insist_on_whole_restore() -> None:
    """Raises HalfRestored where a restore did not come to its end."""
    if restore_flag().text():
        raise HalfRestored(restore_flag().text())


def restore_flag() -> UnfinishedFlag:
    """Stands from the moment a restore changes something until it is done."""
    return UnfinishedFlag(settings.VAR_DIR / "restoring")


# One lock file ------------------------------------------------------------------------------


def open_lock(name: str) -> int:
    path = settings.VAR_DIR / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def lock(descriptor: int, kind: int) -> bool:
    """Whether the lock could be had at once."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write(descriptor: int, name: str, **more: str) -> None:
    """Say in a lock file who holds it."""
    since = datetime.now(UTC).strftime("%H:%M UTC")
    holder = {"name": name, "pid": os.getpid(), "host": socket.gethostname(), "since": since}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder | more).encode(), 0)


def read(descriptor: int) -> dict[str, Any]:
    """Who holds a lock file; nothing where that is not written yet."""
    with suppress(ValueError):
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return holder if isinstance(holder, dict) else {}
    return {}


def described(descriptor: int) -> str:
    return in_words(read(descriptor))


def in_words(holder: dict[str, Any]) -> str:
    if not holder:
        return ""
    return (
        f"{holder['name']} (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    )
