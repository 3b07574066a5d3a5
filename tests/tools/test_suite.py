"""What each way to run the suite is made of."""

from __future__ import annotations

from pathlib import Path

from tests.servers import SHARED
from tools import suite


def test_the_whole_suite_is_its_three_parts_and_measures_nothing():
    commands = suite.commands_for([])
    assert list(commands) == list(suite.PARTS)
    marks = [next(word for word in command if "browser" in word) for command in commands.values()]
    assert marks == [
        "not browser and not drill",
        "not browser and not drill",
        "browser and not drill",
    ]
    sharing = [name for name, command in commands.items() if suite.SHARE_OUT in command]
    assert sharing == ["on SQLite"]
    assert not any("--cov" in command for command in commands.values())


def test_measuring_runs_the_first_part_alone_and_judges_it():
    commands = suite.commands_for([suite.MEASURE])
    assert list(commands) == ["on SQLite", "for branches"]
    assert commands["on SQLite"] == [
        *suite.parts_with(" and not drill")["on SQLite"],
        *suite.COVERAGE,
    ]
    assert commands["for branches"] == suite.JUDGE_BRANCHES


def test_every_case_leaves_no_drill_out_and_drills_run_alone_on_both_databases():
    for command in suite.commands_for([suite.EVERY_CASE]).values():
        assert command[-2:] in (["not browser", suite.EVERY_CASE], ["browser", suite.EVERY_CASE])
    drills = suite.commands_for([suite.DRILLS])
    assert list(drills) == list(suite.PARTS)
    assert [command[-2:] for command in drills.values()] == [
        ["not browser and drill", suite.EVERY_CASE],
        ["not browser and drill", suite.EVERY_CASE],
        ["browser and drill", suite.EVERY_CASE],
    ]


def test_a_part_of_the_suite_is_not_measured():
    commands = suite.commands_for(["tests/people"])
    assert list(commands) == list(suite.PARTS)
    assert all(command[-1] == "tests/people" for command in commands.values())
    assert not any(suite.SHARE_OUT in command for command in commands.values())
    assert not any("--cov" in command for command in commands.values())


LEFT_OVER = {
    "DATABASE_URL": "postgres://left.over.example/database",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def test_the_parts_share_a_folder_that_goes_with_the_run(monkeypatch):
    told = []

    def run(command, environment):
        folder = Path(environment[SHARED])
        told.append((folder, folder.is_dir(), LEFT_OVER.keys() & environment.keys()))
        return 0

    for name, value in LEFT_OVER.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(suite, "run_and_stop_with_us", run)
    assert suite.main([]) == 0
    assert len(told) == len(suite.commands_for([]))
    assert all(is_there and not left_over for _folder, is_there, left_over in told)
    [folder] = {folder for folder, _there, _left in told}
    assert not folder.exists()
