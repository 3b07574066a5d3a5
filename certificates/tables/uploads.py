"""A table that somebody uploaded: read with limits, or refused in a sentence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.apart import Busy, Limits, ProcessApart, TookTooLong
from certificates.tables.parsing import Row, TableProblem, is_xlsx, rows_of
from certificates.tables.process import read_until_closed

SECONDS = 4
BYTES = 768 * 1024**2
WAIT = 4

reader = ProcessApart(read_until_closed, lambda: Limits(SECONDS, BYTES))


class TableFault(models.TextChoices):
    """Why a file is no table that we can read."""

    EMPTY = "empty", _("The file is empty.")
    TOO_LARGE = "too_large", _("The file is too large: 2 MB at most.")
    TOO_MANY = "too_many", _("It has more than 500 lines. Please cut it into several files.")
    OLD_OR_LOCKED = (
        "old_or_locked",
        _(
            "It is of an old program for tables, or locked with a password. Please save it as XLSX "
            "or CSV, without a password."
        ),
    )
    NO_TABLE = "no_table", _("It is no table. Please save it as XLSX or CSV.")
    BROKEN = "broken", _("It is damaged, or only a part of a file.")
    TOO_MUCH = "too_much", _("Reading it took too long. Please save it as CSV and try again.")
    BUSY = "busy", _("Many files are being read at the moment. Please try again in a minute.")


class UnusableTable(ValueError):
    """A file that is no table we can read; `str()` says why."""

    def __init__(self, fault: TableFault) -> None:
        super().__init__(str(fault.label))
        self.fault = fault


def read_table(content: bytes, most_rows: int) -> list[Row]:
    """The rows of a file, its headings first. Raises UnusableTable.

    What a table program writes is read in a process apart, with limits to its time and memory.
    """
    try:
        if not is_xlsx(content):
            return rows_of(content, most_rows)
        answer = reader.ask((content, most_rows), wait=WAIT)
    except TableProblem as problem:
        raise UnusableTable(TableFault(problem.code)) from problem
    except Busy as busy:
        raise UnusableTable(TableFault.BUSY) from busy
    except (TookTooLong, EOFError, OSError) as stopped:
        raise UnusableTable(TableFault.TOO_MUCH) from stopped
    if isinstance(answer, str):
        raise UnusableTable(TableFault(answer))
    rows: list[Row] = answer
    return rows
