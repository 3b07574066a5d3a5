"""A process of a site in which Django is ready, that forks for each thing it is asked.

Getting Django ready takes seconds of the processor, and a test asks its site many things. Each
script and each command still runs in a process of its own, with connections, caches and threads
of its own, and comes to its own end: only what comes before its first line is shared.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import django

from deploy.processes import end_with_parent

ROOT = Path(__file__).resolve().parent.parent


class ReadyProcess:
    """Runs the scripts and the commands of one site."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = dict(env)
        self._alone = threading.Lock()
        self._process = subprocess.Popen(
            [*end_with_parent(), sys.executable, "-m", "tests.ready"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, command: list[str], script: str = "", *, timeout: float = 300
    ) -> subprocess.CompletedProcess:
        """What a script, or the program that a command names, said; as `subprocess.run` tells it.

        Raises TimeoutExpired, as that does.
        """
        with self._alone, tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            wish = {"argv": command, "script": script, "out": str(out), "err": str(err)}
            late = threading.Timer(timeout, self.end)
            late.start()
            try:
                told = self._tell(wish)
            finally:
                late.cancel()
            if not told:
                raise subprocess.TimeoutExpired(command or script, timeout)
            return subprocess.CompletedProcess(
                command, json.loads(told)["code"], out.read_text(), err.read_text()
            )

    def has_ended(self) -> bool:
        """Whether it can be asked no more. It ends with the thread that first asked something."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End it, and what it was asked last, if that still runs. It can be asked no more."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.wait()

    def close(self) -> None:
        self.end()
        self._process.stdin.close()
        self._process.stdout.close()

    def _tell(self, wish: dict[str, Any]) -> str:
        """Its answer, on one line; nothing where it was ended."""
        try:
            self._process.stdin.write(json.dumps(wish) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._process.stdout.readline()


# In the other process ---------------------------------------------------------------------


def main() -> None:
    """Answer each wish once its own process has ended. Returns in that process, and at the end."""
    django.setup()
    while line := sys.stdin.readline():
        wish = json.loads(line)
        child = os.fork()
        if not child:
            become(**wish)
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"code": os.waitstatus_to_exitcode(status)}) + "\n")
        sys.stdout.flush()


def become(argv: list[str], script: str, out: str, err: str) -> None:
    """Be the process that was wished for."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if script:
        sys.argv = ["-c", *argv]
        exec(compile(script, "<asked>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = argv
        runpy.run_path(argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
