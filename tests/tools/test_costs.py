"""What the tests cost is summed up by file and by test, of one process or of many."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.costs import MOST_TESTS, Costs
from tests.servers import ROOT

BUSY = """
import subprocess, sys, time


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_busy():
    burn(1)


def test_has_another_busy():
    subprocess.run([sys.executable, "-c", "for n in range(6_000_000): pass"], check=True)
"""
IDLE = """
import time


def test_waits():
    time.sleep(0.5)
"""


def report(nodeid, clock, processor, when="call"):
    return SimpleNamespace(nodeid=nodeid, duration=clock, processor=processor, when=when)


def lines_of(costs):
    lines: list[str] = []
    costs.pytest_terminal_summary(SimpleNamespace(write_line=lines.append))
    return lines


def test_phases_and_tests_of_a_file_are_summed_up_and_the_dearest_comes_first():
    costs = Costs()
    costs.pytest_runtest_logreport(report("a.py::one", 9, 1))
    costs.pytest_runtest_logreport(report("b.py::two", 1, 2, "setup"))
    costs.pytest_runtest_logreport(report("b.py::two", 1, 2))
    costs.pytest_runtest_logreport(report("b.py::three", 1, 1))
    head, first, second, _, *tests = lines_of(costs)
    assert "clock processor tests" in head
    assert first.split() == ["3.0", "5.0", "2", "b.py"]
    assert second.split() == ["9.0", "1.0", "1", "a.py"]
    assert [line.split()[-1] for line in tests] == ["b.py::two", "a.py::one", "b.py::three"]


def test_only_the_dearest_tests_are_named_and_every_file():
    costs = Costs()
    for number in range(MOST_TESTS + 5):
        costs.pytest_runtest_logreport(report(f"{number}.py::one", 1, number))
    lines = lines_of(costs)
    assert len(lines) == 2 + (MOST_TESTS + 5) + MOST_TESTS
    assert not any(line.endswith(" 0.py::one") for line in lines)


@pytest.mark.parametrize("processes", ["0", "2"])
def test_work_is_told_from_waiting_and_the_work_of_others_is_counted(tmp_path, processes):
    (tmp_path / "test_busy.py").write_text(BUSY)
    (tmp_path / "test_idle.py").write_text(IDLE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.costs", "-p", "no:cacheprovider"]
    command += ["-p", "no:django", "-n", processes, "--dist", "loadfile", f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [*command, "-c", "/dev/null", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {
        name: (float(clock), float(processor))
        for clock, processor, name in re.findall(
            r"^ *([\d.]+) +([\d.]+) +\d+ \S*?(test_\w+(?:\.py)?)$", done.stdout, re.M
        )
    }
    assert found["test_busy"][1] >= 1
    assert found["test_has_another_busy"][1] >= 0.05
    assert found["test_busy.py"][1] >= found["test_busy"][1]
    assert found["test_waits"][0] >= 0.5
    assert found["test_idle.py"][1] < found["test_busy.py"][1]
