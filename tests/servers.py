"""A running site for tests that need one: the production server, a database of its own, and
the demonstration in it.

The database is made once for a run of the suite and copied for each server, since making it
takes longer than most tests.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.processes import end_with_parent
from tests import migrated
from tests.ready import ReadyProcess

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SECONDS_TO_START = 60
HANGS_AFTER = 1200
"""After how many seconds a command is taken to hang. A busy machine is no fault."""
SHARED = "TESTS_SHARE"
"""The setting that says which folder the parts of the whole suite share."""

WEB = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "lms.wsgi:application"]
_copies = count(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_url() -> str:
    """Where the suite's own PostgreSQL is; nothing where it runs on SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def with_database(name: str) -> str:
    """Where a database of that name is, on the suite's own PostgreSQL."""
    return urlsplit(postgres_url())._replace(path=f"/{name}").geturl()


def on_postgres(statement: sql.Composed) -> None:
    url = postgres_url().replace("postgres://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def environment(var: Path, database: str, port: int) -> dict[str, str]:
    """What `make run` would set, and nothing that the tests' own process was told."""
    settings = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    settings |= {
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings.base",
        "DEMONSTRATION": "1",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "VAR_DIR": str(var),
    }
    if database:
        settings["DATABASE_URL"] = with_database(database)
    return settings


def manage(env: dict[str, str], *arguments: str, timeout: float = HANGS_AFTER) -> str:
    """What a management command of the site says. A failure shows all it said."""
    done = subprocess.run(
        [*MANAGE, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout
    )
    return said_by(done, f"manage.py {' '.join(arguments)}")


def said_by(done: subprocess.CompletedProcess, what: str) -> str:
    """What something printed that was to end well."""
    if done.returncode:
        raise AssertionError(f"{what}:\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclass
class SiteServer:
    """One running site. Its web server is two processes of four threads, as in production."""

    env: dict[str, str]
    var: Path
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)
    _ready: ReadyProcess | None = None

    @property
    def url(self) -> str:
        return self.env["BASE_URL"]

    @property
    def port(self) -> int:
        return int(self.env["PORT"])

    @property
    def log(self) -> Path:
        return self.var / "site.log"

    @property
    def mail(self) -> Path:
        """The folder that the mail it sends is kept in."""
        return self.var / "mail"

    def log_lines(self) -> list[dict[str, Any]]:
        """What it has logged. Every line must be one JSON object."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def manage(self, *arguments: str, timeout: float = HANGS_AFTER) -> str:
        """What a management command of the site says. A failure shows all it said."""
        done = self._ready_process().run([MANAGE[1], *arguments], timeout=timeout)
        return said_by(done, f"manage.py {' '.join(arguments)}")

    def ask(self, script: str, *arguments: Any, timeout: float = HANGS_AFTER) -> Any:
        """What a script finds or does in a process of the site: the value it leaves in `answer`.

        It is told `arguments`, and runs with Django ready.
        """
        whole = (
            "import json, sys\n"
            f"arguments = json.loads({json.dumps(json.dumps(arguments))})\nanswer = None\n"
            f"{textwrap.dedent(script)}\nprint('\\n' + json.dumps(answer, default=str))\n"
        )
        done = self._ready_process().run([], whole, timeout=timeout)
        return json.loads(said_by(done, script).splitlines()[-1])

    def start(self) -> None:
        self._spawn("web", WEB)
        self.wait_until_up()

    def stop(self) -> None:
        self._forget_ready_process()
        for name in list(self.processes):
            self._end(name, signal.SIGTERM)

    def restart(self) -> None:
        self._end("web", signal.SIGTERM)
        self.start()

    def start_worker(self) -> None:
        """The background worker, in a process of its own."""
        self._spawn("worker", [*MANAGE, "db_worker"])

    def stop_worker(self) -> None:
        """As an operator would: the task in hand is finished."""
        self._end("worker", signal.SIGTERM)

    def kill_worker(self) -> None:
        """As a power cut would."""
        self._end("worker", signal.SIGKILL)

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            with contextlib.suppress(OSError):  # not listening yet
                urllib.request.urlopen(f"{self.url}/livez", timeout=5).close()
                return
            if self.processes["web"].poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The site did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def wait_until(self, well: Any, seconds: float = 30) -> None:
        """Wait for the worker to have done something: `well` is asked again until it is true."""
        deadline = time.monotonic() + seconds
        while not well():
            assert time.monotonic() < deadline, f"Not within {seconds} s.\n{self.log.read_text()}"
            time.sleep(0.2)

    def start_everything(self) -> None:
        """Web server, worker and scheduler under the process manager, as `make run` has them."""
        self._spawn("web", [*MANAGE, "serve"])
        self.wait_until_up()

    def _ready_process(self) -> ReadyProcess:
        """One for the settings that the site has now, which may be others than at first."""
        if self._ready is None or self._ready.env != self.env or self._ready.has_ended():
            self._forget_ready_process()
            self._ready = ReadyProcess(self.env)
        return self._ready

    def _forget_ready_process(self) -> None:
        if self._ready is not None:
            self._ready.close()
            self._ready = None

    def _spawn(self, name: str, command: list[str]) -> None:
        assert name not in self.processes, f"The {name} is running already."
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*end_with_parent(), *command],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, name: str, number: int) -> None:
        process = self.processes.pop(name, None)
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class SiteTemplate:
    """A site with the demonstration loaded, which copies are made of."""

    var: Path
    database: str

    @contextlib.contextmanager
    def running_copy(self, folder: Path) -> Iterator[SiteServer]:
        """A server with its own copy of everything, removed at the end."""
        var = folder / "var"
        kept_elsewhere = shutil.ignore_patterns("static", "site.log*", "*-shm", "*-wal")
        shutil.copytree(self.var, var, ignore=kept_elsewhere)
        (var / "static").symlink_to(self.var / "static")
        database = ""
        if self.database:
            database = f"{self.database}_{os.getpid()}_{next(_copies)}"
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            on_postgres(copy.format(sql.Identifier(database), sql.Identifier(self.database)))
        server = SiteServer(environment(var, database, free_port()), var)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            if database:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                on_postgres(drop.format(sql.Identifier(database)))


def site_template(shared: Path) -> SiteTemplate:
    """The site that copies are made of, made by whichever process of this run comes first."""
    folder = shared / "site-template"
    record = folder / "made.json"
    with (shared / "site-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            shutil.rmtree(folder, ignore_errors=True)
            var = folder / "var"
            var.mkdir(parents=True)
            database = ""
            if postgres_url():
                database = f"site_template_{secrets.token_hex(4)}"
                migrated.fill_postgres(with_database(database))
            else:
                migrated.fill_sqlite(var / "peerwork.sqlite3")
            env = environment(var, database, 8000)
            manage(env, "migrate", "--no-input")
            manage(env, "upgrade")
            manage(env, "demo", "--quiet")
            # What the worker would soon have done: the search index, certificates, mail.
            manage(env, "db_worker", "--batch")
            fold_in_the_log(var / "peerwork.sqlite3")
            record.write_text(json.dumps({"var": str(var), "database": database}))
        stored = json.loads(record.read_text())
    return SiteTemplate(Path(stored["var"]), stored["database"])


def fold_in_the_log(file: Path) -> None:
    """See that the whole of an SQLite database is in its one file, ready to be copied."""
    if file.exists():
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
