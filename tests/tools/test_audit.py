"""A known vulnerability stops a change; advisories that cannot be reached do not, and say so."""

from __future__ import annotations

import json

import pytest

from tools import audit

SOUND = {"name": "django", "version": "5.2.19", "vulns": []}
UNSOUND = {
    "name": "pillow",
    "version": "9.0",
    "vulns": [{"id": "PYSEC-2023-1", "fix_versions": ["9.1", "10.0"]}],
}
UNREPAIRED = {"name": "old", "version": "1", "vulns": [{"id": "GHSA-1", "fix_versions": []}]}
UNANSWERED = {"name": "segno", "skip_reason": "Dependency not found on PyPI"}


def test_a_vulnerability_fails_and_says_what_mends_it():
    code, lines = audit.report([SOUND, UNSOUND, UNREPAIRED, UNANSWERED], "")
    assert code == 1
    assert lines == [
        "pillow 9.0: PYSEC-2023-1, mended in 9.1, 10.0",
        "old 1: GHSA-1, mended in no release yet",
    ]


def test_sound_packages_pass_without_a_word():
    assert audit.report([SOUND], "") == (0, [])


@pytest.mark.parametrize(
    ("packages", "trouble", "reason"),
    [([], "cannot connect", "cannot connect"), ([UNANSWERED], "", "keeps no advisories")],
)
def test_no_answer_is_no_fault_and_never_looks_like_a_clean_one(packages, trouble, reason):
    code, (line,) = audit.report(packages, trouble)
    assert code == 0
    assert line.startswith("NOT AUDITED")
    assert reason in line


def test_packages_without_an_answer_are_named():
    assert audit.report([SOUND, UNANSWERED], "") == (
        0,
        ["no advisories could be read for: segno"],
    )


@pytest.mark.parametrize("text", ["", "not JSON", "{}"])
def test_an_answer_that_broke_off_holds_no_packages(text):
    assert audit.read_answer(text) == []


def test_the_answer_of_the_auditor_is_read():
    assert audit.read_answer(json.dumps({"dependencies": [SOUND], "fixes": []})) == [SOUND]
