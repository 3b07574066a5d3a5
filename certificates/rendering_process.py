"""What runs in the process apart in which certificates are rendered.

Nothing here asks for Django's models while it is imported: the process sets Django up itself.
"""

from __future__ import annotations

import resource
import signal
from multiprocessing.connection import Connection
from typing import Any

import django
from django.utils import translation
from django.utils.module_loading import import_string

PDF, PROBLEM, FAILURE, READY = "pdf", "problem", "failure", "ready"
RENDER = "certificates.pdf.render_certificate"
PROBLEMS = "certificates.exceptions.CertificateCannotBeRendered"


def render_until_closed(connection: Connection, seconds: int, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which ends us
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    django.setup()
    import_string(RENDER)
    connection.send(READY)
    while True:
        try:
            credential, verify_url, render = connection.recv()
        except (EOFError, OSError):
            return
        # Where the worker was killed nobody else would end a drawing that hangs.
        signal.alarm(seconds + 5)
        connection.send(answer(credential, verify_url, render))
        signal.alarm(0)


def answer(credential: Any, verify_url: str, render: str) -> tuple[str, Any]:
    """What came of one job. An error's own words may hold a name, and only its type is sent."""
    try:
        return PDF, import_string(render)(credential, verify_url=verify_url)
    except import_string(PROBLEMS) as problem:
        with translation.override(credential.holder.language):
            return PROBLEM, str(problem)
    except Exception as error:
        return FAILURE, type(error).__name__
