"""A known vulnerability stops a change; advisories that cannot be reached do not, and say so."""

from __future__ import annotations

import json
import re

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


@pytest.mark.parametrize(
    ("packages", "lenient", "strict"),
    [
        ([SOUND], 0, 0),
        ([SOUND, UNSOUND], 1, 1),
        ([SOUND, UNANSWERED], 0, 1),
        ([UNANSWERED], 0, 1),
        ([], 0, 1),
    ],
)
def test_what_could_not_be_asked_fails_where_an_answer_is_a_must(
    monkeypatch, capsys, packages, lenient, strict
):
    monkeypatch.setattr(audit, "run_audit", lambda: (packages, "cannot connect"))
    assert audit.main([]) == lenient
    capsys.readouterr()
    assert audit.main(["--must-answer"]) == strict
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"{len(packages)} packages: " + (
        "see above." if strict else "no known vulnerability."
    )


def test_make_audit_is_the_strict_one_and_the_page_on_releasing_names_it():
    makefile = (audit.ROOT / "Makefile").read_text()
    (recipe,) = re.findall(r"^audit:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert "tools/audit.py --must-answer" in recipe
    assert "`make audit`" in (audit.ROOT / "docs" / "releasing.md").read_text()
