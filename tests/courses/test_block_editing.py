"""What an author may put in a lesson, and what is missing before it is published."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtailmedia.models import Media

from assessments.models import QUESTION_KINDS, Question
from courses.blocks.learning import LESSON_BLOCKS, KnowledgeCheckBlock
from courses.blocks.prose import ImageBlock, TableBlock, VideoBlock
from courses.models import LessonPage
from tests.courses.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


# Blocks ---------------------------------------------------------------------------------

BLOCKS = LessonPage._meta.get_field("body").stream_block.child_blocks


@pytest.mark.parametrize("name", [name for name, _ in LESSON_BLOCKS])
def test_every_block_says_what_it_is_for_and_shows_it(editor, name):
    block = BLOCKS[name]
    assert block.get_description()
    assert block.label
    assert block.meta.icon
    assert block.meta.group
    assert block.is_previewable
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert "css/site.css" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.fixture
def image():
    return get_image_model().objects.create(title="A garden", file=get_test_image_file())


@pytest.mark.parametrize(
    ("alternative", "decorative", "fits"),
    [
        ("Two people on a bench", False, True),
        ("", True, True),
        ("", False, False),
        ("  ", False, False),
    ],
)
def test_a_picture_has_alternative_text_or_is_only_decoration(image, alternative, decorative, fits):
    block = ImageBlock()
    value = block.to_python(
        {"image": image.pk, "alternative": alternative, "decorative": decorative, "caption": ""}
    )
    if fits:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


@pytest.mark.parametrize(
    ("captions", "transcript", "fits"),
    [
        ("talk.vtt", "<p>Hello.</p>", True),
        ("talk.txt", "<p>Hello.</p>", False),
        (None, "<p>Hello.</p>", False),
        ("talk.vtt", "", False),
    ],
)
def test_a_film_has_captions_and_a_transcript(captions, transcript, fits):
    film = Media.objects.create(
        title="Talk", type="video", duration=3, file=ContentFile(b"film", "talk.mp4")
    )
    document = captions and Document.objects.create(
        title="Captions", file=ContentFile(b"WEBVTT\n", captions)
    )
    block = VideoBlock()
    value = block.to_python(
        {
            "video": film.pk,
            "title": "Talk",
            "captions": document.pk if document else None,
            "transcript": transcript,
        }
    )
    if fits:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_a_knowledge_check_has_an_option_that_fits_best():
    block = KnowledgeCheckBlock()
    options = [{"text": t, "right": False, "feedback": "Not yet."} for t in ("A", "B")]
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"question": "Which?", "options": options}))


def test_every_row_of_a_table_is_as_wide_as_its_header():
    block = TableBlock()
    value = {"caption": "Questions", "header": ["Closed", "Open"], "rows": [["only one"]]}
    with pytest.raises((StructBlockValidationError, StreamBlockValidationError)):
        block.clean(block.to_python(value))


# A draft may be half done ----------------------------------------------------------------------


HALF_DONE = [
    ("video", VideoBlock(), {"video": None, "title": "", "captions": None, "transcript": ""}),
    ("image", ImageBlock(), {"image": None, "alternative": "", "decorative": False, "caption": ""}),
    ("table", TableBlock(), {"caption": "", "header": ["One", "Two"], "rows": [["a"]]}),
    (
        "check",
        KnowledgeCheckBlock(),
        {
            "question": "",
            "options": [{"text": "a", "right": False, "feedback": ""}] * 2,
        },
    ),
]


@pytest.mark.parametrize("name, block, value", HALF_DONE, ids=[row[0] for row in HALF_DONE])
def test_a_half_written_block_is_kept_as_a_draft_and_refused_on_publishing(name, block, value):
    value = block.to_python(value) if name != "table" else block.normalize(value)
    block.clean_deferred(value)
    with pytest.raises((StructBlockValidationError, ValidationError)):
        block.clean(value)


def test_a_question_without_a_right_option_is_a_draft_and_no_more(client):
    sign_in(client, "Lead trainers")
    url = reverse("wagtailsnippets_assessments_singlechoice:add")
    form = {
        "code": "X1",
        "stem": rich_text("<p>What now?</p>"),
        "options": streamfield(
            [
                ("option", {"text": "One", "fraction": "0", "feedback": ""}),
                ("option", {"text": "Two", "fraction": "0", "feedback": ""}),
            ]
        ),
        "rationale": "",
        "note": "",
        "tags": "",
    }
    form = nested_form_data(form)
    refused = client.post(url, {**form, "action-publish": "yes"})
    assert "Let one option earn the whole mark" in refused.content.decode()
    assert client.post(url, form).status_code == 302
    draft = Question.objects.get(code="X1")
    assert not draft.live


def test_a_new_question_of_every_kind_can_be_previewed_while_it_is_empty():
    for kind in QUESTION_KINDS:
        assert kind(code="X").freeze().code == "X"
