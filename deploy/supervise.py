"""Runs supervisor, hands on what it prints, and stops it when told to or when the terminal closes.

Left to itself, supervisor takes a closed terminal (SIGHUP) for a wish to start everything again,
and cannot stop once it can no longer print. So it has a session of its own, where it hears
nobody but this process, and prints into a pipe that is always read.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys


def main(command: list[str]) -> int:
    supervisor = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.terminate())
    assert supervisor.stdout  # noqa: S101  it was asked for
    for line in supervisor.stdout:
        with contextlib.suppress(OSError):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
    return supervisor.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
