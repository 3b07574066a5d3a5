"""`manage.py export_person`: the copy that a person gets on their account, for one who cannot."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from people.act_kinds import ActKind
from people.acts import record_act
from people.copies import stream_copy
from people.finding import person_meant
from people.preferences import zone_of


class Command(BaseCommand):
    help = (
        "Writes a copy of everything that is held about a person into a ZIP that only you can read. "
        "Send it in a way that nobody else can open, and delete it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="the number of the account, or its address")
        parser.add_argument("file", type=Path, help="where to write it; must not be there yet")

    def handle(self, *args: Any, person: str, file: Path, **options: Any) -> None:
        account = person_meant(person)
        at = timezone.now()
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"Cannot write {file}: {error.strerror}.") from error
        record_act(ActKind.COPY_MADE, account, by=None, person=account, at=at)
        with (
            os.fdopen(descriptor, "wb") as target,
            translation.override(account.language),
            timezone.override(zone_of(account)),
        ):
            for piece in stream_copy(account, at=at):
                target.write(piece)
        self.stdout.write(f"Written: {file}.")
