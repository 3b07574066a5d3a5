"""Puts known faults into a copy of the tree, one at a time, and says which of them a test notices.

`tools/faults.toml` holds the faults: the text that is right, the text that is not, and the tests
that must fail. A fault that no test notices, a text that is no longer there, and a test that
fails without any fault are all said out loud and fail the run. The tree itself is never touched.

    tools/mutants.py                      all of them
    tools/mutants.py pixel-cap-gone       this one
    tools/mutants.py X01-X05 D18          those of these rows of docs/faults.md
    tools/mutants.py --list               their names, and nothing is run
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "tools" / "faults.toml"
SECONDS_FOR_ONE = 600
DATABASE = "test.sqlite3"  # as lms/settings/test.py names it, in VAR_DIR
# What would have the tests look elsewhere, where the suite itself runs this.
NOT_HANDED_ON = {"DATABASE_URL", "PYTEST_XDIST_WORKER"}
ROW = re.compile(r"[QPCAXD]\d\d")
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) ([^\s\[]+)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """One thing that may go wrong: in which file, what is right there, and what is not.

    `rows` are those of docs/faults.md that it is about. Every one of `tests` has to fail.
    """

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.rows) or 'no row'}; {self.file})"


class CannotBePut(Exception):
    """A fault cannot be put in: the tree has changed under it."""


def read_faults(path: Path = FAULTS) -> list[Fault]:
    """The faults of a list. Raises TypeError or KeyError for one that is not written whole."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    return [
        Fault(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in t.items()
            }
        )
        for t in tables
    ]


def chosen(faults: list[Fault], words: Iterable[str]) -> list[Fault]:
    """The faults that some words name: by name, by row, or by a range of rows.

    Raises ValueError for a word that names none.
    """
    words = list(words)
    picked = {word: [fault for fault in faults if is_named(fault, word)] for word in words}
    unknown = [word for word, some in picked.items() if not some]
    if unknown:
        raise ValueError(f"No fault is called {', '.join(unknown)}. --list says their names.")
    return [f for f in faults if not words or any(f in some for some in picked.values())]


def is_named(fault: Fault, word: str) -> bool:
    first, dash, last = word.partition("-")
    if ROW.fullmatch(first) and (not dash or ROW.fullmatch(last)):
        return any(first <= row <= (last or first) for row in fault.rows)
    return fault.name == word


# Whether the list still fits the tree ------------------------------------------------------------


def problems_of(fault: Fault, root: Path = ROOT) -> list[str]:
    """What keeps a fault from being tried, in sentences; nothing where nothing does."""
    problems = []
    path = root / fault.file
    found = path.read_text(encoding="utf-8").count(fault.right) if path.is_file() else 0
    if found != 1:
        problems.append(f"{fault.name}: its text stands {found} times in {fault.file}, not once.")
    if fault.right == fault.wrong:
        problems.append(f"{fault.name}: it changes nothing.")
    if not fault.tests:
        problems.append(f"{fault.name}: it names no test.")
    problems += [
        f"{fault.name}: there is no test {test}." for test in fault.tests if not exists(test, root)
    ]
    return problems


def exists(test: str, root: Path = ROOT) -> bool:
    """Whether there is a test of this name: a function of its file, or of a class there."""
    file, *names = test.split("::")
    path = root / file
    if not names or not path.is_file():
        return False
    place: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    for name in names:
        inside = [
            each
            for each in ast.iter_child_nodes(place)
            if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name
        ]
        if not inside:
            return False
        place = inside[-1]
    return isinstance(place, ast.FunctionDef)


# A copy to put them into -------------------------------------------------------------------------


def copy_tree(root: Path, folder: Path) -> Path:
    """Copy what belongs to the tree, committed or not, into a folder; and say where it is."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    tree = folder / "tree"
    for name in filter(None, listed.stdout.decode().split("\0")):
        source = root / name
        if source.is_file():
            target = tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return tree


@contextmanager
def put_in(fault: Fault, tree: Path):
    """Have a fault in the copy for as long as this lasts. Raises CannotBePut."""
    problems = problems_of(fault, tree)
    if problems:
        raise CannotBePut(" ".join(problems))
    path = tree / fault.file
    before = path.read_text(encoding="utf-8")
    write(path, before.replace(fault.right, fault.wrong))
    try:
        yield
    finally:
        write(path, before)


def write(path: Path, text: str) -> None:
    """Write a file so that nothing compiled of what was there before is taken for it."""
    path.write_text(text, encoding="utf-8")
    with suppress(OSError, NotImplementedError):
        Path(importlib.util.cache_from_source(str(path))).unlink()


# Running the tests ---------------------------------------------------------------------------------


class Bench:
    """A copy of the tree, with a database that is made once and is fresh for every run."""

    options: tuple[str, ...] = ("-n", "0", "--reuse-db")

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.tree = copy_tree(root, folder)
        self.var = folder / "var"
        self.fresh = folder / "fresh.sqlite3"

    def run(self, tests: Iterable[str], *, seconds: int = SECONDS_FOR_ONE) -> dict[str, set[str]]:
        """How each of some tests ended, by its name without parameters."""
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True)
        if self.fresh.exists():
            shutil.copyfile(self.fresh, self.var / DATABASE)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *self.options]
        environment = {
            name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON
        }
        process = subprocess.Popen(
            [*command, "-rpfE", "--tb=no", *dict.fromkeys(tests)],
            cwd=self.tree,
            env={**environment, "VAR_DIR": str(self.var)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output = process.communicate()[0]
        if not self.fresh.exists() and (self.var / DATABASE).exists():
            shutil.copyfile(self.var / DATABASE, self.fresh)
        ends: dict[str, set[str]] = {}
        for end, test in OUTCOME.findall(output):
            ends.setdefault(test, set()).add(end)
        return ends

    def make_database(self) -> None:
        """Make the database by a run of one small test, before anything is broken."""
        self.run(["tests/tools/test_selecting.py::test_this_very_test_needs_one"])

    def failing_already(self, faults: list[Fault]) -> dict[str, list[str]]:
        """The tests of each fault that do not pass without it, by the name of the fault."""
        tests = [test for fault in faults for test in fault.tests]
        ends = self.run(tests, seconds=SECONDS_FOR_ONE + 60 * len(tests))
        failing = {}
        for fault in faults:
            unsound = [test for test in fault.tests if ends.get(test) != {"PASSED"}]
            # By itself once more: in one run with so many others one may disturb another.
            alone = self.run(unsound) if unsound else {}
            if any(alone.get(test) != {"PASSED"} for test in unsound):
                failing[fault.name] = unsound
        return failing

    def problem_of(self, fault: Fault) -> str:
        """Put a fault in: what is wrong, in a sentence; nothing where its tests noticed it."""
        try:
            with put_in(fault, self.tree):
                ends = self.run(fault.tests)
        except CannotBePut as reason:
            return str(reason)
        silent = [test for test in fault.tests if "FAILED" not in ends.get(test, ())]
        ended = [f"{test} ({', '.join(ends.get(test, ['did not run']))})" for test in silent]
        return f"NOT NOTICED by {'; '.join(ended)}" if silent else ""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="faults or rows, such as X01, X01-X05")
    parser.add_argument("--list", action="store_true", help="say their names and run nothing")
    options = parser.parse_args(words)
    try:
        faults = chosen(read_faults(), options.names)
    except ValueError as problem:
        print(problem)
        return 2
    if options.list:
        print("\n".join(map(str, faults)))
        return 0
    return try_all(faults)


def try_all(faults: list[Fault]) -> int:
    unnoticed = []
    with tempfile.TemporaryDirectory(prefix="peerwork-mutants-") as folder:
        bench = Bench(Path(folder))
        bench.make_database()
        failing = bench.failing_already(faults)
        for number, fault in enumerate(faults, 1):
            begun = time.monotonic()
            already = ", ".join(failing.get(fault.name, ()))
            problem = f"FAILS WITHOUT it: {already}" if already else bench.problem_of(fault)
            unnoticed += [f"{fault.name}: {problem}"] if problem else []
            seconds = time.monotonic() - begun
            print(
                f"{number}/{len(faults)} {fault}: {problem or 'noticed'} [{seconds:.0f} s]",
                flush=True,
            )
    print(f"\n{len(faults) - len(unnoticed)} of {len(faults)} faults were noticed.")
    for sentence in unnoticed:
        print(f"  {sentence}")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
