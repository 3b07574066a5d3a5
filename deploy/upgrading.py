"""Bringing the database, the cache table and the static files up to date with the code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from deploy import databases, running

FIRST_MIGRATIONS = {
    ("lms", "0002_groups"),
    ("courses", "0003_quizzes_ask_for_one_per_cent"),
    ("assessments", "0003_initial"),
}
"""Some that only a database from before the first release has had: until then, migrations are
written afresh when a table changes its place."""
OUR_APPS = {"people", "courses", "assessments", "practice", "certificates", "lms"}


COMMAND = "manage.py upgrade"
COPIES_KEPT = 2
COPIES_KEPT_FOR = timedelta(days=30)
ADVISORY_LOCK = 0x5065657277726B
"""Any number does that all machines agree on, and nobody else on the server uses."""


class CannotServe(Exception):
    """The site must not be served as it stands; `str()` says what to do."""


class NotUpToDate(CannotServe):
    def __init__(self) -> None:
        super().__init__(
            "The database or the static files are older than the code. "
            "Run `manage.py upgrade`, then start again."
        )


class DatabaseUnreachable(CannotServe):
    def __init__(self, error: DatabaseError) -> None:
        super().__init__(f"The database cannot be reached: {error}")


class OneUpgradeAtATime(Exception):
    def __init__(self) -> None:
        super().__init__(
            f"{COMMAND} runs on another machine, on this same database. Wait until it has ended, "
            "then run it again. Nothing was changed."
        )


class OtherDatabase(CannotServe):
    """The database is of another version, and this code cannot bring it up to date."""


class DatabaseIsTooOld(OtherDatabase):
    """The database was made before the migrations began afresh (see `FIRST_MIGRATIONS`)."""

    def __init__(self) -> None:
        super().__init__(
            "It was made by Peerwork from before the first release, when questions, quizzes and "
            "results were kept in other tables. Nothing of it is changed. Start with a new one."
        )


class DatabaseIsNewer(OtherDatabase):
    """The database knows a migration that this code does not have."""

    def __init__(self, unknown: list[str]) -> None:
        super().__init__(
            "The database was made by a newer version of Peerwork, which knows "
            f"{', '.join(unknown)}. Use that version, or a database of this one."
        )


def insist_on_being_up_to_date() -> None:
    """Pass where the database and the static files are those of this code.

    Raises NotUpToDate, OtherDatabase or DatabaseUnreachable.
    """
    try:
        up_to_date = is_migrated() and static_is_collected()
    except DatabaseError as error:
        raise DatabaseUnreachable(error) from error
    if not up_to_date:
        raise NotUpToDate


def is_migrated() -> bool:
    """Whether the database has every table and column this code expects.

    Raises DatabaseIsTooOld for one from before the first release, and DatabaseIsNewer for one
    that has been ahead of this code.
    """
    loader = MigrationLoader(connection)
    if FIRST_MIGRATIONS & set(loader.applied_migrations):
        raise DatabaseIsTooOld
    unknown = unknown_to(loader, set(loader.applied_migrations))
    if unknown:
        raise DatabaseIsNewer(unknown)
    return all(key in loader.applied_migrations for key in loader.graph.nodes)


def unknown_to(loader: MigrationLoader, applied: set[tuple[str, str]]) -> list[str]:
    """The migrations of our apps among these that this code does not have."""
    return sorted(
        f"{app}.{name}"
        for app, name in applied - set(loader.disk_migrations)
        if app in OUR_APPS and not is_replaced(loader, (app, name))
    )


def unknown_migrations(applied: list[str]) -> list[str]:
    """The same of migrations that are named as `applied_migrations` names them."""
    keys = {(app, name) for app, name in (each.split(".", 1) for each in applied)}
    return unknown_to(MigrationLoader(None), keys)


def applied_migrations() -> list[str]:
    """Every migration that the database has had, such as "people.0001_initial"."""
    loader = MigrationLoader(connection)
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations)


def is_replaced(loader: MigrationLoader, key: tuple[str, str]) -> bool:
    return any(key in squashed.replaces for squashed in loader.replacements.values())


def migrate(*, copy: bool = True) -> Path | None:
    """Bring the database up to date, alone with it, from a copy that is made first.

    Gives where the copy is; None where there was nothing to change or nothing to copy. Raises
    InUse while anything else of the site runs, OneUpgradeAtATime while another machine changes the
    database, and CannotCopy; then nothing was changed.
    """
    if is_migrated():
        call_command("createcachetable", verbosity=0)
        return None
    with running.sole_use(COMMAND), alone_on_the_server():
        if is_migrated():  # by whoever was at it a moment ago
            return None
        path = None if not copy or databases.is_empty() else copy_before()
        apply_migrations()
        return path


def apply_migrations() -> None:
    """Apply what is missing, and make the table that processes share their counts in."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@contextmanager
def alone_on_the_server() -> Iterator[None]:
    """Nothing else changes the tables of this PostgreSQL database, from whatever machine.

    Raises OneUpgradeAtATime.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if cursor.fetchone() != (True,):
            raise OneUpgradeAtATime
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def copy_before() -> Path:
    """Write down the database as it is before an upgrade, and let go of older such copies.

    Raises CannotCopy.
    """
    now = datetime.now(UTC)
    ending = "sqlite3" if connection.vendor == "sqlite" else "dump"
    path = copies_folder() / f"{now:%Y%m%dT%H%M%SZ}.{ending}"
    databases.copy_into(path)
    forget_old_copies(at=now)
    return path


def forget_old_copies(*, at: datetime) -> None:
    """Keep the two newest copies from before upgrades, and none for longer than 30 days."""
    copies = sorted(copies_folder().glob("*Z.*"), reverse=True)
    for index, path in enumerate(copies):
        age = at.timestamp() - path.stat().st_mtime
        if index >= COPIES_KEPT or age > COPIES_KEPT_FOR.total_seconds():
            path.unlink()


def copies_folder() -> Path:
    return Path(settings.VAR_DIR) / "before-upgrade"


def migration_count() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


# Static files -----------------------------------------------------------------------------


def collect_static() -> None:
    """Gather what pages load, each under a name made from its content."""
    call_command("collectstatic", interactive=False, verbosity=0)
    collected_file().write_text(static_stamp())


def static_is_collected() -> bool:
    return collected_file().exists() and collected_file().read_text() == static_stamp()


def collected_file() -> Path:
    return Path(settings.STATIC_ROOT) / "collected"


def static_stamp() -> str:
    """Differs whenever a static file of ours, a locked package or an installed app does."""
    packages = (settings.BASE_DIR / "requirements" / "base.txt").read_bytes()
    folders = sorted(map(own_folder, settings.STATICFILES_DIRS))
    parts = [*settings.INSTALLED_APPS, *map(folder_stamp, folders)]
    return sha256(packages + "".join(parts).encode()).hexdigest()


def own_folder(entry: Any) -> Path:
    """The folder of an entry of STATICFILES_DIRS, which may come with a prefix."""
    return Path(entry[1] if isinstance(entry, tuple) else entry)


def folder_stamp(folder: Path) -> str:
    """Differs whenever a file in the folder does, by its name, its size or its time.

    What Python compiled of them is left out: it comes and goes by itself.
    """
    stamp = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent.name != "__pycache__":
            file = path.stat()
            stamp.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return stamp.hexdigest()
