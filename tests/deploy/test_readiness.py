"""Each part of the site, and from which moment it is said not to be well."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from deploy import health
from deploy.upgrading import DatabaseIsNewer
from tests.make import DAY, HOUR, NOON

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
        ("ok", "ok", {"database", "disk", "clock", "migrations", "worker", "tasks", "cache"}),
        ("ok", "behind", {"database", "disk", "clock", "migrations"}),
        ("away", "ok", {"database", "disk"}),
    ],
)
def test_what_rests_on_a_part_that_is_not_well_is_not_asked(
    monkeypatch, settings, database, migrations, parts
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(health, "database", lambda: database)
    monkeypatch.setattr(health, "migrations", lambda: migrations)
    monkeypatch.setattr(health, "cache_is_in_database", lambda: True)
    for name in ("disk", "shared_cache"):
        monkeypatch.setattr(health, name, lambda: "ok")
    for name in ("worker", "tasks"):
        monkeypatch.setattr(health, name, lambda at: "ok")
    assert set(health.readiness(at=NOON)) == parts


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
