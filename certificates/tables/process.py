"""What runs in the process apart in which the files of table programs are read.

It knows neither the database nor Django, and asks no network: bytes come in, and texts go out.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from certificates.apart import answer_until_closed
from certificates.tables.parsing import TableProblem, rows_of


def read_until_closed(connection: Connection, seconds: float, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    answer_until_closed(connection, seconds, most_bytes, load)


def load() -> Callable[[Any], Any]:
    return lambda job: answer(*job)


def answer(content: bytes, most_rows: int) -> Any:
    """The rows of a file, or the code of what is wrong with it."""
    try:
        return rows_of(content, most_rows)
    except TableProblem as problem:
        return problem.code
