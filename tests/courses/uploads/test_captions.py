"""Captions are read from what editing programs write, and set as browsers read them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.uploads.captions import Captions, Cue, clock, read_captions
from courses.uploads.exceptions import NotCaptions

CUE = "00:00:01.000 --> 00:00:04.000\n"
WEBVTT = f"WEBVTT\n\n{CUE}Hello, Sam.\n"


def mended(content):
    return read_captions(content if isinstance(content, bytes) else content.encode()).as_webvtt()


@pytest.mark.parametrize(
    "content",
    [
        WEBVTT,
        "\ufeff" + WEBVTT,
        WEBVTT.replace("\n", "\r\n"),
        WEBVTT.replace("\n", "\r"),
        WEBVTT.encode("utf-16"),
        # SubRip, under its own name or another.
        "1\n00:00:01,000 --> 00:00:04,000\nHello, Sam.\n",
        "1\r\n00:00:01,000 --> 00:00:04,000\r\nHello, Sam.\r\n\r\n",
        "0:00:01,0 --> 0:00:04\nHello, Sam.",
        "00:01 -> 00:04\nHello, Sam.",
        # Odd headers.
        "WEBVTT FILE\n\n1\n00:01.000 --> 00:04.000\nHello, Sam.",
        "WEBVTT - made by a program\nKind: captions\nLanguage: en\n\n" + CUE + "Hello, Sam.",
        "webvtt\n" + CUE + "Hello, Sam.",
        "﻿WEBVTT Kind: captions; Language: en\n\n\n\n" + CUE + "Hello, Sam.\n\n\n",
        "NOTE from the editor\n\n" + CUE + "Hello, Sam.",
        # What browsers would show as it stands.
        CUE + "<font color='#ffff00'>Hello,</font> Sam.",
        CUE + "{\\an8}Hello, Sam.",
        # A number of a cue that never came.
        WEBVTT + "\n2\n",
    ],
)
def test_what_can_be_read_is_set_as_webvtt(content):
    assert mended(content) == WEBVTT


def test_letters_of_older_programs_are_read():
    text = "1\n00:00:01,000 --> 00:00:02,000\n“¿Qué tal?” – José\n"
    assert "“¿Qué tal?” – José" in mended(text.encode("windows-1252"))


def test_cues_without_an_empty_line_between_them_stay_apart():
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    assert [cue.text for cue in read_captions(text.encode()).cues] == ["One", "Two"]


def test_words_below_an_empty_line_belong_to_their_cue():
    assert read_captions((CUE + "One\n\nand more\n").encode()).cues[0].text == "One\nand more"


def test_cues_stand_in_the_order_of_their_time():
    text = "00:09.000 --> 00:10.000\nLast\n\n00:01.000 --> 00:02.000\nFirst"
    assert [cue.text for cue in read_captions(text.encode()).cues] == ["First", "Last"]


def test_what_webvtt_knows_is_kept():
    text = (
        "WEBVTT\n\nSTYLE\n::cue { color: white }\n\n"
        "00:00:01.000 --> 00:00:04.000 line:0 align:start\n"
        "<v Sam>I <i>nearly</i> did not come.</v>\n"
    )
    assert mended(text) == text


def test_signs_that_end_a_cue_early_are_written_out():
    text = mended(CUE + "3 < 4 & tea & <b>cake</b> &amp; you -> me")
    assert text.endswith("\n3 &lt; 4 &amp; tea &amp; <b>cake</b> &amp; you -> me\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no captions"),
        ("WEBVTT\n", "no captions"),
        ("WEBVTT\n\nNOTE nothing yet\n", "no captions"),
        ("Dear Sam, hello.", "no captions"),
        (CUE + "\n" + CUE.replace("01", "02") + "\n", "no captions"),
        ("\0\1\2" * 50, "not text"),
        (WEBVTT + "\n00:09.000 --> 00:08.000\nBack\n", "Line 6 ends before it begins"),
        (WEBVTT + "\n00:09.000 --> \nOn\n", "Line 6 should say from when to when"),
        (WEBVTT + "\n9 seconds --> 10 seconds\nOn\n", "Line 6 should say from when to when"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused_with_its_line(content, reason):
    with pytest.raises(NotCaptions) as refusal:
        read_captions(content.encode())
    assert reason in str(refusal.value)


def test_letters_that_nobody_can_tell_are_refused():
    with pytest.raises(NotCaptions) as refusal:
        read_captions(b"1\n00:00:01,000 --> 00:00:02,000\n\x81\x8d\x8f\n")
    assert "UTF-8" in str(refusal.value)


def test_a_film_under_the_name_of_captions_is_not_read_to_its_end():
    with pytest.raises(NotCaptions) as refusal:
        read_captions(b"a" * (10 * 1024 * 1024 + 1))
    assert "too long" in str(refusal.value)


def test_the_first_cue_is_shown_with_its_time():
    text = "1\n00:01:05,250 --> 00:01:07,000\n<v Sam>I &amp; you\nare here.</v>\n"
    assert read_captions(text.encode()).first == "00:01:05 “I & you are here.”"


plain = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() and "-" not in text and not text.strip().isdigit()
)
cues = st.builds(
    lambda start, length, text: Cue(start, start + length, text.strip()),
    st.integers(0, 36_000_000),
    st.integers(1, 60_000),
    plain.filter(lambda text: not set(text) & set("<>{}&")),
)


@given(st.lists(cues, min_size=1, max_size=8))
def test_what_is_written_is_read_again_alike_and_mending_twice_changes_nothing(made):
    captions = Captions(tuple(sorted(made, key=lambda cue: cue.start)))
    once = captions.as_webvtt()
    again = read_captions(once.encode())
    assert again.as_webvtt() == once
    assert [cue.start for cue in again.cues] == [cue.start for cue in captions.cues]


@given(st.binary(max_size=300))
def test_whatever_is_handed_over_is_captions_or_is_refused(content):
    with suppress(NotCaptions):
        text = read_captions(content).as_webvtt()
        assert text.startswith("WEBVTT\n\n")
        assert read_captions(text.encode()).as_webvtt() == text


@pytest.mark.parametrize(
    ("milliseconds", "time"), [(0, "00:00:00.000"), (3_725_042, "01:02:05.042")]
)
def test_times_are_written_as_webvtt_writes_them(milliseconds, time):
    assert clock(milliseconds) == time
