"""Only one at a time changes what is in VAR_DIR, and it is said in words who that is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy import running, upgrading
from tests.servers import MANAGE, ROOT, environment, free_port


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


HOLDER = """
import sys, time
import django
django.setup()
from deploy import running
{take}
print("held", flush=True)
time.sleep(60)
"""


def hold(env: dict[str, str], take: str) -> subprocess.Popen:
    """A process that holds something until it is ended."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(take=take)], cwd=ROOT, env=env, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    return holder


@pytest.fixture
def other(var):
    """Another process of a site in the same folder."""
    started = []

    def start(take: str) -> subprocess.Popen:
        started.append(hold(environment(var, "", 8000), take))
        return started[-1]

    yield start
    for process in started:
        end(process)


def end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_command_that_must_be_alone_is_refused_beside_a_part_of_the_site(other):
    process = other("running.take_part('worker')")
    with pytest.raises(running.PartsAreRunning) as problem, running.sole_use("manage.py upgrade"):
        pytest.fail("it was let in")
    words = str(problem.value)
    assert f"worker (process {process.pid} on " in words
    assert "Stop the site first" in words
    assert "Nothing was changed" in words


def test_every_part_is_named(other):
    for name in ("web server", "worker", "scheduler"):
        other(f"running.take_part({name!r})")
    assert sorted(part.split(" (")[0] for part in running.running_parts()) == [
        "scheduler",
        "web server",
        "worker",
    ]


def test_a_part_does_not_begin_beside_a_command_that_must_be_alone(other):
    other("use = running.sole_use('manage.py upgrade'); use.__enter__()")
    with pytest.raises(running.OneIsAtIt, match=r"manage\.py upgrade \(process"):
        running.take_part("worker")


def test_of_two_commands_the_second_is_told_of_the_first(other):
    other("use = running.sole_use('manage.py restore'); use.__enter__()")
    with (
        pytest.raises(running.OneIsAtIt, match=r"manage\.py restore .* Wait until it has ended"),
        running.sole_use("manage.py upgrade"),
    ):
        pytest.fail("it was let in")


@pytest.mark.parametrize("take", ["running.take_part('worker')", "running.be_the_only_site('x')"])
def test_one_that_was_killed_leaves_nothing_to_clear_away(other, take):
    end(other(take))
    with running.sole_use("manage.py upgrade"):
        assert running.running_parts() == []


def test_one_that_has_ended_lets_the_next_in(var):
    for _ in range(2):
        with running.sole_use("manage.py upgrade"):
            pass


def test_a_second_site_is_told_where_the_first_one_is(other):
    other("running.be_the_only_site('http://127.0.0.1:8123')")
    with pytest.raises(running.AlreadyServed) as problem:
        running.be_the_only_site("http://127.0.0.1:8124")
    assert "http://127.0.0.1:8123" in str(problem.value)
    assert "VAR_DIR=/another/folder" in str(problem.value)


def test_nothing_is_served_from_what_was_put_back_in_part(var):
    running.restore_flag().set("20261127T031500Z")
    with pytest.raises(running.HalfRestored, match="20261127T031500Z"):
        running.take_part("worker")
    running.restore_flag().clear()
    running.insist_on_whole_restore()


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '"words"'])
def test_a_lock_that_says_nothing_yet_is_a_lock_all_the_same(var, other, content):
    other("running.be_the_only_site('x')")
    (var / "site.lock").write_text(content)
    with pytest.raises(running.AlreadyServed, match="another start of it"):
        running.be_the_only_site("y")


# Upgrades ---------------------------------------------------------------------------------------


@pytest.fixture
def behind(fresh_site_server):
    """A site whose database wants a migration: that of the sessions was taken back."""
    server = fresh_site_server
    server.stop()
    server.ask(
        "from django.db import connection\n"
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "from lms.models import SiteSettings\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('CREATE TABLE probe (word varchar(20))')\n"
        "    cursor.execute(\"INSERT INTO probe VALUES ('from before')\")\n"
        "MigrationRecorder(connection).record_unapplied('sessions', '0001_initial')\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('DROP TABLE django_session')\n"
    )
    return server


def upgrade(server, *options, **more):
    return subprocess.run(
        [*MANAGE, "upgrade", *options],
        cwd=ROOT,
        env=server.env | more,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_an_upgrade_makes_a_copy_first_and_says_where(behind):
    done = upgrade(behind)
    assert done.returncode == 0, done.stderr
    copies = list((behind.var / "before-upgrade").iterdir())
    assert len(copies) == 1
    assert str(copies[0]) in done.stdout
    assert copies[0].stat().st_mode & 0o077 == 0
    assert b"from before" in copies[0].read_bytes() or copies[0].suffix == ".dump"
    again = upgrade(behind)
    assert again.returncode == 0
    assert list((behind.var / "before-upgrade").iterdir()) == copies


@pytest.mark.drill
@pytest.mark.one_database
def test_an_upgrade_without_room_for_a_copy_changes_nothing(behind):
    (behind.var / "before-upgrade").write_text("a file where the folder would be")
    done = upgrade(behind)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert behind.ask("from deploy import upgrading\nanswer = upgrading.is_migrated()") is False
    assert upgrade(behind, "--without-copy").returncode == 0


@pytest.mark.drill
def test_many_upgrades_at_once_are_one(behind):
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: upgrade(behind), range(8)))
    assert [done for done in results if "Traceback" in done.stderr] == []
    assert [done.returncode for done in results].count(0) >= 1
    for done in results:
        assert done.returncode == 0 or "Nothing was changed" in done.stderr, done.stderr
    assert behind.ask("from deploy import upgrading\nanswer = upgrading.is_migrated()")
    assert len(list((behind.var / "before-upgrade").iterdir())) == 1


@pytest.mark.one_database
def test_an_upgrade_is_refused_while_a_part_of_the_site_runs(behind):
    behind.start_worker()
    behind.wait_until((behind.var / "worker.heartbeat").exists)
    done = upgrade(behind)
    assert done.returncode == 1
    assert "worker (process" in done.stderr
    behind.stop_worker()
    assert upgrade(behind).returncode == 0


@pytest.mark.drill
def test_what_changes_no_table_may_be_run_beside_the_site(fresh_site_server):
    done = upgrade(fresh_site_server)
    assert done.returncode == 0, done.stderr


def test_old_copies_are_let_go(var):
    now = time.time()
    for days, name in ((40, "20261001"), (3, "20261101"), (2, "20261102"), (1, "20261103")):
        path = upgrading.copies_folder() / f"{name}T000000Z.sqlite3"
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (now - days * 86400, now - days * 86400))
    upgrading.forget_old_copies(at=upgrading.datetime.now(upgrading.UTC))
    assert sorted(path.name[:8] for path in upgrading.copies_folder().iterdir()) == [
        "20261102",
        "20261103",
    ]


# Two of `make run` ------------------------------------------------------------------------------


def serve_twice(var: Path, wait: float = 60) -> list[tuple[int | None, str]]:
    """What two starts of the demonstration at one moment came to: one is stopped when it is up."""
    starts = []
    for _ in range(2):
        env = environment(var, "", free_port())
        starts.append(
            subprocess.Popen(
                [*MANAGE, "serve", "--demonstration"],
                cwd=ROOT,
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
    deadline = time.monotonic() + wait
    while all(start.poll() is None for start in starts):
        assert time.monotonic() < deadline, "neither was refused"
        time.sleep(0.1)
    ended = []
    for start in starts:
        if start.poll() is None:
            start.send_signal(signal.SIGTERM)
        ended.append((start, start.communicate(timeout=60)[0]))
    return [(start.returncode, words) for start, words in ended]


@pytest.mark.one_database
def test_of_two_starts_on_one_folder_one_is_refused_in_words(site_template, tmp_path):
    if site_template.database:
        pytest.skip("`make run` makes an SQLite file")
    var = tmp_path / "var"
    kept_elsewhere = shutil.ignore_patterns("static", "site.log*", "*-shm", "*-wal")
    shutil.copytree(site_template.var, var, ignore=kept_elsewhere)
    (var / "static").symlink_to(site_template.var / "static")
    results = serve_twice(var)
    refused = [words for _, words in results if "already runs from" in words]
    assert len(refused) == 1
    assert "Traceback" not in refused[0]
    assert "make run VAR_DIR=" in refused[0]


@pytest.mark.one_database
def test_two_of_make_run_do_not_spoil_each_others_settings(tmp_path):
    """The second one writes down nothing: neither a secret nor an address."""
    program = (
        "import pathlib, sys, time; sys.path.insert(0, '.');"
        "from tools import bootstrap;"
        "bootstrap.be_the_only_run(pathlib.Path(sys.argv[1])); print('held', flush=True);"
        "time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert first.stdout.readline() == b"held\n"
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1
        assert f"`make run`, process {first.pid}" in second.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["run.lock"]
    finally:
        end(first)
    third = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert third.stdout.readline() == b"held\n"
    end(third)
