"""Renders certificates in a process of its own, which may take 20 seconds and 1 GiB and no more.

What is drawn was typed by people, and a drawing that hangs or eats memory would take its worker
with it. The process stays warm from one certificate to the next; one that goes too far is
ended, and the next certificate gets a new one.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from certificates.apart import Limits, ProcessApart, TookTooLong
from certificates.exceptions import CertificateCannotBeRendered, RenderingFailed
from certificates.models import Credential
from certificates.rendering_process import (
    PDF,
    PROBLEM,
    RENDER,
    render_until_closed,
)

SECONDS = 20
BYTES = 1024**3
MOST_JOBS = 200
"""After so many certificates a new process takes over, so that nothing leaks for ever."""


class Renderer(ProcessApart):
    """One warm process for the certificates of this one, started when it is first needed."""

    def __init__(self) -> None:
        super().__init__(render_until_closed, lambda: Limits(SECONDS, BYTES, MOST_JOBS))

    def render(self, credential: Credential, *, verify_url: str, render: str = RENDER) -> bytes:
        """The certificate of a credential, as a PDF.

        Raises CertificateCannotBeRendered, in the words of its holder's language, and
        RenderingFailed where the process took too long, too much memory, or died.
        """
        try:
            kind, value = self.ask((credential, verify_url, render))
        except TookTooLong:
            raise RenderingFailed(f"it took more than {SECONDS} seconds") from None
        except (EOFError, OSError) as error:
            raise RenderingFailed("the process died") from error
        if kind == PDF:
            return bytes(value)
        if kind == PROBLEM:
            raise CertificateCannotBeRendered(value)
        self.stop()
        raise RenderingFailed(str(value))


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
