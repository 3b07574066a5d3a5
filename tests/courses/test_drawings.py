"""The drawings that come with the site: each says in words what it shows, and leaves looks to the style."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import translation

from courses.drawings import FOLDER, choices, every_drawing, read_drawing
from courses.models import LessonPage
from courses.parts import parts_of
from tests.shipped import content

NAMES = sorted(every_drawing())
BLOCK = LessonPage._meta.get_field("body").stream_block.child_blocks["drawing"]
STYLE = (settings.BASE_DIR / "lms/static/css/site.css").read_text(encoding="utf-8")
MOST_BYTES = 4000
SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "the",
        "them",
        "then",
        "they",
    ]
)


def rendered(**value):
    return BLOCK.render(BLOCK.to_python(value), {"block_id": "b1"})


def texts_in(drawing):
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", drawing.shapes)]


def words_in(text):
    return {word for word in re.findall(r"[\w’]+", text.lower()) if word not in SMALL_WORDS}


def test_there_is_a_drawing_for_every_lesson_and_a_lesson_for_every_drawing():
    shown = {
        code: [block["drawing"] for block in lesson["body"] if "drawing" in block]
        for code, lesson in content.lessons().items()
    }
    assert [code for code, names in shown.items() if not names] == []
    assert sorted(name for names in shown.values() for name in names) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_small_and_of_the_one_width(name):
    drawing = every_drawing()[name]
    left, top, width, height = map(float, drawing.view_box.split())
    assert (left, top, width) == (0, 0, 340)
    assert 200 < height < 600
    assert len((FOLDER / f"{name}.svg").read_bytes()) < MOST_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_brings_no_look_and_no_program_of_its_own(name):
    shapes = every_drawing()[name].shapes
    assert set(re.findall(r"<(\w+)", shapes)) <= {"rect", "circle", "path", "text"}
    assert not re.search(r"\b(style|fill|stroke|id|href|on\w+)\s*=", shapes)
    assert "#" not in shapes


@pytest.mark.parametrize("name", NAMES)
def test_the_style_knows_every_kind_of_shape(name):
    kinds = {
        kind
        for group in re.findall(r'class="([^"]+)"', every_drawing()[name].shapes)
        for kind in group.split()
    }
    assert kinds
    assert {kind for kind in kinds if not re.search(rf"\.{kind}\b(?!-)", STYLE)} <= {"d-text"}


@pytest.mark.parametrize("name", NAMES)
def test_the_words_say_what_the_drawing_says(name):
    """Nearly every word that stands in it: the words are sentences, and say some of it otherwise."""
    drawing = every_drawing()[name]
    drawn = words_in(" ".join(texts_in(drawing)))
    spoken_words = words_in(f"{drawing.title} {drawing.words}")
    assert len(drawn & spoken_words) >= 0.7 * len(drawn), sorted(drawn - spoken_words)


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_drawing_is_longer_than_its_width(name):
    """By a wide letter, since the letters are the reader's own."""
    for x, text, kinds in placed_texts(every_drawing()[name]):
        width = len(text) * (7.6 if "small" in kinds else 8.4)
        left = x - width / 2 if "mid" in kinds else x - width if "end" in kinds else x
        assert left > -6, text
        assert left + width < 346, text


def placed_texts(drawing):
    for tag, text in re.findall(r"<text([^>]*)>([^<]+)</text>", drawing.shapes):
        if "transform" not in tag:
            yield float(re.search(r' x="([\d.]+)"', tag)[1]), unescape(text), tag


def test_an_author_chooses_from_all_of_them_by_their_titles():
    assert [name for name, _title in choices()] != []
    assert dict(choices()) == {name: each.title for name, each in every_drawing().items()}
    field = BLOCK.child_blocks["drawing"].field
    assert {name for name, _title in field.choices} - {""} == set(NAMES)


def test_a_reader_is_given_the_drawing_and_its_words():
    page = rendered(drawing="ask-share-ask")
    drawing = every_drawing()["ask-share-ask"]
    assert drawing.shapes in page
    assert f'aria-label="{drawing.title}"' in page
    assert 'aria-describedby="words-b1"' in page
    assert re.search(rf'<p id="words-b1"\s*>{re.escape(drawing.words)}</p>', page)
    assert "style=" not in page


def test_an_author_may_say_it_in_words_of_their_own():
    page = rendered(drawing="bridge", title="Un puente", words="Cuatro <b>tramos</b>.")
    assert 'aria-label="Un puente"' in page
    assert "Cuatro &lt;b&gt;tramos&lt;/b&gt;." in page
    assert every_drawing()["bridge"].words not in page


def test_a_drawing_that_is_no_longer_shipped_leaves_its_words():
    page = rendered(drawing="gone", title="", words="What it said.")
    assert "<svg" not in page
    assert "What it said." in page
    assert "hidden" in page


def test_a_file_without_words_is_no_drawing(tmp_path):
    path = tmp_path / "mute.svg"
    path.write_text('<svg viewBox="0 0 340 300"><title>Mute</title><path d="M0 0"/></svg>')
    with pytest.raises(ValueError, match=r"mute\.svg"):
        read_drawing(path)


def test_a_drawing_is_read_at_a_glance_and_counts_for_no_time():
    body = LessonPage._meta.get_field("body").to_python([("drawing", {"drawing": "bridge"})])
    [part] = parts_of(body, uuid4())
    assert part.words == 0


# In Spanish -------------------------------------------------------------------------------------------


def shapes_without_words(drawing):
    return re.sub(r"<text[^>]*>[^<]+</text>", "", drawing.shapes)


def test_every_drawing_is_there_in_spanish_and_no_other():
    assert {path.stem for path in (FOLDER / "es").glob("*.svg")} == set(NAMES)
    assert {drawing.language for drawing in every_drawing("es").values()} == {"es"}
    assert {drawing.language for drawing in every_drawing("fr").values()} == {"en"}
    assert every_drawing("../es").keys() == every_drawing().keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_spanish_drawing_is_the_same_shapes_with_other_words(name):
    english, spanish = every_drawing()[name], every_drawing("es")[name]
    assert shapes_without_words(spanish) == shapes_without_words(english)
    assert spanish.view_box == english.view_box
    assert len(texts_in(spanish)) == len(texts_in(english))
    assert spanish.title != english.title
    assert len((FOLDER / "es" / f"{name}.svg").read_bytes()) < MOST_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_spanish_drawing_is_longer_than_its_width(name):
    for x, text, kinds in placed_texts(every_drawing("es")[name]):
        width = len(text) * (7.6 if "small" in kinds else 8.4)
        left = x - width / 2 if "mid" in kinds else x - width if "end" in kinds else x
        assert left > -6, text
        assert left + width < 346, text


SMALL_SPANISH_WORDS = frozenset(
    [
        "a",
        "al",
        "con",
        "de",
        "del",
        "el",
        "en",
        "es",
        "la",
        "las",
        "lo",
        "los",
        "no",
        "o",
        "para",
        "por",
        "que",
        "se",
        "si",
        "sí",
        "su",
        "sus",
        "te",
        "tu",
        "tú",
        "un",
        "una",
        "y",
        "ya",
    ]
)


@pytest.mark.parametrize("name", NAMES)
def test_the_spanish_words_say_what_the_drawing_says(name):
    drawing = every_drawing("es")[name]
    drawn = words_in(" ".join(texts_in(drawing))) - SMALL_SPANISH_WORDS
    said = words_in(f"{drawing.title} {drawing.words}")
    assert len(drawn & said) >= 0.7 * len(drawn), sorted(drawn - said)


def test_a_reader_of_spanish_is_given_the_spanish_drawing():
    with translation.override("es"):
        page = rendered(drawing="three-doors")
        assert dict(choices())["three-doors"] == "Tres puertas"
    assert "Escuchar" in page
    assert 'aria-label="Tres puertas"' in page
    assert 'lang="en"' not in page
    assert "por ahora" not in page
    assert "Three doors" in rendered(drawing="three-doors")
