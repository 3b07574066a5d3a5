"""Every scheduled task fails alone, and is run again."""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time

import psutil
import pytest
from django.core.management import CommandError

from deploy import scheduling
from tests.servers import MANAGE, ROOT


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr(scheduling, "SECONDS_BEFORE_THE_FIRST", 0)
    monkeypatch.setattr(scheduling, "SECONDS_BETWEEN", 0.01)


class Runs:
    """Stands in for the commands, and counts how often each was begun."""

    def __init__(self, monkeypatch, **commands):
        self.counts = dict.fromkeys(commands, 0)
        self.stopping = threading.Event()
        monkeypatch.setattr(scheduling, "TASKS", tuple(commands))

        def call_command(name, **options):
            self.counts[name] += 1
            commands[name]()

        monkeypatch.setattr(scheduling, "call_command", call_command)

    def until(self, well):
        """Schedule until this is so of the counts, and give what they then are."""
        thread = threading.Thread(target=scheduling.run_until, args=(self.stopping,))
        thread.start()
        deadline = time.monotonic() + 10
        while not well(self.counts):
            assert time.monotonic() < deadline, self.counts
            time.sleep(0.01)
        counts = dict(self.counts)
        self.stopping.set()
        thread.join(timeout=10)
        assert not thread.is_alive()
        return counts


def fail(error):
    def failing():
        raise error

    return failing


@pytest.mark.parametrize(
    "error", [CommandError("3 failed."), ValueError("a fault"), SystemExit(1)], ids=repr
)
def test_a_task_that_fails_stops_neither_itself_nor_the_others(
    monkeypatch, no_pauses, caplog, error
):
    runs = Runs(monkeypatch, sweep=fail(error), publish_scheduled=lambda: None)
    runs.until(lambda counts: min(counts.values()) >= 3)
    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(failures) >= 3
    assert {record.args for record in failures} == {("sweep",)}


def test_a_task_that_hangs_delays_no_other(monkeypatch, no_pauses):
    let_go = threading.Event()
    runs = Runs(monkeypatch, sweep=let_go.wait, publish_scheduled=lambda: None)

    def well(counts):
        if counts["publish_scheduled"] >= 5:
            let_go.set()
            return True
        return False

    assert runs.until(well)["sweep"] == 1


def test_what_is_under_way_is_finished_before_it_stops(monkeypatch, no_pauses):
    finished = []

    def slow():
        time.sleep(0.3)
        finished.append(True)

    runs = Runs(monkeypatch, sweep=slow)
    runs.until(lambda counts: counts["sweep"] == 1)
    assert finished == [True]


def test_the_tasks_are_commands_of_the_site(site_server):
    for task in scheduling.TASKS:
        site_server.manage(*task.split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_scheduler_stops_when_it_is_told(site_server, number):
    scheduler = subprocess.Popen(
        [*MANAGE, "schedule"], cwd=ROOT, env=site_server.env, stderr=subprocess.PIPE, text=True
    )
    threads = psutil.Process(scheduler.pid).num_threads
    deadline = time.monotonic() + 60
    while threads() < 1 + len(scheduling.TASKS):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    scheduler.send_signal(number)
    _, errors = scheduler.communicate(timeout=30)
    assert (scheduler.returncode, errors) == (0, "")
