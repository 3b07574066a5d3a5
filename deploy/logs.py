"""Logs: one JSON object a line, with ids and never with people."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# Everything that a line may hold. Requests, users, forms and queries are never among it.
ALLOWED_FIELDS = (
    "at",
    "level",
    "logger",
    "message",
    "request_id",
    "exception",
    "traceback",
    "status_code",
    "credential",
    "attempt",
    "task_id",
    "duration_ms",
    "found",
    "done",
)

TELLING_PREFIXES = (
    "/verify/",
    "/certificates/",
    "/c/",
    "/accounts/password/reset/",
    "/admin/password_reset/",
)
"""Where an address holds the number of somebody's certificate, or a key to their account."""

FAILED_REQUEST = "Error handling request"
"""How the web server begins a message that goes on to say the address."""


class PrivateJsonFormatter(JsonFormatter):
    """Writes a record as one line of JSON that names nobody and cannot be forged.

    Control characters are escaped. An exception gives its type and where it happened, since its
    words may quote a person.
    """

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            timestamp="at",
        )

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data["message"] = private_message(record)
        if record.exc_info and record.exc_info[0]:
            log_data["exception"] = record.exc_info[0].__name__

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        allowed = {
            name: log_data[name] for name in ALLOWED_FIELDS if log_data.get(name) is not None
        }
        # Text here was written by another formatter, with the exception's words.
        if not isinstance(allowed.get("traceback"), list):
            allowed.pop("traceback", None)
        return allowed

    def formatException(self, ei: Any) -> list[str]:  # type: ignore[override]  # noqa: N802
        return frames(ei[2])


def frames(step: TracebackType | None) -> list[str]:
    """The file, line and function of each step of a traceback."""
    described = []
    while step is not None:
        code = step.tb_frame.f_code
        described.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return described


def private_message(record: logging.LogRecord) -> str:
    """The message, with the pattern of a telling address in place of the address."""
    if str(record.msg).startswith(FAILED_REQUEST):
        return f"{FAILED_REQUEST}."
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    message = record.getMessage()
    if isinstance(path, str) and path and path.lower().startswith(TELLING_PREFIXES):
        # Django escapes what it quotes.
        for written in (path, path.encode("unicode_escape").decode("ascii")):
            message = message.replace(written, route_pattern(request))
    return message


def route_pattern(request: Any) -> str:
    """The route that a request took, which names nobody."""
    match = getattr(request, "resolver_match", None)
    return match.route if match is not None else "an address that names someone"
