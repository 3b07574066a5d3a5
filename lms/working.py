"""The two background jobs: doing what was queued, and finding what is owed."""

from __future__ import annotations

import io
import logging
import os
import signal
import threading
import time

from django.core.management import call_command, get_commands
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from lms.heartbeat import start_beating

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
SWEEP_SECONDS = 60
FIRST_SWEEP_SECONDS = 3


def work() -> None:
    """Run queued tasks until told to stop; the task in hand is finished first."""
    # Being told to stop is not worth a warning; a task that fails is said elsewhere.
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    start_beating()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{os.uname().nodename[:30]}-{os.getpid()}-{get_random_string(8)}",
    )
    worker.configure_signals()
    worker.run()


def sweep_every_minute() -> None:
    """Find what is owed and see that it is done, again and again, until told to stop."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    next_sweep = time.monotonic() + FIRST_SWEEP_SECONDS
    while not stopping.wait(max(0.0, next_sweep - time.monotonic())):
        next_sweep = time.monotonic() + SWEEP_SECONDS
        if "sweep" in get_commands():
            sweep_once()


def sweep_once() -> None:
    """Do what is owed, and publish and take down the pages whose hour has come."""
    close_old_connections()
    try:
        call_command("sweep", verbosity=0, stdout=io.StringIO())
        call_command("publish_scheduled", verbosity=0, stdout=io.StringIO())
    except Exception:
        logger.exception("The sweep did not finish; it will be tried again in a minute.")
    finally:
        close_old_connections()
