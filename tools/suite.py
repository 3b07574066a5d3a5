"""The whole test suite, part after part: on SQLite, on PostgreSQL, then in a browser.

Every part runs even when an earlier one fails, and one failure fails the whole. The two databases
share the tests between them, as tests/selecting.py says; part of the suite runs on both. With `--branches`
the first part runs alone and also counts the branches that it takes, which are judged against the
floor in pyproject.toml. Drills take long and have shorter kin in the suite: they run with
`--drills`, alone, and with `--every-case`, which leaves nothing out. Other arguments are handed to
pytest, for a part of the suite.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import run_and_stop_with_us
from tests.servers import SHARED

NOTHING_CHOSEN = 5  # what pytest says when no test matches
INTERRUPTED = 2  # and when it was stopped
STOPPED = 130

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PROCESSES = ["-n", os.environ.get("TEST_PROCESSES", "2"), "--dist", "loadfile"]
PROCESSES += ["--no-loadscope-reorder"]  # in the order of conftest.py: what takes long comes first
ON_POSTGRESQL = [sys.executable, "-m", "tests.postgres"]

MEASURE = "--branches"
COVERAGE = ["--cov", "--cov-report=", "--cov-fail-under=0"]  # judged afterwards, part by part
JUDGE_BRANCHES = [sys.executable, "-m", "tools.branch_coverage"]

PARTS = {
    "on SQLite": [*PYTEST, *PROCESSES],
    "on PostgreSQL": [*ON_POSTGRESQL, *PYTEST, *PROCESSES],
    "in a browser": [*PYTEST, *PROCESSES],
}
MARKS = {"on SQLite": "not browser", "on PostgreSQL": "not browser", "in a browser": "browser"}
SHARE_OUT = "--share-out"
EVERY_CASE = "--every-case"
DRILLS = "--drills"


def commands_for(arguments: list[str]) -> dict[str, list[str]]:
    """What runs, by the name it is reported under."""
    if arguments == [DRILLS]:
        return parts_with(" and drill", EVERY_CASE)
    if EVERY_CASE in arguments:
        return parts_with("", *arguments)
    parts = parts_with(" and not drill")
    if arguments == [MEASURE]:
        first = next(iter(parts))
        return {first: [*parts[first], *COVERAGE], "for branches": JUDGE_BRANCHES}
    if not arguments:
        return parts | {"on SQLite": [*parts["on SQLite"], SHARE_OUT]}
    return {name: [*command, *arguments] for name, command in parts.items()}


def parts_with(choice: str, *arguments: str) -> dict[str, list[str]]:
    """Each part, of the tests whose marks are its own and what `choice` adds."""
    return {
        name: [*command, "-m", MARKS[name] + choice, *arguments] for name, command in PARTS.items()
    }


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="peerwork-suite-") as shared:
        return run_parts(arguments, Path(shared))


def run_parts(arguments: list[str], shared: Path) -> int:
    """Run each part, and give the exit code of the whole.

    The parts on SQLite copy one demonstration site in the folder `shared`, which the first makes.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OURS_TO_CHOOSE}
    environment[SHARED] = str(shared)
    codes: dict[str, int] = {}
    took: dict[str, float] = {}
    for name, command in commands_for(arguments).items():
        print(f"\n=== The tests {name} ===", flush=True)
        started = time.monotonic()
        try:
            codes[name] = run_and_stop_with_us(command, environment)
        except KeyboardInterrupt:
            codes[name] = STOPPED
        took[name] = time.monotonic() - started
        if codes[name] in {STOPPED, INTERRUPTED}:
            print("Stopped.", flush=True)
            return STOPPED
    print()
    for name, code in codes.items():
        verdict = {0: "passed", NOTHING_CHOSEN: "no test chosen"}.get(code, "FAILED")
        print(f"  {name:<14} {verdict:<15} {took[name]:5.0f} s")
    print(f"  {'altogether':<14} {'':<15} {sum(took.values()):5.0f} s")
    allowed = {0, NOTHING_CHOSEN} if arguments and arguments != [MEASURE] else {0}
    well = all(code in allowed for code in codes.values()) and 0 in codes.values()
    return 0 if well else 1


# A setting left over in someone's shell must not change what the tests mean, nor how long they
# take: where no bytecode is kept, each process compiles every test anew.
OURS_TO_CHOOSE = {
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CACHE_URL",
    "DATABASE_URL",
    "DEMONSTRATION",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_URL",
    "LOG_LEVEL",
    "MAKEFLAGS",
    "MAKELEVEL",
    "PYTHONDONTWRITEBYTECODE",
    "READYZ_TOKEN",
    "SECRET_KEY",
    "TASKS",
    "TRUSTED_PROXIES",
    "VAR_DIR",
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
