"""Runs a command with a PostgreSQL of its own: `python -m tests.postgres pytest tests`.

The server listens on a free loopback port, keeps its files in a new temporary folder, and is
stopped and removed with everything in it when the command ends, however it ends.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.processes import end_with_parent

NAME = "peerwork"
MEMORY = "/dev/shm"
ROOM_NEEDED = 8 * 1024**3
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20
# Nothing here outlives the tests, so nothing waits for a disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "1h",
    "jit": "off",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    pass


def programs() -> Path:
    """The folder of the newest PostgreSQL server on this machine."""
    initdbs = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if initdbs:
        return Path(max(initdbs, key=lambda path: float(path.split("/")[4]))).parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise NoPostgres("PostgreSQL is not installed. On Debian: apt-get install -y postgresql")


def someone_else() -> dict[str, object]:
    """Whom to run it as. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise NoPostgres("There is no account to run PostgreSQL as, and it does not run as root.")


def roomy_memory() -> str | None:
    """The folder that lies in memory, where there is one with room; None is the usual folder."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(MEMORY).free > ROOM_NEEDED:
            return MEMORY
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def private_server() -> Iterator[str]:
    """A running server; its address as DATABASE_URL has it."""
    bin_, account = programs(), someone_else()
    folder = Path(tempfile.mkdtemp(prefix="peerwork-postgres-", dir=roomy_memory()))
    password = secrets.token_urlsafe(16)
    server = None
    try:
        secret = folder / "password"
        secret.write_text(password)
        if account:
            for path in (folder, secret):
                os.chown(path, account["user"], account["group"])
        settled = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        initdb = [bin_ / "initdb", "-D", folder / "data", "-U", NAME, "-E", "UTF8", "--no-sync"]
        initdb += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}"]
        result = subprocess.run(initdb, capture_output=True, text=True, **settled, **account)
        if result.returncode:
            raise NoPostgres(f"PostgreSQL could not be prepared:\n{result.stdout}{result.stderr}")
        port = free_port()
        # It stops even if we are killed outright.
        command = [*end_with_parent("INT"), bin_ / "postgres", "-D", folder / "data"]
        command += ["-p", str(port)]
        options = {
            **SETTINGS,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
        }
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = (folder / "log").open("wb")
        # A session of its own: Ctrl-C is for the tests, and the server outlives them a moment.
        server = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **settled,
            **account,
        )
        log.close()
        wait_until_ready(bin_, server, port, folder)
        yield f"postgres://{NAME}:{password}@127.0.0.1:{port}/postgres"
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(timeout=15)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(bin_: Path, server: subprocess.Popen, port: int, folder: Path) -> None:
    ready = [bin_ / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + SECONDS_TO_START
    while subprocess.run(ready).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoPostgres(f"PostgreSQL did not start:\n{(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.1)


def run_and_stop_with_us(command: list[str], environment: dict[str, str]) -> int:
    """The exit code of a command, which is given time to clear up if we are told to stop."""
    running = subprocess.Popen(command, env=environment)
    try:
        return running.wait()
    except BaseException as told:
        if not isinstance(told, KeyboardInterrupt):  # Ctrl-C has reached it too
            running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=SECONDS_TO_STOP)
        running.kill()
        raise


def main(command: list[str]) -> int:
    if not command:
        sys.exit("Say what to run: python -m tests.postgres pytest tests")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with private_server() as url:
            return run_and_stop_with_us(command, {**os.environ, "DATABASE_URL": url})
    except KeyboardInterrupt:
        return 130
    except NoPostgres as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
