"""Copying the database as it is at one moment, and putting a copy back, on SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, connections

LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}
"""Where PostgreSQL's programs read what Django connects with. A password is never an argument,
which everybody on the machine could read."""


class CannotCopy(Exception):
    """The database could not be copied or put back; `str()` says why."""


def kind() -> str:
    """What the database is: "sqlite" or "postgresql"."""
    return connection.vendor


def is_empty() -> bool:
    """Whether the database has no table at all. Makes no file."""
    if kind() == "sqlite" and not sqlite_file().exists():
        return True
    return not connection.introspection.table_names()


def sqlite_file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


# Copying ------------------------------------------------------------------------------------


@contextmanager
def copied() -> Iterator[IO[bytes]]:
    """The whole database as a stream, as it was at one moment. Whoever writes goes on writing.

    Raises CannotCopy, at the latest when it ends: what was read until then is worth nothing.
    """
    with copied_from_sqlite() if kind() == "sqlite" else dumped() as stream:
        yield stream


def copy_into(path: Path) -> None:
    """Write a copy of the database, whole, which only its owner can read.

    Raises CannotCopy.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with copied() as stream, private_file(unfinished) as file:
            shutil.copyfileobj(stream, file, 1024 * 1024)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def private_file(path: Path) -> IO[bytes]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


@contextmanager
def copied_from_sqlite() -> Iterator[IO[bytes]]:
    """SQLite's own backup, in one step and so of one moment, looked through before it is used."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=settings.VAR_DIR) as folder:
        path = Path(folder) / "copy.sqlite3"
        try:
            with (
                closing(sqlite3.connect(sqlite_file(), timeout=20)) as source,
                closing(sqlite3.connect(path)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # the whole of it is in one file
        except sqlite3.Error as error:
            raise CannotCopy(f"SQLite could not copy the database: {error}.") from error
        insist_on_integrity(path)
        with path.open("rb") as stream:
            yield stream


def insist_on_integrity(path: Path) -> None:
    """Raises CannotCopy where SQLite finds a fault in the file."""
    problem = sqlite_problem(path)
    if problem:
        raise CannotCopy(
            f"PRAGMA integrity_check finds a fault in the database: {problem}. "
            "docs/operators.md says what to do, under “When it breaks”."
        )


def sqlite_problem(path: Path) -> str:
    """What `PRAGMA integrity_check` finds wrong with a file; nothing where it is sound."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == ("ok",) else str(found[0])


@contextmanager
def dumped() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as complaints:
        command = ["--format=custom", "--no-owner", "--no-privileges"]
        running = subprocess.Popen(  # noqa: S603
            [program("pg_dump"), *command],
            env=libpq_environment(),
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        assert running.stdout  # noqa: S101  it was asked for
        try:
            yield running.stdout
            left = running.stdout.read(1)
        finally:
            running.stdout.close()
            code = running.wait()
        if code or left:
            raise CannotCopy(f"pg_dump failed: {last_line(complaints) or code}.")


# Putting back -------------------------------------------------------------------------------


def insist_on_sound_copy(path: Path) -> None:
    """Raises CannotCopy where a copy cannot be put back into a database of this kind."""
    if kind() == "sqlite":
        insist_on_integrity(path)
    else:
        run("pg_restore", "--list", str(path), output=subprocess.DEVNULL)


def put_back(path: Path) -> None:
    """Make the empty database what a copy holds: all of it, or nothing. The copy is used up.

    Raises CannotCopy.
    """
    connections.close_all()
    if kind() == "sqlite":
        file = sqlite_file()
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.move(path, file)
        return
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    database = libpq_environment()["PGDATABASE"]
    run("pg_restore", *options, f"--dbname={database}", str(path))


def staging_place() -> Path:
    """Where a copy waits to be put back: on the same disk as the database, where that is a file."""
    if kind() == "sqlite":
        return sqlite_file().with_name(f"{sqlite_file().name}.restoring")
    return settings.VAR_DIR / "database.restoring"


# PostgreSQL's programs ----------------------------------------------------------------------


def run(name: str, *arguments: str, output: int | None = None) -> None:
    with tempfile.TemporaryFile() as complaints:
        done = subprocess.run(  # noqa: S603
            [program(name), *arguments],
            env=libpq_environment(),
            stdout=output,
            stderr=complaints,
        )
        if done.returncode:
            raise CannotCopy(f"{name} failed: {last_line(complaints) or done.returncode}.")


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CannotCopy(
            f"There is no {name} on this machine. On Debian: apt-get install postgresql-client. "
            "It must be as new as the server."
        )
    return found


def libpq_environment() -> dict[str, str]:
    """The environment for PostgreSQL's programs, with what Django connects with."""
    parameters = connection.get_connection_params()
    named = {
        variable: str(parameters[name])
        for name, variable in LIBPQ.items()
        if parameters.get(name) not in (None, "")
    }
    return {**os.environ, **named}


def last_line(complaints: Any) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").split("\n")
    with contextlib.suppress(IndexError):
        return [line.strip() for line in lines if line.strip()][-1]
    return ""
