"""The pictures and recordings of lessons load; nothing else that was uploaded does."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# Whether a file stands on closed pages alone is asked of the database.
pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def film(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return default_storage.save("media/film.mp4", ContentFile(CONTENT))


def body(response):
    return b"".join(response) if response.streaming else response.content


def test_a_picture_is_shown_and_may_be_kept_for_a_day(client, settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    path = default_storage.save("images/tea.width-480.png", ContentFile(b"picture"))
    response = client.get(f"/media/{path}")
    assert (response.status_code, body(response)) == (200, b"picture")
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "requested, first, last",
    [
        ("bytes=0-", 0, 255999),
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=255990-999999", 255990, 255999),
        ("bytes=-10", 255990, 255999),
        ("bytes=-999999", 0, 255999),
    ],
)
def test_a_player_is_given_the_part_it_asks_for(client, film, requested, first, last):
    response = client.get(f"/media/{film}", headers={"Range": requested})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/256000"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("requested", ["bytes=256000-", "bytes=9-3"])
def test_a_part_that_is_not_there_is_said(client, film, requested):
    response = client.get(f"/media/{film}", headers={"Range": requested})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize("requested", ["bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", ""])
def test_a_range_that_is_not_understood_is_answered_whole(client, film, requested):
    response = client.get(f"/media/{film}", headers={"Range": requested})
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    "path",
    [
        "original_images/tea.png",
        "documents/handout.pdf",
        "certificates/x.pdf",
        "images/../documents/handout.pdf",
        "images/%2e%2e/documents/handout.pdf",
        "images/",
        "images",
        "images/not-there.png",
        "media/../../secret_key",
        "/etc/passwd",
        "images//etc/passwd",
    ],
)
def test_whatever_else_was_uploaded_is_not_there(client, settings, tmp_path, path, db):
    settings.MEDIA_ROOT = tmp_path / "media-root"
    (tmp_path / "secret_key").write_text("secret")
    for name in ["original_images/tea.png", "documents/handout.pdf", "images/one.png"]:
        default_storage.save(name, ContentFile(b"secret"))
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert b"secret" not in response.content
