"""`manage.py sweep`: find what is owed and do it. Run it every minute, and after a restart."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.sweeping import sweep


class Command(BaseCommand):
    help = (
        "Issues awards that were earned, makes and announces certificates, tells holders of "
        "changes, and hands on the jobs of dead workers: whatever was left undone. Safe to run "
        "at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what is owed.")
        parser.add_argument(
            "--after-restart",
            action="store_true",
            help="No worker is running: take up at once what one had in hand when it died.",
        )

    def handle(self, *args: Any, dry_run: bool, after_restart: bool, **options: Any) -> None:
        swept = sweep(timezone.now, dry_run=dry_run, after_restart=after_restart)
        self.stdout.write(f"Dry run. {swept}" if dry_run else str(swept))
        if swept.failed:
            raise CommandError(f"{swept.failed} failed.")
