"""The running site: one process that watches over the web server and the background jobs.

Django is loaded once and the jobs are forked from it, so they start at once and share its
memory. A job that dies is started again. When this process is told to stop, or dies itself,
every job ends with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from lms.views import errors

logger = logging.getLogger(__name__)

SECONDS_TO_STOP = 30
SECONDS_OF_SILENCE = 10
"""How long a thread waits for more of a request that has begun."""
SECONDS_UNREAD = 60
"""How long it waits for someone who takes nothing of what we send."""
LONGEST_PAUSE = 30
SETTLED_AFTER = 60
PR_SET_PDEATHSIG = 1
M_ARENA_MAX = -8
WATCHED_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}


class PortInUse(Exception):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use, perhaps by this site in another window. Stop that one, "
            f"or choose another port:  make run PORT={port + 1 if port < 65535 else 8001}"
        )


class PortRefused(Exception):
    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"The site cannot listen on {host}, port {port}: {reason}.")


def seconds(count: int) -> bytes:
    """A length of time as the system takes it: C's struct timeval."""
    return struct.pack("ll", count, 0)


def claim_port(host: str, port: int) -> socket.socket:
    """The socket the site will listen on, held from now so that nothing else can take it.

    Raises PortInUse or PortRefused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Every connection has these from it. A request that stops half-way gives its thread back.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds(SECONDS_OF_SILENCE))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds(SECONDS_UNREAD))
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == 98:  # EADDRINUSE
            raise PortInUse(port) from error
        raise PortRefused(host, port, error.strerror or str(error)) from error
    return listener


# The web server -------------------------------------------------------------------------


class JsonLogger(Logger):
    """Says what goes wrong in the server itself through the site's own log.

    Requests that cannot be read are not among it: their words may be anybody's. Nor is
    whoever stops in the middle of sending or of listening.
    """

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.ERROR)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        gone = (BlockingIOError, TimeoutError, ConnectionError)
        if isinstance(sys.exc_info()[1], gone):
            return
        if msg.startswith("Error handling request"):
            # It would go on to say the address, which may name someone.
            msg, args = "Error handling request.", ()
        super().exception(msg, *args, **kwargs)


class SiteWorker(ThreadWorker):
    """A web process that answers a request it cannot read with a page of ours."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        super().handle_error(req, _OwnPage(client), addr, exc)


class _OwnPage:
    """Stands in for a client's socket while the server writes its own error page, and sends
    ours in its place: its page repeats the words it could not read."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._answered = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def _answer(self, theirs: bytes) -> None:
        if self._answered:
            return
        self._answered = True
        status_line = theirs.split(b"\r\n", 1)[0]
        status = int(status_line.split(b" ")[1])
        page = errors.server_error if status >= 500 and status != 501 else errors.bad_request
        body = page(None).content
        head = (
            b"Connection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            b"Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; "
            b"font-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)
        )
        self._client.sendall(status_line + b"\r\n" + head + body)

    def sendall(self, theirs: bytes) -> None:
        self._answer(theirs)

    def send(self, theirs: bytes) -> int:
        self._answer(theirs)
        return len(theirs)


class WebServer(BaseApplication):
    """gunicorn, told everything here: no file or environment variable of its own is read."""

    def __init__(
        self, application: Any, listener: socket.socket, *, processes: int, threads: int
    ) -> None:
        self.application = application
        self.listener = listener
        self.processes = processes
        self.threads = threads
        super().__init__()

    def load_config(self) -> None:
        choices = {
            # A copy: gunicorn closes the one it is given.
            "bind": f"fd://{os.dup(self.listener.fileno())}",
            "workers": self.processes,
            "threads": self.threads,
            "worker_class": "lms.serving.SiteWorker",
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "loglevel": "error",
            "logger_class": JsonLogger,
            "control_socket_disable": True,
            # Who sent a request, and by which scheme, is for Django's settings to say.
            "forwarded_allow_ips": "",
            "proc_name": "peerwork",
        }
        if os.path.isdir("/dev/shm"):  # noqa: S108  memory: a slow disk must not look like a hang
            choices["worker_tmp_dir"] = "/dev/shm"  # noqa: S108
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application


# The watch over them --------------------------------------------------------------------


@dataclass
class Job:
    """Something that must be running for as long as the site is."""

    name: str
    do: Callable[[], object]
    started: float = 0.0
    failures: int = 0
    starts_at: float = field(default=0.0)


class Supervisor:
    """Starts each job in a process of its own, starts again what dies, and stops them all."""

    def __init__(self, jobs: list[Job]) -> None:
        self.waiting = jobs
        self.running: dict[int, Job] = {}
        self.pid = os.getpid()

    def run(self) -> None:
        """Watch until told to stop by SIGINT, SIGTERM or SIGHUP."""
        connections.close_all()
        share_memory_between_threads()
        gc.collect()
        gc.freeze()
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
        while True:
            self.start_what_is_due()
            news = signal.sigtimedwait(WATCHED_SIGNALS, self.seconds_until_due())
            if news is not None and news.si_signo != signal.SIGCHLD:
                break
            self.note_what_ended()
        self.stop_all()

    def seconds_until_due(self) -> float:
        now = time.monotonic()
        return max(0.05, min((job.starts_at - now for job in self.waiting), default=3600.0))

    def start_what_is_due(self) -> None:
        now = time.monotonic()
        for job in [job for job in self.waiting if job.starts_at <= now]:
            self.waiting.remove(job)
            self.start(job)

    def start(self, job: Job) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        job.started = time.monotonic()
        pid = os.fork()
        if pid:
            self.running[pid] = job
            with contextlib.suppress(OSError):  # the child does it too; whoever is first
                os.setpgid(pid, pid)
            return
        code = 1
        try:
            # A group of its own: Ctrl-C at the terminal is for the supervisor to pass on.
            os.setpgid(0, 0)
            end_with(self.pid)
            for each in WATCHED_SIGNALS | {signal.SIGQUIT}:
                signal.signal(each, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            job.do()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        except BaseException:
            logger.exception("The %s ended by a fault.", job.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def note_what_ended(self) -> list[Job]:
        """Reap what has ended, and set a time to start it again."""
        ended = []
        while self.running:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            job = self.running.pop(pid, None)
            if job is None:
                continue
            now = time.monotonic()
            job.failures = 0 if now - job.started > SETTLED_AFTER else job.failures + 1
            pause = 0.1 if job.failures <= 1 else min(2.0 ** (job.failures - 1), LONGEST_PAUSE)
            job.starts_at = now + pause
            self.waiting.append(job)
            ended.append(job)
            logger.warning("The %s ended; starting it again in %.0f s.", job.name, pause)
        return ended

    def stop_all(self) -> None:
        """Ask every job to end, and wait. A second signal, or 30 seconds, ends the patience."""
        self.signal_all(signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while self.running and (left := deadline - time.monotonic()) > 0:
            while self.running:
                pid, _status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                self.running.pop(pid, None)
            if not self.running:
                break
            news = signal.sigtimedwait(WATCHED_SIGNALS, min(left, 0.5))
            if news is not None and news.si_signo != signal.SIGCHLD:
                break
        self.signal_all(signal.SIGKILL)
        for pid in self.running:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def signal_all(self, number: int) -> None:
        """To the job alone when asking; to all its processes when insisting."""
        for pid in self.running:
            with contextlib.suppress(ProcessLookupError):
                if number == signal.SIGKILL:
                    os.killpg(pid, number)
                else:
                    os.kill(pid, number)


def share_memory_between_threads() -> None:
    """Have the threads of a process take their memory from one place, and give it back there.

    Every sign-in takes 19 MB for a moment. Left to itself, glibc keeps such blocks for each
    thread apart. Returning them to the system at once would save as much memory, and cost
    each sign-in a third more time.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def end_with(parent: int) -> None:
    """See that this process is told to stop if its parent dies without saying so."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
