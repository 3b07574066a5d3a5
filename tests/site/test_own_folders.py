"""Each process of a run of the suite keeps its files in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import ROOT

PROGRAM = """
import os
import lms.settings.test as settings
print(settings.VAR_DIR, settings.MEDIA_ROOT, settings.SEAL_KEYS)
print(settings.STORAGES["certificates"]["OPTIONS"]["location"])
print(settings.DATABASES["default"].get("TEST", {}).get("NAME", settings.VAR_DIR))
print(os.environ["VAR_DIR"])
"""


def folders_of(worker: str, var: Path | None = None, program: str = PROGRAM) -> list[Path]:
    """Where a process of pytest-xdist would keep its files: each path that the program prints."""
    environment = {"PATH": os.environ["PATH"], "PYTEST_XDIST_WORKER": worker}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment | ({"VAR_DIR": str(var)} if var else {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [Path(word) for word in done.stdout.split()]


@pytest.mark.parametrize("worker", ["gw0", "gw1"])
def test_every_file_of_a_process_is_in_its_own_folder(tmp_path, worker):
    found = folders_of(worker, tmp_path)
    assert len(found) == 6
    own = tmp_path / worker
    assert own.is_dir()
    assert {path for path in found if not path.is_relative_to(own)} == set()


def test_without_others_the_folder_is_the_one_that_was_named(tmp_path):
    assert folders_of("", tmp_path)[0] == tmp_path


def test_what_a_process_starts_has_the_same_folder_as_it(tmp_path):
    """Its folder is handed on in VAR_DIR, beside the name of the process."""
    again = f"""
import os, subprocess, sys
import lms.settings.test as settings
print(settings.VAR_DIR, flush=True)
subprocess.run([sys.executable, "-W", "ignore", "-c", {PROGRAM!r}], check=True)
"""
    first, *handed_on = folders_of("gw3", tmp_path, again)
    assert first == tmp_path / "gw3"
    assert handed_on[0] == first
    assert not (first / "gw3").exists()


def test_a_folder_of_its_own_is_made_where_none_was_named_and_taken_away():
    folder = folders_of("gw2")[0]
    assert folder.name == "gw2"
    assert folder.parent.name.startswith("peerwork-test-")
    assert not folder.parent.exists()


def test_this_very_process_has_one():
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        pytest.skip("one process alone: run it with -n 2")
    assert settings.VAR_DIR.name == worker
    assert Path(settings.MEDIA_ROOT).is_relative_to(settings.VAR_DIR)
