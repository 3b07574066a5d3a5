"""Each part of the site, and from which moment it is said not to be well."""

from __future__ import annotations

import inspect
import re
from collections import namedtuple
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from deploy import health
from deploy.checking_files import LastCheck
from deploy.upgrading import DatabaseIsNewer
from tests.make import DAY, HOUR, NOON
from tests.servers import ROOT

SECOND = timedelta(seconds=1)
Space = namedtuple("Space", "total free")


@pytest.mark.parametrize(
    ("silent", "state"),
    [
        (0 * SECOND, "ok"),
        (health.LONGEST_SILENCE - SECOND, "ok"),
        (health.LONGEST_SILENCE, "silent for 2 minutes"),
        (HOUR, "silent for 60 minutes"),
        (DAY, "silent for 1440 minutes"),
    ],
)
def test_a_worker_is_well_until_it_was_silent_for_too_long(monkeypatch, silent, state):
    monkeypatch.setattr(health, "last_beat", lambda: NOON - silent)
    assert health.worker(at=NOON) == state


def test_a_worker_that_never_ran_is_told_how_to_start(monkeypatch):
    monkeypatch.setattr(health, "last_beat", lambda: None)
    assert "manage.py db_worker" in health.worker(at=NOON)


def waiting(monkeypatch, task):
    """As though this were the oldest task in the queue."""
    queue = SimpleNamespace(
        ready=lambda: SimpleNamespace(order_by=lambda name: SimpleNamespace(first=lambda: task))
    )
    monkeypatch.setattr(health, "DBTaskResult", SimpleNamespace(objects=queue))


@pytest.mark.parametrize(
    ("enqueued", "put_off_until", "state"),
    [
        (0 * SECOND, None, "ok"),
        (health.LONGEST_WAIT - SECOND, None, "ok"),
        (health.LONGEST_WAIT, None, "the oldest has waited 10 minutes"),
        (2 * HOUR, None, "the oldest has waited 120 minutes"),
        # One that was put off waits from the time it was put off to.
        (2 * HOUR, SECOND, "ok"),
        (2 * HOUR, HOUR, "the oldest has waited 60 minutes"),
    ],
)
def test_a_queue_is_well_until_something_waited_for_too_long(
    monkeypatch, enqueued, put_off_until, state
):
    last_day = NOON + 10_000 * DAY
    run_after = last_day if put_off_until is None else NOON - put_off_until
    waiting(monkeypatch, SimpleNamespace(enqueued_at=NOON - enqueued, run_after=run_after))
    assert health.tasks(at=NOON) == state


def test_an_empty_queue_is_well(monkeypatch):
    waiting(monkeypatch, None)
    assert health.tasks(at=NOON) == "ok"


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (100, "ok"),
        (11, "ok"),
        (10, "only 10% is free"),
        (1, "only 1% is free"),
        (0, "only 0% is free"),
    ],
)
def test_a_disk_is_well_while_there_is_room(monkeypatch, free, state):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: Space(100, free))
    assert health.disk() == state


@pytest.mark.parametrize(
    ("free", "state"),
    [(100, "ok"), (20, "ok"), (19, "only 19% is free: make room before it is 10%")],
)
def test_a_disk_that_fills_is_said_while_there_is_time(monkeypatch, free, state):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: Space(100, free))
    assert health.room() == state
    assert health.disk() == "ok"
    assert health.state_of({"disk": health.disk(), "room": health.room()}) == (
        "well" if state == "ok" else "degraded"
    )


def test_the_page_for_operators_has_every_part_and_how_bad_each_is():
    page = (ROOT / "docs" / "operators.md").read_text()
    table = page.split("| part | not well when | then it is |\n")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| (down|degraded) \|$", table, re.MULTILINE)
    source = inspect.getsource(health.readiness) + inspect.getsource(health.on_disk)
    parts = set(re.findall(r'"(\w+)": \w+\(|parts\["(\w+)"\] =', source))
    assert {name for name, _ in rows} == {one or other for one, other in parts}
    assert {name for name, state in rows if state == "down"} == health.DOWN


def test_the_alarm_and_the_page_warn_of_the_same_share_of_a_disk():
    alarms = (ROOT / "deploy" / "prometheus" / "alarms.yml").read_text()
    assert f"peerwork_disk_free_ratio < {health.WARN_BELOW:.2f}" in alarms


def test_migrations_are_looked_up_until_they_are_there_and_then_no_more(monkeypatch):
    answers = [False, True]
    monkeypatch.setattr(health, "_seen_migrated", False)
    monkeypatch.setattr(health, "is_migrated", lambda: answers.pop(0))
    assert "manage.py upgrade" in health.migrations()
    assert health.migrations() == "ok"
    assert health.migrations() == "ok"
    assert answers == []


def test_a_database_of_a_newer_version_is_named(monkeypatch):
    def newer():
        raise DatabaseIsNewer(["lms.0009_x"])

    monkeypatch.setattr(health, "_seen_migrated", False)
    monkeypatch.setattr(health, "is_migrated", newer)
    assert health.migrations() == "the database is of another version than this code"


def test_a_database_that_is_away_is_named_by_the_kind_of_its_fault_alone(monkeypatch):
    def away():
        raise OperationalError("could not connect to db.internal as peerwork")

    monkeypatch.setattr(health, "connection", SimpleNamespace(cursor=away, vendor="postgresql"))
    assert health.database() == "does not answer (OperationalError)"


@pytest.mark.parametrize(
    ("database", "migrations", "parts"),
    [
        (
            "ok",
            "ok",
            {
                "database",
                "disk",
                "room",
                "clock",
                "migrations",
                "worker",
                "tasks",
                "mail",
                "certificates",
                "keys",
                "cache",
                "files",
                "log",
            },
        ),
        ("ok", "behind", {"database", "disk", "room", "clock", "migrations", "files", "log"}),
        ("away", "ok", {"database", "disk", "room", "files", "log"}),
    ],
)
def test_what_rests_on_a_part_that_is_not_well_is_not_asked(
    monkeypatch, settings, database, migrations, parts
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(health, "database", lambda: database)
    monkeypatch.setattr(health, "migrations", lambda: migrations)
    monkeypatch.setattr(health, "cache_is_in_database", lambda: True)
    for name in ("disk", "room", "shared_cache"):
        monkeypatch.setattr(health, name, lambda: "ok")
    monkeypatch.setattr(health, "last_beat", lambda part: None)
    for name in ("worker", "tasks", "mail", "certificates", "keys", "files", "log"):
        monkeypatch.setattr(health, name, lambda at: "ok")
    assert set(health.readiness(at=NOON)) == parts


# Down and degraded ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unwell", "state"),
    [
        ((), "well"),
        (("cache",), "degraded"),
        (("mail", "files", "backup"), "degraded"),
        *(((name,), "down") for name in sorted(health.DOWN)),
        (("cache", "database"), "down"),
    ],
)
def test_a_site_without_its_cache_is_degraded_and_one_without_its_database_down(unwell, state):
    parts = {"database": "ok", "cache": "ok", "disk": "ok"} | dict.fromkeys(unwell, "is away")
    assert health.state_of(parts) == state


@pytest.mark.parametrize(
    ("silent", "state"), [(SECOND, "ok"), (health.LONGEST_SILENCE, "silent for 2 minutes")]
)
def test_a_scheduler_that_ran_once_has_to_go_on(monkeypatch, silent, state):
    monkeypatch.setattr(health, "last_beat", lambda part: NOON - silent)
    assert health.on_disk(at=NOON)["scheduler"] == state


def test_where_cron_does_what_is_due_no_scheduler_is_missed(monkeypatch):
    monkeypatch.setattr(health, "last_beat", lambda part: None)
    assert "scheduler" not in health.on_disk(at=NOON)


@pytest.mark.parametrize(
    ("since", "state"),
    [
        (None, "ok"),
        (NOON + SECOND, "ok"),
        (NOON - health.LONGEST_OWED + SECOND, "ok"),
        (NOON - health.LONGEST_OWED, "the oldest letter is owed for 60 minutes"),
    ],
)
def test_mail_is_well_until_a_letter_was_owed_for_too_long(monkeypatch, since, state):
    monkeypatch.setattr(health, "oldest_owed_letter", lambda: since)
    assert health.mail(at=NOON) == state


@pytest.fixture
def backups(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEY = str(tmp_path), "age1"

    def make_one(at):
        folder = tmp_path / at.strftime("%Y%m%dT%H%M%SZ")
        folder.mkdir()
        (folder / "about.json").write_text("{}")

    return make_one


def test_a_backup_is_well_until_it_is_twenty_five_hours_old(backups):
    assert health.backup(at=NOON) == "none was made yet"
    backups(NOON - 3 * DAY)
    backups(NOON - 25 * HOUR)
    assert health.backup(at=NOON) == "the newest is 25 hours old"
    backups(NOON - 25 * HOUR + SECOND)
    assert health.backup(at=NOON) == "ok"


def test_a_backup_that_was_not_finished_is_none(backups, tmp_path):
    backups(NOON)
    (tmp_path / NOON.strftime("%Y%m%dT%H%M%SZ") / "about.json").unlink()
    assert health.backup(at=NOON) == "none was made yet"


def test_a_folder_of_backups_that_is_away_is_named(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEY = str(tmp_path / "unmounted"), "age1"
    assert health.on_disk(at=NOON)["backup"] == "its folder cannot be read (FileNotFoundError)"


def test_a_site_without_backups_has_no_such_part(settings):
    settings.BACKUP_DIR = settings.BACKUP_KEY = ""
    assert "backup" not in health.on_disk(at=NOON)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (None, "never checked: the scheduler does it, or manage.py check_files"),
        (LastCheck(NOON, 0, ""), "ok"),
        (LastCheck(NOON, 2, ""), "2 are lost or damaged: run manage.py check_files"),
        (LastCheck(NOON - 3 * DAY, 0, ""), "not checked for 3 days"),
        (
            LastCheck(NOON, 0, "malformed"),
            "the database file is damaged: see When it breaks in docs/operators.md",
        ),
    ],
)
def test_files_are_well_while_the_daily_check_finds_them_so(monkeypatch, last, state):
    monkeypatch.setattr(health, "last_check", lambda: last)
    assert health.files(at=NOON) == state


# Who may ask ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "headers", "may"),
    [
        ("127.0.0.1", {}, True),
        ("127.9.9.9", {}, True),
        ("::1", {}, True),
        ("10.0.0.5", {}, False),
        ("", {}, False),
        ("unix:", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, False),
        ("10.0.0.5", {"authorization": "Bearer watchman"}, True),
        ("127.0.0.1", {"x-real-ip": "8.8.8.8", "authorization": "Bearer watchman"}, True),
        ("10.0.0.5", {"authorization": "Bearer watchma"}, False),
        ("10.0.0.5", {"authorization": "Bearer "}, False),
        ("10.0.0.5", {"authorization": "Basic watchman"}, False),
    ],
)
def test_this_machine_and_whoever_has_the_token_may_ask(settings, address, headers, may):
    settings.READYZ_TOKEN = "watchman"
    request = RequestFactory().get("/readyz", headers=headers, REMOTE_ADDR=address)
    assert health.may_ask(request) is may


@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer"])
def test_no_token_is_no_password(settings, sent):
    settings.READYZ_TOKEN = ""
    headers = {"authorization": sent}
    request = RequestFactory().get("/readyz", headers=headers, REMOTE_ADDR="10.0.0.5")
    assert health.may_ask(request) is False


@pytest.mark.parametrize("apart", [-2, -1, 0, 1, 2])
def test_clocks_within_two_seconds_agree(apart):
    assert health.clocks_agree(NOON, NOON + timedelta(seconds=apart), NOON) == "ok"


@pytest.mark.parametrize("apart", [-300, -3, 3, 300])
def test_clocks_further_apart_are_named(apart):
    words = health.clocks_agree(NOON, NOON + timedelta(seconds=apart), NOON)
    assert f"{abs(apart)} seconds apart" in words
