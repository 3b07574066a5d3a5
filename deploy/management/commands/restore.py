"""`manage.py restore`: a backup, put back onto an empty machine."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy import databases, running
from deploy.backups import making, restoring, sealing
from deploy.backups.manifest import Manifest


class Command(BaseCommand):
    help = (
        "Puts a backup back where nothing is yet. All of it is looked through before anything is "
        "changed; who was erased since is erased again; everybody is signed out."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "backup", type=Path, help="The folder of the backup, such as …/20261127T031500Z."
        )
        parser.add_argument(
            "--key-file", type=Path, required=True, help="The file that `backup --new-key` wrote."
        )
        parser.add_argument(
            "--erased",
            type=Path,
            help="A list of people who were erased, newer than the erased.txt that lies beside the "
            "backup and is read in any case.",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Open the whole backup, compare it with its hashes, and change nothing. It may "
            "be run beside a site that is up: this is how a backup is tried.",
        )

    def handle(
        self,
        *args: Any,
        backup: Path,
        key_file: Path,
        erased: Path | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        settings.VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        backup = backup.resolve()
        try:
            if dry_run:
                manifest = restoring.examine(backup, key_file)
                self.stdout.write(f"It can be restored: {in_words(manifest)}. Nothing was changed.")
                return
            restored = restoring.restore(
                backup, key_file, erased=self.read_list(erased), at=timezone.now()
            )
        except (
            running.InUse,
            sealing.NoKey,
            restoring.CannotRestore,
            databases.CannotCopy,
        ) as reason:
            raise CommandError(str(reason)) from reason
        self.say_what_was_done(restored)
        call_command("check_files", stdout=self.stdout)

    def read_list(self, path: Path | None) -> set[str]:
        if path is None:
            return set()
        if not path.is_file():
            raise CommandError(f"There is no list in {path}. Nothing was changed.")
        return making.read_erased(path)

    def say_what_was_done(self, restored: restoring.Restored) -> None:
        made_at = f"{restored.manifest.made_at:%Y-%m-%d %H:%M} UTC"
        self.stdout.write(f"Restored {in_words(restored.manifest)}.")
        if restored.erased:
            self.stdout.write(f"Erased again whoever was back of {len(restored.erased)} people.")
        self.stdout.write(
            f"Everybody has to sign in again. What was done after {made_at} is not here: a "
            "certificate issued since then is not known to the register, and whoever holds one is "
            "issued a new one, under a new number, once the register has their evidence again."
        )
        self.stdout.write("Next: manage.py upgrade, then start the site.")


def in_words(manifest: Manifest) -> str:
    return (
        f"the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC, made by Peerwork "
        f"{manifest.version}, with its database and {len(manifest.files)} files"
    )
