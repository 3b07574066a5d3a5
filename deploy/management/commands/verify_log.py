"""`manage.py verify_log`: is the log of acts what was written?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy import verifying_log


class Command(BaseCommand):
    help = (
        "Goes along the log of acts: each must be joined to the one before by its hash, and every "
        "event of a credential must stand in it. Says where it ends, and ends with an error where "
        "anything was changed, left out or slipped in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--when-due",
            action="store_true",
            help="Only where the last check is a day old. The scheduler runs this.",
        )

    def handle(self, *args: Any, when_due: bool, **options: Any) -> None:
        at = timezone.now()
        if when_due and not verifying_log.is_due(at=at):
            return
        checked = verifying_log.verify_log(at=at)
        for fault in checked.faults:
            self.stdout.write(fault)
        if checked.faults:
            raise CommandError("The log of acts is not what was written.")
        self.stdout.write(f"{checked.head.number} acts, whole. The last is {checked.head.hash}.")
