"""`manage.py backup`: the database and every file, encrypted, in a folder of the operator's."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy import databases, upgrading
from deploy.backups import making, sealing, store


class Command(BaseCommand):
    help = (
        "Copies the database and every file into BACKUP_DIR, encrypted to BACKUP_KEY, and thins "
        "older backups: the newest of each of 7 days and of each of 5 weeks stay."
    )
    # The scheduler asks every minute whether it is time.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--new-key",
            metavar="FILE",
            type=Path,
            help="Make a key, write it into FILE, and print the line for BACKUP_KEY. Keep FILE "
            "somewhere else than on this machine: without it no backup can be read.",
        )
        what.add_argument("--list", action="store_true", help="Say which backups there are.")
        what.add_argument(
            "--when-due",
            action="store_true",
            help="Only where a backup is set up and the newest is a day old. The scheduler runs this.",
        )

    def handle(
        self, *args: Any, new_key: Path | None, list: bool, when_due: bool, **options: Any
    ) -> None:
        try:
            if new_key is not None:
                self.make_key(new_key)
            elif list:
                self.list_backups()
            elif when_due:
                self.when_due()
            else:
                self.make()
        except (
            store.NoBackupIsSetUp,
            sealing.NoKey,
            making.BackupIsRunning,
            databases.CannotCopy,
        ) as reason:
            raise CommandError(f"No backup was made. {reason}") from reason
        except OSError as error:
            raise CommandError(f"No backup was made: {error}") from error

    def make_key(self, path: Path) -> None:
        try:
            public = sealing.make_key(path)
        except FileExistsError as error:
            raise CommandError(f"{path} is there already. A key is never written over.") from error
        self.stdout.write(f"BACKUP_KEY={public}")
        self.stderr.write(
            f"The key itself is in {path}. Take it off this machine, to two places that are safe: "
            "without it no backup can be read, and with it anybody can read them all."
        )

    def list_backups(self) -> None:
        backups = store.backups_in(store.backup_folder())
        for backup in backups:
            self.stdout.write(f"{backup.made_at:%Y-%m-%d %H:%M} UTC  {backup.folder}")
        if not backups:
            self.stdout.write("There is none yet.")

    def when_due(self) -> None:
        """Back up where it is time, and do what else has to be done for backups all the time."""
        at = timezone.now()
        upgrading.forget_old_copies(at=at)
        if not store.is_set_up():
            return
        folder = store.backup_folder()
        if folder.is_dir():
            making.write_erased(folder)
        if making.is_due(at=at):
            making.note_attempt(at=at)
            self.make()

    def make(self) -> None:
        made = making.make_backup(at=timezone.now())
        count = len(made.manifest.files)
        self.stdout.write(
            f"Backed up the database ({made.manifest.database.size:,} bytes) and {count} files, "
            f"{made.added} of them new, to {made.backup.folder}"
        )
        if made.thinned:
            self.stdout.write(f"{made.thinned} older ones went.")
