"""What is done again and again, each task alone: one that fails or hangs stops no other."""

from __future__ import annotations

import io
import logging
import threading

from django.core.management import call_command
from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)

TASKS = (
    "sweep",
    "publish_scheduled",
    "forget_expired",
    "gather_statistics",
    "backup --when-due",
    "check_files --when-due",
    "verify_log --when-due",
    "daily_roots",
)
"""Management commands, with their options. Each finds what is due in the records, so a lost turn
loses nothing."""
SECONDS_BETWEEN = 60
LONGER_BETWEEN = {
    "forget_expired": 60 * 60,
    "gather_statistics": 60 * 60,
    "daily_roots": 60 * 60,
}
"""Of the tasks that are not for every minute: how many seconds are between two turns."""
SECONDS_BEFORE_THE_FIRST = 3


def run_until(stopping: threading.Event) -> None:
    """Run every task again and again until the event is set; those under way are finished."""
    threads = [
        threading.Thread(target=repeat, args=(task, stopping), name=task, daemon=True)
        for task in TASKS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def repeat(task: str, stopping: threading.Event) -> None:
    """Run one task every minute, or as often as it is meant to, until the event is set."""
    pause = SECONDS_BEFORE_THE_FIRST
    while not stopping.wait(pause):
        run_once(task)
        pause = LONGER_BETWEEN.get(task, SECONDS_BETWEEN)
    connections.close_all()


def run_once(task: str) -> None:
    """Run one task. A failure is logged, and goes no further."""
    close_old_connections()
    try:
        call_command(*task.split(), verbosity=0, stdout=io.StringIO())
    except (Exception, SystemExit):
        logger.exception("The scheduled task %s failed; it runs again.", task)
    finally:
        close_old_connections()
