"""`manage.py serve` keeps the site up, and leaves nothing behind when it stops."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from deploy import processes
from tests.servers import MANAGE, ROOT, WEB, SiteServer, environment, free_port
from tests.site.test_input_guards import request


def run_manage(server: SiteServer, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    """What a command of the site says."""
    return run(server, [*MANAGE, *arguments], settings)


def run_web(server: SiteServer, **settings: str) -> subprocess.CompletedProcess:
    """What the web server says, which is expected not to start."""
    return run(server, WEB, settings)


def run(server: SiteServer, command: list[str], settings: dict) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=server.env | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )


def until(well, seconds=30):
    deadline = time.monotonic() + seconds
    while not well():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_up(server: SiteServer) -> bool:
    try:
        return urllib.request.urlopen(f"{server.url}/livez", timeout=2).status == 200
    except OSError:
        return False


PARTS = {"gunicorn", "db_worker", "schedule"}


def parts_of(manager: psutil.Process) -> dict[str, psutil.Process]:
    """The web server, the worker and the scheduler that run now."""
    running = {}
    for child in manager.children(recursive=True):
        try:
            name = next((word for word in child.cmdline() if word in PARTS), None)
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if name:
            running.setdefault(name, child)  # the first is the parent of others
    return running


@pytest.fixture
def whole_site(fresh_site_server):
    """The web server, the worker and the scheduler, as `make run` has them."""
    server = fresh_site_server
    server.stop()
    server.start_everything()
    return server


@pytest.fixture
def manager(whole_site):
    manager = psutil.Process(whole_site.processes["web"].pid)
    until(lambda: parts_of(manager).keys() == PARTS)
    return manager


@pytest.mark.drill
def test_each_part_that_dies_is_started_again_and_all_of_it_stops_when_told(whole_site, manager):
    first = parts_of(manager)
    for part in first.values():
        part.kill()
    _, left = psutil.wait_procs(first.values(), timeout=30)
    assert left == []
    until(lambda: parts_of(manager).keys() == PARTS and is_up(whole_site))
    again = parts_of(manager)
    assert {part.pid for part in first.values()}.isdisjoint(part.pid for part in again.values())
    everyone = [manager, *manager.children(recursive=True)]

    whole_site.stop()

    _, left = psutil.wait_procs(everyone, timeout=5)
    assert left == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", whole_site.port))


def supervisor_of(manager: psutil.Process) -> psutil.Process:
    return next(
        child for child in manager.children() if "supervisor.supervisord" in child.cmdline()
    )


@pytest.mark.parametrize(
    "process_of",
    [supervisor_of, pytest.param(lambda manager: manager, marks=pytest.mark.drill)],
    ids=["inner", "outer"],
)
def test_nothing_outlives_a_manager_that_is_killed(manager, process_of):
    everyone = [manager, *manager.children(recursive=True)]
    assert len(everyone) > len(PARTS)
    process_of(manager).kill()
    _, left = psutil.wait_procs(everyone, timeout=35)
    assert left == []


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.drill)],
    ids=["Ctrl-C", "hung up"],
)
def test_ctrl_c_or_a_closed_terminal_stops_all_of_it_cleanly(whole_site, manager, number):
    children = manager.children(recursive=True)
    manager.send_signal(number)
    assert whole_site.processes["web"].wait(timeout=35) == 0
    _, left = psutil.wait_procs(children, timeout=5)
    assert left == []
    assert "Traceback" not in whole_site.log.read_text()


def listens_to_signals(worker: psutil.Process) -> bool:
    """Whether a process that was forked has its own answers to signals. Until then it has those of
    the one that it was forked from, and a signal to stop is lost on it."""
    status = Path(f"/proc/{worker.pid}/status").read_text()
    caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.M)[1], 16)
    return not caught & (1 << (signal.SIGHUP - 1)) and bool(caught & (1 << (signal.SIGTERM - 1)))


def test_ctrl_c_stops_the_web_server_cleanly(fresh_site_server):
    process = fresh_site_server.processes["web"]
    server = psutil.Process(process.pid)
    workers = int(fresh_site_server.env.get("WEB_WORKERS", 2))
    # The first answers while the next is still being forked.
    until(lambda: len(server.children()) == workers)
    until(lambda: all(map(listens_to_signals, server.children())))
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=35) == 0
    assert fresh_site_server.log.read_text() == ""


def test_a_worker_comes_and_goes_without_a_word(fresh_site_server):
    fresh_site_server.start_worker()
    beat = fresh_site_server.var / "worker.heartbeat"
    fresh_site_server.wait_until(beat.exists)
    fresh_site_server.stop_worker()
    assert fresh_site_server.log.read_text() == ""


@pytest.mark.drill
def test_a_closed_terminal_stops_all_of_it(fresh_site_server):
    server = fresh_site_server
    server.stop()
    our_end, shells_end = pty.openpty()
    shell = subprocess.Popen(
        ["setsid", "--ctty", *MANAGE, "serve"],
        cwd=ROOT,
        env=server.env,
        stdin=shells_end,
        stdout=shells_end,
        stderr=shells_end,
    )
    os.close(shells_end)
    manager = psutil.Process(shell.pid)
    until(lambda: parts_of(manager).keys() == PARTS and is_up(server), 60)
    everyone = [manager, *manager.children(recursive=True)]
    os.close(our_end)
    shell.wait(timeout=35)
    _, left = psutil.wait_procs(everyone, timeout=35)
    assert left == []


def test_a_command_ends_with_the_process_that_started_it(tmp_path):
    sleeper = [*processes.end_with_parent(), "sleep", "60"]
    program = (
        f"import subprocess, time; print(subprocess.Popen({sleeper!r}).pid, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        until(lambda: child.name() == "sleep")
        parent.kill()
        assert psutil.wait_procs([child], timeout=5)[1] == []


def test_a_port_in_use_is_said_plainly(site_server):
    done = run_manage(site_server, "serve")
    assert done.returncode == 1
    assert f"Port {site_server.port} is in use" in done.stderr
    assert "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_not_this_machines_is_said_plainly(site_server):
    done = run_manage(site_server, "serve", LISTEN_ON="203.0.113.1")
    assert done.returncode == 1
    assert "cannot listen on 203.0.113.1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_no_port_is_said_plainly(site_server, port):
    for done in (run_manage(site_server, "serve", PORT=port), run_web(site_server, PORT=port)):
        assert done.returncode == 1
        assert "PORT is" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_site_that_was_not_upgraded_says_what_to_run(tmp_path):
    bare = SiteServer(environment(tmp_path, "", free_port()), tmp_path)
    for done in (run_manage(bare, "serve"), run_web(bare)):
        assert done.returncode == 1
        assert "manage.py upgrade" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_web_server_that_was_told_nothing_says_what_to_set(site_server):
    done = run_web(site_server, BASE_URL="")
    assert done.returncode == 1
    assert done.stderr.startswith("Peerwork cannot start. BASE_URL is not set.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("app", "migration", "says"),
    [
        ("courses", "9999_from_the_future", "courses.9999_from_the_future"),
        pytest.param("lms", "0002_groups", "before the first release", marks=pytest.mark.drill),
    ],
    ids=["newer", "from before the first release"],
)
def test_a_database_of_another_version_is_left_alone(fresh_site_server, app, migration, says):
    fresh_site_server.stop()
    fresh_site_server.manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.db.migrations.recorder import MigrationRecorder;"
        "from django.db import connection;"
        f"MigrationRecorder(connection).record_applied({app!r}, {migration!r})",
    )
    done = run_manage(fresh_site_server, "serve", "--demonstration")
    assert done.returncode == 1
    assert says in done.stderr
    assert f"mv {fresh_site_server.var} {fresh_site_server.var}.old" in done.stderr or (
        fresh_site_server.env.get("DATABASE_URL")
    )
    assert "Traceback" not in done.stderr
    done = run_web(fresh_site_server)
    assert done.returncode == 1
    assert says in done.stderr


def test_a_site_that_was_upgraded_has_nothing_more_to_do(site_server):
    output = site_server.manage("upgrade", "--dry-run")
    assert output == "Migrations to apply: 0.\nStatic files: up to date.\n"
    assert site_server.manage("upgrade") == "The database and the static files are up to date.\n"


@pytest.mark.parametrize("path", ["/", "/livez", "/there-is-no-such-page/", "/accounts/profile/"])
def test_a_head_is_what_a_get_begins_with_and_no_line_of_the_log(site_server, path):
    before = len(site_server.log_lines())
    whole, head = request(site_server, path=path), request(site_server, "HEAD", path)
    assert head.status == whole.status
    assert head.body == b""
    assert head.headers.get("content-length") == whole.headers.get("content-length")
    assert site_server.log_lines()[before:] == []


# What every process of it starts with ------------------------------------------------------


def test_a_web_process_looks_for_circles_of_objects_less_often_than_python_would(site_server):
    """Python's own is every 700 objects, which is a dozen times for each page."""
    started = """
        import gc, runpy
        settings = runpy.run_path("deploy/gunicorn.conf.py")
        before = gc.get_threshold()[0], gc.get_freeze_count()
        settings["on_starting"](None)
        answer = [before, gc.get_threshold(), gc.get_freeze_count()]
    """
    (threshold_before, frozen_before), threshold, frozen = site_server.ask(started)
    assert threshold_before < threshold[0] == 10_000
    assert threshold[1:] == [20, 50]
    assert frozen_before == 0
    # All that was loaded before is never looked at again, in no process that is forked.
    assert frozen > 100_000
