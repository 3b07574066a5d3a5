"""Whether the suite takes enough of the branches in each part that pyproject.toml names."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage
from coverage.exceptions import NoDataError


@dataclass(frozen=True)
class PartCoverage:
    """The branches of one part, and how many of them were taken."""

    name: str
    branches: int
    taken: int

    @property
    def percent(self) -> float:
        return 100 * self.taken / self.branches if self.branches else 100.0


def part_coverages(report: dict[str, Any]) -> list[PartCoverage]:
    """One for each top folder in coverage's own JSON report, in order of name."""
    branches: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for path, file in report["files"].items():
        part = Path(path).parts[0]
        branches[part] += file["summary"]["num_branches"]
        taken[part] += file["summary"]["covered_branches"]
    return [PartCoverage(name, branches[name], taken[name]) for name in sorted(branches)]


def find_faults(parts: Iterable[PartCoverage], floor: float, expected: Iterable[str]) -> list[str]:
    """A sentence for each part under the floor, and for each expected part never measured."""
    parts = list(parts)
    missing = sorted(set(expected) - {part.name for part in parts})
    return [
        *(f"{name}: not measured" for name in missing),
        *(
            f"{part.name}: {part.percent:.1f} % of branches, under {floor:g} %"
            for part in parts
            if part.percent < floor
        ),
    ]


def read_report(coverage: Coverage) -> dict[str, Any]:
    """Coverage's own JSON report. Raises NoDataError where nothing was measured."""
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        coverage.json_report(outfile=str(path))
        return dict(json.loads(path.read_text()))


def main() -> int:
    coverage = Coverage()
    floor = float(coverage.get_option("report:fail_under"))  # type: ignore[arg-type]
    sources = [name for name in coverage.get_option("run:source") if Path(name).is_dir()]  # type: ignore[union-attr]
    try:
        parts = part_coverages(read_report(coverage))
    except NoDataError:
        print("Nothing was measured: a run writes what it took at its very end, if it comes to it.")
        return 1
    for part in parts:
        print(
            f"  {part.name:<14} {part.taken:5} of {part.branches:5} branches {part.percent:6.1f} %"
        )
    faults = find_faults(parts, floor, sources)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
