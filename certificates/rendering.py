"""Renders certificates in a process of its own, which may take 20 seconds and 1 GiB and no more.

What is drawn was typed by people, and a drawing that hangs or eats memory would take its worker
with it. The process stays warm from one certificate to the next; one that goes too far is
ended, and the next certificate gets a new one.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from certificates.exceptions import CertificateCannotBeRendered, RenderingFailed
from certificates.models import Credential
from certificates.rendering_process import (
    FAILURE,
    PDF,
    PROBLEM,
    READY,
    RENDER,
    render_until_closed,
)

SECONDS = 20
BYTES = 1024**3
SECONDS_TO_START = 60
MOST_JOBS = 200
"""After so many certificates a new process takes over, so that nothing leaks for ever."""


class Renderer:
    """One warm process for the certificates of this one, started when it is first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: Any = None
        self._connection: Connection | None = None
        self._jobs = 0

    def render(self, credential: Credential, *, verify_url: str, render: str = RENDER) -> bytes:
        """The certificate of a credential, as a PDF.

        Raises CertificateCannotBeRendered, in the words of its holder's language, and
        RenderingFailed where the process took too long, too much memory, or died.
        """
        with self._lock:
            try:
                kind, value = self._ask((credential, verify_url, render))
            except (EOFError, OSError) as error:
                self.stop()
                raise RenderingFailed("the process died") from error
        if kind == PDF:
            return bytes(value)
        if kind == PROBLEM:
            raise CertificateCannotBeRendered(value)
        raise RenderingFailed(str(value))

    def _ask(self, job: tuple[Credential, str, str]) -> tuple[str, Any]:
        connection = self._start()
        self._jobs += 1
        connection.send(job)
        if not connection.poll(SECONDS):
            self.stop()
            return FAILURE, f"it took more than {SECONDS} seconds"
        answer: tuple[str, Any] = connection.recv()
        if answer[0] == FAILURE or self._jobs >= MOST_JOBS:
            self.stop()
        return answer

    def _start(self) -> Connection:
        if self._connection is not None and self._process.is_alive():
            return self._connection
        self.stop()
        # Not forked: the threads of this process hold locks that nobody would open there.
        context = multiprocessing.get_context("spawn")
        connection, theirs = context.Pipe()
        self._process = context.Process(
            target=render_until_closed, args=(theirs, SECONDS, BYTES), daemon=True
        )
        self._process.start()
        theirs.close()
        self._connection = connection
        if not connection.poll(SECONDS_TO_START) or connection.recv() != READY:
            raise EOFError
        return connection

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._connection = self._process = None
        self._jobs = 0


_renderer = Renderer()


def render_apart(credential: Credential, *, verify_url: str) -> bytes:
    """The certificate of a credential, as a PDF; see `Renderer.render`.

    Where `CERTIFICATES_RENDERED_APART` is off it is rendered in this process.
    """
    if settings.CERTIFICATES_RENDERED_APART:
        return _renderer.render(credential, verify_url=verify_url)
    # The renderer takes 35 MB and half a second to load, which no web process should pay.
    content: bytes = import_string(RENDER)(credential, verify_url=verify_url)
    return content
