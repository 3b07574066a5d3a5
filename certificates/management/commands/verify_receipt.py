"""`manage.py verify_receipt`: whether a file is a receipt of this site, and what it says."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.receipts import verify_receipt


class Command(BaseCommand):
    help = "Whether a file is a receipt of this site, and what it says. Nothing is saved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The receipt, such as PSW-….jws.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as text.") from error
        verdict = verify_receipt(text)
        if not verdict.is_genuine:
            raise CommandError(f"{file}: {verdict.verdict.label}.")
        self.stdout.write(json.dumps(verdict.claims, ensure_ascii=False, indent=2))
