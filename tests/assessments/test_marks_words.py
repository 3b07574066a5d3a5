"""How a mark is written, and how the templates come by the parts of an item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds import KINDS
from assessments.templatetags.marks import (
    earned,
    figure,
    fitting,
    mark_in_words,
    mark_of,
    parts,
    question_name,
    question_of,
)
from tests import make


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (None, ""),
        ("0", "0"),
        ("1.00000", "1"),
        ("0.5", "0.5"),
        ("2.50", "2.5"),
        ("0.66667", "0.67"),
        ("0.125", "0.13"),
        ("0.004", "0"),
        ("0.995", "1"),
        ("10", "10"),
        ("100.00", "100"),
        ("1200", "1200"),
    ],
)
def test_a_mark_is_written_without_idle_noughts(mark, words):
    assert figure(mark and Decimal(mark)).replace(",", "") == words


def test_a_mark_is_written_as_its_readers_write_numbers():
    with translation.override("es"):
        assert figure(Decimal("0.66667")) == "0,67"
        assert figure(Decimal("3")) == "3"


@given(st.decimals("0", "9999", places=5))
def test_what_is_shown_is_never_further_off_than_half_a_hundredth(mark):
    shown = Decimal(figure(mark).replace(",", "").replace("\xa0", ""))
    assert abs(shown - mark) <= Decimal("0.005")


@dataclass
class Scored:
    score: Decimal
    out_of: Decimal
    passed: bool
    pass_percent: Decimal | None = None


@pytest.mark.parametrize(
    ("score", "out_of", "passes_at", "words"),
    [
        ("3.16667", "10", "75", "3.2"),
        ("10", "10", "75", "10"),
        ("0", "10", "75", "0"),
        ("7.46", "10", "75", "7.4"),  # 7.5 would be a pass
        ("6.75", "9", "75", "6.8"),
        ("6.74", "9", "75", "6.7"),
        ("6.71", "9", "74.6", "6.7"),  # 6.714 is asked for
        ("9.97", "10", "75", "9.9"),  # and not all of it
        ("0.04", "10", "75", "0"),
    ],
)
def test_a_score_is_shown_to_a_tenth_and_on_its_side_of_the_pass_mark(
    score, out_of, passes_at, words
):
    score, out_of, line = Decimal(score), Decimal(out_of), Decimal(passes_at)
    result = Scored(score, out_of, passed=score * 100 >= line * out_of)
    assert earned(result, line) == words
    result.pass_percent = line
    assert earned(result) == words


@given(
    st.decimals("0", "20", places=5),
    st.integers(1, 20).map(Decimal),
    st.decimals("1", "99", places=0),
    st.booleans(),
)
def test_no_score_is_ever_rounded_across_the_pass_mark(score, out_of, line, is_known):
    score = min(score, out_of)
    passed = score * 100 >= line * out_of
    shown = Decimal(earned(Scored(score, out_of, passed), line if is_known else None))
    assert abs(shown - score) <= Decimal("0.1")
    assert shown == shown.quantize(Decimal("0.1")) or out_of - score < Decimal("0.1")
    assert not (passed and is_known) or shown * 100 >= line * out_of or shown == 0
    assert passed or shown * 100 < line * out_of or shown == 0
    assert (shown == out_of) == (score == out_of)


def test_a_score_is_written_as_its_readers_write_numbers():
    with translation.override("es"):
        assert earned(Scored(Decimal("3.16667"), Decimal(10), passed=False), Decimal(75)) == "3,2"


@pytest.mark.parametrize(
    ("mark", "words"),
    [("0.66667", "0.7"), ("1", "1"), ("0", "0"), ("0.97", "0.9"), ("0.02", "0.1")],
)
def test_a_mark_of_a_question_is_all_or_nothing_only_where_it_is(mark, words):
    assert mark_of(Decimal(mark), Decimal(1)) == words


def test_no_page_shows_a_score_but_by_these():
    figures = [
        path.name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if re.search(r"score\|figure|mark\.mark\|figure", path.read_text(encoding="utf-8"))
    ]
    assert figures == []


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_an_item_fits_once_it_is_answered_rightly(kind):
    item = make.item(kind)
    right = item.right_response()
    assert parts(item, right) == item.parts(right)
    assert fitting(item, right) >= fitting(item, None)
    assert fitting(item, right) == sum(part.is_right for part in item.parts(right))


# What a marked paper says of each question ---------------------------------------------------

LESSON = SimpleNamespace(title="Silence & <tea>")


@pytest.mark.parametrize(
    ("language", "name", "of_all", "mark"),
    [
        ("en", "Question 3", 'Question 3 <span class="muted">of 10</span>', "0.5 of 1"),
        ("es", "Pregunta 3", 'Pregunta 3 <span class="muted">de 10</span>', "0,5 de 1"),
    ],
)
def test_a_question_is_named_in_the_language_of_the_reader(language, name, of_all, mark):
    with translation.override(language):
        assert question_name(3) == name
        assert question_of(3, 10) == of_all
        assert mark_in_words(Decimal("0.50000"), Decimal("1")) == mark


@pytest.mark.parametrize(
    ("language", "part", "words"),
    [
        ("en", None, "Read “Silence &amp; &lt;tea&gt;” again"),
        ("en", 2, "Read “Silence &amp; &lt;tea&gt;” again, part 2"),
        ("es", 2, "Vuelve a leer “Silence &amp; &lt;tea&gt;”, parte 2"),
    ],
)
def test_the_title_of_a_lesson_to_read_again_cannot_bring_markup(language, part, words):
    template = Template("{% load marks %}{{ lesson|read_again:part }}")
    with translation.override(language):
        assert template.render(Context({"lesson": LESSON, "part": part})) == words


def test_only_a_number_is_shown_as_markup():
    with pytest.raises(ValueError, match="invalid literal"):
        question_of("<b>", 10)


@pytest.mark.parametrize(
    ("kind", "right_words"),
    [("single_choice", "Fits best"), ("multiple_response", "Fits"), ("true_false", "Fits best")],
)
@pytest.mark.parametrize("show_key", [True, False])
def test_an_option_that_was_neither_chosen_nor_right_has_no_sign(kind, right_words, show_key):
    item = make.item(kind)
    wrong = next(part.choice for part in item.parts(None) if not part.is_right)
    given = [wrong.id] if kind == "multiple_response" else wrong.id
    page = reviewed(item, given, show_key=show_key)
    assert all(page.count(part.choice.text) == 1 for part in item.parts(given))
    assert page.count("option--given") == 1
    assert page.count("option--fits") == (len(rights_of(item)) if show_key else 0)
    assert (f">{right_words}</span>" in page) is show_key
    assert page.count('<li class="option') == len(item.parts(given))


def rights_of(item):
    return [part for part in item.parts(None) if part.is_right]


def reviewed(item, given, *, show_key):
    context = {"item": item, "given": given, "show_key": show_key, "mark": None}
    return render_to_string(item.review_template, context)
