"""`manage.py check_files`: is every stored file there, and is it what it was?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy import checking_files
from deploy.backups import restoring, sealing
from deploy.checking_files import Findings, Source


class Command(BaseCommand):
    help = (
        "Compares every stored certificate with its hash, and other files with the newest backup. "
        "What is missing is fetched from a backup or made again byte for byte; else it says what "
        "is lost, and ends with an error."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Change nothing.")
        parser.add_argument(
            "--from", dest="backup", type=Path, help="The folder of a backup to fetch from."
        )
        parser.add_argument("--key-file", type=Path, help="The key that opens it.")
        parser.add_argument(
            "--collect",
            action="store_true",
            help="Delete the files that no record names and that are older than a week.",
        )
        parser.add_argument(
            "--when-due",
            action="store_true",
            help="Only where the last check is a day old. The scheduler runs this.",
        )

    def handle(
        self,
        *args: Any,
        dry_run: bool,
        backup: Path | None,
        key_file: Path | None,
        collect: bool,
        when_due: bool,
        **options: Any,
    ) -> None:
        at = timezone.now()
        if when_due and not checking_files.is_due(at=at):
            return
        if (backup is None) != (key_file is None):
            raise CommandError("--from and --key-file belong together: give both, or neither.")
        try:
            source = Source(backup.resolve() if backup else None, key_file)
        except (sealing.NoKey, restoring.CannotRestore) as reason:
            raise CommandError(str(reason)) from reason
        findings = checking_files.check_files(source, at=at, dry_run=dry_run, collect=collect)
        self.describe(findings)
        if findings.lost or findings.database:
            raise CommandError(
                f"{len(findings.lost)} files are lost or damaged."
                + (" The database is damaged." if findings.database else "")
            )

    def describe(self, findings: Findings) -> None:
        for line in [*findings.fetched, *findings.made_again, *findings.lost]:
            self.stdout.write(line)
        if findings.database:
            self.stdout.write(f"The database is damaged: {findings.database}")
        for place in findings.orphans:
            self.stdout.write(f"No record names {place}")
        if findings.collected:
            self.stdout.write(f"{findings.collected} of these were deleted.")
        elif findings.orphans:
            self.stdout.write("`manage.py check_files --collect` deletes these.")
        self.stdout.write(
            f"Looked at {findings.files} files: {len(findings.fetched)} fetched, "
            f"{len(findings.made_again)} made again, {len(findings.lost)} lost or damaged."
        )
