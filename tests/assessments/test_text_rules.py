"""Comparing what somebody typed with what an author wrote."""

import re
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessments.text_rules import (
    ANYTHING,
    Comparison,
    escape_pattern,
    lines_of,
    sample,
    split_pattern,
    typed,
)

PLAIN = Comparison(case_sensitive=True, ignore_punctuation=False)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("summary", "Summary", True),
        ("summary", "a summary", False),
        ("a  summary", " a\u00a0summary\n", True),
        ("caf\u00e9", "cafe\u0301", True),  # composed, and in two
        ("straße", "STRASSE", True),
        ("it’s", "its", True),
        ("on-call", "on call", True),
        ("on-call", "oncall", False),
        ("sum\u200bmary", "summary", True),
        ("*sum*up*", "we sum it all up", True),
        ("*sum*up*", "up and sum", False),
        ("ab*ba", "aba", False),  # the two ends may not share a letter
        ("ab*ba", "abba", True),
        ("*", "anything", True),
        ("not *", "not", False),
        ("", "", False),
        ("?", "!", False),
    ],
)
def test_the_whole_text_must_fit(pattern, text, fits):
    assert Comparison().matches(pattern, text) is fits


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"5 \* 5", "5 * 5", True),
        (r"5 \* 5", "5 and 5", False),
        (r"\**", "* and more", True),
        (r"a\b", r"a\b", True),
        ("a\\", "a\\", True),
    ],
)
def test_a_sign_that_is_escaped_stands_for_itself(pattern, text, fits):
    assert PLAIN.matches(pattern, text) is fits


def test_a_word_that_is_nearly_right_does_not_fit():
    for text in ("sumary", "summery", "not a summary"):
        assert not Comparison().matches("summary", text)


letters = st.text(alphabet="ab*", min_size=1, max_size=12)


@given(pattern=letters, text=st.text(alphabet="ab", max_size=14))
@example(pattern="*a*", text="a")
@example(pattern="a*a", text="a")
def test_it_fits_what_the_same_regular_expression_fits(pattern, text):
    expected = ".*".join(map(re.escape, pattern.split("*")))
    assert PLAIN.matches(pattern, text) == bool(re.fullmatch(expected, text))


@given(st.text(max_size=40))
def test_an_escaped_text_fits_itself_and_has_no_open_place(text):
    pattern = escape_pattern(text)
    if "\\" not in text:
        assert split_pattern(pattern) == [text]
        assert PLAIN.matches(pattern, text) == bool(PLAIN.normalise(text))


@given(st.text(max_size=40))
def test_reading_twice_reads_the_same(text):
    for comparison in (Comparison(), PLAIN, Comparison(ignore_accents=True)):
        assert comparison.normalise(comparison.normalise(text)) == comparison.normalise(text)


@given(letters)
def test_the_example_of_a_pattern_fits_it(pattern):
    text = Comparison().example(pattern)
    assert text == "" or Comparison().matches(pattern, text)
    assert Comparison().example("*")


def test_the_worst_pattern_is_read_at_once():
    started = perf_counter()
    assert not Comparison().matches("*a" * 250 + "b", "a" * 500)
    assert perf_counter() - started < 1


def test_lines_samples_and_what_was_typed():
    assert lines_of(" a \n\n b") == ["a", "b"]
    assert sample("a * b", ANYTHING) == f"a {ANYTHING} b"
    assert typed("  ") is None
    assert typed(" " + "x" * 600) == "x" * 500


def test_a_comparison_comes_back_from_its_json_without_what_is_no_longer_known():
    frozen = {**vars(PLAIN), "invented_later": True}
    assert Comparison.from_json(frozen) == PLAIN
    assert Comparison.from_json({}) == Comparison()
