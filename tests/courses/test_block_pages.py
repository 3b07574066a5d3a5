"""What a reader is given of each block of a lesson: nothing is lost, and no reader is left out."""

from __future__ import annotations

import warnings

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import RequestFactory
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtailmedia.models import Media

from courses.blocks.learning import KnowledgeCheckBlock, ReflectionBlock
from courses.blocks.prose import TableBlock
from courses.models import LessonPage, Reflection
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

BLOCKS = LessonPage._meta.get_field("body").stream_block.child_blocks
HOSTILE = '<script>alert("x")</script>'


def rendered(name, value, **context):
    block = BLOCKS[name]
    context.setdefault("request", RequestFactory().get("/"))
    return block.render(block.to_python(value), context)


# Words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("key_point", {"text": "Stay."}, ["Stay."]),
        ("quote", {"words": "“That counts.”", "speaker": "Sam"}, ["“That counts.”", "Sam"]),
        (
            "do_dont",
            {"title": "In a silence", "do": ["Wait", "Breathe"], "dont": ["Advise"]},
            ["In a silence", "Wait", "Breathe", "Advise"],
        ),
        (
            "steps",
            {"title": "Three minutes", "steps": [{"title": "Stop", "text": "Feel your feet."}]},
            ["Three minutes", "Stop", "Feel your feet."],
        ),
        (
            "scenario",
            {"situation": "<p>Sam went <b>quiet</b>.</p>", "prompt": "What first?"},
            ["Sam went <b>quiet</b>.", "What first?"],
        ),
        ("reveal", {"prompt": "Think first", "hidden": "<p>No rush.</p>"}, ["Think first", "No"]),
        ("content_note", {"text": "It talks of loss."}, ["It talks of loss."]),
        (
            "resources",
            {
                "title": "Read on",
                "links": [
                    {"title": "A guide", "url": "https://example.org/a", "note": "Ten minutes"}
                ],
            },
            ["Read on", "A guide", 'href="https://example.org/a"', "Ten minutes"],
        ),
    ],
)
def test_every_word_of_a_block_reaches_its_reader(name, value, words):
    page = rendered(name, value)
    for each in words:
        assert each in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key_point", {"text": HOSTILE}),
        ("quote", {"words": HOSTILE, "speaker": HOSTILE}),
        ("do_dont", {"title": HOSTILE, "do": [HOSTILE], "dont": [HOSTILE]}),
        ("steps", {"title": HOSTILE, "steps": [{"title": HOSTILE, "text": HOSTILE}]}),
        ("scenario", {"situation": "<p>x</p>", "prompt": HOSTILE}),
        ("reveal", {"prompt": HOSTILE, "hidden": "<p>x</p>"}),
        ("reflection", {"prompt": HOSTILE, "hint": HOSTILE}),
        ("content_note", {"text": HOSTILE}),
        ("table", {"caption": HOSTILE, "header": [HOSTILE, "b"], "rows": [[HOSTILE, HOSTILE]]}),
        (
            "knowledge_check",
            {
                "question": HOSTILE,
                "options": [{"text": HOSTILE, "right": True, "feedback": HOSTILE}],
            },
        ),
    ],
)
def test_what_an_author_types_is_text_and_never_a_program(name, value):
    if name == "table":
        value = BLOCKS["table"].normalize(value)
        page = BLOCKS["table"].render(value, {})
    else:
        page = rendered(name, value)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_title_that_was_left_out_leaves_no_empty_heading_and_no_empty_name():
    steps = [{"title": "Stop", "text": ""}]
    with_title = rendered("steps", {"title": "Now", "steps": steps})
    without = rendered("steps", {"title": "", "steps": steps})
    assert 'aria-label="Now"' in with_title
    assert with_title.count("block__title") == 1
    assert "block__title" not in without
    assert "aria-label" not in without


# Files ------------------------------------------------------------------------------------


def test_a_download_says_its_kind_and_its_size_before_it_is_opened():
    card = Document.objects.create(
        title="A card", file=ContentFile(b"x" * 2048, "card.pdf"), file_size=2048
    )
    page = rendered("downloads", {"title": "To keep", "documents": [card.pk]})
    assert f'href="{card.url}"' in page
    assert "A card" in page
    assert "PDF" in page
    assert "2.0\xa0KB" in page


def test_a_recording_never_starts_by_itself_and_can_be_read_instead():
    rain = Media.objects.create(
        title="Rain", type="audio", duration=3, file=ContentFile(b"rain", "rain.mp3")
    )
    page = rendered("audio", {"audio": rain.pk, "title": "Rain", "transcript": "<p>It falls.</p>"})
    assert "autoplay" not in page
    assert "controls" in page
    assert 'preload="none"' in page
    assert "It falls." in page


def test_a_film_is_captioned_in_the_language_of_its_page():
    film = Media.objects.create(
        title="Talk", type="video", duration=3, file=ContentFile(b"film", "talk.mp4")
    )
    captions = Document.objects.create(title="Captions", file=ContentFile(b"WEBVTT", "talk.vtt"))
    value = {
        "video": film.pk,
        "title": "Talk",
        "captions": captions.pk,
        "transcript": "<p>Hello.</p>",
    }
    page = make.lesson(make.module(make.course()))
    assert 'srclang="en"' in rendered("video", value, page=page)
    page.locale.language_code = "es"
    shown = rendered("video", value, page=page)
    assert 'srclang="es"' in shown
    assert f'src="{captions.url}"' in shown
    assert "autoplay" not in shown


@pytest.mark.parametrize(
    ("decorative", "alternative"), [(False, 'alt="Two on a bench"'), (True, 'alt=""')]
)
def test_a_picture_that_is_decoration_is_silent_and_any_other_is_described(decorative, alternative):
    image = get_image_model().objects.create(title="A garden", file=get_test_image_file())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Wagtail leaves a file open
        image.get_renditions("width-480", "width-960", "width-1440")
    page = rendered(
        "image",
        {
            "image": image.pk,
            "alternative": "Two on a bench",
            "decorative": decorative,
            "caption": "In May",
        },
    )
    assert alternative in page
    assert "In May" in page


# Tables -----------------------------------------------------------------------------------


def table(header, *rows, caption="Questions"):
    block = TableBlock()
    return block, block.normalize({"caption": caption, "header": header, "rows": list(rows)})


def test_a_cell_knows_the_name_of_its_column_for_whoever_reads_row_by_row():
    block, value = table(
        ["Closed", "Open", "Why"], ["Well?", "How?", "Free"], ["Sad?", "What?", ""]
    )
    page = block.render(value, {})
    assert page.count('scope="row"') == 2
    assert page.count('scope="col"') == 3
    for name, cell in [("Open", "How?"), ("Why", "Free"), ("Open", "What?"), ("Why", "")]:
        assert f'aria-hidden="true">{name}</span>{cell}</td>' in page
    assert "Questions" in page


@pytest.mark.parametrize(
    ("header", "rows", "caption", "fits"),
    [
        (["Closed", "Open"], [["a", "b"]], "Questions", True),
        (["Closed", "Open"], [["a", "b"], ["c", ""]], "Questions", True),
        (["Closed", "Open"], [["a", "b"]], " ", False),
        (["Closed", ""], [["a", "b"]], "Questions", False),
        (["Closed"], [["a"]], "Questions", False),
        (["Closed", "Open"], [], "Questions", False),
    ],
)
def test_a_table_is_published_only_where_it_can_be_read(header, rows, caption, fits):
    block, value = table(header, *rows, caption=caption)
    if fits:
        assert block.clean(value)["table_caption"] == "Questions"
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


# Trying and writing -----------------------------------------------------------------------


def check(*right):
    options = [
        {"text": f"Option {place}", "right": is_right, "feedback": f"Thought {place}"}
        for place, is_right in enumerate(right)
    ]
    return {"question": "Which one?", "options": options}


def test_every_option_of_a_check_answers_and_only_the_right_one_says_that_it_fits():
    page = rendered("knowledge_check", check(False, True, False))
    assert page.count('type="radio"') == 3
    assert page.count("This fits best") == 1
    assert page.count("A thought on this one") == 2
    for place in range(3):
        assert f"Thought {place}" in page
    assert "never marked" in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("right", "fits"),
    [((True, False), True), ((True, True), True), ((False, False), False), ((True,), False)],
)
def test_a_check_is_published_with_two_options_one_of_which_fits(right, fits):
    block = KnowledgeCheckBlock()
    value = block.to_python(check(*right))
    if fits:
        block.clean(value)
    else:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)


def test_a_reflection_has_a_box_on_a_page_and_none_in_a_preview():
    preview = rendered("reflection", {"prompt": "When were you quiet?", "hint": "A moment."})
    page = rendered("reflection", {"prompt": "When were you quiet?", "hint": ""}, block_id="a" * 8)
    assert "<textarea" not in preview
    assert "A moment." in preview
    assert "<textarea" in page
    assert "A moment." not in page


def test_what_is_found_for_a_page_is_what_its_reader_wrote_on_it_alone():
    lesson = make.lesson(make.module(make.course()), body=[("reflection", {"prompt": "?"})] * 2)
    first, second = (block.id for block in lesson.body)
    reader, other = make.user(), make.user()
    for learner, block_id, key in [
        (reader, first, lesson.translation_key),
        (other, second, lesson.translation_key),
        (reader, second, make.course().translation_key),
    ]:
        Reflection.objects.create(
            learner=learner,
            lesson_key=key,
            block_id=block_id,
            prompt="?",
            text=f"Of {learner.pk}",
            saved_at=NOON,
        )
    contexts = ReflectionBlock().personal_contexts(reader, lesson.translation_key, [first, second])
    assert set(contexts) == {first}
    assert contexts[first]["reflection"].text == f"Of {reader.pk}"
