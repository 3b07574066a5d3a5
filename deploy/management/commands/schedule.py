"""`manage.py schedule`: the scheduler, which runs what is due every minute."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deploy import running, scheduling
from deploy.heartbeat import SCHEDULER, start_beating


class Command(BaseCommand):
    help = (
        f"Runs {', '.join(scheduling.TASKS)} every {scheduling.SECONDS_BETWEEN} seconds, or as "
        "often as each is meant to, by itself, until it is told to stop; what is under way is finished first."
    )
    # `check --deploy` is for the operator to run; here it would cost a second at each start.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            running.take_part("scheduler")
        except running.InUse as reason:
            raise CommandError(str(reason)) from reason
        start_beating(SCHEDULER)
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        scheduling.run_until(stopping)
