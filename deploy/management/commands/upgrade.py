"""`manage.py upgrade`: what an operator runs once after installing and after each upgrade."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deploy import databases, running, upgrading
from lms.shipped.addresses import settle_address


class Command(BaseCommand):
    help = (
        "Brings the database, the cache table and the static files up to date with the code, "
        "and the links in the staff's mail with BASE_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what is owed, do nothing.")
        parser.add_argument(
            "--without-copy",
            action="store_true",
            help="Change the database without a copy of it from before, such as when the disk is "
            "too full for one. Make a backup first.",
        )

    def handle(self, *args: Any, dry_run: bool, without_copy: bool, **options: Any) -> None:
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
        self.migrate(copy=not without_copy)
        settle_address()
        if not collected:
            upgrading.collect_static()
        self.stdout.write(
            "The database and the static files are up to date."
            if migrated and collected
            else "The database and the static files have been brought up to date."
        )

    def migrate(self, *, copy: bool) -> None:
        try:
            path = upgrading.migrate(copy=copy)
        except (running.InUse, upgrading.OneUpgradeAtATime) as reason:
            raise CommandError(str(reason)) from reason
        except (databases.CannotCopy, OSError) as reason:
            raise CommandError(
                f"No copy of the database could be made, so nothing was changed. {reason}"
            ) from reason
        if path is not None:
            self.stdout.write(f"The database as it was before is in {path}")
