"""Every door by which a file comes in judges it by its content, and says why in a sentence."""

from __future__ import annotations

import os
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection
from wagtailmedia.models import Media

from courses.blocks.prose import VideoBlock
from courses.uploads import choosing
from courses.uploads.exceptions import PictureNotWhole
from tests.courses.staff import sign_in
from tests.courses.uploads import making
from tests.courses.uploads.test_recordings import SAMPLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

SUBRIP = b"1\r\n00:00:01,000 --> 00:00:04,000\r\nHello, Sam.\r\n"
WEBVTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHello, Sam.\n"


@pytest.fixture
def trainer(client):
    return sign_in(client, "Lead trainers")


def fields(prefix="", **more):
    root = Collection.get_first_root_node().pk
    return {f"{prefix}{name}": value for name, value in {"collection": root, **more}.items()}


PICTURE_DOORS = [
    ("/admin/images/add/", "file", ""),
    ("/admin/images/chooser/create/", "image-chooser-upload-file", "image-chooser-upload-"),
    ("/admin/images/multiple/add/", "files[]", ""),
]


def send_picture(client, door, content, name="IMG_0001.JPG"):
    url, field, prefix = door
    return client.post(
        url,
        {**fields(prefix, title="Tea", tags=""), field: SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    )


@pytest.mark.parametrize("door", PICTURE_DOORS, ids=lambda door: door[0])
@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("HEIF", "jpg"), ("PNG", "png")])
def test_a_picture_is_clean_by_every_door_whatever_it_is_named(trainer, door, kind, extension):
    send_picture(trainer, door, making.picture(kind))
    image = Image.objects.get()
    with image.open_file() as file:
        content = file.read()
    assert image.file.name.endswith(f".{extension}")
    assert (image.width, image.height, image.file_size) == (90, 60, len(content))
    rendition = image.get_rendition("width-40")
    with rendition.file.open() as file:
        shown = file.read()
    for stored in (content, shown):
        assert [word for word in making.TELLTALES if word in stored] == []
        assert making.opened(stored).info.get("icc_profile")


@pytest.mark.parametrize("door", PICTURE_DOORS, ids=lambda door: door[0])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (making.picture(size=(900, 700))[:3000], "did not arrive whole"),
        (b"a letter", "not a picture that we can read"),
    ],
)
def test_what_is_no_whole_picture_is_refused_in_a_sentence(trainer, door, content, reason):
    response = send_picture(trainer, door, content)
    assert response.status_code == 200
    assert reason in response.content.decode()
    assert not Image.objects.exists()


def test_a_picture_is_told_its_limits_before_it_is_chosen(trainer):
    page = trainer.get("/admin/images/add/").content.decode()
    assert "HEIC or AVIF, up to 20.0" in page
    assert "by which device and whom, is taken out" in page


def test_a_picture_keeps_what_it_says_when_only_its_title_changes(trainer):
    send_picture(trainer, PICTURE_DOORS[0], making.picture())
    image = Image.objects.get()
    trainer.post(f"/admin/images/{image.pk}/", fields(title="Another", tags=""))
    image.refresh_from_db()
    assert image.title == "Another"
    assert image.file.storage.exists(image.file.name)


def test_code_that_makes_a_picture_makes_a_clean_one():
    image = Image.objects.create(title="Tea", file=ContentFile(making.picture(), "a.png"))
    with image.open_file() as file:
        content = file.read()
    assert image.file.name.endswith(".jpg")
    assert making.OWNER.encode() not in content
    whole = making.picture(size=(900, 700))
    half = whole[: len(whole) - 2000]
    with pytest.raises((PictureNotWhole, OSError)):
        Image.objects.create(title="Tea", file=ContentFile(half, "a.jpg"))


def test_a_moving_picture_moves_on_the_page_until_it_is_held_still():
    image = Image.objects.create(title="Tea", file=ContentFile(making.moving(), "tea.gif"))
    moving, still = image.get_rendition("moving"), image.get_rendition("width-960")
    with moving.file.open() as file:
        assert making.Image.open(file).n_frames == 3
    with still.file.open() as file:
        assert getattr(making.Image.open(file), "n_frames", 1) == 1
    block = import_module("courses.blocks.prose").ImageBlock()
    page = block.render(block.to_python({"image": image.pk, "alternative": "Steam over a cup"}))
    assert moving.url in page
    assert still.url in page
    assert "Hold it still" in page
    assert page.count('alt="Steam over a cup"') == 2


def test_pictures_from_before_are_cleaned_once_and_their_sizes_made_anew(monkeypatch):
    migration = import_module("courses.migrations.0004_clean_pictures")
    image = Image.objects.create(title="Tea", file=ContentFile(making.picture(), "tea.jpg"))
    storage, turned = image.file.storage, making.picture(orientation=6)
    old = storage.save("original_images/old.jpg", ContentFile(turned))
    Image.objects.filter(pk=image.pk).update(file=old, focal_point_x=5)
    rendition = image.get_rendition("width-40").file.name
    broken = Image.objects.create(title="Broken", file=ContentFile(making.picture(), "b.jpg"))
    Image.objects.filter(pk=broken.pk).update(file="original_images/gone.jpg")
    migration.clean_pictures(apps, None)
    image.refresh_from_db()
    assert (image.width, image.height, image.focal_point_x) == (60, 90, None)
    with image.open_file() as file:
        content = file.read()
    assert making.OWNER.encode() not in content
    assert not storage.exists(old)
    assert not storage.exists(rendition)
    assert not image.renditions.exists()
    assert Image.objects.get(pk=broken.pk).file.name == "original_images/gone.jpg"


def test_thumbnails_from_before_are_cleaned_too():
    migration = import_module("courses.migrations.0004_clean_pictures")
    film = Media.objects.create(title="Film", type="video", file=ContentFile(b"film", "film.mp4"))
    old = film.file.storage.save("media_thumbnails/old.jpg", ContentFile(making.picture()))
    Media.objects.filter(pk=film.pk).update(thumbnail=old)
    migration.clean_thumbnails(apps, None)
    film.refresh_from_db()
    with film.thumbnail.open() as file:
        assert making.OWNER.encode() not in file.read()


# Films ---------------------------------------------------------------------------------------


def send_film(client, content, name="talk.mp4", kind="video", **more):
    return client.post(
        f"/admin/media/{kind}/add/",
        fields(title="Talk", tags="", file=SimpleUploadedFile(name, content), **more),
    )


def test_a_film_says_its_own_length_and_size(trainer):
    send_film(
        trainer,
        (SAMPLES / "vp8.webm").read_bytes(),
        thumbnail=SimpleUploadedFile("first.jpg", making.picture()),
    )
    film = Media.objects.get()
    assert film.filename.endswith(".webm")
    assert film.duration == pytest.approx(1.1, abs=0.2)
    assert (film.width, film.height) == (96, 64)
    with film.thumbnail.open() as file:
        assert making.OWNER.encode() not in file.read()


@pytest.mark.parametrize("url", ["/admin/media/video/add/", "/admin/media/video/chooser/upload/"])
def test_noise_is_no_film(trainer, url):
    prefix = "media-chooser-upload-" if "chooser" in url else ""
    noise = SimpleUploadedFile("talk.mp4", os.urandom(3_000_000))
    response = trainer.post(url, fields(prefix, title="Talk", tags="", file=noise))
    assert response.status_code == 200
    answer = response.content.decode()
    assert "no film in this file" in answer
    assert "is not allowed" not in answer
    assert not Media.objects.exists()


def test_the_limit_of_a_film_is_told_before_it_is_chosen_and_held(trainer, settings):
    page = trainer.get("/admin/media/video/add/").content.decode()
    assert "MP4 or WebM, up to 1.0" in page
    assert f'data-most-bytes="{1024**3}"' in page
    assert 'name="duration"' not in page
    settings.FILM_LIMIT = 100
    response = send_film(trainer, (SAMPLES / "h264.mp4").read_bytes())
    assert "We take up to 100" in response.content.decode().replace("\xa0", " ")
    assert not Media.objects.exists()


def test_a_sound_is_told_by_its_content_too(trainer):
    send_film(trainer, (SAMPLES / "opus.m4a").read_bytes(), "rain.mp3", "audio")
    assert Media.objects.get().filename.endswith(".m4a")


# Captions and other documents ----------------------------------------------------------------


def send_document(client, content, name):
    return client.post(
        "/admin/documents/multiple/add/",
        fields(title=name, tags="") | {"files[]": SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    )


@pytest.mark.parametrize("name", ["talk.srt", "talk.vtt", "talk.VTT"])
def test_captions_are_mended_and_their_first_words_are_shown(trainer, name):
    answer = send_document(trainer, SUBRIP, name).json()
    document = Document.objects.get()
    assert document.filename == "talk.vtt"
    with document.open_file() as file:
        assert file.read().decode() == WEBVTT
    assert "00:00:01 “Hello, Sam.”" in answer["form"]
    page = trainer.get(f"/admin/documents/edit/{document.pk}/").content.decode()
    assert "The first caption in it: 00:00:01 “Hello, Sam.”" in page


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("talk.vtt", b"WEBVTT\n\n00:09.000 --> 00:08.000\nBack\n", "Line 3 ends before it begins"),
        ("card.pdf", b"a letter", "ends in .pdf, and what is in it is something else"),
        ("card.pdf", b"%PDF-1.7 half of it", "ends in .pdf"),
        ("card.docx", b"%PDF-1.7\n%%EOF", "ends in .docx"),
        ("card.txt", os.urandom(500) + b"\0", "ends in .txt"),
        ("card.pdf", b"MZ\x90%PDF-1.4\n%%EOF", "ends in .pdf"),
    ],
)
def test_a_document_that_is_something_else_is_refused(trainer, name, content, reason):
    answer = send_document(trainer, content, name).json()
    assert reason in answer["error_message"]
    assert "\n" not in answer["error_message"]
    assert "is not allowed" not in answer["error_message"]
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("card.exe", "“exe” is not allowed"), ("card", "“” is not allowed")],
)
def test_a_kind_that_is_not_taken_is_told_by_its_ending_alone(trainer, name, reason):
    answer = send_document(trainer, b"MZ\0\1", name).json()
    assert reason in answer["error_message"]
    assert "\n" not in answer["error_message"]
    assert "did not arrive whole" not in answer["error_message"]
    assert not Document.objects.exists()


def test_a_document_that_is_too_large_is_told_so_and_nothing_else(trainer, monkeypatch):
    monkeypatch.setattr(
        "wagtail.documents.fields.WagtailDocumentField.check_document_file_size", too_large
    )
    answer = send_document(trainer, b"Breathe.", "card.txt").json()
    assert answer["error_message"] == "This file is too big."


def too_large(field, file):
    raise ValidationError("This file is too big.")


@pytest.mark.parametrize(
    ("name", "content"),
    [("card.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n"), ("card.txt", b"Breathe."), ("a.csv", b"a;b")],
)
def test_a_document_that_is_what_it_is_named_is_taken(trainer, name, content):
    send_document(trainer, content, name)
    assert Document.objects.get().filename == name


def captions(content=b"", name="talk.vtt"):
    content = content or WEBVTT.encode()
    return Document.objects.create(title="Captions", file=ContentFile(content, name))


def test_only_captions_are_offered_for_a_film_and_say_how_they_begin(trainer):
    chosen = captions()
    Document.objects.create(title="A handout", file=ContentFile(b"Breathe.", "card.txt"))
    offered = trainer.get("/admin/captions/").content.decode()
    assert "Captions" in offered
    assert "A handout" not in offered
    assert "A handout" not in trainer.get("/admin/captions/results/").content.decode()
    answer = trainer.get(f"/admin/captions/chosen/{chosen.pk}/").json()
    assert answer["result"]["title"] == "Captions · 00:00:01 “Hello, Sam.”"


def test_captions_that_are_put_in_beside_a_film_say_how_they_begin(trainer):
    prefix = "document-chooser-upload-"
    file = SimpleUploadedFile("talk.srt", SUBRIP)
    answer = trainer.post(
        "/admin/captions/create/", fields(prefix, title="Talk", tags="", file=file)
    )
    assert answer.json()["result"]["title"] == "Talk · 00:00:01 “Hello, Sam.”"


@pytest.mark.parametrize(
    ("content", "reason"), [(SUBRIP, "Put the file in once more"), (b"WEBVTT\n", "no captions")]
)
def test_captions_from_before_that_browsers_do_not_show_are_refused_by_the_block(content, reason):
    film = Media.objects.create(title="Film", type="video", file=ContentFile(b"film", "film.mp4"))
    block = VideoBlock()
    value = {"video": film.pk, "title": "T", "transcript": "<p>Hi</p>"}
    with pytest.raises(Exception, match="Validation error") as refusal:
        block.clean(block.to_python({**value, "captions": captions(content).pk}))
    assert reason in str(refusal.value.block_errors["captions"])
    assert reason in choosing.title_with_first_cue(captions(content))
    block.clean(block.to_python({**value, "captions": captions().pk}))
    gone = captions()
    gone.file.storage.delete(gone.file.name)
    assert "This file is gone" in choosing.title_with_first_cue(Document.objects.get(pk=gone.pk))
