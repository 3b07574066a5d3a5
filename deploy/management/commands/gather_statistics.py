"""`manage.py gather_statistics`: lets SQLite count what is in its tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

ROWS_OF_AN_INDEX = 1000
"""How many entries of each index are looked at, so that it takes milliseconds."""


class Command(BaseCommand):
    help = (
        "Counts what is in the tables, by which SQLite chooses how to answer a query. The scheduler "
        "runs it every hour. PostgreSQL does it by itself, and there it does nothing."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            self.stdout.write("PostgreSQL gathers its statistics by itself.")
            return
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_OF_AN_INDEX}")
            cursor.execute("ANALYZE")
        self.stdout.write("The statistics are up to date.")
