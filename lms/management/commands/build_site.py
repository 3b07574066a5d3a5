from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lms.indexing import index_many_at_once
from lms.shipped.building import build_site
from lms.shipped.translated import build_translation, shipped_languages


class Command(BaseCommand):
    help = "Puts the shipped pages, course, question bank and award on this site. What is there already, changed or not, is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language",
            choices=shipped_languages(),
            action="append",
            default=[],
            help="Also publish the shipped translation into this language, which says on each "
            "page that nobody has reviewed it.",
        )

    def handle(self, *args: Any, language: list[str], **options: Any) -> None:
        at = timezone.now()
        new_pieces = build_site(at=at, say=self.stdout.write)
        new_pieces += sum(
            build_translation(each, at=at, say=self.stdout.write) for each in language
        )
        index_many_at_once()
        self.stdout.write(
            f"{new_pieces} pieces were new." if new_pieces else "Everything was there already."
        )
