"""The eighteen conversations that come with the site: sound, and every path of each is played."""

from __future__ import annotations

import re

import pytest

from lms.shipped.conversations import shipped_conversations
from lms.shipped.pieces import FOUNDATIONS, load
from practice.checking import problems_of_script
from practice.portraits import has_portrait
from practice.scripts import BEST, paths_of
from practice.walking import TurnRecord, Walk
from tests.shipped.content import strings_in

CONVERSATIONS = {written.code: written for written in shipped_conversations()}
CODES = sorted(CONVERSATIONS)


def test_there_are_eighteen_and_no_name_is_an_account_of_the_demonstration():
    assert len(CODES) == 18
    cast = {written.script.cast for written in CONVERSATIONS.values()}
    assert all(cast)
    assert not cast & {"Sam", "Rosa", "Idris", "Lucía", "Beth", "Maya", "Ngozi", "Tomasz", "Leila"}
    assert [name for name in cast if not has_portrait(name)] == []


@pytest.mark.parametrize("code", CODES)
def test_each_is_sound(code):
    assert [str(problem) for problem in problems_of_script(CONVERSATIONS[code].script)] == []


@pytest.mark.parametrize("code", CODES)
def test_every_path_is_played_to_its_end(code):
    """Each path as a play would take it: its own order of replies, its outcome and its red lines."""
    script = CONVERSATIONS[code].script
    seen, paths = set(), 0
    for path in paths_of(script):
        paths += 1
        records = [
            TurnRecord(number, moment.name, place)
            for number, (moment, place) in enumerate(path.steps, 1)
        ]
        walk = Walk.of(script, records, seed=paths)
        assert walk.ending is path.ending
        outcome = walk.outcome
        assert outcome == path.outcome(script.strong_from)
        assert outcome in {"strong", "okay", "try again"}
        missed = [m.name for m, place in path.steps if m.red_line and m.replies[place].worth < BEST]
        assert [moment.name for moment in walk.left_open] == missed
        assert walk.is_settled == (not missed)
        seen |= {moment.name for moment, _place in path.steps} | {path.ending.name}
    assert paths > 1000
    assert seen == {each.name for each in (*script.moments, *script.endings)}


@pytest.mark.parametrize("code", CODES)
def test_a_slip_can_be_mended_and_still_closes_strong(code):
    script = CONVERSATIONS[code].script
    mended = (
        path
        for path in paths_of(script)
        if any(not reply.worth for reply in path.replies)
        and path.outcome(script.strong_from) == "strong"
    )
    assert next(mended, None) is not None


@pytest.mark.parametrize("code", CODES)
def test_what_is_heavy_is_said_before_and_has_help_beside_it(code):
    script = CONVERSATIONS[code].script
    words = " ".join(
        [m.words for m in script.moments]
        + [r.words for m in script.moments for r in m.replies]
        + [ending.words for ending in script.endings]
    ).lower()
    if re.search("suicide|overdose", words):
        assert script.help
        assert script.content_note
        assert all(ending.help for ending in script.endings)


def count(words):
    return len(re.findall(r"[\w’'-]+", words))


@pytest.mark.parametrize("code", CODES)
def test_a_moment_fits_on_a_phone_and_a_word_about_it_is_short(code):
    for moment in CONVERSATIONS[code].script.moments:
        assert count(moment.words) + sum(count(r.words) for r in moment.replies) <= 110
        for reply in moment.replies:
            assert count(reply.reaction) <= 30
            assert count(reply.feedback) <= 45


def test_who_says_the_word_suicide_has_not_chosen_the_best_reply_by_that():
    judged = 0
    for moment in (m for written in CONVERSATIONS.values() for m in written.script.moments):
        saying = [reply for reply in moment.replies if "suicide" in reply.words.lower()]
        if any(reply.is_best for reply in saying):
            judged += 1
            assert len(saying) > 1, moment
            assert sum(reply.is_best for reply in saying) == 1, moment
    assert judged > 8


HEAVY = (
    r"\b(clients?|patients?|disorders?|commit\w* suicide|addicts?|junkie\w*|attention.seeking)\b"
)
ONE_COUNTRY = r"\b(flats?|rang|rung|mum|mom|fortnight|allotment|queue|pounds?|dollars?|tablets?)\b"


@pytest.mark.parametrize("pattern", [HEAVY, ONE_COUNTRY])
def test_no_word_shames_anybody_or_is_known_in_one_country_only(pattern):
    for code, written in CONVERSATIONS.items():
        words = " ".join(strings_in(written.script.to_json()))
        assert not re.findall(pattern, words, re.IGNORECASE), code


def test_each_stands_beside_the_lesson_that_it_practises():
    lessons = {code: written.lesson for code, written in CONVERSATIONS.items()}
    assert {code: lessons[code] for code in ("LC1", "LC2", "VC1", "VC2", "BC1", "BC2")} == {
        "LC1": "2.4", "LC2": "2.4", "VC1": "3.3", "VC2": "3.3", "BC1": "4.3", "BC2": "4.5",
    }  # fmt: skip


def test_the_award_asks_for_one_of_each_skill_and_two_about_a_crisis():
    sets = load(FOUNDATIONS / "course.yaml")["conversation_sets"]
    codes = [code for row in sets for code in row["conversations"]]
    assert sorted(codes) == CODES, "each conversation stands in one set"
    assert [row["count"] for row in sets] == [1, 1, 1, 1, 1, 2]
    assert all(row["count"] <= len(row["conversations"]) for row in sets)
    assert "seven of the eighteen" in load(FOUNDATIONS / "course.yaml")["introduction"]
