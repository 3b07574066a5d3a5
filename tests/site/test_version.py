"""Whoever runs the site can see which Peerwork it is."""

from __future__ import annotations

import os
import subprocess
from importlib.metadata import version

import pytest

from lms import __version__
from tests import make
from tests.servers import MANAGE, ROOT


@pytest.mark.parametrize("option", ["version", "--version"])
def test_the_command_line_tells_the_version_without_any_setting(option):
    answer = subprocess.run(
        [*MANAGE, option], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(f"Peerwork {__version__} (Django {version('django')}, ")


def test_the_changelog_knows_the_version_or_has_one_to_come():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__}" in changes or "## Not yet released" in changes


@pytest.mark.django_db
@pytest.mark.parametrize(("is_superuser", "shown"), [(True, True), (False, False)])
def test_only_an_administrator_sees_the_version(client, settings, is_superuser, shown):
    settings.STAFF_NEED_SECOND_FACTOR = False
    person = make.staff("wagtailadmin.access_admin", is_superuser=is_superuser)
    client.force_login(person)
    page = client.get("/admin/")
    assert page.status_code == 200
    assert (f"Peerwork {__version__}" in page.content.decode()) is shown
