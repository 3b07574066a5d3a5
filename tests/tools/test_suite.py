"""The whole suite measures its branches; a part of it, which could only disappoint, does not."""

from __future__ import annotations

from tools import suite


def test_the_whole_suite_measures_on_sqlite_and_is_judged_last():
    commands = suite.commands_for([])
    assert "--cov" in commands["on SQLite"]
    assert "--cov" not in commands["on PostgreSQL"]
    assert "--cov" not in commands["in a browser"]
    assert list(commands)[-1] == "for branches"


def test_a_part_of_the_suite_is_not_measured():
    commands = suite.commands_for(["tests/people"])
    assert list(commands) == list(suite.PARTS)
    assert all(command[-1] == "tests/people" for command in commands.values())
    assert not any("--cov" in command for command in commands.values())
