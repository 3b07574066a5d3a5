from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.shipped.building import build_site


class Command(BaseCommand):
    help = "Puts the shipped pages, course, question bank and award on this site. What is there already, changed or not, is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        made = build_site(at=timezone.now(), say=self.stdout.write)
        self.stdout.write(f"{made} pieces were new." if made else "Everything was there already.")
