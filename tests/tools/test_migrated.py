"""The tables that the tests start from, made once for each set of migrations."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import migrated


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "peerwork-tests"


def write_a_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE made (at TEXT)")


@pytest.mark.django_db
def test_the_database_of_the_tests_has_had_every_migration():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert executor.loader.applied_migrations


def test_a_migration_that_changes_makes_another_set(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    migrations, requirements = tmp_path / "people" / "migrations", tmp_path / "requirements"
    for folder in (migrations, requirements):
        folder.mkdir(parents=True)
    digests = []
    for path, words in (
        (requirements / "base.txt", "django==5.2.1\n"),
        (requirements / "base.txt", "django==5.2.2\n"),
        (migrations / "0001_initial.py", "first = 1\n"),
        (migrations / "0001_initial.py", "first = 2\n"),
        (migrations / "0002_more.py", "first = 2\n"),
        (tmp_path / "people" / "names.py", "of no migration\n"),
    ):
        path.write_text(words)
        digests.append(migrated.digest_of_migrations())
    assert len(set(digests)) == 5
    assert digests[-1] == digests[-2]


def test_a_set_is_made_once_and_then_copied(folder, tmp_path, monkeypatch):
    made = []

    def make(path):
        made.append(path)
        write_a_database(path)

    monkeypatch.setattr(migrated, "make_sqlite", make)
    for name in ("one", "two"):
        file = tmp_path / name
        file.write_text("what was there before")
        Path(f"{file}-wal").write_text("and its log")
        migrated.fill_sqlite(file)
        assert not Path(f"{file}-wal").exists()
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("SELECT name FROM sqlite_schema").fetchall() == [("made",)]
    assert len(made) == 1
    assert [file.suffix for file in folder.iterdir() if file.is_dir()] == []


def test_what_could_not_be_made_is_not_kept(folder, tmp_path, monkeypatch):
    def make(path):
        path.write_text("half")
        raise AssertionError("it broke off")

    monkeypatch.setattr(migrated, "make_sqlite", make)
    with pytest.raises(AssertionError, match="it broke off"):
        migrated.fill_sqlite(tmp_path / "file")
    assert [file.name for file in folder.iterdir()] == ["sqlite3.lock"]


def test_only_the_newest_sets_are_kept(folder):
    folder.mkdir()
    for number in range(migrated.SETS_KEPT + 3):
        file = folder / f"{number:02}.sqlite3"
        file.write_text("")
        os.utime(file, (number, number))
    (folder / "another.dump").write_text("")
    migrated.forget_older_sets(folder, "sqlite3")
    kept = [f"{number:02}.sqlite3" for number in range(3, migrated.SETS_KEPT + 3)]
    assert sorted(file.name for file in folder.iterdir()) == [*kept, "another.dump"]


def test_a_command_that_fails_says_why():
    with pytest.raises(AssertionError, match="Unknown command: 'no-such-command'"):
        migrated.run([migrated.sys.executable, migrated.ROOT / "manage.py", "no-such-command"])
