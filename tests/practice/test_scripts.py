"""Scripts, their paths and what closes strong; and lines of JSON there and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from practice.lines import UnreadableLine, Written, read_lines, write_lines
from practice.scripts import BEST, Script, best_path, paths_of
from tests.practice.writing import AGAIN, moment, short_script, sound_scripts, three, with_reply


@given(sound_scripts())
def test_a_script_that_was_frozen_is_the_same_script(script):
    assert Script.from_json(json.loads(json.dumps(script.to_json()))) == script


@given(sound_scripts())
def test_lines_that_were_written_read_the_same(script):
    script = replace(script, title="At the door", setting="A door.", aim="Listen.", cast="Olu")
    written = Written("X1", script, "1.2", ("LI1", "LI3"))
    assert read_lines(write_lines([written])) == [written]


@given(sound_scripts())
def test_every_path_ends_and_the_best_one_has_every_point(script):
    paths = list(paths_of(script))
    assert paths
    assert all(path.ending is not None for path in paths)
    best = best_path(script)
    assert best.points == best.points_to_be_had == BEST * len(script.moments)
    assert best.outcome(1.0) == "strong"
    assert best.words > 0


@given(sound_scripts())
def test_strong_is_the_story_and_a_share_of_the_points_on_the_way(script):
    for path in list(paths_of(script, most=200)):
        outcome = path.outcome(0.75)
        if path.ending.kind == "strong":
            enough = path.points >= 0.75 * path.points_to_be_had
            assert outcome == ("strong" if enough else "okay")
        else:
            assert outcome == path.ending.kind


def test_the_same_story_below_the_share_closes_okay():
    script = short_script()
    missed_then_best = next(
        path for path in paths_of(script) if [each.worth for each in path.replies] == [0, 2]
    )
    assert missed_then_best.ending.kind == "strong"
    assert missed_then_best.outcome(0.5) == "strong"
    assert missed_then_best.outcome(0.51) == "okay"


def test_a_circle_has_no_paths_to_count():
    circle = with_reply(short_script(), 1, 0, leads_to="n1")
    with pytest.raises(ValueError, match="n"):
        list(paths_of(circle))
    assert best_path(with_reply(circle, 1, 1, leads_to="n1")).ending is None


def test_an_open_path_has_no_outcome():
    assert best_path(Script()).outcome(0.75) == ""
    assert Script().start == ""


def test_who_speaks_is_listed_once_in_order():
    script = Script(
        (
            moment("n1", *three("n2", "n2", "n2"), speaker="Amara"),
            moment("n2", *three(AGAIN, AGAIN, AGAIN)),
        ),
        cast="Winston",
    )
    assert script.speakers == ["Amara", "Winston"]


def test_a_content_note_within_the_setting_is_set_apart():
    line = {"conv": "X", "title": "T", "setting": "A room. Content note: grief."}
    script = read_lines(json.dumps(line))[0].script
    assert (script.setting, script.content_note) == ("A room.", "Grief.")


BAD = {
    "no json": ("{", 1),
    "no code": ('\n{"title": "x"}', 2),
    "a moment without replies": ('{"conv": "X", "node": "n1", "peer": "Hi"}', 1),
    "a reply of too few parts": (
        '{"conv": "X", "node": "n1", "peer": "Hi", "options": [["a", "b"]]}',
        1,
    ),
    "too few faces": (
        '{"conv": "X", "node": "n1", "peer": "Hi", "faces": ["eased"], "options": '
        '[["a", "b", "c", 2, "s", "e"], ["a", "b", "c", 0, "s", "e"]]}',
        1,
    ),
    "a list": ("[1, 2]", 1),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_cannot_be_read_is_named_by_its_number(name):
    text, number = BAD[name]
    with pytest.raises(UnreadableLine) as refusal:
        read_lines(text)
    assert refusal.value.number == number
    assert f"Line {number} cannot be read" in str(refusal.value)


def test_faces_may_be_left_out_and_are_listening_then():
    text = '{"conv": "X", "node": "n1", "peer": "Hi", "options": [["a", "b", "c", 2, "s", "e"]]}'
    assert read_lines(text)[0].script.moments[0].replies[0].face == "listening"
