"""The list of faults fits the tree, and the tool that tries them can itself say no."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import textwrap

import pytest
from django.apps import apps

from tests.servers import ROOT
from tests.site.addresses import every_address
from tools import mutants
from tools.mutants import Bench, CannotBePut, Fault, chosen, exists, problems_of, put_in

FAULTS = mutants.read_faults()
PAGE = (ROOT / "docs" / "faults.md").read_text()
ROW = re.compile(r"^\| ([QPCAXD]\d\d) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LAST_ROWS = {"Q": 20, "P": 4, "C": 16, "A": 22, "X": 19, "D": 21}
FEWEST = 100
NAMED_BY_THE_ISSUE = {
    "inline-scripts-allowed",
    "svg-uploads-allowed",
    "pixel-cap-gone",
    "embed-providers-on",
    "key-point-is-markup",
    "scheduled-publishing-removed",
    "mail-time-out-gone",
}


# The list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_can_be_put_in_and_its_tests_are_there(fault):
    assert problems_of(fault) == []


def test_there_are_enough_and_each_has_a_name_of_its_own():
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) >= FEWEST
    assert not [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)]
    assert set(names) >= NAMED_BY_THE_ISSUE


def test_no_two_are_the_same_fault():
    assert len({(fault.file, fault.right, fault.wrong) for fault in FAULTS}) == len(FAULTS)


def test_no_fault_is_put_into_a_test():
    assert not [fault for fault in FAULTS if fault.file.startswith("tests/")]


# The page ------------------------------------------------------------------------------------------


def rows_of_the_page():
    return {row: (what.strip(), tried.strip()) for row, what, tried in ROW.findall(PAGE)}


def test_the_page_has_every_row_once():
    rows = [row for row, _what, _tried in ROW.findall(PAGE)]
    every = [f"{kind}{n:02}" for kind, last in LAST_ROWS.items() for n in range(1, last + 1)]
    assert rows == every


def found_by(name):
    """What of the site has a name such as `model courses.*seat*` or `address api/*`."""
    kind, _space, pattern = name.partition(" ")
    every = {
        "model": [model._meta.label_lower for model in apps.get_models()],
        "address": [address.route for address in every_address()],
    }
    return fnmatch.filter(every[kind], pattern)


@pytest.mark.parametrize(
    "name", ["model courses.*enrol*", "model *.*webhook", "address api/v1/*", "address admin/*"]
)
def test_what_is_built_is_found_by_its_name(name):
    """So a row about an API cannot say that there is none."""
    assert found_by(name)
    assert found_by(f"{name}x-nothing-of-this") == []


def test_every_row_is_tried_by_a_fault_or_says_that_it_is_not_built_yet():
    tried = {row for fault in FAULTS for row in fault.rows}
    for row, (_what, words) in rows_of_the_page().items():
        names = set(re.findall(r"`([^`]+)`", words))
        if row in tried:
            assert names == {fault.name for fault in FAULTS if row in fault.rows}, row
        else:
            assert words.startswith("not built yet: "), row
            assert names, f"{row} does not say what would be there if it were built"
            assert {name: found_by(name) for name in names if found_by(name)} == {}, row
    assert tried <= set(rows_of_the_page())


def test_faults_of_no_row_are_on_the_page_too():
    below = PAGE.partition("## Of no row")[2]
    assert set(re.findall(r"`([^`]+)`", below)) == {f.name for f in FAULTS if not f.rows}


def test_the_drills_that_the_page_names_are_there():
    drills = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(drills) >= 6
    assert not [path for path in drills if not (ROOT / path).is_file()]


# Choosing ------------------------------------------------------------------------------------------


def fault(name="a-fault", rows=(), **more):
    fields = {"file": "site.py", "right": "1", "wrong": "2", "tests": ("test_site.py::test_it",)}
    return Fault(name=name, rows=tuple(rows), **{**fields, **more})


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], ["one-fault", "two-faults", "no-row"]),
        (["one-fault"], ["one-fault"]),
        (["X03"], ["two-faults"]),
        (["X01-X03"], ["one-fault", "two-faults"]),
        (["D18", "no-row"], ["two-faults", "no-row"]),
        (["X01-X09", "one-fault"], ["one-fault", "two-faults"]),
    ],
)
def test_faults_are_chosen_by_name_row_and_range_in_the_order_of_the_list(words, names):
    some = [fault("one-fault", ["X01"]), fault("two-faults", ["X03", "D18"]), fault("no-row")]
    assert [each.name for each in chosen(some, words)] == names


@pytest.mark.parametrize("word", ["nothing", "X99", "X20-X30", "one", ""])
def test_a_word_that_names_none_is_refused(word):
    with pytest.raises(ValueError, match="No fault is called"):
        chosen([fault("one-fault", ["X01"])], [word])


def test_listing_runs_nothing(capsys, monkeypatch):
    monkeypatch.setattr(mutants, "try_all", lambda faults: pytest.fail("it ran"))
    assert mutants.main(["--list", "X03"]) == 0
    assert "inline-scripts-allowed (X03; lms/settings/base.py)" in capsys.readouterr().out
    assert mutants.main(["nothing"]) == 2


# What it says no to --------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path):
    """A small tree with one module and its tests."""
    root = tmp_path / "small"
    root.mkdir()
    (root / "site.py").write_text("LIMIT = 1\n\n\ndef is_over(n):\n    return n > LIMIT\n")
    (root / "test_site.py").write_text(
        textwrap.dedent(
            """
            import pytest
            from site_module import LIMIT, is_over

            def test_it(): assert is_over(2) and not is_over(1)
            def test_nothing(): assert True
            def test_broken(): assert False
            def test_skipped(): pytest.skip("not here")

            @pytest.mark.parametrize("n", [2, 3, "a b"])
            def test_each(n): assert n == "a b" or is_over(n)

            class TestMore:
                def test_it(self): assert not is_over(0)
            """
        )
    )
    (root / "site.py").rename(root / "site_module.py")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def small(**more):
    fields = {"file": "site_module.py", "right": "n > LIMIT", "wrong": "n > LIMIT + 1"}
    return fault(**{**fields, **more})


@pytest.fixture
def bench(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:django -p no:randomly")
    return PlainBench(tmp_path, tree)


class PlainBench(Bench):
    """Without a database: the small tree has none, nor what asks for one."""

    options = ()


def test_a_fault_that_its_test_notices_is_no_problem(bench):
    assert bench.problem_of(small()) == ""
    assert bench.problem_of(small(tests=("test_site.py::test_each",))) == ""


def test_a_fault_that_no_test_notices_is_said_with_the_test(bench):
    problem = bench.problem_of(small(tests=("test_site.py::test_nothing",)))
    assert problem == "NOT NOTICED by test_site.py::test_nothing (PASSED)"


def test_every_test_of_a_fault_has_to_notice_it(bench):
    both = ("test_site.py::test_it", "test_site.py::TestMore::test_it")
    assert "TestMore" in bench.problem_of(small(tests=both))


@pytest.mark.parametrize("wrong", ["n > ", "n > NOWHERE", "n >> LIMIT >"])
def test_a_fault_that_only_breaks_the_program_is_not_noticed_by_a_test(bench, wrong):
    problem = bench.problem_of(small(right="LIMIT = 1", wrong=f"LIMIT = 1\n{wrong}"))
    assert "did not run" in problem or "ERROR" in problem


def test_a_test_that_is_skipped_notices_nothing(bench):
    problem = bench.problem_of(small(tests=("test_site.py::test_skipped",)))
    assert "did not run" in problem


def test_a_test_that_fails_without_the_fault_is_found_before_it_is_put_in(bench):
    sound, broken = small(), small(name="b-fault", tests=("test_site.py::test_broken",))
    assert bench.failing_already([sound, broken]) == {"b-fault": ["test_site.py::test_broken"]}
    skipped = small(tests=("test_site.py::test_skipped",))
    assert set(bench.failing_already([skipped])) == {"a-fault"}


def test_a_text_that_is_gone_or_stands_twice_fails_loudly(bench, tree):
    assert "stands 0 times" in bench.problem_of(small(right="n > LIMITS"))
    assert "stands 2 times" in bench.problem_of(small(right="LIMIT"))
    with pytest.raises(CannotBePut), put_in(small(file="gone.py"), tree):
        pytest.fail("it was put in")


def test_the_file_is_as_it_was_whatever_happens_meanwhile(tree):
    before = (tree / "site_module.py").read_bytes()
    with pytest.raises(RuntimeError), put_in(small(), tree):
        raise RuntimeError("the run was stopped")
    assert (tree / "site_module.py").read_bytes() == before


def test_only_the_copy_is_changed(bench, tree):
    before = (tree / "site_module.py").read_bytes()
    with put_in(small(), bench.tree):
        assert (tree / "site_module.py").read_bytes() == before
        assert (bench.tree / "site_module.py").read_bytes() != before


def test_what_git_passes_over_is_not_copied(tree, tmp_path):
    (tree / ".gitignore").write_text("var/\n")
    (tree / "var").mkdir()
    (tree / "var" / "peerwork.sqlite3").write_text("people")
    (tmp_path / "other").mkdir()
    copy = mutants.copy_tree(tree, tmp_path / "other")
    assert {path.name for path in copy.iterdir()} == {
        ".gitignore",
        "site_module.py",
        "test_site.py",
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wrong": "n > LIMIT"}, "changes nothing"),
        ({"tests": ()}, "names no test"),
        ({"tests": ("test_site.py::test_gone",)}, "there is no test"),
        ({"tests": ("gone.py::test_it",)}, "there is no test"),
        ({"tests": ("test_site.py",)}, "there is no test"),
        ({"file": "gone.py"}, "stands 0 times"),
    ],
)
def test_each_way_in_which_the_list_rots_is_said(tree, changes, words):
    assert words in " ".join(problems_of(small(**changes), tree))
    assert problems_of(small(), tree) == []


@pytest.mark.parametrize(
    ("test", "is_there"),
    [
        ("test_site.py::test_it", True),
        ("test_site.py::TestMore::test_it", True),
        ("test_site.py::TestMore", False),
        ("test_site.py::TestMore::test_each", False),
        ("test_site.py::test_it::test_it", False),
        ("site_module.py::is_over", True),
    ],
)
def test_a_test_is_looked_up_in_its_file_and_class(tree, test, is_there):
    assert exists(test, tree) == is_there
