"""The picture of a certificate, for its holder: the first page of the stored file.

It is rendered when it is asked for, in a process of its own, and kept nowhere: so there is no copy
of a name to erase, to back up, or to go stale. See docs/decisions/0164.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from certificates.apart import Busy, Limits, ProcessApart, TookTooLong, answer_until_closed

log = logging.getLogger(__name__)

SECONDS = 5
BYTES = 512 * 1024**2
WAIT = 5
"""For how many seconds one that is asked for waits for those before it."""
FIRST_PAGE = "certificates.first_page"


def render_pictures_until_closed(connection: Connection, seconds: float, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    answer_until_closed(connection, seconds, most_bytes, load)


def load() -> Callable[[Any], Any]:
    """What renders a page. It takes 20 MB to load, which no web process should pay."""
    render: Callable[[Any], Any] = import_module(FIRST_PAGE).render_first_page
    return render


renderer = ProcessApart(render_pictures_until_closed, lambda: Limits(SECONDS, BYTES))


def picture_of(content: bytes) -> bytes | None:
    """The first page of a PDF as a PNG; None where there is none to be had now."""
    try:
        picture: bytes = renderer.ask(content, wait=WAIT)
    except Busy:
        log.warning("Too many pictures of certificates were asked for at once")
    except TookTooLong:
        log.warning("The picture of a certificate took more than %s seconds", SECONDS)
    except (EOFError, OSError):
        log.warning("The process that renders pictures of certificates died")
    else:
        return picture
    return None
