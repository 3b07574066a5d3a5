"""What is shown as captions is replaced by captions alone, by every door."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.models import Document
from wagtail.models import Collection, ReferenceIndex
from wagtailmedia.models import Media

from courses.uploads.captioning import is_captions
from courses.uploads.choosing import captions_of
from courses.uploads.exceptions import NotCaptionsAnyMore
from tests import make
from tests.courses.staff import sign_in
from tests.courses.uploads.test_doors import SUBRIP, WEBVTT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]

PAGE = b"<!DOCTYPE html><p>hello</p>"
ONLY = "Only captions can take the place of captions."
OWN = "Anything else is put in as a document of its own."


@pytest.fixture
def admin(client):
    return sign_in(client)


def document(name="talk.vtt", content=None):
    content = WEBVTT.encode() if content is None else content
    return Document.objects.create(title="Talk", file=ContentFile(content, name))


def lesson_showing(captions, *, as_download=False):
    """A published lesson with a film that is shown with these captions."""
    film = Media.objects.create(title="Film", type="video", file=ContentFile(b"film", "film.mp4"))
    video = {"video": film.pk, "title": "T", "captions": captions.pk, "transcript": "<p>Hi</p>"}
    download = {"title": "To keep", "documents": [captions.pk]}
    body = [("downloads", download) if as_download else ("video", video)]
    field = make.LessonPage._meta.get_field("body")
    raw = [{"type": kind, "value": value} for kind, value in body]
    lesson = make.lesson(make.module(make.course()), body=field.stream_block.to_python(raw))
    ReferenceIndex.create_or_update_for_object(lesson)
    return lesson


def replace(client, row, content, name):
    root = Collection.get_first_root_node().pk
    file = SimpleUploadedFile(name, content)
    return client.post(
        f"/admin/documents/edit/{row.pk}/",
        {"title": "Talk", "tags": "", "collection": root, "file": file},
    )


def content_of(row):
    with Document.objects.get(pk=row.pk).open_file() as file:
        return file.read()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (PAGE, "n.txt", "There are no captions in this file."),
        (b"%PDF-1.7\n%%EOF", "card.pdf", "There are no captions in this file."),
        (b"a;b", "a.csv", "There are no captions in this file."),
        (b"WEBVTT\n\n00:09.000 --> 00:08.000\nBack\n", "t.txt", "Line 3 ends before it begins"),
        (b"\0\1" * 50, "n.txt", "This file is not text"),
    ],
)
@pytest.mark.parametrize("is_published", [True, False])
def test_nothing_else_takes_the_place_of_captions(admin, is_published, content, name, reason):
    captions = document()
    if is_published:
        lesson_showing(captions)
    answer = replace(admin, captions, content, name)
    assert answer.status_code == 200
    errors = answer.context["form"].errors["file"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{ONLY} {reason}")
    assert errors[0].endswith(OWN)
    assert content_of(captions) == WEBVTT.encode()
    assert Document.objects.get(pk=captions.pk).filename == "talk.vtt"


@pytest.mark.parametrize("name", ["better.srt", "better.vtt", "better.txt", "better"])
def test_other_captions_do_and_are_mended_whatever_they_are_named(admin, name):
    captions = document()
    lesson_showing(captions)
    replace(admin, captions, SUBRIP.replace(b"Sam", b"Ada"), name)
    row = Document.objects.get(pk=captions.pk)
    assert row.filename == "better.vtt"
    assert captions_of(row).first == "00:00:01 “Hello, Ada.”"
    assert row.file_size == len(content_of(row))


def test_captions_that_came_in_under_another_name_are_known_by_where_they_are_shown(admin):
    captions, handout = document("talk.txt"), document("card.txt", b"Breathe.")
    assert not is_captions(captions)
    lesson_showing(captions)
    lesson_showing(handout, as_download=True)
    assert is_captions(captions)
    assert not is_captions(handout)
    page = admin.get(f"/admin/documents/edit/{captions.pk}/").content.decode()
    assert "WebVTT or SubRip, up to 10.0" in page.replace("\xa0", " ")
    assert ONLY in str(replace(admin, captions, PAGE, "n.txt").context["form"].errors)
    replace(admin, captions, SUBRIP, "talk.txt")
    assert content_of(captions) == WEBVTT.encode()
    replace(admin, handout, b"Breathe out.", "card.txt")
    assert content_of(handout) == b"Breathe out."


def test_a_document_that_something_else_refers_to_is_no_captions():
    card = document("card.txt", b"Breathe.")
    lesson = make.lesson(
        make.module(make.course()),
        body=make.LessonPage._meta.get_field("body").stream_block.to_python(
            [{"type": "prose", "value": f'<p><a linktype="document" id="{card.pk}">Card</a></p>'}]
        ),
    )
    ReferenceIndex.create_or_update_for_object(lesson)
    assert ReferenceIndex.get_references_to(card).exists()
    assert not is_captions(card)


def test_code_that_replaces_captions_is_held_to_the_same():
    captions = document()
    captions.file = ContentFile(PAGE, "n.txt")
    with pytest.raises(NotCaptionsAnyMore) as refusal:
        captions.save()
    assert str(refusal.value).startswith(ONLY)
    captions.file = ContentFile(SUBRIP, "n.txt")
    captions.save()
    assert content_of(captions) == WEBVTT.encode()
    assert captions.file_size == len(WEBVTT)
    card = document("card.txt", b"Breathe.")
    card.file = ContentFile(b"Breathe out.", "card.txt")
    card.save()
    assert content_of(card) == b"Breathe out."


def test_captions_keep_their_file_when_only_their_title_changes(admin):
    captions = document()
    root = Collection.get_first_root_node().pk
    admin.post(
        f"/admin/documents/edit/{captions.pk}/", {"title": "New", "tags": "", "collection": root}
    )
    captions.refresh_from_db()
    assert (captions.title, content_of(captions)) == ("New", WEBVTT.encode())


# Choosing captions ---------------------------------------------------------------------------------


def choose(client, content, name):
    prefix = "document-chooser-upload-"
    root = Collection.get_first_root_node().pk
    fields = {"title": "Talk", "tags": "", "collection": root}
    fields["file"] = SimpleUploadedFile(name, content)
    fields = {f"{prefix}{field}": value for field, value in fields.items()}
    return client.post("/admin/captions/create/", fields).json()


@pytest.mark.parametrize("name", ["talk.txt", "talk.TXT", "talk", "talk.vtt", "talk.srt"])
def test_what_is_put_in_as_captions_is_mended_whatever_it_is_named(admin, name):
    answer = choose(admin, SUBRIP, name)
    assert answer["result"]["title"] == "Talk · 00:00:01 “Hello, Sam.”"
    row = Document.objects.get()
    assert row.filename == "talk.vtt"
    assert content_of(row) == WEBVTT.encode()
    assert "Talk" in admin.get("/admin/captions/").content.decode()


@pytest.mark.parametrize(("content", "name"), [(PAGE, "n.txt"), (b"%PDF-1.7\n%%EOF", "n.pdf")])
def test_what_is_no_captions_is_not_put_in_as_captions(admin, content, name):
    answer = choose(admin, content, name)
    assert answer["step"] == "reshow_creation_form"
    assert "There are no captions in this file." in str(answer)
    assert ONLY not in str(answer)
    assert "is not allowed" not in str(answer)
    assert not Document.objects.exists()


def test_the_form_for_captions_says_what_it_takes(admin):
    page = admin.get("/admin/captions/").content.decode().replace("\xa0", " ")
    assert "WebVTT or SubRip, up to 10.0" in page
    assert "DOCX" not in page
