"""`manage.py serve`: the site on its production server, with its worker and its sweep."""

from __future__ import annotations

import logging
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.urls import reverse
from django.utils import timezone

from lms import demonstration, preparing, serving
from lms.management.commands import demo
from lms.shipping import settle_address
from lms.working import sweep_every_minute, work

logger = logging.getLogger(__name__)


def whole_number(name: str, usual: int) -> int:
    typed = os.environ.get(name, "").strip() or str(usual)
    if not typed.isascii() or not typed.isdigit() or not 0 < int(typed) < 65536:
        raise CommandError(f"{name} is {typed!r}. Give a whole number, such as {usual}.")
    return int(typed)


class Command(BaseCommand):
    help = (
        "Serves the site with its background worker and its sweep, until Ctrl-C or SIGTERM. "
        "PORT (8000), LISTEN_ON (127.0.0.1), WEB_WORKERS (2) and WEB_THREADS (4) are read."
    )
    # `check --deploy` is for the operator to run; here it would cost a second at each start.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demonstration",
            action="store_true",
            help="Prepare everything first, load the demonstration, and say how to sign in.",
        )
        parser.add_argument(
            "--web-only",
            action="store_true",
            help="Leave the worker and the sweep to processes of their own.",
        )

    def handle(self, *args: Any, demonstration: bool, web_only: bool, **options: Any) -> None:
        # A shell that starts us in the background turns Ctrl-C off; we want to hear it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if "MAKELEVEL" in os.environ:
            serving.end_with(os.getppid())
        if demonstration and not settings.DEMONSTRATION:
            raise CommandError("--demonstration needs DEMONSTRATION=1. `make run` sets it.")
        try:
            self.serve(demonstration, web_only)
        except (serving.PortInUse, serving.PortRefused) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("\nStopped.")
            sys.exit(130)

    def serve(self, demonstration: bool, web_only: bool) -> None:
        host = "127.0.0.1" if demonstration else os.environ.get("LISTEN_ON", "127.0.0.1")
        listener = serving.claim_port(host, whole_number("PORT", 8000))
        server = {
            "processes": whole_number("WEB_WORKERS", 2),
            "threads": whole_number("WEB_THREADS", 4),
        }
        if demonstration:
            self.prepare()
        else:
            self.insist_on_being_prepared()
        from lms.wsgi import application

        warm_up()
        listener.listen(2048)

        def web() -> None:
            serving.WebServer(application, listener, **server).run()

        def without_the_port(job: Callable[[], None]) -> Callable[[], None]:
            def alone() -> None:
                listener.close()
                job()

            return alone

        jobs = [serving.Job("web server", web)]
        if not web_only:
            jobs.append(serving.Job("worker", without_the_port(work)))
            jobs.append(serving.Job("sweep", without_the_port(sweep_every_minute)))
        if demonstration:
            self.say_how_to_sign_in()
        self.stdout.flush()
        serving.Supervisor(jobs).run()
        if demonstration:
            self.stdout.write("\nStopped. What was done is kept; `make run` goes on from here.")

    def insist_on_being_prepared(self) -> None:
        try:
            ready = preparing.is_migrated() and preparing.static_is_collected()
        except preparing.DatabaseIsNewer as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        if not ready:
            raise CommandError(
                "The database or the static files are older than the code. "
                "Run `manage.py prepare`, then start again."
            )

    # The demonstration ------------------------------------------------------------------

    def prepare(self) -> None:
        """Do what is missing, and nothing where nothing is."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            if not preparing.is_migrated():
                self.step("Bringing the database up to date")
                preparing.migrate()
        except (preparing.DatabaseIsNewer, InconsistentMigrationHistory, DatabaseError) as error:
            raise CommandError(self.how_to_start_afresh(error)) from error
        shipped = preparing.folder_stamp(settings.BASE_DIR / "lms" / "shipped")
        loaded = settings.VAR_DIR / "demonstration.loaded"
        is_loaded = loaded.exists() and loaded.read_text() == shipped
        if not (is_loaded and demonstration.is_made()):
            self.step("Loading the course and the demonstration")
            self.load_demonstration()
            loaded.write_text(shipped)
        settle_address()
        if not preparing.static_is_collected():
            self.step("Gathering the files that pages load")
            preparing.collect_static()

    def load_demonstration(self) -> None:
        try:
            call_command("demo", quiet=True)
        except Exception as error:
            logger.exception("The demonstration could not be loaded.")
            raise CommandError(self.how_to_start_afresh(error)) from error

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
        self.stdout.write(f"\nPeerwork is ready at  {address}/")
        self.stdout.write(f"  courses             {address}/courses/")
        self.stdout.write(f"  check a certificate {address}/verify/")
        self.stdout.write(f"  staff               {address}/admin/\n")
        demo.Command(stdout=self.stdout).describe(  # type: ignore[arg-type]
            demonstration.summary(base_url=address, at=timezone.now())
        )
        self.stdout.write(
            f"\nMail it sends is at {settings.BASE_URL}{reverse('demonstration_mail')}"
        )
        self.stdout.write("Ctrl-C stops it.\n")


def warm_up() -> None:
    """Load what the first request would, while there is still one process to do it for all."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  reading it loads every view
