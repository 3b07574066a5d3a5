"""Looking through a backup before anything is put back: each part by itself, without a server."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from deploy import databases
from deploy.backups import making, restoring, sealing, store
from deploy.backups.manifest import (
    Manifest,
    StoredFile,
    areas,
    by_place,
    files_in,
    place_of,
    read_manifest,
)
from deploy.backups.restoring import Damaged, NotEmpty, OtherKind
from deploy.backups.sealing import CannotBeOpened, Digest
from tests.deploy import backups
from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = b"a handout"


@pytest.fixture
def var(settings, tmp_path):
    return backups.own_files(settings, tmp_path)


@pytest.fixture
def keys(settings, tmp_path, var):
    return sealing.private_keys(backups.set_up(settings, tmp_path))


@pytest.fixture
def backup(var, keys):
    """A backup of a site with one handout and one certificate."""
    for path, content in (("media/documents/card.pdf", CONTENT), ("certificates/a.pdf", b"%PDF")):
        place = var / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return making.make_backup(at=NOON).backup


def stored(backup, keys):
    return restoring.opened_manifest(backup.folder, keys)


def handout(manifest) -> StoredFile:
    return next(file for file in manifest.files if file.path.endswith("card.pdf"))


# Each file -----------------------------------------------------------------------------------------


def test_a_file_that_is_as_it_was_has_no_problem(backup, keys):
    target = io.BytesIO()
    file = handout(stored(backup, keys))
    assert restoring.open_file(backup.folder, file, keys, target) == ""
    assert target.getvalue() == CONTENT


def test_a_file_that_holds_something_else_is_named(backup, keys, settings):
    """As whole as any other, and sealed with the right key: only its hash tells it apart."""
    file = handout(stored(backup, keys))
    sealed = store.sealed_file(backup.folder.parent, file.sealed)
    sealing.seal(io.BytesIO(b"another handout"), sealed, sealing.public_key(settings.BACKUP_KEY))
    problem = restoring.open_file(backup.folder, file, keys, io.BytesIO())
    assert sealed.name in problem
    assert "something else" in problem


@pytest.mark.parametrize("damage", ["gone", "empty", "cut off", "one bit"])
def test_a_file_that_is_not_whole_is_named_and_is_no_fault_of_the_program(backup, keys, damage):
    file = handout(stored(backup, keys))
    sealed = store.sealed_file(backup.folder.parent, file.sealed)
    content = bytearray(sealed.read_bytes())
    match damage:
        case "gone":
            sealed.unlink()
        case "empty":
            sealed.write_bytes(b"")
        case "cut off":
            sealed.write_bytes(content[: len(content) // 2])
        case "one bit":
            content[-3] ^= 4
            sealed.write_bytes(content)
    assert restoring.open_file(backup.folder, file, keys, io.BytesIO())


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..", "", "documents/../../../x"]
)
def test_a_file_that_would_be_put_outside_the_site_is_refused_before_it_is_opened(
    backup, keys, path
):
    file = replace(handout(stored(backup, keys)), path=path)
    target = io.BytesIO()
    assert "outside" in restoring.open_file(backup.folder, file, keys, target)
    assert target.getvalue() == b""


@given(
    st.lists(st.sampled_from(["..", ".", "a", "b c", "é", "media", "etc"]), min_size=1, max_size=6)
)
def test_whatever_a_manifest_says_a_file_has_its_place_within_its_folder(parts):
    path = "/".join(parts)
    try:
        place = place_of("media", path)
    except CannotBeOpened:
        assert ".." in parts or set(parts) == {"."}
        return
    assert areas()["media"].resolve() in [place.resolve(), *place.resolve().parents]


@pytest.mark.parametrize("area", ["keys", "", "static", "certificates/../keys"])
def test_a_folder_that_is_none_of_ours_is_refused(area):
    with pytest.raises(CannotBeOpened, match="outside"):
        place_of(area, "a.pdf")


def test_a_link_is_followed_nowhere(var, tmp_path):
    secret = tmp_path / "backups.key"
    secret.write_text("AGE-SECRET-KEY-1")
    media = var / "media"
    media.mkdir()
    (media / "link.txt").symlink_to(secret)
    (media / "plain.txt").write_bytes(CONTENT)
    assert [path.name for path in files_in(media)] == ["plain.txt"]


# The whole -----------------------------------------------------------------------------------------


def test_a_database_with_tables_is_not_restored_onto(var):
    with pytest.raises(NotEmpty, match="the database has tables"):
        restoring.insist_on_emptiness()


@pytest.mark.parametrize("area", ["media", "certificates"])
def test_a_folder_with_a_file_is_not_restored_onto(var, monkeypatch, area):
    monkeypatch.setattr(databases, "is_empty", lambda: True)
    restoring.insist_on_emptiness()
    (var / area / "2026").mkdir(parents=True)
    restoring.insist_on_emptiness()  # a folder alone is nothing
    (var / area / "2026" / "a.pdf").write_bytes(CONTENT)
    with pytest.raises(NotEmpty, match=f"the folder of {area}"):
        restoring.insist_on_emptiness()


def test_one_of_the_other_database_is_refused_by_name(backup, keys):
    here = databases.kind()
    other = "postgresql" if here == "sqlite" else "sqlite"
    manifest = replace(stored(backup, keys), database_kind=other)
    with pytest.raises(OtherKind) as refusal:
        restoring.insist_on_a_fitting_one(manifest)
    assert other in str(refusal.value)
    assert here in str(refusal.value)
    assert "Nothing was changed" in str(refusal.value)


def test_one_of_a_newer_version_says_which_migrations_it_knows(backup, keys):
    manifest = stored(backup, keys)
    restoring.insist_on_a_fitting_one(manifest)
    newer = replace(manifest, migrations=[*manifest.migrations, "people.0999_tomorrow"])
    with pytest.raises(restoring.CannotRestore, match="0999_tomorrow"):
        restoring.insist_on_a_fitting_one(newer)


def test_of_many_problems_five_are_said_and_the_others_counted():
    problems = [f"{number}.age cannot be opened" for number in range(8)]
    with pytest.raises(Damaged) as refusal:
        restoring.insist_on_no_problem(iter([*problems, "", ""]))
    words = str(refusal.value)
    assert [each in words for each in problems] == [True] * 5 + [False] * 3
    assert "and 3 more" in words
    restoring.insist_on_no_problem(iter(["", ""]))


def test_a_folder_that_is_no_backup_is_said_with_an_example(tmp_path, keys):
    with pytest.raises(restoring.CannotRestore, match="20261127T031500Z"):
        restoring.opened_manifest(tmp_path, keys)


def test_the_copy_of_the_database_goes_whatever_happens_meanwhile(backup, keys):
    manifest = stored(backup, keys)
    sizes = []

    def fail_meanwhile():
        with restoring.staged_database(backup.folder, manifest, keys) as path:
            sizes.append(path.stat().st_size)
            raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError):
        fail_meanwhile()
    assert sizes == [manifest.database.size]
    assert not databases.staging_place().exists()


def test_a_database_that_is_not_the_one_of_its_manifest_is_refused(backup, keys):
    manifest = replace(stored(backup, keys), database=Digest(1, sha256(b"x").hexdigest()))
    with (
        pytest.raises(Damaged, match="database"),
        restoring.staged_database(backup.folder, manifest, keys),
    ):
        pytest.fail("it was put beside its place")
    assert not databases.staging_place().exists()


def test_a_database_that_lost_an_index_is_copied_into_no_backup(tmp_path, monkeypatch, var):
    """SQLite copies such a file without a word: only looking through the copy finds it."""
    file = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("CREATE TABLE people (name)")
        database.execute("CREATE INDEX by_name ON people (name)")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_master WHERE name = 'by_name'")
    monkeypatch.setattr(databases, "sqlite_file", lambda: file)
    read = []

    def copy():
        with databases.copied_from_sqlite() as stream:
            read.append(stream.read())

    with pytest.raises(databases.CannotCopy, match="integrity_check"):
        copy()
    assert read == []
    assert list(var.iterdir()) == []


# A manifest ----------------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
FILES = st.builds(
    StoredFile,
    area=st.sampled_from(["media", "certificates"]),
    path=NAMES,
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    size=st.integers(0, 2**40),
    sealed=NAMES,
)


@given(st.lists(FILES, max_size=5), st.lists(NAMES, max_size=3))
def test_a_manifest_is_read_as_it_was_written_whatever_files_are_called(files, migrations):
    manifest = Manifest(NOON, "1.0", "sqlite", Digest(9, "0" * 64), migrations, files)
    assert read_manifest(manifest.encoded()) == manifest
    assert set(by_place(files)) == {(file.area, file.path) for file in files}


@given(st.binary(max_size=80))
def test_bytes_that_are_no_manifest_are_refused_in_one_way(content):
    with pytest.raises(CannotBeOpened):
        read_manifest(content)


def test_a_manifest_that_lost_its_end_is_shorter_and_one_that_lost_half_a_line_is_refused():
    files = [StoredFile("media", f"{n}.pdf", "0" * 64, 1, "x") for n in range(3)]
    content = Manifest(NOON, "1.0", "sqlite", Digest(9, "0" * 64), [], files).encoded()
    with pytest.raises(CannotBeOpened):
        read_manifest(content[: len(content) - 9])


def test_what_is_in_a_backup_tells_no_name_of_a_file(backup):
    assert connection.vendor in {"sqlite", "postgresql"}
    everything = b"".join(
        path.read_bytes() for path in backup.folder.parent.rglob("*") if path.is_file()
    )
    assert b"card.pdf" not in everything
    assert CONTENT not in everything
