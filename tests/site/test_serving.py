"""`manage.py serve` keeps the site up, and leaves nothing behind when it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request

import psutil
import pytest

from tests.servers import MANAGE, ROOT, SiteServer, environment, free_port
from tests.site.test_input_guards import request


def say(server: SiteServer, *arguments: str, **told: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*MANAGE, *arguments],
        cwd=ROOT,
        env=server.env | told,
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


@pytest.fixture
def whole_site(fresh_site_server):
    """The web server, the worker and the sweep under one supervisor, as `make run` has them."""
    server = fresh_site_server
    server.stop()
    server._spawn("web", "serve")
    server.wait_until_up()
    return server


def test_what_dies_is_started_again_and_all_of_it_stops_when_told(whole_site):
    supervisor = psutil.Process(whole_site.processes["web"].pid)
    until(lambda: len(supervisor.children()) == 3)
    for child in supervisor.children(recursive=True):
        child.kill()
    until(lambda: is_up(whole_site) and len(supervisor.children()) == 3)
    everyone = [supervisor, *supervisor.children(recursive=True)]

    whole_site.stop()

    _, left = psutil.wait_procs(everyone, timeout=5)
    assert left == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", whole_site.port))


def test_nothing_outlives_a_supervisor_that_is_killed(whole_site):
    supervisor = psutil.Process(whole_site.processes["web"].pid)
    until(lambda: len(supervisor.children()) == 3)
    children = supervisor.children(recursive=True)
    supervisor.kill()
    _, left = psutil.wait_procs(children, timeout=35)
    assert left == []


def test_ctrl_c_stops_it_cleanly(fresh_site_server):
    process = fresh_site_server.processes["web"]
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=35) == 0
    assert "Traceback" not in fresh_site_server.log.read_text()


def test_a_port_in_use_is_said_plainly(site_server):
    done = say(site_server, "serve", "--web-only")
    assert done.returncode == 1
    assert f"Port {site_server.port} is in use" in done.stderr
    assert "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_no_port_is_said_plainly(site_server, port):
    done = say(site_server, "serve", "--web-only", PORT=port)
    assert done.returncode == 1
    assert "PORT is" in done.stderr


def test_a_site_that_was_not_prepared_says_what_to_run(tmp_path):
    bare = SiteServer(environment(tmp_path, "", free_port()), tmp_path)
    done = say(bare, "serve")
    assert done.returncode == 1
    assert "manage.py prepare" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_from_a_newer_version_is_left_alone(fresh_site_server):
    fresh_site_server.stop()
    fresh_site_server.manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.db.migrations.recorder import MigrationRecorder;"
        "from django.db import connection;"
        "MigrationRecorder(connection).record_applied('courses', '9999_from_the_future')",
    )
    done = say(fresh_site_server, "serve", "--demonstration")
    assert done.returncode == 1
    assert "courses.9999_from_the_future" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_that_was_prepared_has_nothing_more_to_prepare(site_server):
    said = site_server.manage("prepare", "--dry-run")
    assert said == "Migrations to apply: 0.\nStatic files: up to date.\n"
    assert site_server.manage("prepare") == "The database and the static files are up to date.\n"


@pytest.mark.parametrize("path", ["/", "/livez", "/there-is-no-such-page/", "/accounts/profile/"])
def test_a_head_is_what_a_get_begins_with_and_no_line_of_the_log(site_server, path):
    before = len(site_server.log_lines())
    got, head = request(site_server, path=path), request(site_server, "HEAD", path)
    assert head.status == got.status
    assert head.body == b""
    assert head.headers.get("content-length") == got.headers.get("content-length")
    assert site_server.log_lines()[before:] == []
