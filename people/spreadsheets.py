"""Lists of the staff pages as files: with what the list shows, and safe to open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpResponse

# A program for tables takes a text that begins so for something to work out.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

ROWS_AT_ONCE = 500


def plain_cell(value: Any) -> Any:
    """A value for a file of commas that no program for tables takes for a formula.

    People choose their own names, so a name may be one.
    """
    if isinstance(value, str) and value.startswith(BEGINS_A_FORMULA):
        return f"'{value}"
    return value


class SpreadsheetMixin:
    """A list that can be downloaded as CSV and XLSX. `sheet_columns` are its keys and headings.

    The class it is mixed into says in `sheet_rows` what stands in each row.
    """

    export_filename: str
    is_export: bool
    FORMAT_CSV: str

    def sheet_columns(self) -> Mapping[str, Any]:
        raise NotImplementedError

    def sheet_rows(self, objects: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """The rows of the file, each with a value for every key of `sheet_columns`."""
        raise NotImplementedError

    @property
    def list_export(self) -> list[str]:
        return list(self.sheet_columns())

    def get_heading(self, queryset: Any, field: str) -> str:
        # What Wagtail calls the queryset are our rows here.
        return str(self.sheet_columns()[field])

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; or the file, for which the whole list is read a few hundred rows at a time."""
        view: Any = super()
        if not self.is_export:
            response: HttpResponse = view.get(request, *args, **kwargs)
            return response
        objects = view.get_queryset().iterator(chunk_size=ROWS_AT_ONCE)
        file: HttpResponse = view.as_spreadsheet(self.sheet_rows(objects), request.GET["export"])
        return file

    def to_row_dict(self, item: dict[str, Any]) -> dict[str, Any]:
        return item

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)  # type: ignore[misc]
        return plain_cell(cell) if export_format == self.FORMAT_CSV else cell
