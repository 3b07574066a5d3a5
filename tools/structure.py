"""The size and shape that every part of the tree keeps to; the figures are in pyproject.toml."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SKIPPED_FOLDERS = {"migrations", "__pycache__", "node_modules"}
TEST_MODULE_NAME = "tests.py"
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Limits:
    """What `[tool.structure]` in pyproject.toml asks for."""

    source: list[str]
    tests: list[str]
    templates: list[str]
    module_lines: int
    median_function_lines: float
    tests_to_source: float
    template_line_length: int


def read_pyproject(root: Path) -> dict[str, Any]:
    """The tool sections of pyproject.toml."""
    with (root / "pyproject.toml").open("rb") as file:
        return dict(tomllib.load(file)["tool"])


def read_limits(root: Path) -> Limits:
    """Raises KeyError or TypeError where a limit is missing or unknown: no check goes without."""
    table = read_pyproject(root)["structure"]
    return Limits(**{name.replace("-", "_"): value for name, value in table.items()})


# Files ----------------------------------------------------------------------------------


def files_in(root: Path, folders: list[str], pattern: str) -> Iterator[Path]:
    """The files of these folders, in order, without migrations."""
    for folder in folders:
        for path in sorted((root / folder).rglob(pattern)):
            if not SKIPPED_FOLDERS.intersection(path.relative_to(root).parts):
                yield path


def source_modules(root: Path, limits: Limits) -> list[Path]:
    modules = files_in(root, limits.source, "*.py")
    return [path for path in modules if path.name != TEST_MODULE_NAME]


def test_modules(root: Path, limits: Limits) -> list[Path]:
    """The test folders, and the tests that stand beside what they test."""
    beside_source = files_in(root, limits.source, TEST_MODULE_NAME)
    return [*files_in(root, limits.tests, "*.py"), *beside_source]


# Lines ----------------------------------------------------------------------------------


def docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            lines.update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return lines


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank line, comment or docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(ast.parse(text))


def function_lengths(text: str) -> list[int]:
    """Lines of code in each function, its `def` included."""
    lines = code_lines(text)
    return [
        len(lines.intersection(range(node.lineno, (node.end_lineno or node.lineno) + 1)))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def count_code_lines(paths: list[Path]) -> int:
    return sum(len(code_lines(path.read_text(encoding="utf-8"))) for path in paths)


# Checks ---------------------------------------------------------------------------------


def long_modules(root: Path, limits: Limits) -> Iterator[str]:
    """Every module of the tree, tests and tools among them, that is over the limit."""
    for path in [*files_in(root, [*limits.source, *limits.tests, "bench", "tools"], "*.py")]:
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > limits.module_lines:
            name = path.relative_to(root)
            yield f"{name} has {count} lines, over {limits.module_lines}: it holds two subjects"


def long_functions(root: Path, limits: Limits) -> Iterator[str]:
    lengths = [
        length
        for path in source_modules(root, limits)
        for length in function_lengths(path.read_text(encoding="utf-8"))
    ]
    middle = median(lengths) if lengths else 0
    if middle > limits.median_function_lines:
        yield (
            f"the median function has {middle:g} lines of code, "
            f"over {limits.median_function_lines:g}"
        )


def too_few_tests(root: Path, limits: Limits) -> Iterator[str]:
    source = count_code_lines(source_modules(root, limits))
    tests = count_code_lines(test_modules(root, limits))
    if tests < limits.tests_to_source * source:
        yield (
            f"{tests} lines of tests for {source} of source are {tests / source:.2f} for one, "
            f"under {limits.tests_to_source:g}"
        )


def long_template_lines(root: Path, limits: Limits) -> Iterator[str]:
    for path in files_in(root, limits.templates, "*.html"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if len(line) >= limits.template_line_length:
                yield (
                    f"{path.relative_to(root)}:{number} has {len(line)} characters, "
                    f"not under {limits.template_line_length}"
                )


def broken_template_tags(root: Path, limits: Limits) -> Iterator[str]:
    """What is begun with two braces and not ended on its line is shown as it stands."""
    for path in files_in(root, limits.templates, "*.html"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if line.rfind("{{") > line.rfind("}}"):
                yield f"{path.relative_to(root)}:{number} begins a variable that the next line ends"


CHECKS = (long_modules, long_functions, too_few_tests, long_template_lines, broken_template_tags)


def find_faults(root: Path) -> list[str]:
    """A sentence for each way in which the tree is out of shape."""
    limits = read_limits(root)
    return [fault for check in CHECKS for fault in check(root, limits)]


def main() -> int:
    faults = find_faults(ROOT)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
