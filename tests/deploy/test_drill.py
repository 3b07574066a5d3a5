"""The drill: a site is backed up, all of it is lost, and it is there again on an empty machine.

On real processes, on whichever database this run of the suite has.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from psycopg import sql

from people.validators import DEMONSTRATION_PASSWORD
from tests.servers import (
    HANGS_AFTER,
    MANAGE,
    ROOT,
    SiteServer,
    free_port,
    on_postgres,
    postgres_url,
)

MINUTES_ALLOWED = 15

DRILL = pytest.mark.drill


@pytest.fixture(scope="module")
def drill(site_template, tmp_path_factory):
    """A site with people, answers and certificates, and a backup of it: the site is still up."""
    folder = tmp_path_factory.mktemp("drill")
    with site_template.running_copy(folder) as server:
        key = folder / "backups.key"
        printed = server.manage("backup", "--new-key", str(key))
        server.env |= {
            "BACKUP_KEY": printed.partition("=")[2].strip(),
            "BACKUP_DIR": str(folder / "backups"),
        }
        server.manage("backup")
        yield Drill(server, key)


class Drill:
    """A site that was backed up, and the machines that it is restored onto."""

    def __init__(self, server: SiteServer, key: Path) -> None:
        self.server = server
        self.key = key
        self.backup = next(Path(server.env["BACKUP_DIR"]).glob("2*"))
        self.contents = contents(server)

    @contextlib.contextmanager
    def empty_machine(self, folder: Path):
        """Another machine with the same settings and nothing else: an empty folder and database."""
        var = folder / "new"
        port = str(free_port())
        own = {"VAR_DIR": str(var), "PORT": port, "BASE_URL": f"http://127.0.0.1:{port}"}
        env = self.server.env | own
        database = ""
        if postgres_url():
            database = f"drill_{secrets.token_hex(4)}"
            on_postgres(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            address = urlsplit(env["DATABASE_URL"])._replace(path=f"/{database}")
            env["DATABASE_URL"] = address.geturl()
        machine = SiteServer(env, var)
        try:
            yield machine
        finally:
            machine.stop()
            if database:
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                on_postgres(drop.format(sql.Identifier(database)))

    def restore(self, machine: SiteServer, *options: str) -> subprocess.CompletedProcess:
        return run(machine, "restore", str(self.backup), "--key-file", str(self.key), *options)


def run(machine: SiteServer, *arguments: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*MANAGE, *arguments],
        cwd=ROOT,
        env=machine.env | more,
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER,
    )


CONTENTS = """
from django.apps import apps
from django.db import connection
ours = {"people", "courses", "assessments", "certificates", "mfa", "account"}
answer = {}
with connection.cursor() as cursor:
    for model in apps.get_models():
        # The number of the content is a new one after an upgrade, so that no cache outlives it.
        if model._meta.app_label in ours and model._meta.label_lower != "courses.edition":
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            answer[model._meta.label_lower] = sorted(map(str, cursor.fetchall()))
"""


def contents(machine: SiteServer) -> dict[str, list[str]]:
    """Every row of every table of ours."""
    return machine.ask(CONTENTS)


def assert_all_is_there(machine: SiteServer, before: dict[str, list[str]]) -> None:
    """Every row of before, and no other but the acts that say that a backup was put back."""
    after = contents(machine)
    acts = set(after.pop("people.act"))
    acts_before = set(before["people.act"])
    assert acts_before <= acts
    assert all("log.backup_restored" in act for act in acts - acts_before)
    assert acts > acts_before
    assert after == {label: rows for label, rows in before.items() if label != "people.act"}


def files(var: Path) -> dict[str, str]:
    """Every file that people put in or were given, by its hash."""
    return {
        path.relative_to(var).as_posix(): sha256(path.read_bytes()).hexdigest()
        for area in ("media", "certificates")
        for path in (var / area).rglob("*")
        if path.is_file()
    }


class Browser:
    """Somebody with a browser that has cookies and no JavaScript."""

    def __init__(self, server: SiteServer) -> None:
        self.url = server.url
        cookies = urllib.request.HTTPCookieProcessor()
        self.opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> bytes:
        return self.opener.open(f"{self.url}{path}", timeout=60).read()

    def sign_in(self, email: str) -> str:
        """The page that somebody comes to who signs in with their password."""
        page = self.get("/accounts/login/").decode()
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        form = dict(hidden) | {"login": email, "password": DEMONSTRATION_PASSWORD}
        request = urllib.request.Request(
            f"{self.url}/accounts/login/",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Referer": f"{self.url}/accounts/login/"},
        )
        return self.opener.open(request, timeout=60).geturl()


# Everything is there again ----------------------------------------------------------------------


def test_all_is_lost_and_all_of_it_is_there_again(drill, tmp_path):
    stored = files(drill.server.var)
    number = drill.server.ask(A_NUMBER)
    assert stored
    assert any(drill.contents["assessments.responsestep"]), "nobody has answered anything"
    with drill.empty_machine(tmp_path) as machine:
        began = time.monotonic()
        done = drill.restore(machine)
        assert done.returncode == 0, done.stderr
        machine.manage("upgrade")
        machine.start()
        assert time.monotonic() - began < MINUTES_ALLOWED * 60

        assert_all_is_there(machine, drill.contents)
        assert files(machine.var) == stored
        browser = Browser(machine)
        assert browser.sign_in("graduate@peerwork.example").endswith("/learn/")
        certificate = browser.get(f"/certificates/{number}.pdf")
        assert sha256(certificate).hexdigest() in stored.values()
        assert number in browser.get(f"/verify/{number}/").decode()


@pytest.mark.one_database
def test_everybody_is_signed_out_so_that_no_ended_session_is_alive_again(drill, tmp_path):
    with drill.empty_machine(tmp_path) as machine:
        assert drill.restore(machine).returncode == 0
        assert machine.ask(
            "from django.contrib.sessions.models import Session\n"
            "from allauth.usersessions.models import UserSession\n"
            "answer = [Session.objects.count(), UserSession.objects.count()]"
        ) == [0, 0]


@pytest.mark.one_database
@DRILL
def test_no_number_that_was_given_after_the_backup_is_given_again(drill, tmp_path):
    """The register has lost them, and still gives none of them a second time; nor one of its own."""
    lost = set(drill.server.ask(ISSUE, 20))
    before = set(drill.server.ask(NUMBERS)) - lost
    with drill.empty_machine(tmp_path) as machine:
        assert drill.restore(machine).returncode == 0
        assert set(machine.ask(NUMBERS)) == before
        issued = machine.ask(ISSUE, 20)
        assert len(set(issued)) == 20
        assert not set(issued) & (lost | before)
        # They come from the system's own randomness: no seed and no sequence is restored with them.
        assert machine.ask(RANDOM_ALONE) == []


# Nothing is put back that should not be -----------------------------------------------------------


@pytest.mark.drill
@pytest.mark.one_database
def test_a_site_with_anything_in_it_is_refused_and_stays_as_it_is(drill):
    before = contents(drill.server)
    drill.server.stop()
    try:
        done = drill.restore(drill.server)
    finally:
        drill.server.start()
    assert done.returncode == 1
    assert "There is something here already" in done.stderr
    assert contents(drill.server) == before


@pytest.mark.one_database
def test_files_without_a_database_are_something_too(drill, tmp_path):
    with drill.empty_machine(tmp_path) as machine:
        lonely = machine.var / "certificates" / "2026" / "one.pdf"
        lonely.parent.mkdir(parents=True)
        lonely.write_bytes(b"a certificate")
        done = drill.restore(machine)
        assert done.returncode == 1
        assert "the folder of certificates" in done.stderr
        assert lonely.read_bytes() == b"a certificate"
        assert is_empty(machine)


@pytest.mark.one_database
def test_a_running_site_is_refused_by_name(drill):
    done = drill.restore(drill.server)
    assert done.returncode == 1
    assert "web server (process" in done.stderr
    assert "Stop the site first" in done.stderr


@pytest.mark.one_database
@pytest.mark.parametrize(
    "damage",
    [
        "database",
        *(
            pytest.param(each, marks=DRILL)
            for each in ("file", "manifest", "file gone", "another file")
        ),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_changed(drill, tmp_path, damage):
    copy = tmp_path / "backups"
    shutil.copytree(drill.backup.parent, copy)
    backup = copy / drill.backup.name
    some = sorted((copy / "files").glob("*/*.age"))
    match damage:
        case "database" | "manifest":
            spoil(backup / f"{damage}.age")
        case "file":
            spoil(some[0])
        case "file gone":
            some[0].unlink()
        case "another file":
            shutil.copy(some[1], some[0])
    with drill.empty_machine(tmp_path) as machine:
        for option in (["--dry-run"], []):
            done = run(machine, "restore", str(backup), "--key-file", str(drill.key), *option)
            assert done.returncode == 1
            assert "Nothing was changed" in done.stderr
            assert is_empty(machine)
            assert files(machine.var) == {}


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def is_empty(machine: SiteServer) -> bool:
    return machine.ask("from deploy import databases\nanswer = databases.is_empty()")


@pytest.mark.one_database
def test_a_dry_run_beside_the_running_site_changes_nothing(drill):
    before = contents(drill.server)
    done = drill.restore(drill.server, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "It can be restored" in done.stdout
    assert contents(drill.server) == before


@pytest.mark.one_database
def test_another_key_is_said_plainly(drill, tmp_path):
    run(drill.server, "backup", "--new-key", str(tmp_path / "other.key"))
    with drill.empty_machine(tmp_path) as machine:
        command = ["restore", str(drill.backup), "--key-file", str(tmp_path / "other.key")]
        done = run(machine, *command)
        assert done.returncode == 1
        assert "is for another key" in done.stderr
        assert "Traceback" not in done.stderr


# Erased, and killed half-way ----------------------------------------------------------------------


def test_who_was_erased_is_erased_again_before_anybody_is_served(drill, tmp_path):
    """By way of a part that erases: one that is registered as a part of ours would be."""
    (drill.backup.parent / "erased.txt").write_text("by the list beside\n")
    newer = tmp_path / "newer.txt"
    newer.write_text("by the list that is given\n")
    try:
        with drill.empty_machine(tmp_path) as machine:
            erased = machine.ask(RESTORE_WITH_A_PART, str(drill.backup), str(drill.key), str(newer))
            lines, was_marked = erased
            assert lines == ["by the list beside", "by the list that is given"]
            assert was_marked, "the site could have been served before they were erased"
            machine.manage("upgrade")
            machine.start()
    finally:
        (drill.backup.parent / "erased.txt").unlink()


@DRILL
def test_an_erasure_that_fails_keeps_the_site_from_being_served(drill, tmp_path):
    with drill.empty_machine(tmp_path) as machine:
        with pytest.raises(AssertionError, match="the erasure failed"):
            machine.ask(RESTORE_WITH_A_FAILING_PART, str(drill.backup), str(drill.key))
        for command in (["serve"], ["db_worker"], ["schedule"]):
            done = run(machine, *command)
            assert done.returncode == 1
            assert "was only put back in part" in done.stderr, command
        with pytest.raises(AssertionError, match="was only put back in part"):
            machine.start()
        machine.processes.clear()
        assert drill.restore(machine).returncode == 0
        assert_all_is_there(machine, drill.contents)
        machine.manage("upgrade")
        machine.start()


@pytest.mark.parametrize(
    "moment",
    [
        "put_back",
        *(pytest.param(each, marks=DRILL) for each in ("put_files_in_place", "apply_migrations")),
    ],
)
def test_a_restore_that_is_killed_goes_on_where_it_was(drill, tmp_path, moment):
    with drill.empty_machine(tmp_path) as machine:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED_BEFORE, moment, str(drill.backup), str(drill.key)],
            cwd=ROOT,
            env=machine.env,
            capture_output=True,
            timeout=HANGS_AFTER,
        )
        assert killed.returncode == -signal.SIGKILL
        assert run(machine, "serve").returncode == 1
        done = drill.restore(machine)
        assert done.returncode == 0, done.stderr
        assert_all_is_there(machine, drill.contents)
        assert files(machine.var) == files(drill.server.var)


A_NUMBER = """
from certificates.models import Credential
answer = next(c.number for c in Credential.objects.exclude(pdf="")
              if c.holder.email == "graduate@peerwork.example")
"""
NUMBERS = """
from certificates.models import Credential
answer = [credential.number for credential in Credential.objects.all()]
"""
ISSUE = """
from django.utils import timezone
from certificates.issuing import issue_by_hand
from certificates.models import Award
from people.models import User
award = Award.objects.first()
registrar = User.objects.get(email="registrar@peerwork.example")
answer = []
for number in range(arguments[0]):
    holder = User.objects.create_user(email=f"issued{number}@example.org", full_name="Ada Okafor")
    issued = issue_by_hand(award, holder, evidence="Seen.", by=registrar, at=timezone.now())
    answer.append(issued.number)
"""
RANDOM_ALONE = """
import ast, inspect
from certificates import numbers
names = {node.id for node in ast.walk(ast.parse(inspect.getsource(numbers.random_code)))
         if isinstance(node, ast.Name)}
answer = sorted(names & {"random", "time", "Credential"}) + ([] if "secrets" in names else ["?"])
"""
RESTORE_WITH_A_PART = """
from pathlib import Path
from django.core.management import call_command
from wagtail import hooks
from deploy import running
from people.restored import ERASE_AGAIN_HOOK
answer = []
def erase(lines, *, at):
    answer.extend([list(lines), bool(running.restore_flag().text())])
hooks.register(ERASE_AGAIN_HOOK, erase)
backup, key, newer = arguments
call_command("restore", backup, key_file=Path(key), erased=Path(newer))
"""
RESTORE_WITH_A_FAILING_PART = """
from pathlib import Path
from django.core.management import call_command
from wagtail import hooks
from people.restored import ERASE_AGAIN_HOOK
def erase(lines, *, at):
    raise RuntimeError("the erasure failed")
hooks.register(ERASE_AGAIN_HOOK, erase)
call_command("restore", arguments[0], key_file=Path(arguments[1]))
"""
KILLED_BEFORE = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from deploy import databases, upgrading
from deploy.backups import restoring
moment, backup, key = sys.argv[1:]
module = {"put_files_in_place": restoring, "put_back": databases, "apply_migrations": upgrading}[moment]
setattr(module, moment, lambda *arguments: os.kill(os.getpid(), signal.SIGKILL))
call_command("restore", backup, key_file=Path(key))
"""
