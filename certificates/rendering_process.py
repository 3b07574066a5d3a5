"""What runs in the process apart in which certificates are rendered.

Nothing here asks for Django's models while it is imported: the process sets Django up itself.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import django
from django.utils import translation
from django.utils.module_loading import import_string

from certificates.apart import answer_until_closed

PDF, PROBLEM, FAILURE = "pdf", "problem", "failure"
RENDER = "certificates.pdf.render_certificate"
PROBLEMS = "certificates.exceptions.CertificateCannotBeRendered"


def render_until_closed(connection: Connection, seconds: float, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    answer_until_closed(connection, seconds, most_bytes, load)


def load() -> Callable[[Any], Any]:
    django.setup()
    import_string(RENDER)
    return lambda job: answer(*job)


def answer(credential: Any, verify_url: str, render: str) -> tuple[str, Any]:
    """What came of one job. An error's own words may hold a name, and only its type is sent."""
    try:
        return PDF, import_string(render)(credential, verify_url=verify_url)
    except import_string(PROBLEMS) as problem:
        with translation.override(credential.holder.language):
            return PROBLEM, str(problem)
    except Exception as error:
        return FAILURE, type(error).__name__
