from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.indexing import index_many_at_once
from lms.shipped import demonstration
from lms.shipped.building import build_site
from lms.shipped.seal import make_demonstration_keys
from lms.shipped.translated import build_translation, shipped_languages


class Command(BaseCommand):
    help = (
        "Loads the demonstration if it is missing, and prints its sign-ins and credential numbers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print as JSON, and nothing else")
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "This site is not a demonstration: its passwords would be public. "
                "Use `make run`, or set DEMONSTRATION=1 with a loopback BASE_URL."
            )
        at = timezone.now()
        talks = not options["json"] and not options["quiet"]
        opened, say = at - demonstration.OPENED, self.stdout.write if talks else lambda line: None
        build_site(at=opened, say=say)
        make_demonstration_keys(at=at)
        if not demonstration.is_made():
            demonstration.make(at=at)
        # After what its trainers changed, so that no translation is behind from the start.
        for language in shipped_languages():
            build_translation(language, at=opened, say=say)
            demonstration.say_who_teaches_in(language)
        index_many_at_once()
        summary = demonstration.summary(base_url=settings.BASE_URL, at=at)
        if options["json"]:
            self.stdout.write(json.dumps(summary, indent=2))
        elif talks:
            self.describe(summary)

    def describe(self, summary: dict[str, Any]) -> None:
        self.stdout.write("\nSign in as any of these, with the password they share:\n")
        for account in summary["accounts"]:
            self.stdout.write(f"  {account['email']:<34} {account['password']}")
        self.stdout.write("\nCredentials to check:\n")
        for credential in summary["credentials"]:
            self.stdout.write(f"  {credential['standing']:<10} {credential['url']}")
