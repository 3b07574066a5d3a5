"""`manage.py ready`: what `/readyz` of this machine's web server says, a line for each part."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from deploy import environment, health

SECONDS = 20
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  asked, and not listened on


class Command(BaseCommand):
    help = (
        "Asks the web server of this machine how it is (/readyz), and says it in words. It ends "
        "with an error where the site is down, or with --strict where it is degraded."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--strict", action="store_true", help="Degraded is an error, too.")

    def handle(self, *args: Any, strict: bool, **options: Any) -> None:
        address = address_here()
        try:
            answer = asked(f"{address}/readyz")
        except (OSError, ValueError, KeyError) as error:
            self.say(health.readiness(at=timezone.now()))
            raise CommandError(
                f"The web server does not answer at {address} ({reason_of(error)}). Above is what "
                "can be seen without it. Does it run? Its log says why not."
            ) from error
        self.say(answer["parts"])
        if answer["state"] == "down" or (strict and answer["state"] != "well"):
            raise CommandError(f"The site is {answer['state']}.")
        self.stdout.write(f"The site is {answer['state']}.")

    def say(self, parts: dict[str, str]) -> None:
        for name, words in sorted(parts.items()):
            self.stdout.write(f"  {name:<10} {words}")


def address_here() -> str:
    host = environment.listening_host()
    host = EVERYWHERE.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{environment.port()}"


def asked(address: str) -> dict[str, Any]:
    """What the web server answers, well or not. Raises OSError, ValueError or KeyError."""
    request = Request(address)  # noqa: S310  it is this machine's own
    if settings.READYZ_TOKEN:
        request.add_header("Authorization", f"Bearer {settings.READYZ_TOKEN}")
    try:
        # Never by way of a proxy that the environment may name.
        with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as response:
            content = response.read()
    except HTTPError as error:
        content = error.read()
    answer = json.loads(content)
    return {"state": str(answer["state"]), "parts": dict(answer["parts"])}


def reason_of(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, OSError) and reason.strerror:
        return str(reason.strerror)
    return type(reason).__name__
