"""Every stored file is what it was; or it is again, byte for byte; or it is said to be lost."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image, Rendition
from wagtail.images.tests.utils import get_test_image_file

from certificates.models import Credential, certificate_storage
from certificates.preparing import prepare
from deploy import checking_files, databases
from deploy.backups import making
from tests import make
from tests.deploy import backups
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def var(settings, tmp_path):
    return backups.own_files(settings, tmp_path)


@pytest.fixture
def key_file(settings, tmp_path, var):
    return backups.set_up(settings, tmp_path)


@pytest.fixture
def credential(var):
    credential = make.credential(holder=make.user(full_name="Łukasz O’Brien"))
    prepare(str(credential.pk), at=NOON)
    credential.refresh_from_db()
    return credential


def place_of(credential: Credential) -> Path:
    return Path(certificate_storage().path(credential.pdf.name))


def check(*arguments: str) -> str:
    """What the command says, whether it ends well or not."""
    output = io.StringIO()
    try:
        call_command("check_files", *arguments, stdout=output)
    except CommandError as error:
        output.write(f"ERROR {error}")
    return output.getvalue()


def spoil(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[100] ^= 1
    place.write_bytes(content)


# Certificates ---------------------------------------------------------------------------------


def test_where_nothing_is_wrong_nothing_is_touched(credential):
    before = place_of(credential).stat().st_mtime_ns
    assert check() == "Looked at 1 files: 0 fetched, 0 made again, 0 lost or damaged.\n"
    assert place_of(credential).stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [Path.unlink, spoil, lambda place: place.write_bytes(b"")])
def test_a_certificate_is_made_again_byte_for_byte(credential, damage):
    place = place_of(credential)
    before = place.read_bytes()
    damage(place)
    said = check()
    assert f"The certificate {credential.number} is " in said
    assert "made again, byte for byte" in said
    assert place.read_bytes() == before


@pytest.mark.parametrize("change", ["name", "hash"])
def test_one_that_does_not_come_out_the_same_is_said_to_be_lost_and_not_stored(credential, change):
    place = place_of(credential)
    place.unlink()
    if change == "name":
        Credential.objects.update(name="Somebody Else")
    else:
        Credential.objects.update(pdf_sha256="0" * 64)
    said = check()
    assert f"The certificate {credential.number} is missing, and could not be made again" in said
    assert "ERROR 1 files are lost or damaged." in said
    assert not place.exists()


def test_one_that_cannot_be_made_again_is_fetched_from_a_backup(credential, key_file):
    place = place_of(credential)
    before = place.read_bytes()
    backup = making.make_backup(at=NOON).backup.folder
    Credential.objects.update(name="Somebody Else")
    spoil(place)
    said = check("--from", str(backup), "--key-file", str(key_file))
    assert "was fetched from the backup" in said
    assert place.read_bytes() == before


def test_a_backup_of_something_else_is_not_taken_for_it(credential, key_file):
    place = place_of(credential)
    before = place.read_bytes()
    spoil(place)
    backup = making.make_backup(at=NOON).backup.folder
    said = check("--from", str(backup), "--key-file", str(key_file))
    assert "made again, byte for byte" in said
    assert place.read_bytes() == before


def test_a_dry_run_names_what_is_wrong_and_changes_nothing(credential):
    place_of(credential).unlink()
    said = check("--dry-run")
    assert f"The certificate {credential.number} is missing." in said
    assert not place_of(credential).exists()
    assert checking_files.last_check() is None


def test_a_folder_that_cannot_be_read_is_no_reason_to_stop(credential):
    place = place_of(credential)
    place.unlink()
    place.mkdir()
    assert "cannot be read (Is a directory)" in check("--dry-run")


# Other files ----------------------------------------------------------------------------------


@pytest.fixture
def handout(var):
    return Document.objects.create(title="Handout", file=ContentFile(b"a handout", "handout.pdf"))


def test_a_handout_is_compared_with_the_newest_backup_and_fetched(handout, key_file):
    place = Path(handout.file.path)
    backup = making.make_backup(at=NOON).backup.folder
    place.write_bytes(b"something else")
    assert "is not what it was" in check()
    check("--from", str(backup), "--key-file", str(key_file))
    assert place.read_bytes() == b"a handout"


def test_a_handout_that_nothing_has_is_lost_and_named_by_its_record(handout):
    Path(handout.file.path).unlink()
    said = check()
    assert f"{handout.file.name} (wagtaildocs.Document {handout.pk}) is missing." in said
    assert "ERROR 1 files" in said


def test_a_picture_in_another_size_is_made_again_when_it_is_asked_for(var):
    image = Image.objects.create(title="Hands", file=get_test_image_file())
    small = Rendition.objects.create(
        image=image,
        filter_spec="width-50",
        focal_point_key="",
        file=get_test_image_file("small.png"),
        width=50,
        height=50,
    )
    Path(small.file.path).unlink()
    assert "made again when it is next asked for" in check()
    assert not Rendition.objects.exists()
    assert Image.objects.filter(pk=image.pk).exists()
    assert Path(image.file.path).is_file()


# Orphans --------------------------------------------------------------------------------------


def orphan(var: Path, path: str, *, days: int) -> Path:
    place = var / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"nobody's")
    then = (timezone.now() - days * DAY).timestamp()
    os.utime(place, (then, then))
    return place


def test_a_file_that_no_record_names_is_named_and_collected_after_a_week(
    var, credential, handout, monkeypatch
):
    old = orphan(var, "certificates/2026/10/old.pdf", days=8)
    young = orphan(var, "media/documents/young.pdf", days=6)
    for place in (place_of(credential), Path(handout.file.path)):
        os.utime(place, (1, 1))
    said = check()
    assert f"No record names {old}" in said
    assert str(young) not in said
    assert "--collect" in said
    assert old.exists()
    check("--collect", "--dry-run")
    assert old.exists()
    assert "1 of these were deleted." in check("--collect")
    assert not old.exists()
    assert all(place.exists() for place in (young, place_of(credential), Path(handout.file.path)))


# The database file, and the daily check -----------------------------------------------------------


def test_a_damaged_database_file_is_said(var, monkeypatch):
    if databases.kind() != "sqlite":
        pytest.skip("SQLite alone")
    monkeypatch.setattr(databases, "sqlite_problem", lambda path: "row 7 missing from index")
    said = check()
    assert "The database is damaged: row 7 missing from index" in said
    assert "ERROR" in said
    assert checking_files.last_check().database == "row 7 missing from index"


def test_it_is_done_once_a_day(var, time_machine):
    time_machine.move_to(NOON, tick=False)
    assert check("--when-due")
    time_machine.move_to(NOON + DAY - make.HOUR, tick=False)
    assert check("--when-due") == ""
    time_machine.move_to(NOON + DAY, tick=False)
    assert check("--when-due")
    assert checking_files.last_check().at == NOON + DAY


@pytest.mark.parametrize("option", ["--from", "--key-file"])
def test_a_backup_and_its_key_belong_together(var, option, tmp_path):
    assert "belong together" in check(option, str(tmp_path))


def test_what_is_no_backup_is_said(var, key_file, tmp_path):
    assert "is no backup" in check("--from", str(tmp_path), "--key-file", str(key_file))
