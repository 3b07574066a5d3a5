"""How any name is set: whole, within its lines, and the way its letters run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.designs.base import NameSizes
from certificates.fonts import width_of
from certificates.typesetting import (
    balanced,
    direction_of,
    language_of,
    line_points,
    set_name,
    shortest,
    size_for,
)

SIZES = NameSizes(
    width_mm=200,
    largest={1: 42, 2: 34, 3: 28},
    comfortable=24,
    smallest_unbroken=14,
    largest_broken=20,
)
words = st.lists(st.text(alphabet="abcdeABCDE’-", min_size=1, max_size=14), min_size=1, max_size=6)


def set_plainly(name, language="en"):
    return set_name(name, sizes=SIZES, language=language)


@given(words)
def test_lines_hold_every_word_once_and_in_its_order(name_words):
    for lines in balanced(name_words):
        assert " ".join(lines).split(" ") == name_words
        assert 1 <= len(lines) <= 3
        assert all(lines)


@given(words)
def test_two_lines_are_never_wider_than_one_nor_three_than_two(name_words):
    widths = [max(map(width_of, lines)) for lines in balanced(name_words)]
    assert widths == sorted(widths, reverse=True)


@given(words)
def test_no_other_break_makes_the_longest_of_two_lines_shorter(name_words):
    if len(name_words) > 1:
        best = max(map(width_of, shortest(name_words, 2)))
        for place in range(1, len(name_words)):
            halves = " ".join(name_words[:place]), " ".join(name_words[place:])
            assert max(map(width_of, halves)) >= best


@settings(deadline=None)
@given(words)
def test_a_name_is_set_whole_and_fits_its_lines(name_words):
    name = " ".join(name_words)
    setting = set_plainly(name)
    assert setting.text == " ".join(setting.lines) == name
    points = float(setting.points)
    assert points > 0
    if setting.breaks_anywhere:
        assert points <= SIZES.largest_broken
    else:
        assert points <= SIZES.largest[len(setting.lines)]
        assert max(map(width_of, setting.lines)) * points <= line_points(SIZES)


@settings(deadline=None)
@given(words)
def test_a_name_stays_on_one_line_where_that_is_large_enough(name_words):
    name = " ".join(name_words)
    if size_for([name], SIZES) >= SIZES.comfortable:
        assert set_plainly(name).lines == [name]


def test_a_word_wider_than_the_page_may_break_anywhere_and_takes_three_lines_at_most():
    name = "W" * 120
    setting = set_plainly(name)
    assert setting.breaks_anywhere
    assert setting.lines == [name]
    assert width_of(name) * float(setting.points) <= 3 * line_points(SIZES)


def test_a_size_is_never_rounded_up_past_its_room():
    for length in range(20, 60):
        setting = set_plainly("m" * length)
        assert float(setting.points) <= size_for([setting.text], SIZES) or setting.breaks_anywhere
        assert setting.points == f"{float(setting.points):.1f}"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Ada Okafor", "ltr"),
        ("محمد", "rtl"),
        ("דוד", "rtl"),
        ("(דוד)", "rtl"),
        ("1. Ada", "ltr"),
        ("1. דוד", "rtl"),
        ("Ada דוד", "ltr"),
        ("", "ltr"),
        ("123", "ltr"),
        ("李小龍", "ltr"),
    ],
)
def test_a_text_runs_the_way_of_its_first_letter(text, direction):
    assert direction_of(text) == direction


@pytest.mark.parametrize(
    ("name", "certificate", "language"),
    [
        ("Ada Okafor", "en", ""),
        ("Ada Okafor", "ja", ""),
        ("さくら", "en", "ja"),
        ("山田さくら", "zh", "ja"),
        ("김민수", "en", "ko"),
        ("金ㄍ", "en", "zh-TW"),
        # The same characters in four shapes: the certificate's own where it has them.
        ("李小龍", "en", "zh"),
        ("李小龍", "ja", "ja"),
        ("李小龍", "ko", "ko"),
        ("李小龍", "zh-TW", "zh-TW"),
    ],
)
def test_characters_take_the_shapes_of_the_language_they_are_plainly_in(
    name, certificate, language
):
    assert language_of(name, certificate) == language
    assert set_plainly(name, certificate).language == language
