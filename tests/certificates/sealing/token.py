"""A PKCS#11 token of a test's own: SoftHSM2, which keeps what a token keeps in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

LIBRARIES = (
    *("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"),
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
LABEL = "peerwork-test"
PIN = "2468-pin"


def library():
    """The library of SoftHSM2, or the test is skipped and says so."""
    for path in LIBRARIES:
        if Path(path).exists() and shutil.which("softhsm2-util"):
            return path
    pytest.skip("SoftHSM2 is not installed (Debian: softhsm2), and it stands in for a token.")


def make_token(folder):
    """Initialise a token in a folder. The library reads where it is when it is first loaded, so all
    tokens of a process are in one folder."""
    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    opening = ["--pin", PIN, "--so-pin", "1357-officer"]
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, *opening],
        check=True,
        capture_output=True,
        timeout=60,
    )
