"""Whoever listens only to how replies sound does not find the best one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log
from random import Random

import pytest

from lms.shipped.conversations import shipped_conversations
from practice.scripts import BEST
from practice.walking import TurnRecord, Walk
from tests.shipped.content import CHOICES, quiz_questions
from tests.shipped.guessing import Voice

SCRIPTS = {written.code: written.script for written in shipped_conversations()}


def tokens(words):
    heard = re.findall(r"[\w’]+|[?!]", words.lower())
    return {*heard, *pairwise(heard)}


def ear_for(code):
    """A listener who has heard every other conversation: how much like a best reply words sound."""
    seen, many = {True: Counter(), False: Counter()}, Counter()
    for other, script in SCRIPTS.items():
        for reply in (r for m in script.moments for r in m.replies if other != code):
            seen[reply.is_best].update(tokens(reply.words))
            many[reply.is_best] += 1

    def sounds(reply):
        return sum(
            log((seen[True][t] + 1) / (many[True] + 2))
            - log((seen[False][t] + 1) / (many[False] + 2))
            for t in tokens(reply.words)
        )

    return sounds


def test_a_model_of_the_words_finds_the_best_reply_in_less_than_55_per_cent_of_the_turns():
    found = turns = 0
    for code, script in SCRIPTS.items():
        sounds = ear_for(code)
        for moment in script.moments:
            found += max(moment.replies, key=sounds).worth == BEST
            turns += 1
    assert turns == 140
    assert found / turns < 0.55


def as_questions(code):
    """The moments of a conversation in the form in which `Voice` hears the questions of a quiz."""
    return [
        {"options": [[reply.words, reply.worth] for reply in moment.replies]}
        for moment in SCRIPTS[code].moments
    ]


def share_found(voice, questions):
    places = [voice.guess([option[0] for option in q["options"]]).pop() for q in questions]
    found = sum(q["options"][p][1] == BEST for q, p in zip(questions, places, strict=True))
    return found / len(questions)


@pytest.mark.parametrize("with_shape", [False, True])
def test_the_voice_of_the_quizzes_does_not_find_the_best_reply_of_a_turn(with_shape):
    """The model that judges the final, trained on everything that a module quiz may ask."""
    heard = [row for row in quiz_questions() if row["type"] in CHOICES]
    turns = [turn for code in SCRIPTS for turn in as_questions(code)]
    assert share_found(Voice(heard, with_shape=with_shape), turns) < 0.55


def test_nor_does_the_voice_of_all_the_other_conversations():
    found = turns = 0
    for code in SCRIPTS:
        others = [turn for other in SCRIPTS if other != code for turn in as_questions(other)]
        own = as_questions(code)
        found += share_found(Voice(others, with_shape=False), own) * len(own)
        turns += len(own)
    assert found / turns < 0.55


def test_neither_the_longest_nor_a_question_nor_a_place_gives_the_best_reply_away():
    moments = [moment for script in SCRIPTS.values() for moment in script.moments]
    longest = sum(max(m.replies, key=lambda r: len(r.words)).is_best for m in moments)
    assert longest / len(moments) < 0.4
    for sign in "?!":
        shares = {
            is_best: sum(
                sign in r.words for m in moments for r in m.replies if r.is_best == is_best
            )
            / sum(r.is_best == is_best for m in moments for r in m.replies)
            for is_best in (True, False)
        }
        assert abs(shares[True] - shares[False]) < 0.1


def test_playing_at_random_closes_strong_in_fewer_than_one_of_ten_plays():
    random, strong, plays = Random(7), 0, 0
    for script in SCRIPTS.values():
        for seed in range(200):
            walk, records = Walk.of(script, [], seed), []
            while walk.ending is None:
                shown = random.choice(walk.shown_replies(walk.moment))
                records.append(TurnRecord(walk.next_number, walk.moment.name, shown.place))
                walk = Walk.of(script, records, seed)
            strong += walk.outcome == "strong"
            plays += 1
    assert strong / plays < 0.1
