"""`manage.py upgrade`: what an operator runs once after installing and after each upgrade."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deploy import upgrading
from lms.shipped.addresses import settle_address


class Command(BaseCommand):
    help = (
        "Brings the database, the cache table and the static files up to date with the code, "
        "and the links in the staff's mail with BASE_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what is owed, do nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            migrated = upgrading.is_migrated()
        except upgrading.OtherDatabase as error:
            raise CommandError(str(error)) from error
        collected = upgrading.static_is_collected()
        if dry_run:
            self.stdout.write(f"Migrations to apply: {upgrading.migration_count()}.")
            self.stdout.write(f"Static files: {'up to date' if collected else 'to collect'}.")
            return
        upgrading.migrate()
        settle_address()
        if not collected:
            upgrading.collect_static()
        self.stdout.write(
            "The database and the static files are up to date."
            if migrated and collected
            else "The database and the static files have been brought up to date."
        )
