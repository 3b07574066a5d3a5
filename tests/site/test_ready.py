"""What a test asks its site runs in a process of its own, with nothing left from the last."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from tests.ready import ReadyProcess
from tests.servers import SiteServer, environment


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The settings of a site, whose web server nobody needs here."""
    var = tmp_path_factory.mktemp("asked")
    server = SiteServer(environment(var, "", 8000), var)
    yield server
    server.stop()


def test_a_script_leaves_its_answer_and_is_told_arguments(server):
    assert server.ask("answer = [arguments[0] + 1, arguments[1]]", 2, "é") == [3, "é"]


def test_each_has_a_process_of_its_own_in_which_django_is_ready(server):
    script = """
        import os, sys
        from django.apps import apps
        from django.conf import settings
        answer = [os.getpid(), apps.ready, str(settings.VAR_DIR), sys.argv, sys.stdin.read()]
    """
    first, second = server.ask(script), server.ask(script)
    assert first[0] not in {second[0], os.getpid()}
    assert first[1:] == second[1:] == [True, str(server.var), ["-c"], ""]


def test_nothing_of_one_is_left_in_the_next(server):
    server.ask(
        "import random\nfrom django.conf import settings\nfrom django.core.cache import caches\n"
        "settings.SITE_NAME = 'Other'\ncaches['content'].set('left', 1)\nrandom.seed(1)\n"
    )
    look = """
        import random
        from django.conf import settings
        from django.core.cache import caches
        answer = [str(settings.SITE_NAME), caches["content"].get("left"), random.random()]
    """
    (name, cached, chance), (_, _, other_chance) = server.ask(look), server.ask(look)
    assert name == "Peerwork"
    assert cached is None
    assert chance != other_chance


def test_no_connection_is_open_before_the_first_line(server):
    """One that were shared would be torn by the first process that ended."""
    opened = "from django.db import connections\nanswer = [c.connection for c in connections.all()]"
    assert server.ask(opened) == [None]


def test_what_is_to_be_done_at_the_end_is_done(server):
    file = server.var / "at-the-end"
    script = "import atexit, pathlib\natexit.register(pathlib.Path(arguments[0]).touch)"
    server.ask(script, str(file))
    assert file.exists()


@pytest.mark.parametrize(
    "script, words",
    [
        ("print('so far')\nraise RuntimeError('the disk is full')", "so far(.|\n)*disk is full"),
        ("import sys\nsys.exit('nothing to do')", "nothing to do"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_one_that_fails_says_why_and_the_next_is_answered(server, script, words):
    with pytest.raises(AssertionError, match=words):
        server.ask(script)
    assert server.ask("answer = 1") == 1


def test_a_command_runs_as_manage_py_would_run_it(server):
    assert server.manage("version").startswith("Peerwork ")
    with pytest.raises(AssertionError, match=r"manage.py nonsense:\n.*Unknown command: 'nonsense'"):
        server.manage("nonsense")


@pytest.mark.drill
def test_settings_that_were_changed_count_from_the_next_on(server, monkeypatch):
    script = "from django.conf import settings\nanswer = settings.ERASURE_PAUSE_DAYS"
    before = server.ask(script)
    monkeypatch.setitem(server.env, "ERASURE_PAUSE_DAYS", str(before + 1))
    assert server.ask(script) == before + 1


def test_one_that_takes_too_long_is_ended(server):
    ready = ReadyProcess(server.env)
    try:
        ready.run([], "pass")
        began = time.monotonic()
        with pytest.raises(subprocess.TimeoutExpired):
            ready.run([], "import time\ntime.sleep(60)", timeout=0.5)
        assert time.monotonic() - began < 30
    finally:
        ready.close()


def test_it_ends_with_its_site(server):
    server.ask("pass")
    process = server._ready._process
    server.stop()
    assert process.poll() is not None
    assert server.ask("answer = 1") == 1


def test_one_that_has_ended_is_replaced(server):
    server.ask("pass")
    ended = server._ready
    ended.end()
    assert server.ask("answer = 1") == 1
    assert server._ready is not ended
