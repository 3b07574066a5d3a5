"""The Spanish of the shipped conversations: sound, and every path of each is played in it."""

from __future__ import annotations

import pytest

from lms.shipped.conversations import shipped_conversations
from lms.shipped.translated_talks import shipped_words
from practice.checking import problems_of_script, problems_of_words
from practice.lines import Written, read_lines, write_lines
from practice.portraits import has_portrait
from practice.return_lines import WrittenReturn, read_returns, write_returns
from practice.scripts import BEST, paths_of
from practice.walking import TurnRecord, Walk
from practice.wording import Wording, texts_by_place, texts_that_fit, with_texts

ENGLISH = {written.code: written.script for written in shipped_conversations()}
SOURCES = {each.code: each.wording for each in shipped_words()}
SPANISH = {each.code: each.wording for each in shipped_words("es")}
CODES = sorted(ENGLISH)


def test_every_conversation_and_every_return_is_there():
    assert set(SPANISH) == set(SOURCES) == set(CODES)
    assert len(CODES) == 18
    assert sum(len(wording.returns) for wording in SPANISH.values()) == 36


@pytest.mark.parametrize("code", CODES)
def test_each_is_sound_and_is_the_same_conversation(code):
    script = SPANISH[code].script
    assert [str(problem) for problem in problems_of_script(script)] == []
    assert [str(problem) for problem in problems_of_words(ENGLISH[code], script)] == []
    assert script.cast == ENGLISH[code].cast
    assert has_portrait(script.cast) == has_portrait(ENGLISH[code].cast)


@pytest.mark.parametrize("code", CODES)
def test_every_text_finds_its_place(code):
    source, words = SOURCES[code], SPANISH[code]
    fits = texts_that_fit(source, words)
    assert fits.keys() == texts_by_place(source).keys()
    assert texts_by_place(with_texts(source, fits)) == fits


@pytest.mark.parametrize("code", CODES)
def test_the_content_note_is_told_from_the_setting_in_either_language(code):
    english, spanish = ENGLISH[code], SPANISH[code].script
    assert bool(english.content_note) == bool(spanish.content_note)
    for script in (english, spanish):
        assert "Aviso de contenido" not in script.setting + script.content_note
        assert "Content note" not in script.setting + script.content_note


@pytest.mark.parametrize("code", CODES)
def test_every_path_is_played_to_its_end_as_in_english(code):
    """Each path of the Spanish, and beside it the same turns in English."""
    script, english = SPANISH[code].script, ENGLISH[code]
    seen, paths = set(), 0
    for path in paths_of(script):
        paths += 1
        records = [
            TurnRecord(number, moment.name, place)
            for number, (moment, place) in enumerate(path.steps, 1)
        ]
        walk, beside = Walk.of(script, records, paths), Walk.of(english, records, paths)
        assert walk.ending is path.ending
        assert walk.outcome == beside.outcome != ""
        missed = [m.name for m, place in path.steps if m.red_line and m.replies[place].worth < BEST]
        assert [moment.name for moment in walk.left_open] == missed
        assert [moment.name for moment in beside.left_open] == missed
        seen |= {moment.name for moment, _place in path.steps} | {path.ending.name}
    assert paths > 1000
    assert seen == {each.name for each in (*script.moments, *script.endings)}


def test_lines_in_a_language_are_written_and_read_as_the_same():
    for code, wording in SPANISH.items():
        written = Written(code, wording.script, language="es")
        [again] = read_lines(write_lines([written]))
        assert again.script == wording.script
        assert again.language == "es"
        returns = [
            WrittenReturn(each.code, code, 14, each.setting, each.moment)
            for each in wording.returns
        ]
        assert read_returns(write_returns(returns)) == returns


def test_a_reply_that_somebody_moved_has_no_words_and_the_rest_has():
    source = SOURCES["FC1"]
    first, *rest = source.script.moments
    turned = type(first)(**{**vars(first), "replies": first.replies[::-1]})
    changed = Wording(type(source.script)(**{**vars_of(source.script), "moments": (turned, *rest)}))
    fits = texts_that_fit(changed, SPANISH["FC1"])
    lost = texts_by_place(changed).keys() - fits.keys()
    assert lost
    assert all(place.endswith(f":{first.name}") for place in lost)


def vars_of(script):
    return {name: getattr(script, name) for name in script.__dataclass_fields__}
