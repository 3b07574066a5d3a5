"""Logs: one JSON object a line, with ids and never with people."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a line may say beside its message. Requests, users, forms and queries are never
# among them.
SAYABLE = ("status_code", "credential", "attempt", "task_id", "duration_ms", "found", "done")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. Control characters are escaped, so a line cannot be forged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
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
    def traceback(record: logging.LogRecord) -> list[str]:
        """Where it happened: files and lines. An exception's words may quote a person's."""
        frames = []
        step = record.exc_info[2] if record.exc_info else None
        while step is not None:
            code = step.tb_frame.f_code
            frames.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        return frames
