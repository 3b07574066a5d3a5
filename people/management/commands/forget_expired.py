"""`manage.py forget_expired`: forget what is kept no longer, and whoever asked to be forgotten."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.erasure import erase_due
from people.models import Erasure
from people.retention import every_retention, forget_expired


class Command(BaseCommand):
    help = (
        "Forgets every kind of record whose time is over, by the list that the privacy page shows, "
        "and erases the accounts whose pause is over. Safe to run at any time, and to kill."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what is due.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self.describe()
            return
        numbers, failed = forget_expired(timezone.now())
        erased, unfinished = erase_due(timezone.now)
        for name, number in numbers.items():
            self.stdout.write(f"Forgot {number}: {name}.")
        self.stdout.write(f"Erased {erased} accounts.")
        if failed or unfinished:
            raise CommandError(f"{failed + unfinished} failed; the log says why.")

    def describe(self) -> None:
        at = timezone.now()
        for retention in every_retention():
            number = retention.count(at)
            due = "some" if number is None else number
            self.stdout.write(f"Dry run. Would forget {due}: {retention.name}.")
        self.stdout.write(f"Would erase {Erasure.objects.due(at).count()} accounts.")
