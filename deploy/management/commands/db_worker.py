"""`manage.py db_worker`: the worker of django-tasks-db, which also shows /readyz it is alive."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django_tasks_db.management.commands import db_worker

from deploy import running
from deploy.heartbeat import start_beating


class Command(db_worker.Command):
    """The library's command, whose every option still works."""

    help = (
        "Runs queued tasks until it is told to stop, and shows /readyz that it is alive; "
        "the task in hand is finished first."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(queue_name="*", interval=0.5, startup_delay=False)

    def configure_logging(self, verbosity: int) -> None:
        """Log what the site's settings say, and no more."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["batch"]:
            try:
                running.take_part("worker")
            except running.InUse as reason:
                raise CommandError(str(reason)) from reason
            start_beating()
        super().handle(*args, **options)
