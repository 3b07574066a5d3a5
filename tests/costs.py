"""What each file of tests costs: `pytest -p tests.costs tests/people`.

Seconds of the clock, and of the processor with those of the processes that a test started and
waited for. Where a machine is shared only the second figure can be compared with another day's.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass

import pytest

MOST_TESTS = 40


def used_so_far() -> float:
    """Seconds of the processor that this process has used, and those that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@dataclass
class Cost:
    """What some tests cost."""

    clock: float = 0
    processor: float = 0
    tests: int = 0

    def line(self, name: str) -> str:
        return f"{self.clock:8.1f} {self.processor:8.1f} {self.tests:6} {name}"


class Costs:
    """Sums up what the tests of one run cost, by file and by test."""

    def __init__(self) -> None:
        self.files: dict[str, Cost] = defaultdict(Cost)
        self.tests: dict[str, Cost] = defaultdict(Cost)
        self._before = used_so_far()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        now = used_so_far()
        report.processor = now - self._before  # goes along where pytest-xdist hands reports on
        self._before = now
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        file = report.nodeid.partition("::")[0]
        for cost in (self.files[file], self.tests[report.nodeid]):
            cost.clock += report.duration
            cost.processor += getattr(report, "processor", 0)
            cost.tests += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter):
        for costs, most in ((self.files, None), (self.tests, MOST_TESTS)):
            terminalreporter.write_line("\n   clock processor tests")
            dearest = sorted(costs, key=lambda name: costs[name].processor, reverse=True)
            for name in dearest[:most]:
                terminalreporter.write_line(costs[name].line(name))


def pytest_configure(config):
    config.pluginmanager.register(Costs(), "peerwork-costs")
