"""What holds of any comparison of any two texts: looser settings only ever let more through."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.items import MOST_CHARACTERS
from assessments.text_rules import (
    Comparison,
    escape_pattern,
    lines_of,
    sample,
    split_pattern,
    typed,
)

words = st.text(alphabet="aäÄbB’-.! \t", max_size=12)
patterns = st.text(alphabet="aäb*\\- ", min_size=1, max_size=10)
comparisons = st.builds(
    Comparison,
    case_sensitive=st.booleans(),
    ignore_punctuation=st.booleans(),
    ignore_accents=st.booleans(),
)


@given(comparisons, words)
def test_capitals_matter_only_where_the_author_said_so(comparison, text):
    loose = replace(comparison, case_sensitive=False)
    assert loose.normalise(text.swapcase()) == loose.normalise(text)


@given(comparisons, words, words)
def test_texts_that_agree_closely_agree_loosely_too(comparison, first, second):
    if replace(comparison, case_sensitive=True).normalise(first) == replace(
        comparison, case_sensitive=True
    ).normalise(second):
        loose = replace(comparison, case_sensitive=False)
        assert loose.normalise(first) == loose.normalise(second)


@given(comparisons, words)
def test_spaces_around_and_between_words_never_matter(comparison, text):
    wide = f"  {text.replace(' ', '   ')}\n"
    assert comparison.normalise(wide) == comparison.normalise(text)


@given(comparisons, st.text(max_size=30))
def test_how_a_keyboard_composes_a_letter_never_matters(comparison, text):
    assert comparison.normalise(normalize("NFD", text)) == comparison.normalise(
        normalize("NFC", text)
    )


@given(comparisons, patterns, words)
def test_a_pattern_fits_a_text_however_it_is_spaced(comparison, pattern, text):
    assert comparison.matches(pattern, text) == comparison.matches(pattern, f" {text} ")


@given(comparisons, patterns)
def test_an_example_is_something_that_fits(comparison, pattern):
    text = comparison.example(pattern)
    if text:
        assert comparison.matches(pattern, text)


@given(comparisons, st.text(alphabet="aäb*", min_size=1, max_size=10), words)
def test_stars_at_both_ends_let_through_whatever_the_pattern_did(comparison, pattern, text):
    if comparison.matches(pattern, text):
        assert comparison.matches(f"*{pattern}*", text)


@given(comparisons, words)
def test_a_lone_star_fits_every_text_at_all(comparison, text):
    assert comparison.matches("*", text)


@given(comparisons, st.lists(patterns, max_size=4), words)
def test_the_first_pattern_that_fits_is_the_one_that_is_named(comparison, several, text):
    fitting = [pattern for pattern in several if comparison.matches(pattern, text)]
    assert comparison.first_match(several, text) == next(iter(fitting), None)


@given(st.lists(st.text(alphabet="ab\\", max_size=4), min_size=1, max_size=5))
def test_a_pattern_is_cut_exactly_at_its_open_places(pieces):
    pieces = [piece.replace("\\", "") for piece in pieces]
    assert split_pattern("*".join(pieces)) == pieces
    assert sample("*".join(pieces), "x") == "x".join(pieces)


@given(st.text(alphabet="a*b ", max_size=12))
def test_an_escaped_text_stands_for_itself_alone(text):
    exact = Comparison(case_sensitive=True, ignore_punctuation=False)
    pattern = escape_pattern(text)
    if text.strip():
        assert exact.matches(pattern, text)
        assert not exact.matches(pattern, f"{text}c")


@given(st.text(max_size=700))
def test_what_was_typed_has_no_space_around_it_and_is_never_too_long(text):
    value = typed(text)
    if value is None:
        assert not text.strip()[:MOST_CHARACTERS].strip()
    else:
        assert value == value.strip()
        assert 0 < len(value) <= MOST_CHARACTERS
        assert value in text


@given(st.lists(st.text(alphabet="ab *", max_size=6), max_size=6))
def test_a_field_of_patterns_gives_each_line_that_says_something(lines):
    patterns = lines_of("\n".join(lines))
    assert patterns == [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize(
    ("comparison", "first", "second", "agree"),
    [
        (Comparison(), "Okafor", "okafor", True),
        (Comparison(case_sensitive=True), "Okafor", "okafor", False),
        (Comparison(), "rôle", "role", False),
        (Comparison(ignore_accents=True), "rôle", "role", True),
        (Comparison(ignore_accents=True), "Ångström", "angstrom", True),
        (Comparison(), "self-care", "self care", True),
        (Comparison(ignore_punctuation=False), "self-care", "self care", False),
        (Comparison(ignore_punctuation=False), "it’s", "its", False),
        (Comparison(), "listen!", "listen", True),
        (Comparison(), "lis\u00adten", "listen", True),  # a soft hyphen cannot be seen
    ],
)
def test_each_setting_lets_through_what_it_says(comparison, first, second, agree):
    assert (comparison.normalise(first) == comparison.normalise(second)) is agree
