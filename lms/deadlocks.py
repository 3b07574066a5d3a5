"""Once more, where a database ended one of two transactions that waited for each other.

Staff who publish, move and delete pages at the same moment lock the same rows in another order:
Wagtail writes its history, and with it the log of acts, before it deletes and after it publishes.
PostgreSQL then takes one of the two back, whole, so it may be done again at once: by then the
other one is through. SQLite lets only one write at a time, so there it cannot happen.
"""

from __future__ import annotations

import logging

import psycopg
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


def is_deadlock(exception: BaseException | None) -> bool:
    """Whether a transaction was taken back because it and another waited for each other."""
    return isinstance(exception, OperationalError) and isinstance(
        exception.__cause__, psycopg.errors.DeadlockDetected
    )


def may_be_sent_again(request: HttpRequest) -> bool:
    """Whether all that was sent can be read a second time: a form without files, the first time."""
    return (
        request.resolver_match is not None
        and not request.FILES
        and not getattr(request, "_was_sent_again", False)
    )


def answer_again(request: HttpRequest) -> HttpResponse:
    """What the view answers when it is asked once more. Raises what the view raises."""
    request._was_sent_again = True  # type: ignore[attr-defined]  # a note of ours on the request
    logger.warning("Two of the staff waited for each other, so one of them was done once more.")
    match = request.resolver_match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)  # type: ignore[union-attr]  # asked before
    return response
