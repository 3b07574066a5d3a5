"""Whoever makes the tree harder to read is told where, and by how much."""

from __future__ import annotations

import pytest

from tests.servers import ROOT
from tools import structure

LIMITS = """
[tool.structure]
source = ["app", "later"]
tests = ["tests"]
templates = ["templates"]
module-lines = 20
median-function-lines = 3
tests-to-source = 1.3
template-line-length = 40
"""

SHORT = "def add(left, right):\n    return left + right\n"
LONG = "def add(left, right):\n" + "    left += right\n" * 4
TEST = "def test_adding():\n    total = 1 + 1\n    assert total == 2\n"


@pytest.fixture
def tree(tmp_path):
    """A tree in good shape."""
    write(tmp_path, "pyproject.toml", LIMITS)
    write(tmp_path, "app/adding.py", SHORT)
    write(tmp_path, "tests/test_adding.py", TEST)
    write(tmp_path, "templates/page.html", "<p>Hello</p>\n")
    return tmp_path


def write(tree, name, text):
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_tree_in_shape_has_no_faults(tree):
    assert structure.find_faults(tree) == []


@pytest.mark.parametrize("name", ["app/long.py", "tests/test_long.py", "tools/long.py"])
def test_a_long_module_is_named_with_its_length(tree, name):
    write(tree, name, "# a reason\n" * 21)
    (fault,) = structure.find_faults(tree)
    assert fault.startswith(f"{name} has 21 lines, over 20")


def test_migrations_may_be_long(tree):
    write(tree, "app/migrations/0001_initial.py", "# made by a machine\n" * 100)
    assert structure.find_faults(tree) == []


def test_long_functions_are_a_fault_when_they_are_the_usual_ones(tree):
    write(tree, "app/one_long.py", LONG)
    write(tree, "app/one_short.py", SHORT)
    write(tree, "tests/test_more.py", TEST * 5)
    assert structure.find_faults(tree) == []
    write(tree, "app/adding.py", LONG)
    assert structure.find_faults(tree) == ["the median function has 5 lines of code, over 3"]


def test_fewer_tests_than_promised_are_a_fault(tree):
    write(tree, "app/more.py", SHORT)
    (fault,) = structure.find_faults(tree)
    assert fault == "3 lines of tests for 4 of source are 0.75 for one, under 1.3"


def test_tests_beside_what_they_test_count_as_tests(tree):
    write(tree, "app/more.py", SHORT)
    write(tree, "app/kinds/choice/tests.py", TEST)
    assert structure.find_faults(tree) == []


def test_a_long_line_of_a_template_is_named_with_its_place(tree):
    write(tree, "templates/page.html", "<p>Hello</p>\n" + "x" * 39 + "\n" + "x" * 40 + "\n")
    (fault,) = structure.find_faults(tree)
    assert fault == "templates/page.html:3 has 40 characters, not under 40"


def test_only_code_counts():
    text = '''"""What the module promises."""

# A reason.
def add(left, right):
    """The sum.

    Of both.
    """

    # Another reason.
    return """left
    and right"""
'''
    assert structure.function_lengths(text) == [3]
    assert structure.code_lines(text) == {4, 11, 12}


def test_a_limit_that_is_missing_or_misspelt_is_not_a_limit_that_passes(tree):
    write(tree, "pyproject.toml", LIMITS.replace("module-lines", "module-length"))
    with pytest.raises(TypeError, match="module_length"):
        structure.find_faults(tree)


def test_every_folder_of_the_import_contract_is_measured():
    contract = structure.read_pyproject(ROOT)["importlinter"]["root_packages"]
    assert set(contract) <= set(structure.read_limits(ROOT).source)


def test_a_variable_of_a_template_that_is_broken_over_two_lines_is_named(tree):
    """Django shows such braces to the reader as they stand."""
    write(tree, "templates/page.html", "<p>{{ one }} and {{\n two }}</p>\n")
    [fault] = structure.find_faults(tree)
    assert fault == "templates/page.html:1 begins a variable that the next line ends"
