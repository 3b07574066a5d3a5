"""What is locked can be installed on the oldest Python we promise, which is Debian 12's."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

import pytest
from packaging.specifiers import SpecifierSet

from tests.servers import ROOT

OLDEST = "3.11.2"


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_locked_package_takes_the_oldest_python(name):
    refusing = []
    for package, release in locked(name).items():
        try:
            about = metadata(package)
        except PackageNotFoundError:  # only an older Python needs it
            continue
        pythons = SpecifierSet(about["Requires-Python"] or "")
        if about["Version"] == release and OLDEST not in pythons:
            refusing.append(f"{package} {release} needs Python {pythons}")
    assert refusing == []


def test_what_is_tested_is_what_is_served():
    assert locked("base").items() <= locked("dev").items()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_the_lock_names_no_index_and_checks_every_package(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text.strip()))
