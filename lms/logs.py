"""Logs: one JSON object a line, with ids and never with people."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a line may say beside its message. Requests, users, forms and queries are never
# among them.
SAYABLE = ("status_code", "credential", "attempt", "task_id", "duration_ms", "found", "done")

TELLING = (
    "/verify/",
    "/certificates/",
    "/c/",
    "/accounts/password/reset/",
    "/admin/password_reset/",
)
"""Where an address holds the number of somebody's certificate, or a key to their account."""


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. Control characters are escaped, so a line cannot be forged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        for name in SAYABLE:
            if name in record.__dict__:
                line[name] = str(record.__dict__[name])
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["traceback"] = self.traceback(record)
        return json.dumps(line, ensure_ascii=True)

    @staticmethod
    def message(record: logging.LogRecord) -> str:
        """What the record says, with the pattern of a telling address in place of the address."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        said = record.getMessage()
        if isinstance(path, str) and path and path.lower().startswith(TELLING):
            # Django escapes what it quotes.
            for written in (path, path.encode("unicode_escape").decode("ascii")):
                said = said.replace(written, pattern_of(request))
        return said

    @staticmethod
    def traceback(record: logging.LogRecord) -> list[str]:
        """Where it happened: files and lines. An exception's words may quote a person's."""
        frames = []
        step = record.exc_info[2] if record.exc_info else None
        while step is not None:
            code = step.tb_frame.f_code
            frames.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        return frames


def pattern_of(request: Any) -> str:
    """The route that a request took, which names nobody."""
    match = getattr(request, "resolver_match", None)
    return match.route if match is not None else "an address that names someone"
