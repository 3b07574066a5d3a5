"""Lists of the staff pages as files: with what the list shows, and safe to open.

Every CSV and XLSX that leaves, of ours and of Wagtail, is written here: see `guard_exports`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import category, normalize

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from wagtail.admin.views.mixins import Echo, ExcelDateFormatter, SpreadsheetExportMixin

from people.act_kinds import ActKind
from people.acts import record_act
from people.http import SignedInRequest
from people.models import Act, User
from people.moments import zone_in_words

# A program for tables takes a text that begins so for something to work out.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# It may pass over these first. What begins with an apostrophe is text already.
PASSED_OVER = "\"\u201c\u201d\u00ab\u00bb'\u2018\u2019`"
CANNOT_STAND_IN_XLSX = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
NEITHER_TEXT = (bool, int, float, Decimal, date, datetime, time, timedelta)
LONGEST_CELL = 32_767
"""As much as a cell of an XLSX file holds."""

ROWS_AT_ONCE = 500
MOST_FILES_AN_HOUR = 10
"""How many lists of people one account takes away within an hour."""
HOUR = timedelta(hours=1)


def plain_cell(value: Any) -> Any:
    """A value for a file of commas that no program for tables takes for a formula.

    People choose their own names, so a name may be one: also behind spaces, quotes or signs that
    are not seen, and in the full width of East Asian scripts.
    """
    if value is None or isinstance(value, NEITHER_TEXT):
        return value
    text = str(value)
    return f"'{text}" if may_be_a_formula(text) else text


def may_be_a_formula(text: str) -> bool:
    """Whether a program for tables may take a text for a formula."""
    if text.startswith(BEGINS_A_FORMULA):
        return True
    for sign in text:
        is_unseen = sign.isspace() or category(sign) in {"Cc", "Cf", "Mn"}
        if is_unseen or sign in PASSED_OVER:
            continue
        return normalize("NFKC", sign).startswith(BEGINS_A_FORMULA) or sign in "\u2212\u2010\u2011"
    return False


def typed_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """A cell of an XLSX file whose text is said to be text, whatever it begins with."""
    if value is None or isinstance(value, NEITHER_TEXT):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet)
    cell.value = CANNOT_STAND_IN_XLSX.sub("", str(value))[:LONGEST_CELL]
    cell.data_type = "s"
    return cell


# What every export goes through ------------------------------------------------------------


def guard_exports() -> None:
    """Have every list of Wagtail that can be downloaded, and so every one of ours, written here.

    Wagtail's own writes the headings and the cells of CSV as they are, and a heading may be
    somebody's words as well.
    """
    SpreadsheetExportMixin.stream_csv = stream_csv
    SpreadsheetExportMixin.write_xlsx = write_xlsx
    SpreadsheetExportMixin.as_spreadsheet = as_spreadsheet


def stream_csv(view: Any, queryset: Iterable[Any]) -> Iterator[bytes]:
    """The lines of a file of commas, of which no cell is a formula."""
    writer = csv.writer(Echo())
    yield writer.writerow([plain_cell(heading) for heading in _headings(view, queryset)])
    for item in queryset:
        yield writer.writerow([plain_cell(value) for _raw, value in _values(view, item, "csv")])


def write_xlsx(view: Any, queryset: Iterable[Any], output: Any) -> None:
    """An XLSX file into `output`, of which every text is typed as text.

    A moment is in the time zone of whoever takes the file, which each cell names.
    """
    workbook = Workbook(write_only=True, iso_dates=True)
    sheet = workbook.create_sheet(title="Sheet1")
    sheet.append([typed_cell(sheet, heading) for heading in _headings(view, queryset)])
    zone = zone_in_words().replace('"', "")
    date_format = f'{ExcelDateFormatter().get()} "{zone}"'
    for item in queryset:
        cells = []
        for raw, value in _values(view, item, "xlsx"):
            is_moment = isinstance(raw, datetime) and timezone.is_aware(raw)
            cell = typed_cell(sheet, timezone.make_naive(raw) if is_moment else value)
            if isinstance(raw, datetime):
                cell.number_format = date_format
            cells.append(cell)
        sheet.append(cells)
    workbook.save(output)


def _headings(view: Any, queryset: Any) -> list[str]:
    return [str(view.get_heading(queryset, field)) for field in view.list_export]


def _values(view: Any, item: Any, export_format: str) -> Iterator[tuple[Any, Any]]:
    """Each value of a row as the list has it, and as it is written, in the order of the headings."""
    row = view.to_row_dict(item)
    for field in view.list_export:
        raw = row.get(field, "")
        yield raw, view.preprocess_field_value(field, raw, export_format)


def as_spreadsheet(view: Any, queryset: Iterable[Any], export_format: str) -> HttpResponse | None:
    """The file; that it was downloaded is an act. Of people, no more than a few in an hour."""
    formats = {
        view.FORMAT_CSV: view.write_csv_response,
        view.FORMAT_XLSX: view.write_xlsx_response,
    }
    if export_format not in formats:
        return None
    request: SignedInRequest = view.request
    names_people = getattr(view, "names_people", False)
    at = timezone.now()
    if names_people and files_taken(request.user, at=at) >= MOST_FILES_AN_HOUR:
        return _refused(request)
    record_act(ActKind.EXPORTED, (_kind_of(view), ""), by=request.user.pk, at=at)
    if names_people:
        get_adapter().send_notification_mail("account/email/list_downloaded", request.user)
    response: HttpResponse = formats[export_format](queryset)
    return response


def files_taken(person: User, *, at: datetime) -> int:
    """How many lists somebody downloaded within an hour, by the log."""
    taken = Act.objects.filter(kind=ActKind.EXPORTED, actor=person.pk, at__gt=at - HOUR)
    return taken.count()


def _refused(request: HttpRequest) -> HttpResponse:
    """Back to the list, which says why there is no file."""
    words = _(
        "You downloaded %(count)s lists within an hour. A list of people is not handed out more "
        "often, so that nobody who finds a page open takes everybody. Try again in an hour; you "
        "can read the list here meanwhile."
    )
    messages.error(request, words % {"count": MOST_FILES_AN_HOUR})
    query = request.GET.copy()
    del query["export"]
    return redirect(f"{request.path}?{query.urlencode()}")


def _kind_of(view: Any) -> str:
    """What is listed: a model, or else the list itself."""
    model = getattr(view, "model", None)
    return model._meta.label_lower if model else f"list.{type(view).__name__.lower()}"


class SpreadsheetMixin:
    """A list that can be downloaded as CSV and XLSX. `sheet_columns` are its keys and headings.

    The class it is mixed into says in `sheet_rows` what stands in each row.
    """

    names_people = True
    """Whether its file says who people are, and so leaves only a few times in an hour."""

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
