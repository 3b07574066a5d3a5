"""A table out of the bytes of a file: CSV in any of the usual encodings and separators, or XLSX.

Pure: bytes come in, and rows of texts go out. An XLSX file is read in the process apart.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from defusedxml import DTDForbidden
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook

MOST_BYTES = 2 * 1024**2
MOST_UNPACKED = 20 * 1024**2
MOST_PARTS = 200
MOST_LINES = 5000
"""How many lines are looked at, the empty ones among them."""
MOST_COLUMNS = 40
LONGEST_CELL = 1000
SEPARATORS = "\t;,|"
SAYS_SEPARATOR = re.compile(r"sep=[^\w\s\"]", re.IGNORECASE)
LINE_END = re.compile(r"\r\n?|\n")
"""Of Windows, of a Mac of long ago, as Excel still writes, and of everybody else."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""An XLS file of before 2007, and an XLSX file with a password, begin so."""


class TableProblem(Exception):
    """A file that is no table we can read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Row:
    """A line of a table that is not empty: its number in the file, and the text of its cells."""

    number: int
    cells: tuple[str, ...]


def is_xlsx(content: bytes) -> bool:
    return content.startswith(b"PK")


def rows_of(content: bytes, most_rows: int) -> list[Row]:
    """The lines of a file, `most_rows` at most and the headings. Raises TableProblem."""
    if not content.strip():
        raise TableProblem("empty")
    if len(content) > MOST_BYTES:
        raise TableProblem("too_large")
    if content.startswith(OLD_OFFICE):
        raise TableProblem("old_or_locked")
    lines = _xlsx_lines(content) if is_xlsx(content) else csv_lines(decode(content))
    return filled_rows(lines, most_rows)


def filled_rows(lines: Iterable[tuple[int, Iterable[str]]], most_rows: int) -> list[Row]:
    """The lines that hold something. Raises TableProblem where they are too many, or none."""
    rows = []
    for number, cells in lines:
        texts = tuple(cell.strip()[:LONGEST_CELL] for cell in cells)[:MOST_COLUMNS]
        while texts and not texts[-1]:
            texts = texts[:-1]
        if not texts:
            continue
        rows.append(Row(number, texts))
        if len(rows) > most_rows + 1:  # the headings
            raise TableProblem("too_many")
    if not rows:
        raise TableProblem("empty")
    return rows


# Files of commas -----------------------------------------------------------------------------


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or what Windows writes in the west of Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise TableProblem("no_table")
    return text


def csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a text, by whichever separator its first line has most of."""
    separator, skipped = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    end = 0
    try:
        for cells in reader:
            number, end = end + 1, reader.line_num
            if number > MOST_LINES:
                raise TableProblem("too_many")
            if number > skipped:
                yield number, cells
    except csv.Error as error:
        raise TableProblem("no_table") from error


def _separator(text: str) -> tuple[str, int]:
    """What stands between the cells, and how many lines only say so."""
    lines = LINE_END.split(text, 100)[:100]
    first = next((line for line in lines if line.strip()), "").strip()
    if SAYS_SEPARATOR.fullmatch(first):
        return first[-1], lines.index(next(line for line in lines if line.strip())) + 1
    counts = {each: _cells_in(first, each) for each in SEPARATORS}
    most = max(counts.values())
    return next(each for each in SEPARATORS if counts[each] == most), 0


def _cells_in(line: str, separator: str) -> int:
    try:
        return max((len(cells) for cells in csv.reader([line], delimiter=separator)), default=0)
    except csv.Error:
        return 0


# Files of table programs ---------------------------------------------------------------------


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of the first sheet. Nothing is worked out: a formula stays one, as text."""
    _refuse_bombs(content)
    try:
        _refuse_declarations(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            if number > MOST_LINES:
                raise TableProblem("too_many")
            yield number, [cell_text(value) for value in cells]
    except TableProblem:
        raise
    except Exception as error:  # a damaged file fails anywhere within the library
        raise TableProblem("broken") from error


def _refuse_bombs(content: bytes) -> None:
    """Raise TableProblem for a file that unpacks to more than any table of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise TableProblem("broken") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise TableProblem("no_table")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TableProblem("too_large")


def _refuse_declarations(content: bytes) -> None:
    """Raise TableProblem for a file of which a part declares a document type.

    No table program writes one. By it a part would grow without bounds or name other files.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                with archive.open(part) as opened, suppress(ParseError):
                    # It stands before the first element.
                    next(iterparse(opened, events=("start",), forbid_dtd=True), None)
    except DTDForbidden as error:
        raise TableProblem("broken") from error


def cell_text(value: Any) -> str:
    """A cell as people read it: a day as 2026-05-03, a whole number without its point.

    A time of more than a day stays in hours, such as 36:30:00.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, time):
        return str(value)
    # The formula of several cells comes as an object that holds its text.
    return str(getattr(value, "text", value))
