"""SQLite knows how large its tables are, and is told again every hour."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connection

from deploy import scheduling
from tests import make


def gathered() -> str:
    words = io.StringIO()
    call_command("gather_statistics", stdout=words)
    return words.getvalue()


def rows_known_of(table) -> int:
    """How many rows the database thinks that a table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [table])
        return max((int(stat.split()[0]) for (stat,) in cursor.fetchall()), default=0)


@pytest.mark.django_db
def test_the_size_of_each_table_is_counted():
    if connection.vendor != "sqlite":
        assert gathered() == "PostgreSQL gathers its statistics by itself.\n"
        return
    for _ in range(7):
        make.user()
    assert gathered() == "The statistics are up to date.\n"
    before = rows_known_of("people_user")
    assert before >= 7
    for _ in range(5):
        make.user()
    gathered()
    assert rows_known_of("people_user") == before + 5


@pytest.mark.django_db
def test_what_is_answered_is_the_same_before_and_after():
    people = {make.user().pk for _ in range(3)}
    before = make.user().__class__.objects.filter(pk__in=people).count()
    gathered()
    assert make.user().__class__.objects.filter(pk__in=people).count() == before == 3


def test_the_scheduler_gathers_them_every_hour_and_sweeps_every_minute():
    assert "gather_statistics" in scheduling.TASKS
    assert set(scheduling.LONGER_BETWEEN) == {"gather_statistics", "forget_expired", "daily_roots"}
    assert set(scheduling.LONGER_BETWEEN.values()) == {3600}
    assert scheduling.SECONDS_BETWEEN == 60


def test_a_task_that_is_not_for_every_minute_waits_longer(monkeypatch):
    waited = []

    class Stopping:
        def wait(self, pause):
            waited.append(pause)
            return len(waited) > 2

    monkeypatch.setattr(scheduling, "call_command", lambda *words, **options: None)
    monkeypatch.setattr(scheduling.connections, "close_all", lambda: None)
    monkeypatch.setattr(scheduling, "close_old_connections", lambda: None)
    for task, pause in (("sweep", 60), ("gather_statistics", 3600)):
        waited.clear()
        scheduling.repeat(task, Stopping())
        assert waited == [scheduling.SECONDS_BEFORE_THE_FIRST, pause, pause]
