#!/usr/bin/env python
"""The door to every command of the site."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from importlib.metadata import version
from pathlib import Path

from deploy.ownership import WrongAccount, insist_on_the_sites_own_folder
from lms import __version__

ROOT = Path(__file__).resolve().parent
PRODUCTION = "lms.settings.base"
RUN_THE_SITE = {"serve", "db_worker", "schedule"}


def as_the_demonstration_runs() -> dict[str, str]:
    """What `make run` chose, for a command that was told nothing; nothing where it never ran.

    What runs the site must be told everything itself, so that a production that forgot its
    BASE_URL does not become a demonstration. Nor is a database that was named taken for the
    demonstration's, unless it is.
    """
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", PRODUCTION)
    if os.environ.get("BASE_URL") or settings != PRODUCTION or asked in RUN_THE_SITE:
        return {}
    try:
        written = Path(os.environ.get("VAR_DIR") or ROOT / "var", "demonstration.env").read_text(
            encoding="utf-8"
        )
    except OSError:
        return {}
    pairs = (line.partition("=") for line in shlex.split(written))
    chosen = {name: value for name, _, value in pairs}
    database = os.environ.get("DATABASE_URL")
    return chosen if not database or database == chosen.get("DATABASE_URL") else {}


def version_line() -> str:
    """What runs here, as `manage.py version` prints it."""
    releases = [f"{name.title()} {version(name)}" for name in ("django", "wagtail")]
    return f"Peerwork {__version__} ({', '.join(releases)}, Python {platform.python_version()})"


if __name__ == "__main__":
    if sys.argv[1:] in (["version"], ["--version"]):
        print(version_line())  # noqa: T201
        sys.exit()
    for name, value in as_the_demonstration_runs().items():
        if not os.environ.get(name):
            os.environ[name] = value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCTION)
    if os.environ["DJANGO_SETTINGS_MODULE"] == PRODUCTION:
        try:
            insist_on_the_sites_own_folder(ROOT)
        except WrongAccount as reason:
            sys.exit(f"Peerwork cannot start. {reason}")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.configured or settings.DEBUG  # noqa: B018  reads the settings, and so checks them
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        sys.exit(f"Peerwork cannot start. {reason}")
