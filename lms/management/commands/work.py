"""`manage.py work`: the background worker on its own, for a deployment that starts each part."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lms.working import work


class Command(BaseCommand):
    help = "Runs queued tasks until it is told to stop, and shows /readyz that it is alive."

    def handle(self, *args: Any, **options: Any) -> None:
        work()
