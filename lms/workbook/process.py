"""Renders workbooks in a process of its own, which may take 30 seconds and 1 GiB and no more.

A drawing that hangs or eats memory would take its web server with it.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import django
from django.conf import settings
from django.utils.module_loading import import_string

from certificates.apart import Busy, Limits, ProcessApart, TookTooLong, answer_until_closed

SECONDS = 30
BYTES = 1024**3
MOST_JOBS = 100
WAIT = 10.0
"""Seconds that a reader waits while others are being served."""
RENDER = "lms.workbook.pdf.render_workbook"


class WorkbookNotRendered(Exception):
    """A workbook could not be made just now. Its own words are for the log, never for a page."""


def render_until_closed(connection: Connection, seconds: float, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    answer_until_closed(connection, seconds, most_bytes, load)


def load() -> Callable[[Any], Any]:
    django.setup()
    return answer


def answer(job: tuple[str, str, str]) -> tuple[str, Any]:
    """What came of one job. An error's own words may hold what somebody wrote: its type is sent."""
    html, size, render = job
    try:
        return "pdf", import_string(render)(html, size)
    except Exception as error:
        return "failure", type(error).__name__


class WorkbookRenderer(ProcessApart):
    """One warm process for the workbooks of this one, started when it is first needed."""

    def __init__(self) -> None:
        super().__init__(render_until_closed, lambda: Limits(SECONDS, BYTES, MOST_JOBS))

    def render(self, html: str, size: str, *, render: str = RENDER) -> bytes:
        """The workbook as a PDF. Raises WorkbookNotRendered where it took too long, too much
        memory, or others were being served for too long."""
        try:
            kind, value = self.ask((html, size, render), wait=WAIT)
        except TookTooLong:
            raise WorkbookNotRendered(f"it took more than {SECONDS} seconds") from None
        except Busy:
            raise WorkbookNotRendered("others were being served") from None
        except (EOFError, OSError) as error:
            raise WorkbookNotRendered("the process died") from error
        if kind != "pdf":
            self.stop()
            raise WorkbookNotRendered(str(value))
        return bytes(value)


_renderer = WorkbookRenderer()


def render_apart(html: str, size: str) -> bytes:
    """The workbook as a PDF; see `WorkbookRenderer.render`.

    Where `CERTIFICATES_RENDERED_APART` is off it is rendered in this process.
    """
    if settings.CERTIFICATES_RENDERED_APART:
        return _renderer.render(html, size)
    # The renderer takes 35 MB and half a second to load, which no web process should pay.
    content: bytes = import_string(RENDER)(html, size)
    return content
