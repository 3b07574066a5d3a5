"""Branches are measured when that is asked for, over the whole suite, and never over a part."""

from __future__ import annotations

from tools import suite


def test_measuring_runs_the_suite_on_sqlite_and_judges_last():
    commands = suite.commands_for([suite.MEASURE])
    assert list(commands) == ["on SQLite", "for branches"]
    assert "--cov" in commands["on SQLite"]


def test_the_whole_suite_runs_every_part_and_measures_nothing():
    commands = suite.commands_for([])
    assert list(commands) == list(suite.PARTS)
    assert not any("--cov" in command for command in commands.values())


def test_a_part_of_the_suite_is_not_measured():
    commands = suite.commands_for(["tests/people"])
    assert list(commands) == list(suite.PARTS)
    assert all(command[-1] == "tests/people" for command in commands.values())
    assert not any("--cov" in command for command in commands.values())
