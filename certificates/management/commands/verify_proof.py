"""`manage.py verify_proof FILE PROOF`: under the root of which day a file is."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.daily_roots.checking import own_trust
from certificates.offline.verify import NotUsable, check_proof, proven_in_words


class Command(BaseCommand):
    help = "Says under the root of which day a file is, by its proof. Ends with 1 where it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The certificate.")
        parser.add_argument("proof", type=Path, help="Its proof, from the check page.")
        parser.add_argument("--kept", type=Path, help="A copy of the roots that somebody kept.")

    def handle(
        self, *args: Any, file: Path, proof: Path, kept: Path | None, **options: Any
    ) -> None:
        try:
            kept_text = kept.read_text(encoding="utf-8") if kept else None
            text = proof.read_text(encoding="utf-8")
            proven = check_proof(file.read_bytes(), text, own_trust(), kept_text)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError("The proof, or the copy that was kept, is no text.") from error
        except NotUsable as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(proven_in_words(proven))
        if proven.is_kept is False:
            raise CommandError("The copy that was kept does not have this root.")
