"""No cell of a file that leaves can be run as a formula, whoever wrote its words."""

from __future__ import annotations

import ast
import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from people import spreadsheets
from people.spreadsheets import may_be_a_formula, plain_cell
from tests.make import NOON

NAIVE = NOON.replace(tzinfo=None)

FORMULAS = [
    "=1+1",
    '=HYPERLINK("https://example.org","click")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    '"=1',
    "'=1",
    "“=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "−1",
    '\u00a0"=1',
]


class Sheet(SpreadsheetExportMixin):
    """A list of Wagtail's with one column, whose heading is somebody's words as well."""

    def __init__(self, heading="Words"):
        self.export_headings = {"words": heading}
        self.list_export = ["words"]


def csv_of(words, heading="Words"):
    rows = [SimpleNamespace(words=each) for each in words]
    content = b"".join(Sheet(heading).stream_csv(rows)).decode()
    return [row[0] for row in csv.reader(io.StringIO(content))]


def xlsx_of(words, heading="Words"):
    file = io.BytesIO()
    rows = [SimpleNamespace(words=each) for each in words]
    Sheet(heading).write_xlsx(rows, file)
    return [row[0] for row in openpyxl.load_workbook(file).active.rows]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_program_may_run_begins_with_an_apostrophe(text):
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "Ada", "O’Brien", "1+1", "a=b", "ada@peerwork.example", "Łukasz", "“Quoted”", "( =)"],
)
def test_other_words_are_left_as_they_are(text):
    assert plain_cell(text) == text


@pytest.mark.parametrize("value", [None, -5, -1.5, True, Decimal("-2.5"), date(2026, 11, 27), NOON])
def test_numbers_and_days_stay_what_they_are(value):
    assert plain_cell(value) is value


def test_words_that_are_no_text_yet_are_looked_at_as_well():
    class Name:
        def __str__(self):
            return "=1+1"

    assert plain_cell(Name()) == "'=1+1"


def test_a_heading_is_somebodys_words_too():
    assert csv_of([], heading="=1+1") == ["'=1+1"]
    (heading,) = xlsx_of([], heading="=1+1")
    assert (heading.data_type, heading.value) == ("s", "=1+1")


def test_every_formula_is_text_in_both_kinds_of_file():
    assert all(cell.startswith("'") for cell in csv_of(FORMULAS)[1:])
    cells = xlsx_of(FORMULAS)[1:]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == "=1+1"


@hypothesis_settings(max_examples=500, deadline=None)
@given(st.text(max_size=20))
def test_whatever_is_written_no_cell_begins_a_formula(text):
    (cell,) = csv_of([text])[1:] or [""]
    assert not may_be_a_formula(cell) or cell.startswith("'")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_whatever_is_written_a_cell_of_xlsx_is_text_and_the_file_opens(text):
    (cell,) = xlsx_of([text])[1:] or [SimpleNamespace(data_type="s")]
    # An empty one has no type of its own; none is ever one of a formula.
    assert cell.data_type == "s" or cell.value is None


def test_what_no_xlsx_can_hold_is_left_out_and_too_long_a_text_is_cut():
    assert xlsx_of(["a\x00b\x0bc\ud800d"])[1].value == "abcd"
    assert len(xlsx_of(["x" * 40_000])[1].value) == spreadsheets.LONGEST_CELL


@pytest.mark.parametrize(
    ("zone", "hour", "words"),
    [
        ("UTC", 12, "UTC"),
        ("America/Los_Angeles", 4, "Los Angeles time"),
        ("Asia/Kolkata", 17, "Kolkata time"),
    ],
)
def test_a_moment_in_xlsx_is_in_the_readers_time_zone_and_names_it(zone, hour, words):
    with timezone.override(zone):
        cell = xlsx_of([NOON.replace(month=12)])[1]
    assert cell.is_date
    assert cell.value.hour == hour
    assert cell.number_format.endswith(f'"{words}"')


def test_a_day_keeps_its_type_in_xlsx():
    cell = xlsx_of([NAIVE])[1]
    assert cell.is_date
    assert cell.value == NAIVE


# One place ----------------------------------------------------------------------------------

WRITERS = {"csv", "openpyxl"}


def imports_of(node):
    """The packages that a line imports from."""
    if isinstance(node, ast.Import):
        return {each.name.split(".")[0] for each in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module.split(".")[0]}
    return set()


def test_nothing_else_of_ours_writes_such_files():
    files = {
        path.name
        for app in ("people", "courses", "assessments", "practice", "certificates", "lms", "deploy")
        for path in (Path(django_settings.BASE_DIR) / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if imports_of(node) & WRITERS
    }
    # The two of `certificates.tables` read what was uploaded, and write the answer to it: they
    # are tried against formulas in tests/certificates/tables.
    assert files == {"spreadsheets.py", "parsing.py", "files.py"}


def every_subclass(cls):
    for each in cls.__subclasses__():
        yield each
        yield from every_subclass(each)


def test_no_list_has_a_way_of_its_own_past_it():
    guarded = ("stream_csv", "write_xlsx", "as_spreadsheet")
    for name in guarded:
        assert getattr(SpreadsheetExportMixin, name) is getattr(spreadsheets, name)
    classes = [each for each in every_subclass(SpreadsheetExportMixin) if each is not Sheet]
    assert len(classes) > 10
    own = [(each, name) for each in classes for name in guarded if name in vars(each)]
    assert own == []
