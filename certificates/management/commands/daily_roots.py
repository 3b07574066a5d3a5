"""`manage.py daily_roots`: sign the root of the day that is over, or check all that were signed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.daily_roots.checking import faults_of_roots
from certificates.daily_roots.publishing import publish_root
from certificates.exceptions import SealingFailed
from certificates.models import DailyRoot


class Command(BaseCommand):
    help = (
        "Signs one hash over the certificates that were made before today and are under none yet. "
        "The scheduler runs this each hour; it may be run at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Sign nothing; check each root that was signed."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            self.check_all()
            return
        try:
            root = publish_root(at=timezone.now())
        except SealingFailed as problem:
            raise CommandError("The key of the seal cannot be reached. Nothing was signed.") from (
                problem
            )
        if root is None:
            self.stdout.write("Nothing to sign.")
        else:
            self.stdout.write(f"Root {root.number}, of {root.day}, over {root.size}: {root.root}")

    def check_all(self) -> None:
        faults = list(faults_of_roots())
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError("The roots of days are not what was signed.")
        self.stdout.write(f"{DailyRoot.objects.count()} roots, whole.")
