"""Whether a site may be served as it stands, and what is said when it may not."""

from __future__ import annotations

import errno
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from deploy import environment, heartbeat, processes, upgrading

# The database ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_database_of_this_code_is_up_to_date():
    assert upgrading.is_migrated() is True
    assert upgrading.migration_count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("app", ["people", "courses", "assessments", "certificates", "lms"])
def test_a_migration_that_is_missing_is_noticed_in_every_app(app):
    recorder = MigrationRecorder(connection)
    newest = max(name for label, name in recorder.applied_migrations() if label == app)
    recorder.record_unapplied(app, newest)
    assert upgrading.is_migrated() is False
    assert upgrading.migration_count() >= 1


@pytest.mark.django_db
def test_migrations_of_a_newer_version_are_named_in_order():
    recorder = MigrationRecorder(connection)
    recorder.record_applied("people", "9998_badges")
    recorder.record_applied("courses", "9999_rooms")
    with pytest.raises(upgrading.DatabaseIsNewer) as problem:
        upgrading.is_migrated()
    assert "courses.9999_rooms, people.9998_badges" in str(problem.value)


@pytest.mark.django_db
def test_what_a_library_left_behind_does_not_stop_the_site():
    MigrationRecorder(connection).record_applied("taggit", "9999_gone")
    assert upgrading.is_migrated() is True


@pytest.mark.parametrize(
    ("migrated", "collected", "may_serve"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_both_the_database_and_the_static_files_must_be_of_this_code(
    monkeypatch, migrated, collected, may_serve
):
    monkeypatch.setattr(upgrading, "is_migrated", lambda: migrated)
    monkeypatch.setattr(upgrading, "static_is_collected", lambda: collected)
    if may_serve:
        upgrading.insist_on_being_up_to_date()
        return
    with pytest.raises(upgrading.NotUpToDate, match=r"manage\.py upgrade"):
        upgrading.insist_on_being_up_to_date()


def test_a_database_that_is_away_is_told_from_one_that_is_old(monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(upgrading, "is_migrated", away)
    with pytest.raises(upgrading.DatabaseUnreachable, match="connection refused"):
        upgrading.insist_on_being_up_to_date()


# Static files ---------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path, settings):
    """A site with one static file, and a place to collect it in."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2\n")
    static = tmp_path / "static"
    (static / "css").mkdir(parents=True)
    (static / "css" / "site.css").write_text("a {}")
    collected = tmp_path / "collected"
    collected.mkdir()
    settings.BASE_DIR = tmp_path
    settings.STATICFILES_DIRS = [static]
    settings.STATIC_ROOT = str(collected)
    return tmp_path


def collect(tree: Path) -> None:
    """What collecting leaves when it is done."""
    upgrading.collected_file().write_text(upgrading.static_stamp())


def edit(tree):
    (tree / "static" / "css" / "site.css").write_text("b {} /* longer */")


def touch(tree):
    path = tree / "static" / "css" / "site.css"
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))


def add(tree):
    (tree / "static" / "new.js").write_text("")


def rename(tree):
    path = tree / "static" / "css" / "site.css"
    path.rename(path.with_name("page.css"))


def remove(tree):
    (tree / "static" / "css" / "site.css").unlink()


def upgrade_a_package(tree):
    (tree / "requirements" / "base.txt").write_text("django==5.3\n")


@pytest.mark.parametrize("change", [edit, touch, add, rename, remove, upgrade_a_package])
def test_whatever_pages_load_is_collected_again_when_it_changes(tree, change):
    assert upgrading.static_is_collected() is False
    collect(tree)
    assert upgrading.static_is_collected() is True
    change(tree)
    assert upgrading.static_is_collected() is False
    collect(tree)
    assert upgrading.static_is_collected() is True


def test_an_empty_folder_changes_nothing(tree):
    collect(tree)
    (tree / "static" / "later").mkdir()
    assert upgrading.static_is_collected() is True


def test_a_folder_with_a_prefix_is_watched_as_well(tree, settings):
    settings.STATICFILES_DIRS = [("ours", str(tree / "static"))]
    collect(tree)
    add(tree)
    assert upgrading.static_is_collected() is False


def test_the_order_of_the_folders_does_not_matter(tree, settings):
    (tree / "more").mkdir()
    settings.STATICFILES_DIRS = [tree / "static", tree / "more"]
    collect(tree)
    settings.STATICFILES_DIRS = [tree / "more", tree / "static"]
    assert upgrading.static_is_collected() is True


# The environment ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "port"),
    [(None, 8000), ("", 8000), ("  ", 8000), ("1", 1), (" 8080 ", 8080), ("65535", 65535)],
)
def test_a_port_is_a_whole_number_in_range(monkeypatch, value, port):
    if value is None:
        monkeypatch.delenv("PORT", raising=False)
    else:
        monkeypatch.setenv("PORT", value)
    assert environment.port() == port


@pytest.mark.parametrize("value", ["0", "-1", "65536", "80.0", "1e3", "http", "８０", "8 0", "+80"])
def test_anything_else_is_named_with_an_example(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(environment.UnreadableSetting) as problem:
        environment.port()
    assert str(problem.value) == f"PORT is {value!r}. Give a whole number, such as 8000."


@pytest.mark.parametrize(
    ("value", "host"),
    [("", "127.0.0.1"), (" ", "127.0.0.1"), ("::1", "::1"), (" 10.0.0.1 ", "10.0.0.1")],
)
def test_it_listens_to_this_machine_alone_unless_told(monkeypatch, value, host):
    monkeypatch.setenv("LISTEN_ON", value)
    assert environment.listening_host() == host


@pytest.mark.parametrize(
    ("host", "proxies", "missing"),
    [
        ("", 0, False),
        ("127.0.0.1", 0, False),
        ("::1", 0, False),
        ("localhost", 0, False),
        ("0.0.0.0", 0, True),
        ("::", 0, True),
        ("203.0.113.9", 0, True),
        ("learn.example.org", 0, True),
        ("0.0.0.0", 1, False),
    ],
)
def test_a_public_address_wants_a_proxy(monkeypatch, host, proxies, missing):
    monkeypatch.setenv("LISTEN_ON", host)
    assert environment.proxy_is_missing(proxies) is missing


# The port -------------------------------------------------------------------------------


@pytest.fixture
def used_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_passes_and_is_left_free(used_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    processes.insist_on_a_free_port("127.0.0.1", free)
    processes.insist_on_a_free_port("127.0.0.1", free)


def test_a_port_in_use_is_named_with_the_next_one(used_port):
    with pytest.raises(processes.PortInUse) as problem:
        processes.insist_on_a_free_port("127.0.0.1", used_port)
    assert str(used_port) in str(problem.value)
    assert f"PORT={used_port + 1}" in str(problem.value)


def test_after_the_last_port_there_is_another_to_choose():
    assert "PORT=8001" in str(processes.PortInUse(65535))


def test_an_address_of_another_machine_is_refused_with_the_reason():
    with pytest.raises(processes.PortRefused) as problem:
        processes.insist_on_a_free_port("192.0.2.1", 8000)
    assert os.strerror(errno.EADDRNOTAVAIL) in str(problem.value)
    assert "192.0.2.1" in str(problem.value)


# The worker -----------------------------------------------------------------------------


def test_a_worker_that_never_was_has_no_last_beat(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    assert heartbeat.last_beat() is None


def test_a_beat_is_an_instant_and_the_latest_counts(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    now = datetime.now(UTC).replace(microsecond=0)
    for moment in (now - timedelta(hours=1), now):
        heartbeat.heartbeat_file().touch()
        os.utime(heartbeat.heartbeat_file(), (moment.timestamp(), moment.timestamp()))
        assert heartbeat.last_beat() == moment


def test_static_files_are_gathered_again_when_an_app_is_installed(settings, tree, monkeypatch):
    collect(tree)
    with_another_app = SimpleNamespace(
        BASE_DIR=settings.BASE_DIR,
        STATICFILES_DIRS=settings.STATICFILES_DIRS,
        STATIC_ROOT=settings.STATIC_ROOT,
        INSTALLED_APPS=[*settings.INSTALLED_APPS, "another.app"],
    )
    monkeypatch.setattr(upgrading, "settings", with_another_app)
    assert upgrading.static_is_collected() is False
