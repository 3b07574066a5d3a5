"""What an author may put in a lesson, and what is missing before it is published."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtailmedia.models import Media

from assessments.models import QUESTION_KINDS, Question
from courses.blocks.learning import LESSON_BLOCKS, KnowledgeCheckBlock
from courses.blocks.prose import ImageBlock, StepsBlock, TableBlock, VideoBlock, trimmed
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


CAPTIONS = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello.\n"


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
        (CAPTIONS, "<p>Hello.</p>", True),
        (b"Hello, and welcome.", "<p>Hello.</p>", False),
        (None, "<p>Hello.</p>", False),
        (CAPTIONS, "", False),
    ],
)
def test_a_film_has_captions_and_a_transcript(captions, transcript, fits):
    film = Media.objects.create(
        title="Talk", type="video", duration=3, file=ContentFile(b"film", "talk.mp4")
    )
    document = captions and Document.objects.create(
        title="Captions", file=ContentFile(captions, "talk.vtt")
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


# Tables ----------------------------------------------------------------------------------------


def table(*rows, caption="Questions"):
    """A table as the grid of the editor sends it."""
    return {"data": [list(row) for row in rows], "table_caption": caption}


REFUSED_TABLES = {
    "no heading": table(["Closed", ""], ["Is it?", "What is it?"]),
    "one column": table(["Closed", None], ["Is it?", None]),
    "no row": table(["Closed", "Open"], [None, None]),
    "nothing": table([None, None]),
    "no caption": table(["Closed", "Open"], ["Is it?", "What is it?"], caption=" "),
    "more cells than headings": table(["Closed", "Open"], ["Is it?", "What is it?", "Hm?"]),
}


@pytest.mark.parametrize("value", REFUSED_TABLES.values(), ids=REFUSED_TABLES)
def test_a_table_without_headings_rows_or_caption_is_refused(value):
    block = TableBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python(value))


def test_a_table_loses_the_empty_rows_and_columns_around_it():
    """What is pasted from a text processor often brings some."""
    block = TableBlock()
    value = block.clean(
        block.to_python(
            table(["Closed ", "Open", None], ["Is it?", None, ""], ["", "", ""], [None] * 3)
        )
    )
    assert value["data"] == [["Closed", "Open"], ["Is it?", ""]]


def test_a_table_is_drawn_with_its_headings_beside_each_cell():
    block = TableBlock()
    html = block.render(block.to_python(table(["Closed", "Open"], ["Is it?", "What is it?"])))
    assert "<caption>Questions</caption>" in html
    assert '<th scope="col" role="columnheader">Open</th>' in html
    assert '<th scope="row" role="rowheader">Is it?</th>' in html
    assert '<span class="table__name" aria-hidden="true">Open</span>What is it?' in html


def test_a_table_escapes_what_is_typed():
    block = TableBlock()
    html = block.render(block.to_python(table(["<b>", "Open"], ["<i>", "x"], caption="<u>")))
    assert not {"<b>", "<i>", "<u>"} & {html[i : i + 3] for i in range(len(html))}


def test_a_table_made_in_code_is_the_same_as_one_from_the_grid():
    block = TableBlock()
    made = block.normalize({"caption": "Questions", "header": ["A", "B"], "rows": [["1", "2"]]})
    cleaned = block.clean(block.to_python(table(["A", "B"], ["1", "2"])))
    assert made == cleaned
    assert block.get_searchable_content(made) == ["A", "B", "1", "2"]


cells = st.one_of(st.none(), st.sampled_from(["", " ", "a", "b "]))


@given(data=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_trimming_a_grid_keeps_every_word_and_no_empty_edge(data):
    rows = trimmed(data)
    assert [cell for row in rows for cell in row if cell] == [
        cell.strip() for row in data for cell in row if (cell or "").strip()
    ]
    assert all(map(any, rows))
    assert all(map(any, zip(*rows, strict=True)))
    assert trimmed(rows) == rows


# A new form begins with what has to be filled in ------------------------------------------------


@pytest.mark.parametrize("model", QUESTION_KINDS, ids=lambda model: model.__name__)
def test_a_new_question_begins_with_as_many_empty_rows_as_it_needs(model):
    for field in model._meta.get_fields():
        least = getattr(field, "block_opts", {}).get("min_num")
        if least:
            assert len(getattr(model(), field.name)) == least, field.name


@pytest.mark.parametrize(
    "block, name", [(KnowledgeCheckBlock(), "options"), (StepsBlock(), "steps")]
)
def test_a_new_block_begins_with_two_empty_rows(block, name):
    rows = block.get_default()[name]
    assert len(rows) == 2
    for row in rows:
        assert set(row) == set(block.child_blocks[name].child_block.child_blocks)


# A draft may be half done ----------------------------------------------------------------------


HALF_DONE = [
    ("video", VideoBlock(), {"video": None, "title": "", "captions": None, "transcript": ""}),
    ("image", ImageBlock(), {"image": None, "alternative": "", "decorative": False, "caption": ""}),
    ("table", TableBlock(), {"caption": "", "header": ["One", "Two"], "rows": [["a", "b"]]}),
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
    value = block.to_python(value)
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
