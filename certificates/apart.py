"""A process of its own for work on what strangers and people typed or sent, with limits.

It stays warm from one job to the next; one that goes too far is ended, and the next job gets a new
one. Nothing here needs Django, so that the process may do without.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

READY = "ready"
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Limits:
    """How long a job may take, how much memory, and after how many jobs a new process takes over."""

    seconds: float
    most_bytes: int
    most_jobs: int = 200


class TookTooLong(Exception):
    """A job was ended, and its process with it."""


class Busy(Exception):
    """Others are waiting for the process already."""


class ProcessApart:
    """One warm process, started when it is first needed. One job at a time.

    `work` is a function of a module, which gets the connection and the limits, and answers job
    after job by `answer_until_closed`.
    """

    def __init__(
        self, work: Callable[[Connection, float, int], None], limits: Callable[[], Limits]
    ) -> None:
        self._work = work
        self._limits = limits
        self._lock = Lock()
        self._process: Any = None
        self._connection: Connection | None = None
        self._jobs = 0

    def ask(self, job: Any, *, wait: float = -1) -> Any:
        """What the process answers. Waits for its turn, `wait` seconds at most.

        Raises Busy, TookTooLong, and EOFError or OSError where the process died.
        """
        if not self._lock.acquire(timeout=wait):
            raise Busy
        try:
            return self._ask(job)
        except (EOFError, OSError):
            self.stop()
            raise
        finally:
            self._lock.release()

    def _ask(self, job: Any) -> Any:
        limits = self._limits()
        connection = self._start()
        self._jobs += 1
        connection.send(job)
        if not connection.poll(limits.seconds):
            self.stop()
            raise TookTooLong
        answer = connection.recv()
        if self._jobs >= limits.most_jobs:
            self.stop()
        return answer

    def _start(self) -> Connection:
        if self._connection is not None and self._process.is_alive():
            return self._connection
        self.stop()
        # Not forked: the threads of this process hold locks that nobody would open there.
        context = multiprocessing.get_context("spawn")
        connection, theirs = context.Pipe()
        limits = self._limits()
        self._process = context.Process(
            target=self._work, args=(theirs, limits.seconds, limits.most_bytes), daemon=True
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


def answer_until_closed(
    connection: Connection,
    seconds: float,
    most_bytes: int,
    load: Callable[[], Callable[[Any], Any]],
) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart.

    `load` gives what answers a job, once the limits are in force.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us, who ends us
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    answer = load()
    connection.send(READY)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        # Where whoever asked was killed nobody else would end a job that hangs.
        signal.alarm(int(seconds) + 5)
        with suppress(BrokenPipeError):
            connection.send(answer(job))
        signal.alarm(0)
