"""Bringing the database, the cache table and the static files up to date with the code."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

FIRST_MIGRATIONS = {
    ("lms", "0002_groups"),
    ("courses", "0003_quizzes_ask_for_one_per_cent"),
    ("assessments", "0003_initial"),
}
"""Some that only a database from before the first release has had: until then, migrations are
written afresh when a table changes its place."""
OUR_APPS = {"people", "courses", "assessments", "practice", "certificates", "lms"}


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
    unknown = sorted(
        f"{app}.{name}"
        for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)
        if app in OUR_APPS and not is_replaced(loader, (app, name))
    )
    if unknown:
        raise DatabaseIsNewer(unknown)
    return all(key in loader.applied_migrations for key in loader.graph.nodes)


def is_replaced(loader: MigrationLoader, key: tuple[str, str]) -> bool:
    return any(key in squashed.replaces for squashed in loader.replacements.values())


def migrate() -> None:
    """Apply what is missing, and make the table that processes share their counts in."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


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
    """Differs whenever a file in the folder does, by its name, its size or its time."""
    stamp = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            file = path.stat()
            stamp.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return stamp.hexdigest()
