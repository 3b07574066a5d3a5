"""What certificates cost is measured on certificates that were made, and on answers that are right."""

from __future__ import annotations

import os

import pytest

from bench.__main__ import inside, one_processor
from bench.certifying_table import CHECKS, as_table, line_of

FEW = {"count": 3}


@pytest.fixture
def issued(fresh_site_server):
    """A site with three more certificates on the register, which nobody has made yet."""
    assert inside(fresh_site_server, "issue", FEW)["seconds"] > 0
    return fresh_site_server


@pytest.mark.drill
def test_certificates_are_issued_made_by_the_worker_and_checked(issued):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(issued.env, "BENCH_WAITS", "0")
        with pytest.raises(SystemExit, match="3 of 3 certificates were not made"):
            inside(issued, "made", FEW)
    issued.manage("db_worker", "--batch")
    made = inside(issued, "made", FEW)
    assert 20_000 < made["bytes"] < 100_000
    holders = issued.ask(
        """
from certificates.models import Credential
ours = Credential.objects.filter(holder__email__endswith="@holder.example")
answer = [ours.count(), max(each.announced_at.timestamp() for each in ours)]
"""
    )
    assert holders == [3, made["at"]]
    checks = inside(issued, "checks", FEW)
    names = [name.replace("a list of 3", "a list of 500") for name in checks]
    assert names == list(CHECKS)
    for figures in checks.values():
        assert figures["ms"] > 0
        assert 0 < figures["queries"] < 30


def test_what_is_started_meanwhile_has_one_processor():
    before = os.sched_getaffinity(0)
    with one_processor():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


# The table --------------------------------------------------------------------------------


def checked(**others):
    return {name: {"ms": 1.0, "queries": 3} for name in CHECKS} | others


def lines_of(*figures):
    return [line.strip() for line in as_table(*figures).splitlines()]


def test_a_minute_is_for_issuing_and_making_together():
    lines = lines_of(10.0, (50.0, 45.5), 39_074, checked())
    assert [line.split()[-1] for line in lines[4:]] == ["yes"] * 6
    assert lines[1].endswith("10.0 s")
    assert lines[3].split()[-2:] == ["45.5", "s"]
    late = lines_of(10.1, (50.0, 45.5), 39_074, checked())
    assert late[4].split()[-4:] == ["≤", "60", "s", "missed"]


def test_a_file_too_large_and_a_check_too_slow_are_missed():
    slow = checked(**{"an altered file": {"ms": 101, "queries": 4}})
    lines = lines_of(1.0, (1.0, 1.0), 40_001, slow)
    missed = [line for line in lines if line.endswith("missed")]
    assert [line.split("  ")[0] for line in missed] == ["largest file", "check: an altered file"]


@pytest.mark.parametrize(
    ("name", "ms", "queries", "verdict"),
    [
        ("one number", 20, 3, "yes"),
        ("one number", 20, 4, "missed"),
        ("one number", 20.1, 3, "missed"),
        ("a list of 500", 300, 9, "yes"),
        ("a list of 500", 301, 3, "missed"),
    ],
)
def test_a_check_has_its_milliseconds_and_where_there_is_a_bound_its_queries(
    name, ms, queries, verdict
):
    assert line_of(name, {"ms": ms, "queries": queries})[-1] == verdict
