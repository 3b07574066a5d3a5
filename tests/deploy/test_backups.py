"""A backup is whole or not there, tells nobody anything, and the old ones go by a simple rule."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import threading
from contextlib import closing, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from wagtail import hooks

from certificates.sealing.keys import start
from deploy import databases
from deploy.backups import making, manifest, restoring, sealing, store
from people.models import User
from people.restored import ERASED_HOOK
from tests import make
from tests.deploy import backups
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def var(settings, tmp_path):
    return backups.own_files(settings, tmp_path)


@pytest.fixture
def key_file(settings, tmp_path, var):
    return backups.set_up(settings, tmp_path)


def put_file(var: Path, path: str, content: bytes) -> Path:
    place = var / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def run(*arguments, **options) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output, **options)
    return output.getvalue()


# What is in it --------------------------------------------------------------------------------


def test_a_backup_has_the_database_and_every_file_by_its_hash(var, key_file):
    make.user("ada@example.org")
    put_file(var, "media/documents/handout.pdf", b"a handout")
    put_file(var, "certificates/2026/11/one.pdf", b"a certificate")
    put_file(var, "uploads/half.tmp", b"just being sent")
    made = making.make_backup(at=NOON)
    opened = restoring.examine(made.backup.folder, key_file)
    assert {(file.area, file.path) for file in opened.files} == {
        ("media", "documents/handout.pdf"),
        ("certificates", "2026/11/one.pdf"),
    }
    assert opened.database.size > 100_000
    assert opened.made_at == NOON


def test_nobody_can_read_in_it_who_is_here_and_no_key_is_inside(var, key_file, settings):
    make.user("ada@example.org", "Ada Okafor")
    put_file(var, "media/documents/ada-okafor.pdf", b"Ada Okafor")
    put_file(var, "secret_key", settings.SECRET_KEY.encode())
    making.make_backup(at=NOON)
    secrets = [b"ada@example.org", b"Ada Okafor", b"ada-okafor", settings.SECRET_KEY.encode()]
    secrets += [line.encode() for line in key_file.read_text().splitlines() if "SECRET" in line]
    for path in Path(settings.BACKUP_DIR).rglob("*"):
        content = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        assert not [secret for secret in secrets if secret in content], path


def rows_in(copied):
    """What a copy of the database holds, as it can be read: PostgreSQL's is compressed."""
    if connection.vendor == "sqlite":
        return copied
    command = ["pg_restore", "--file", "-"]
    return subprocess.run(command, input=copied, capture_output=True, check=True).stdout


def test_no_private_key_of_the_seal_is_in_it(var, key_file, settings):
    """Not even where the keys are in the folder that the site keeps the rest of its files in."""
    settings.SEAL_KEYS = var / "keys"
    start("Peerwork", at=NOON)
    private = {path.name: path.read_bytes() for path in settings.SEAL_KEYS.iterdir()}
    assert len(private) == 3
    made = making.make_backup(at=NOON)
    opened = restoring.examine(made.backup.folder, key_file)
    assert not [file for file in opened.files if "keys" in file.path or file.path.endswith("pem")]
    held = {file.sha256 for file in opened.files}
    assert not held & {sha256(pem).hexdigest() for pem in private.values()}
    copied = io.BytesIO()
    sealing.unseal(made.backup.folder / "database.age", copied, sealing.private_keys(key_file))
    rows = rows_in(copied.getvalue())
    assert b"seal-2026-1" in rows
    for pem in private.values():
        key = serialization.load_pem_private_key(pem, None)
        secret = key.private_numbers().private_value.to_bytes(32, "big")
        for written in (secret, secret.hex().encode(), pem, pem.hex().encode()):
            assert written not in rows


def test_it_names_the_keys_that_a_restore_needs(var, key_file, settings):
    about = making.make_backup(at=NOON).backup.about()
    assert any("SEAL_KEYS" in needed for needed in about["keys_that_a_restore_needs"])
    assert about["key"] == settings.BACKUP_KEY
    assert any("SECRET_KEY" in needed for needed in about["keys_that_a_restore_needs"])


def test_a_file_that_is_there_already_is_not_stored_again(var, key_file, settings):
    put_file(var, "media/film.mp4", b"a long film")
    put_file(var, "media/the-same.mp4", b"a long film")
    assert making.make_backup(at=NOON).added == 1
    put_file(var, "media/another.mp4", b"another")
    made = making.make_backup(at=NOON + DAY)
    assert (made.added, len(made.manifest.files)) == (1, 3)


def test_a_file_that_changes_while_it_is_read_is_stored_as_it_was_stored(
    var, key_file, settings, monkeypatch
):
    place = put_file(var, "media/a.txt", b"before")
    as_it_was = making.digest_of

    def changed_meanwhile(path):
        digest = as_it_was(path)
        place.write_bytes(b"after")
        return digest

    monkeypatch.setattr(making, "digest_of", changed_meanwhile)
    made = making.make_backup(at=NOON)
    opened = restoring.examine(made.backup.folder, key_file)
    assert opened.files[0].digest == as_it_was(place)


@pytest.mark.parametrize("part", ["copied", "seal", "write_file"])
def test_one_that_fails_leaves_the_older_ones_as_they_were(var, key_file, monkeypatch, part):
    put_file(var, "media/a.txt", b"a")
    first = making.make_backup(at=NOON)

    def fail(*args):
        raise OSError("the disk is full")

    module = databases if part == "copied" else making
    with monkeypatch.context() as patch:
        patch.setattr(module, part, fail)
        with pytest.raises(CommandError, match="the disk is full"):
            run("backup")
    assert [backup.folder for backup in store.backups_in(first.backup.store)] == [
        first.backup.folder
    ]
    assert not list(first.backup.store.glob(".2*"))
    restoring.examine(first.backup.folder, key_file)


def test_two_at_once_are_one(var, key_file, settings):
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir()
    with making.alone_in(folder), pytest.raises(CommandError, match="Another backup"):
        run("backup")
    run("backup")


def test_a_copy_is_of_one_moment_while_others_write(var, key_file):
    """Fifty commits before it begins are all in it, and what is written meanwhile does no harm."""
    for number in range(50):
        make.user(f"before{number}@example.org")
    stopping = threading.Event()

    def write():
        number = 0
        while not stopping.is_set():
            make.user(f"during{number}@example.org")
            number += 1
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(1)]
    for writer in writers:
        writer.start()
    try:
        copy = var / "copy"
        databases.copy_into(copy)
        databases.insist_on_sound_copy(copy)
    finally:
        stopping.set()
        for writer in writers:
            writer.join()
    assert emails_in(copy) >= {f"before{number}@example.org" for number in range(50)}


def emails_in(copy: Path) -> set[str]:
    if databases.kind() == "sqlite":
        with closing(sqlite3.connect(copy)) as database:
            return {email for (email,) in database.execute("SELECT email FROM people_user")}
    options = ["--data-only", "--table=people_user", "--file=-", str(copy)]
    done = subprocess.run(["pg_restore", *options], capture_output=True, text=True, check=True)
    return {word for word in done.stdout.split() if word.endswith("@example.org")}


def test_a_damaged_sqlite_file_is_not_taken_for_a_copy(tmp_path):
    if databases.kind() != "sqlite":
        pytest.skip("SQLite alone")
    file = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [("words " * 100,)] * 500)
        database.commit()
    content = bytearray(file.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    file.write_bytes(content)
    with pytest.raises(databases.CannotCopy, match="integrity_check"):
        databases.insist_on_sound_copy(file)


def test_a_password_of_the_database_is_never_an_argument(monkeypatch):
    parameters = {"host": "db", "user": "peerwork", "password": "hush", "dbname": "learn"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: parameters, raising=False)
    environment = databases.libpq_environment()
    assert (environment["PGPASSWORD"], environment["PGDATABASE"]) == ("hush", "learn")


# Nothing set up, and keys ---------------------------------------------------------------------


def test_without_a_set_up_it_is_said_how_to_make_one(settings):
    settings.BACKUP_DIR = settings.BACKUP_KEY = ""
    for arguments in (["backup"], ["backup", "--list"]):
        with pytest.raises(CommandError, match="backup --new-key FILE"):
            run(*arguments)
    assert run("backup", "--when-due") == ""


def test_a_new_key_is_printed_as_the_setting_has_it(tmp_path):
    output = run("backup", "--new-key", str(tmp_path / "key"), stderr=io.StringIO())
    name, _, public = output.strip().partition("=")
    assert name == "BACKUP_KEY"
    sealing.public_key(public)
    assert public in (tmp_path / "key").read_text()
    with pytest.raises(CommandError, match="never written over"):
        run("backup", "--new-key", str(tmp_path / "key"))


def test_a_key_that_is_none_is_refused_before_anything_is_written(var, key_file, settings):
    settings.BACKUP_KEY = "age1nonsense"
    with pytest.raises(CommandError, match="BACKUP_KEY must be"):
        run("backup")
    assert not Path(settings.BACKUP_DIR).exists()


# When -----------------------------------------------------------------------------------------


def test_the_scheduler_makes_one_a_day(var, key_file, time_machine):
    time_machine.move_to(NOON, tick=False)
    assert "Backed up the database" in run("backup", "--when-due")
    time_machine.move_to(NOON + 23 * HOUR, tick=False)
    assert run("backup", "--when-due") == ""
    time_machine.move_to(NOON + 24 * HOUR, tick=False)
    assert "Backed up the database" in run("backup", "--when-due")
    assert len(run("backup", "--list").splitlines()) == 2


def test_one_that_failed_is_tried_again_after_an_hour(var, key_file, time_machine, monkeypatch):
    tries = []

    def fail(self):
        tries.append(1)
        raise CommandError("full")

    monkeypatch.setattr("deploy.management.commands.backup.Command.make", fail)
    for minutes, count in ((0, 1), (1, 1), (59, 1), (60, 2)):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        with suppress(CommandError):
            run("backup", "--when-due")
        assert len(tries) == count, minutes


# Thinning -------------------------------------------------------------------------------------


def test_of_two_months_a_week_of_days_and_five_weeks_stay():
    moments = [NOON - day * DAY - 3 * HOUR for day in range(60)]
    stay = store.kept(moments, at=NOON)
    assert {moment for moment in moments if NOON - moment < 7 * DAY} <= stay
    assert all(NOON - moment < 35 * DAY for moment in stay)
    assert 7 + 3 <= len(stay) <= 7 + 5


@given(st.lists(st.integers(60, 400), max_size=30))
def test_the_newest_always_stays(ages):
    moments = [NOON - age * DAY for age in ages]
    stay = store.kept(moments, at=NOON)
    assert stay == (set(moments) and {max(moments)})


def test_a_file_goes_with_the_last_backup_that_needs_it(var, key_file, settings):
    gone = put_file(var, "media/gone.txt", b"gone by tomorrow")
    put_file(var, "media/here.txt", b"here")
    making.make_backup(at=NOON)
    gone.unlink()
    making.make_backup(at=NOON + DAY)
    folder = Path(settings.BACKUP_DIR)
    assert len(list(folder.glob("files/*/*"))) == 2
    made = making.make_backup(at=NOON + 60 * DAY)
    assert made.thinned == 2
    assert len(list(folder.glob("files/*/*"))) == 1
    restoring.examine(made.backup.folder, key_file)


def test_where_a_backup_cannot_be_read_no_file_goes(var, key_file, settings):
    place = put_file(var, "media/a.txt", b"a")
    first = making.make_backup(at=NOON)
    (first.backup.folder / "about.json").write_text("{")
    place.unlink()
    making.make_backup(at=NOON + DAY)
    assert len(list(Path(settings.BACKUP_DIR).glob("files/*/*"))) == 1


# Who was erased -------------------------------------------------------------------------------


def test_who_was_erased_is_noted_beside_the_backups_and_stays_there(
    var, key_file, settings, time_machine
):
    time_machine.move_to(NOON, tick=False)
    run("backup")
    erased = ["17"]
    list_file = Path(settings.BACKUP_DIR) / "erased.txt"
    with hooks.register_temporarily(ERASED_HOOK, lambda: erased):
        time_machine.move_to(NOON + HOUR, tick=False)
        run("backup", "--when-due")
        assert list_file.read_text() == "17\n"
        erased[:] = ["18"]
        run("backup", "--when-due")
    assert making.read_erased(list_file) == {"17", "18"}


# The manifest ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../secret_key", "/etc/passwd", "a/../../b", ""])
def test_a_manifest_that_names_a_place_outside_is_refused(path):
    with pytest.raises(sealing.CannotBeOpened, match="outside"):
        manifest.place_of("media", path)
    with pytest.raises(sealing.CannotBeOpened, match="outside"):
        manifest.place_of("elsewhere", "a.txt")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"nonsense", json.dumps({"format": 2}).encode(), b"[]\n"]
)
def test_a_manifest_that_cannot_be_read_is_refused(content):
    with pytest.raises(sealing.CannotBeOpened):
        manifest.read_manifest(content)


def test_accounts_are_those_of_the_database(var, key_file):
    """The suite's own guard: what is backed up is the database that the tests write to."""
    make.user("ada@example.org")
    databases.copy_into(var / "copy")
    assert emails_in(var / "copy") == set(User.objects.values_list("email", flat=True)) - {""}
