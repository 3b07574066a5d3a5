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
    name: str, ending: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """The file of a name, as csv or xlsx. Raises Http404 for another ending."""
    if ending == "csv":
        response = HttpResponse(csv_of(headings, rows), content_type="text/csv; charset=utf-8")
    elif ending == "xlsx":
        response = HttpResponse(xlsx_of(headings, rows), content_type=XLSX_TYPE)
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["Cache-Control"] = "no-store"
    return response


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A file of commas. It begins with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (headings, *rows):
        writer.writerow([plain_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A file of a table program, of which every text is typed as text."""
    book = Workbook(write_only=True, iso_dates=True)
    sheet = book.create_sheet()
    lines = [headings, *rows]
    for place in range(len(headings)):
        longest = max(len(str(line[place] or "")) for line in lines)
        letter = chr(ord("A") + place)
        sheet.column_dimensions[letter].width = min(longest + 3, WIDEST)
    for line in lines:
        sheet.append([typed_cell(sheet, value) for value in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
