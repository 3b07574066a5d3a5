"""A table as a file to download, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from openpyxl import Workbook

from people.spreadsheets import plain_cell, typed_cell

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def table_response(
    name: str, extension: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A table as a file to download, `extension` being csv or xlsx. Raises Http404 for another."""
    if extension == "csv":
        response = HttpResponse(csv_of(headings, rows), content_type="text/csv; charset=utf-8")
    elif extension == "xlsx":
        response = HttpResponse(xlsx_of(headings, rows), content_type=XLSX_TYPE)
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response["Cache-Control"] = "no-store"
    return response


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The table as CSV in UTF-8, with the byte order mark that Excel needs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (headings, *rows):
        writer.writerow([plain_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The table as an Excel workbook, in which every text is stored as text, never as a formula."""
    book = Workbook(write_only=True, iso_dates=True)
    sheet = book.create_sheet()
    lines = [headings, *rows]
    for column in range(len(headings)):
        longest = max(len(str(line[column] or "")) for line in lines)
        letter = chr(ord("A") + column)
        sheet.column_dimensions[letter].width = min(longest + 3, WIDEST)
    for line in lines:
        sheet.append([typed_cell(sheet, value) for value in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
