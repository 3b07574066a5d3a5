"""A part that the suite leaves in the dark is named, however bright the others are."""

from __future__ import annotations

from coverage import Coverage

from tools import branch_coverage
from tools.branch_coverage import PartCoverage, find_faults, part_coverages


def report(**files):
    return {
        "files": {
            name: {"summary": {"num_branches": branches, "covered_branches": covered}}
            for name, (branches, covered) in files.items()
        }
    }


def test_branches_are_added_up_for_each_part():
    files = {"people/a.py": (10, 9), "people/views/b.py": (30, 30), "courses/a.py": (4, 1)}
    assert part_coverages(report(**files)) == [
        PartCoverage("courses", 4, 1),
        PartCoverage("people", 40, 39),
    ]


def test_a_bright_part_does_not_pay_for_a_dark_one():
    parts = [PartCoverage("courses", 10, 8), PartCoverage("people", 1000, 1000)]
    assert find_faults(parts, 90, ["courses", "people"]) == [
        "courses: 80.0 % of branches, under 90 %"
    ]


def test_the_floor_itself_is_enough():
    assert find_faults([PartCoverage("people", 10, 9)], 90, ["people"]) == []


def test_a_part_without_a_branch_has_left_none_out():
    assert find_faults([PartCoverage("people", 0, 0)], 90, ["people"]) == []


def test_a_part_that_was_never_measured_is_a_fault():
    assert find_faults([], 90, ["people"]) == ["people: not measured"]


def test_a_run_that_never_came_to_its_end_is_a_fault_and_says_so(tmp_path, monkeypatch, capsys):
    measured = Coverage(data_file=str(tmp_path / ".coverage"), config_file="pyproject.toml")
    monkeypatch.setattr(branch_coverage, "Coverage", lambda: measured)
    assert branch_coverage.main() == 1
    assert "Nothing was measured" in capsys.readouterr().out
