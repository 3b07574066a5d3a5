"""Gives the tests a database in which every migration has run.

To run them takes half a minute of the processor, and makes the same tables each time. So they
run once for each set of migrations, and the tables are kept in the user's folder for such files.
What follows each `migrate` (permissions, roles) is of the code of today: whoever is given such a
database runs `migrate` on it, which then has nothing else to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent

SETS_KEPT = 6
"""Of the others, those made first go."""


def digest_of_migrations() -> str:
    """What tells one set of migrations, of our apps and of others', from another."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(f"\n{file.relative_to(ROOT)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:20]


def fill_sqlite(file: Path) -> None:
    """Make `file` a migrated SQLite database, whatever it was before."""
    for beside in ("", "-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    shutil.copyfile(kept_file("sqlite3", make_sqlite), file)


def fill_postgres(url: str) -> None:
    """Make the database that `url` names, on its running server, whatever it was before."""
    kept = kept_file("dump", lambda path: make_postgres(path, url))
    drop_postgres(url)
    on_server(url, "CREATE DATABASE {}")
    program = postgres.programs() / "pg_restore"
    run([program, "--no-owner", "--exit-on-error", f"--dbname={url}", kept])


def drop_postgres(url: str) -> None:
    on_server(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


# Made once --------------------------------------------------------------------------------


def kept_file(ending: str, make: Callable[[Path], None]) -> Path:
    """The file of today's migrations, made by whichever process comes first."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "peerwork-tests")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / f"{digest_of_migrations()}.{ending}"
    with (folder / f"{ending}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=folder) as making:
                unfinished = Path(making, kept.name)
                make(unfinished)
                unfinished.rename(kept)
            forget_older_sets(folder, ending)
    return kept


def forget_older_sets(folder: Path, ending: str) -> None:
    """Keep the newest few."""
    files = sorted(folder.glob(f"*.{ending}"), key=lambda file: file.stat().st_mtime)
    for file in files[:-SETS_KEPT]:
        file.unlink(missing_ok=True)


def make_sqlite(path: Path) -> None:
    migrate(VAR_DIR=str(path.parent))
    made = path.parent / "peerwork.sqlite3"
    with closing(sqlite3.connect(made)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    made.rename(path)


def make_postgres(path: Path, beside: str) -> None:
    """Migrate a database of its own on the server of `beside`, and dump it."""
    scratch = urlsplit(beside)._replace(path=f"/migrating_{secrets.token_hex(4)}").geturl()
    on_server(scratch, "CREATE DATABASE {}")
    try:
        migrate(VAR_DIR=str(path.parent), DATABASE_URL=scratch)
        program = postgres.programs() / "pg_dump"
        run([program, "--format=custom", "--compress=1", f"--file={path}", scratch])
    finally:
        drop_postgres(scratch)


def migrate(**settings: str) -> None:
    others = {name: os.environ[name] for name in os.environ if name in {"PATH", "HOME", "TMPDIR"}}
    environment = {**others, "DJANGO_SETTINGS_MODULE": "lms.settings.test", **settings}
    run([sys.executable, ROOT / "manage.py", "migrate", "--no-input"], environment)


def run(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    """Raises AssertionError with all that the command said, where it failed."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command[:2]}:\n{done.stdout}{done.stderr}"


def on_server(url: str, statement: str) -> None:
    """Say something of the database that `url` names to the server that it is on."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
