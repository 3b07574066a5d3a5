"""`manage.py serve`: the web server, the worker and the scheduler, on one machine."""

from __future__ import annotations

import logging
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.urls import reverse
from django.utils import timezone

from deploy import databases, environment, processes, running, upgrading
from lms.management.commands import demo
from lms.shipped import demonstration
from lms.shipped.addresses import settle_address
from lms.shipped.seal import make_demonstration_keys

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Keeps the web server, the worker and the scheduler running, until Ctrl-C or SIGTERM. "
        "PORT (8000), LISTEN_ON (127.0.0.1), WEB_WORKERS (2) and WEB_THREADS (4) are read."
    )
    # `check --deploy` is for the operator to run; here it would cost a second at each start.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demonstration",
            action="store_true",
            help="Upgrade first, load the demonstration, and say how to sign in.",
        )

    def handle(self, *args: Any, demonstration: bool, **options: Any) -> None:
        if demonstration and not settings.DEMONSTRATION:
            raise CommandError("--demonstration needs DEMONSTRATION=1. `make run` sets it.")
        if demonstration:
            # Its passwords are public, so nobody else may reach it.
            os.environ["LISTEN_ON"] = "127.0.0.1"
        try:
            processes.insist_on_a_free_port(environment.listening_host(), environment.port())
            running.be_the_only_site(settings.BASE_URL)
            running.insist_on_whole_restore()
            if demonstration:
                self.upgrade_demonstration()
            else:
                upgrading.insist_on_being_up_to_date()
        except (
            environment.UnreadableSetting,
            processes.CannotListen,
            upgrading.CannotServe,
            running.InUse,
        ) as reason:
            raise CommandError(str(reason)) from reason
        if demonstration:
            self.say_how_to_sign_in()
        elif environment.proxy_is_missing(settings.TRUSTED_PROXIES):
            self.stderr.write(environment.NO_PROXY)
        connections.close_all()
        processes.become_supervisor()

    # The demonstration ------------------------------------------------------------------

    def upgrade_demonstration(self) -> None:
        """Do what is missing, and nothing where nothing is."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        self.migrate()
        make_demonstration_keys(at=timezone.now())
        self.load_demonstration()
        settle_address()
        if not upgrading.static_is_collected():
            self.step("Gathering the files that pages load")
            upgrading.collect_static()

    def migrate(self) -> None:
        try:
            if not upgrading.is_migrated():
                self.step("Bringing the database up to date")
                copy = upgrading.migrate()
                if copy:
                    self.step(f"The database as it was before is in {copy}")
        except running.InUse as reason:
            raise CommandError(str(reason)) from reason
        except (
            databases.CannotCopy,
            upgrading.OtherDatabase,
            InconsistentMigrationHistory,
            DatabaseError,
        ) as error:
            raise CommandError(self.how_to_start_afresh(error)) from error

    def load_demonstration(self) -> None:
        # With the code that loads it: a later release may read more of the same texts.
        shipped = upgrading.folder_stamp(settings.BASE_DIR / "lms" / "shipped")
        loaded = settings.VAR_DIR / "demonstration.loaded"
        if loaded.exists() and loaded.read_text() == shipped and demonstration.is_made():
            return
        self.step("Loading the course and the demonstration")
        try:
            call_command("demo", quiet=True)
        except Exception as error:
            logger.exception("The demonstration could not be loaded.")
            raise CommandError(self.how_to_start_afresh(error)) from error
        loaded.write_text(shipped)

    def step(self, doing: str) -> None:
        self.stdout.write(f"{doing} ...")
        self.stdout.flush()

    def how_to_start_afresh(self, error: Exception) -> str:
        if connection.vendor != "sqlite":
            return f"The database could not be brought up to date: {error}"
        aside = settings.VAR_DIR.with_name(settings.VAR_DIR.name + ".old")
        return (
            f"What is kept in {settings.VAR_DIR} could not be brought up to date: {error}\n"
            f"To start afresh, and keep the old data beside it:\n\n"
            f"  mv {settings.VAR_DIR} {aside}\n  make run"
        )

    def say_how_to_sign_in(self) -> None:
        address = settings.BASE_URL
        self.stdout.write(f"\nPeerwork is ready in a few seconds at  {address}/")
        self.stdout.write(f"  courses             {address}/courses/")
        self.stdout.write(f"  check a certificate {address}/verify/")
        self.stdout.write(f"  staff               {address}/admin/\n")
        demo.Command(stdout=self.stdout).describe(  # type: ignore[arg-type]
            demonstration.summary(base_url=address, at=timezone.now())
        )
        self.stdout.write(
            f"\nMail it sends is at {settings.BASE_URL}{reverse('demonstration_mail')}"
        )
        self.stdout.write("Ctrl-C stops it; what was done is kept.\n")
