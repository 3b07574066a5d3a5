"""Tables that leave: no cell of them is a formula."""

import csv
import io

import pytest
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from certificates.tables.files import csv_of, table_response, xlsx_of

ROWS = [["=1+1", "Zoë"], ["@cmd", None], ["plain", 5]]


def test_a_csv_file_has_no_formula_and_opens_in_excel_with_its_accents():
    response = table_response("list", "csv", ["Ñame", "-x"], ROWS)
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [["Ñame", "'-x"], ["'=1+1", "Zoë"], ["'@cmd", ""], ["plain", "5"]]
    assert response["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert response["Cache-Control"] == "no-store"


def test_an_xlsx_file_has_text_where_text_was():
    content = table_response("list", "xlsx", ["a", "b"], ROWS).content
    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.data_type for cell in sheet["A"]] == ["s", "s", "s", "s"]
    assert sheet["A2"].value == "=1+1"
    assert sheet["B4"].value == 5


def test_there_is_no_other_kind_of_file():
    with pytest.raises(Http404):
        table_response("list", "exe", [], [])


BEGINNINGS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "'=",
    '"=',
    "＝",
    "＋",
    "－",
    "＠",
    " =",
    "\u200b=",
]
ANYTHING = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(beginning=st.sampled_from(["", *BEGINNINGS]), words=ANYTHING)
def test_no_cell_that_leaves_is_a_formula_whatever_it_holds(beginning, words):
    cell = beginning + words
    text = csv_of(["a"], [[cell]]).decode("utf-8-sig")
    (_heading, (written,)) = list(csv.reader(io.StringIO(text, newline="")))
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    sheet = load_workbook(io.BytesIO(xlsx_of(["a"], [[cell]]))).active
    assert sheet["A2"].data_type != "f"
    assert sheet["A2"].value is None or isinstance(sheet["A2"].value, str)


def test_a_column_is_as_wide_as_what_stands_in_it_and_never_wider_than_a_screen():
    content = xlsx_of(["Line", "Name"], [[1, "x" * 500], [2, None]])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet.column_dimensions["A"].width == 7
    assert sheet.column_dimensions["B"].width == 60
