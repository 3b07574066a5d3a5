"""Lines that come from anywhere: read back as they were written, or refused with their number."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.lines import UnreadableLine, Written, read_lines, write_lines
from practice.scripts import Script
from tests.practice.graphs import WORDS, any_scripts
from tests.practice.writing import short_script, sound_scripts

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
CODES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=4), inside, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["title", "node", "peer", "options", "end", "text", "faces", "comps", "strong_from", "setting"]
)


def lines_of(written):
    return write_lines(written).split("\n")[:-1]


# There and back ------------------------------------------------------------------------------------


@given(any_scripts(words=ANY_TEXT), ANY_TEXT, ANY_TEXT)
def test_words_of_any_kind_come_back_as_they_were(script, aim, debrief):
    """A line separator, a form feed or a NEL within a word is no end of a line."""
    endings = tuple(replace(each, debrief=debrief) for each in script.endings)
    script = replace(script, title="At the door", aim=aim, setting="A door.", endings=endings)
    written = Written("X1", script, "1.2", ("LI1",))
    assert read_lines(write_lines([written])) == [written]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_a_sign_that_some_take_for_an_end_of_line_stays_within_its_word(sign):
    script = replace(short_script(), aim=f"Listen{sign}and wait.")
    written = Written("X1", script)
    assert read_lines(write_lines([written])) == [written]


@given(st.lists(sound_scripts(most=3), min_size=1, max_size=4))
def test_conversations_are_read_in_their_order_and_each_by_itself(scripts):
    written = [
        Written(f"X{number}", replace(script, title=f"Title {number}"))
        for number, script in enumerate(scripts)
    ]
    assert read_lines(write_lines(written)) == written


@given(st.permutations(range(4)))
def test_lines_of_several_may_stand_among_each_other(order):
    written = [Written(f"X{n}", replace(short_script(), title=f"T{n}")) for n in range(4)]
    each = [lines_of([one]) for one in written]
    mixed = [each[place][row] for row in range(len(each[0])) for place in order]
    read = read_lines("\n".join(mixed))
    assert sorted(read, key=lambda one: one.code) == written
    assert [one.code for one in read] == [f"X{place}" for place in order]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", "\n   \n\t\n"])
def test_lines_are_read_with_any_ends_and_with_empty_ones_between(end):
    written = [Written("X1", short_script())]
    assert read_lines(end.join(lines_of(written)) + end) == written
    assert read_lines("") == read_lines("\n \r\n") == []


@given(CODES)
def test_a_code_is_kept_as_it_was_given(code):
    written = Written(code, replace(short_script(), title="T"))
    assert read_lines(write_lines([written])) == [written]


# Refused ---------------------------------------------------------------------------------------------


def read_or_refusal(text):
    """What the lines of a text say, or why it is refused."""
    try:
        return read_lines(text), None
    except UnreadableLine as refusal:
        return [], refusal


@given(st.text(max_size=80))
def test_text_that_is_no_line_of_ours_is_read_as_nothing_or_refused(text):
    read, refusal = read_or_refusal(text)
    assert all(isinstance(each, Written) for each in read)
    if refusal:
        assert 1 <= refusal.number <= text.count("\n") + 1
        assert str(refusal.number) in str(refusal)


@given(st.dictionaries(FIELDS, VALUES, max_size=5), st.integers(0, 3))
def test_a_line_with_anything_in_its_fields_is_read_or_refused_by_its_number(row, before):
    good = lines_of([Written("X0", short_script())])[:before]
    text = "\n".join([*good, json.dumps({"conv": "X1", **row})])
    read, refusal = read_or_refusal(text)
    assert refusal is None or refusal.number == before + 1
    for each in read:
        assert isinstance(each.script, Script)
        json.dumps(each.script.to_json(), allow_nan=False)


@given(sound_scripts(most=3), st.data())
def test_a_file_that_was_cut_off_is_refused_at_its_last_line_or_reads_short(script, data):
    text = write_lines([Written("X1", replace(script, title="T"))])
    cut = text[: data.draw(st.integers(0, len(text)))]
    whole = cut.count("\n")
    read, refusal = read_or_refusal(cut)
    assert refusal is None or refusal.number == whole + 1
    parts = sum(len(each.script.moments) + len(each.script.endings) for each in read)
    assert parts <= len(script.moments) + len(script.endings)


@pytest.mark.parametrize(
    "options",
    [
        "[]",
        '[["a", "b", "c", 1e999, "s", "n1"]]',
        '[["a", "b", "c", NaN, "s", "n1"]]',
        '[["a", "b", "c", "two", "s", "n1"]]',
        '[["a", "b", "c", null, "s", "n1"]]',
        '[["a", "b", "c", [2], "s", "n1"]]',
        '"abcdef"',
        "7",
        "{}",
    ],
)
def test_replies_that_make_no_sense_are_refused_or_empty_and_never_a_fault(options):
    text = f'{{"conv": "X", "node": "n1", "peer": "Hi", "options": {options}}}'
    read, refusal = read_or_refusal(text)
    assert refusal is None or refusal.number == 1
    assert [written.script.moments[0].replies for written in read] == ([] if refusal else [()])


@pytest.mark.parametrize("share", ["1e999", "-1e999", "NaN", "-0.1", "0", "1.01", '"much"', "[]"])
def test_a_share_of_the_points_is_between_nothing_and_all(share):
    text = f'{{"conv": "X", "title": "T", "strong_from": {share}}}'
    with pytest.raises(UnreadableLine) as refusal:
        read_lines(text)
    assert refusal.value.number == 1


@pytest.mark.parametrize("share", ["0.01", "0.5", "1", '"0.75"'])
def test_any_share_between_is_taken(share):
    text = f'{{"conv": "X", "title": "T", "strong_from": {share}}}'
    [written] = read_lines(text)
    assert 0 < written.script.strong_from <= 1


def test_a_line_within_lines_within_lines_is_refused():
    with pytest.raises(UnreadableLine) as refusal:
        read_lines('{"conv": "X1", "title": "T"}\n' + "[" * 100_000)
    assert refusal.value.number == 2


@given(WORDS)
def test_a_content_note_is_taken_out_of_the_setting_once(note):
    line = {"conv": "X", "title": "T", "setting": f"A room. Content note: {note}"}
    script = read_lines(json.dumps(line))[0].script
    assert script.setting == "A room."
    assert script.content_note.casefold() == note.strip().casefold() or not note.isascii()
