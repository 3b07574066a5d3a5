"""A file that could run a script in a reader's browser comes in by no door, whatever it is named."""

from __future__ import annotations

import pytest
from django.conf import settings as site_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection
from wagtailmedia.models import Media

from courses.uploads.pictures import FORMATS
from tests.courses.staff import sign_in
from tests.courses.uploads import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

SCRIPT = b"<script>parent.postMessage(document.cookie, '*')</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>'
DRAWINGS = {
    "plain": SVG % SCRIPT,
    "handler": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "entity": b'<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
    "no script": SVG % b"<rect width='9' height='9'/>",
}
PAGES = {
    "page": b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>",
    "script alone": b"alert(document.cookie)",
    "drawing": SVG % SCRIPT,
}
PICTURE_DOORS = [
    ("/admin/images/add/", "file", ""),
    ("/admin/images/chooser/create/", "image-chooser-upload-file", "image-chooser-upload-"),
    ("/admin/images/multiple/add/", "files[]", ""),
]
DOCUMENT_DOORS = [
    ("/admin/documents/add/", "file", ""),
    (
        "/admin/documents/chooser/create/",
        "document-chooser-upload-file",
        "document-chooser-upload-",
    ),
    ("/admin/documents/multiple/add/", "files[]", ""),
]


@pytest.fixture
def trainer(client):
    return sign_in(client, "Lead trainers")


def send(client, door, content, name, content_type):
    url, field, prefix = door
    root = Collection.get_first_root_node().pk
    return client.post(
        url,
        {
            f"{prefix}collection": root,
            f"{prefix}title": "Tea",
            f"{prefix}tags": "",
            field: SimpleUploadedFile(name, content, content_type),
        },
        headers={"x-requested-with": "XMLHttpRequest"},
    )


def nothing_is_stored(folder):
    rows = [model.objects.count() for model in (Image, Document, Media)]
    return not any(rows) and not [path for path in folder.rglob("*") if path.is_file()]


# Pictures ------------------------------------------------------------------------------------------


def test_a_drawing_that_runs_a_script_is_taken_by_no_door(trainer, tmp_path):
    """It is not offered, and it is not taken. Every kind that is offered is written anew."""
    page = trainer.get("/admin/images/add/").content.decode()
    assert "svg" not in page.partition('type="file"')[2].partition(">")[0].lower()
    by_extension = {"jpg": "JPEG", "jpeg": "JPEG", "heic": "HEIF", "heif": "HEIF"}
    written_anew = {by_extension.get(e, e.upper()) for e in site_settings.WAGTAILIMAGES_EXTENSIONS}
    assert written_anew <= {*FORMATS}
    for door in PICTURE_DOORS:
        answer = send(trainer, door, DRAWINGS["plain"], "tea.svg", "image/svg+xml")
        assert answer.status_code == 200
        assert nothing_is_stored(tmp_path)


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("name", ["tea.png", "tea.jpg", "tea.svg.png", "tea.webp", "tea.SVG"])
def test_a_drawing_under_the_name_of_a_picture_is_refused(trainer, tmp_path, drawing, name):
    for door in PICTURE_DOORS:
        answer = send(trainer, door, DRAWINGS[drawing], name, "image/png")
        assert answer.status_code == 200
        assert nothing_is_stored(tmp_path)


@pytest.mark.parametrize("tail", [SCRIPT, PAGES["page"], DRAWINGS["plain"]])
def test_what_hangs_behind_a_picture_is_not_stored_with_it(trainer, tail):
    """A file that is a picture to one program and a page to another."""
    for kind, name in (("PNG", "tea.png"), ("JPEG", "tea.jpg"), ("GIF", "tea.gif")):
        send(trainer, PICTURE_DOORS[0], making.picture(kind) + tail, name, "text/html")
    assert Image.objects.count() == 3
    for image in Image.objects.all():
        with image.open_file() as file:
            content = file.read()
        assert b"<script" not in content
        assert b"svg" not in content
        assert image.file.name.rpartition(".")[2] in {"png", "jpg", "webp"}


# Documents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOCUMENT_DOORS, ids=lambda door: door[0])
@pytest.mark.parametrize("name", ["card.html", "card.htm", "card.xhtml", "card.svg", "card.js"])
def test_a_page_under_the_name_of_a_document_is_not_taken(trainer, tmp_path, door, name):
    for content in PAGES.values():
        answer = send(trainer, door, content, name, "text/html")
        assert answer.status_code == 200
        assert nothing_is_stored(tmp_path)


@pytest.mark.parametrize("name", ["card.pdf", "card.docx", "card.odt", "card.xlsx", "card.pptx"])
def test_a_page_that_is_named_as_a_document_is_refused(trainer, tmp_path, name):
    for door in DOCUMENT_DOORS:
        answer = send(trainer, door, PAGES["page"], name, "application/pdf")
        assert answer.status_code == 200
        assert nothing_is_stored(tmp_path)


def test_words_that_are_markup_leave_as_words_to_be_saved(trainer):
    """A text may hold anything. It is never shown as a page: it is saved, under its own name."""
    send(trainer, DOCUMENT_DOORS[0], PAGES["page"], "card.txt", "text/html")
    document = Document.objects.get()
    answer = trainer.get(document.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    answer.close()


def test_no_kind_that_is_taken_is_one_that_a_browser_runs():
    taken = {*site_settings.WAGTAILIMAGES_EXTENSIONS, *site_settings.WAGTAILDOCS_EXTENSIONS}
    taken |= {*site_settings.WAGTAILMEDIA["AUDIO_EXTENSIONS"]}
    taken |= {*site_settings.WAGTAILMEDIA["VIDEO_EXTENSIONS"]}
    assert not taken & {"svg", "svgz", "html", "htm", "xhtml", "xml", "js", "mjs", "swf", "css"}
    assert site_settings.WAGTAILDOCS_INLINE_CONTENT_TYPES == ["text/vtt"]
