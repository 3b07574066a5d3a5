"""`manage.py verify_pdf FILE …`: what the check page says of files, for scripts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.examining.verdicts import FileVerdict, reader, verdict_of
from certificates.standing import Standing


class Command(BaseCommand):
    help = (
        "Says of each file whether it is as we issued it, and its standing today. Ends with 1 where "
        "one of them is not ours and current."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="Print as JSON.")

    def handle(self, *args: Any, files: list[Path], json: bool, **options: Any) -> None:
        at = timezone.now()
        try:
            answers = [(path, verdict_of(path.read_bytes())) for path in files]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        finally:
            reader.stop()
        if json:
            self.print_json(answers, at=at)
        else:
            for path, answer in answers:
                self.stdout.write(f"{path}: {in_words(answer, at=at)}")
        bad = sum(not may_be_relied_on(answer, at=at) for _path, answer in answers)
        if bad:
            raise CommandError(f"{bad} of {len(answers)} may not be relied on today.", returncode=1)

    def print_json(self, answers: list[tuple[Path, FileVerdict]], *, at: datetime) -> None:
        rows = [{"file": str(path), **answer.to_json(checked_at=at)} for path, answer in answers]
        self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))


def in_words(answer: FileVerdict, *, at: datetime) -> str:
    """Such as “Exactly as we issued it; Current; PSW-7K3M-QX9R-4TWK”."""
    parts = [str(answer.verdict.label)]
    if answer.why:
        parts.append(str(answer.why.label))
    if answer.credential is not None:
        parts += [str(answer.credential.standing_at(at).label), answer.credential.number]
    return "; ".join(parts)


def may_be_relied_on(answer: FileVerdict, *, at: datetime) -> bool:
    credential = answer.credential
    is_current = credential is not None and credential.standing_at(at) == Standing.CURRENT
    return answer.is_ours and is_current
