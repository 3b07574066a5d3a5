"""Branches are judged whenever the whole suite runs, and never for a part of it."""

from __future__ import annotations

from tools import suite


def test_the_whole_suite_measures_its_first_part_and_judges_that_before_the_others():
    commands = suite.commands_for([])
    assert list(commands) == ["on SQLite", "for branches", "on PostgreSQL", "in a browser"]
    assert [name for name, command in commands.items() if "--cov" in command] == ["on SQLite"]
    assert commands["for branches"] == suite.JUDGE_BRANCHES


def test_measuring_alone_runs_the_first_part_and_judges_it():
    commands = suite.commands_for([suite.MEASURE])
    assert list(commands) == ["on SQLite", "for branches"]
    assert commands == {name: suite.commands_for([])[name] for name in commands}


def test_a_part_of_the_suite_is_not_measured():
    commands = suite.commands_for(["tests/people"])
    assert list(commands) == list(suite.PARTS)
    assert all(command[-1] == "tests/people" for command in commands.values())
    assert not any("--cov" in command for command in commands.values())
