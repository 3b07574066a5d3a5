"""Where files are kept is full, silent or gone: it is said truly, and nothing is half done."""

from __future__ import annotations

import errno
import warnings
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import Rendition
from wagtail.models import Collection

from certificates.issuing import issue_by_hand
from certificates.models import Credential
from certificates.preparing import prepare
from lms.views import errors
from lms.views.media import whole_or_part
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

SILENT = OSError(errno.EIO, "Input/output error")


def staff_browser(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = Client(raise_request_exception=False)
    browser.force_login(make.user(is_superuser=True))
    return browser


def cut(monkeypatch, method, error=SILENT):
    """The storage fails in one of the ways it is used."""

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(FileSystemStorage, method, fail)


def a_document():
    file = SimpleUploadedFile("door.txt", b"It stands open.", "text/plain")
    root = Collection.get_first_root_node().pk
    return {"title": "A door", "tags": "", "collection": root, "file": file}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves files open
        yield


@pytest.mark.parametrize(
    ("number", "status"),
    [(errno.EIO, 503), (errno.ESTALE, 503), (errno.ETIMEDOUT, 503), (errno.ENOENT, 404)],
)
def test_a_file_that_cannot_be_reached_is_not_said_to_be_missing(
    settings, monkeypatch, number, status
):
    browser = staff_browser(settings)
    size = {"width": 100, "height": 100}
    image = get_image_model().objects.create(title="A door", file="images/door.png", **size)
    file = "images/door.width-100.png"
    Rendition.objects.create(image=image, filter_spec="width-100", file=file, **size)
    cut(monkeypatch, "_open", OSError(number, "gone"))
    answer = browser.get(f"/media/{file}")
    assert answer.status_code == status
    if status == 503:
        assert answer["Retry-After"] == "5"
        assert "Nothing was lost" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_a_folder_is_no_file(rf):
    Path(FileSystemStorage().path("folder")).mkdir(parents=True, exist_ok=True)
    with pytest.raises(Http404):
        whole_or_part(rf.get("/"), "folder")


def test_an_upload_that_cannot_be_stored_leaves_nothing_half_done(settings, monkeypatch):
    browser = staff_browser(settings)
    with monkeypatch.context() as patch:
        cut(patch, "_save", OSError(errno.ENOSPC, "No space left on device"))
        answer = browser.post("/admin/documents/add/", a_document())
    assert answer.status_code == 503
    assert "Nothing was lost" in answer.content.decode()
    assert not get_document_model().objects.exists()
    browser.post("/admin/documents/add/", a_document())
    assert get_document_model().objects.get().title == "A door"


def test_a_certificate_that_cannot_be_stored_is_still_owed_and_made_when_it_can(monkeypatch):
    credential = issue_by_hand(
        make.award(), make.user(), evidence="Seen.", by=make.registrar(), at=NOON
    )
    with monkeypatch.context() as patch:
        cut(patch, "_save")
        with pytest.raises(OSError, match="Input/output error"):
            prepare(str(credential.pk), at=NOON)
    row = Credential.objects.get()
    # Neither a file nor a problem that only a registrar could take away, and no lease that holds.
    assert (row.pdf.name, row.pdf_problem, row.leased_until, row.announced_at) == (
        "",
        "",
        None,
        None,
    )
    assert Credential.objects.to_prepare().filter(pk=row.pk).exists()
    prepare(str(credential.pk), at=NOON)
    row = Credential.objects.get()
    assert row.pdf.name
    assert len(row.pdf_sha256) == 64


@pytest.mark.parametrize("number", sorted(errors.STORAGE_AWAY))
def test_whatever_a_disk_or_a_share_says_is_known(number):
    assert errors.is_storage_away(OSError(number, "away"))


@pytest.mark.parametrize(
    "error", [FileNotFoundError(errno.ENOENT, "gone"), OSError("no number"), ValueError("other")]
)
def test_what_no_waiting_mends_is_no_storage_that_is_away(error):
    assert not errors.is_storage_away(error)
