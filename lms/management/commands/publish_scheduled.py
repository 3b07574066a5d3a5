"""`manage.py publish_scheduled`, in place of Wagtail's: one page that cannot go stops no other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.management.commands import publish_scheduled

from courses.publishing import publish_due


class Command(publish_scheduled.Command):
    help = (
        "Publishes and takes down what has its hour behind it, each by itself. What may not be "
        "published stays a draft: its author is told why, by letter and on the staff pages."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        turn = publish_due(timezone.now)
        self.stdout.write(str(turn))
        if turn.failed:
            raise CommandError(f"{turn.failed} failed; the log says why.")
