"""How large a picture may be, and how much one person may put in within a day."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from courses.uploads import quota
from tests import make
from tests.courses.staff import sign_in
from tests.courses.uploads import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


@pytest.fixture
def trainer(client):
    return sign_in(client, "Lead trainers")


def send(client, content, url="/admin/images/add/", name="tea.png"):
    root = Collection.get_first_root_node().pk
    file = SimpleUploadedFile(name, content)
    return client.post(url, {"collection": root, "title": "Tea", "tags": "", "file": file})


def bomb(width, height):
    """A PNG that says it has so many dots, in a few bytes."""

    def chunk(kind, content):
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 12_000), (8_000, 7_000)])
def test_a_picture_of_too_many_dots_is_refused_before_it_is_drawn(client, trainer, size):
    tracemalloc.start()
    answer = send(client, bomb(*size))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code < 500
    page = answer.content.decode()
    assert "we take up to 50 million" in page
    assert not Image.objects.exists()
    assert most < 100 * 1024 * 1024


def test_the_cap_of_the_site_is_fifty_million_dots(settings):
    assert settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS == 50_000_000


def test_a_picture_under_the_cap_that_breaks_off_is_said_to(client, trainer):
    whole = making.picture(size=(300, 200))
    page = send(client, whole[: len(whole) // 2], name="tea.jpg").content.decode()
    assert "did not arrive whole" in page
    assert not Image.objects.exists()


def test_a_person_puts_in_so_much_within_a_day_and_no_more(client, trainer, settings):
    picture = making.picture(size=(300, 200))
    assert send(client, picture, name="tea.jpg").status_code == 302
    settings.UPLOADS_PER_PERSON_A_DAY = len(picture)
    page = send(client, picture, name="cup.jpg")
    assert "as much as one person may" in page.content.decode()
    assert Image.objects.count() == 1
    page = send(client, b"Words. " * 10_000, url="/admin/documents/add/", name="words.txt")
    assert "as much as one person may" in page.content.decode()
    assert not Document.objects.exists()
    # The next day begins anew, and so does another person.
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    Image.objects.update(created_at=yesterday)
    settings.UPLOADS_PER_PERSON_A_DAY = 2 * len(picture)
    assert send(client, picture, name="cup.jpg").status_code == 302


def test_what_others_put_in_does_not_count(settings):
    ada, bob = make.user(), make.user()
    content = ContentFile(b"x" * 100, "words.txt")
    Document.objects.create(title="Words", file=content, file_size=100, uploaded_by_user=ada)
    at = timezone.now()
    assert quota.bytes_put_in(ada, at=at) == 100
    assert quota.bytes_put_in(bob, at=at) == 0
    settings.UPLOADS_PER_PERSON_A_DAY = 150
    assert quota.refusal_of(ada, 51, at=at)
    assert not quota.refusal_of(ada, 50, at=at)
    assert not quota.refusal_of(bob, 150, at=at)


def test_where_the_disk_is_nearly_full_no_file_is_taken(client, trainer, monkeypatch):
    monkeypatch.setattr(quota, "LEAST_FREE", 1.0)
    page = send(client, making.picture(size=(300, 200)), name="tea.jpg").content.decode()
    assert "too little room on the server" in page
    assert not Image.objects.exists()
