"""Handing over to supervisor, which keeps the web server, the worker and the scheduler running."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings

CONFIGURATION = Path(__file__).with_name("supervisord.conf")
SUPERVISE = Path(__file__).with_name("supervise.py")


class CannotListen(Exception):
    """The port cannot be had; `str()` says what to do."""


class PortInUse(CannotListen):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use, perhaps by this site in another window. Stop that one, "
            f"or choose another port:  make run PORT={port + 1 if port < 65535 else 8001}"
        )


class PortRefused(CannotListen):
    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"The site cannot listen on {host}, port {port}: {reason}.")


def insist_on_a_free_port(host: str, port: int) -> None:
    """Pass where the web server will be able to listen.

    Raises PortInUse or PortRefused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(port) from error
            raise PortRefused(host, port, error.strerror or str(error)) from error


def become_supervisor() -> None:
    """Replace this process by one that runs supervisor, and stops it on SIGTERM and the like."""
    # Killed outright, supervisor has its parts told to stop; with nobody to read what it prints,
    # it could not do so itself.
    arguments = [sys.executable, str(SUPERVISE), *end_with_parent("KILL"), sys.executable]
    arguments += ["-m", "supervisor.supervisord", "-c", str(CONFIGURATION)]
    if os.geteuid() == 0:
        # Otherwise it warns that it runs as root, as it was asked to.
        arguments += ["--user", "root"]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "VAR_DIR": str(settings.VAR_DIR),
        "END_WITH_SUPERVISOR": " ".join(end_with_parent()),
    }
    sys.stdout.flush()
    os.execve(sys.executable, arguments, environment)  # noqa: S606


@functools.cache
def end_with_parent(signal: str = "TERM") -> list[str]:
    """What goes before a command that must be told to stop when its parent is killed outright.

    Nothing where the system has no such program.
    """
    prefix = ["setpriv", "--pdeathsig", signal]
    if not shutil.which("setpriv"):
        return []
    works = subprocess.run([*prefix, "true"], capture_output=True)  # noqa: S603
    return prefix if works.returncode == 0 else []
