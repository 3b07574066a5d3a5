"""Tables that leave: no cell of them is a formula."""

import csv
import io

import pytest
from django.http import Http404
from openpyxl import load_workbook

from certificates.tables.files import table_response

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
