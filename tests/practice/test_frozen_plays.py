"""A learner's turns, whatever is done to the conversation meanwhile, and in however many tabs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.db import connection

from courses.enrolling import enrol, withdraw
from courses.exceptions import CoursesError, EnrolmentClosed
from courses.models import Completion
from practice.exceptions import AnsweredAlready, PlayClosed, ReplyUnknown
from practice.models import Play, ReachedEnding, ScriptVersion, Turn
from practice.playing import begin_play, freeze, take_turn
from practice.walking import TurnRecord, Walk
from tests import make
from tests.make import HOUR, NOON
from tests.practice import making
from tests.practice.writing import short_script, with_reply
from tests.racing import at_once

pytestmark = pytest.mark.django_db

MINUTE = HOUR / 60


@pytest.fixture
def course():
    course = make.course(order="free")
    make.module(course)
    return type(course).objects.get(pk=course.pk)


@pytest.fixture
def talk(course):
    talk = making.conversation_page(course.get_first_child().specific)
    make.edition(course)
    return talk


@pytest.fixture
def place(course, talk):
    return make.enrolment(make.user(), course)


def afresh(play):
    """The same play, as another tab or another process reads it."""
    return Play.objects.select_related("version", "enrolment").get(pk=play.pk)


def best_key(walk):
    return next(s.key for s in walk.shown_replies(walk.moment) if s.reply.is_best)


# The words ------------------------------------------------------------------------------------------


CHANGES = {
    "every word": lambda script: short_script(title="Another", aim="Other.", setting="Elsewhere."),
    "where a reply leads": lambda script: with_reply(script, 0, 1, leads_to="again"),
    "what a reply is worth": lambda script: with_reply(script, 1, 1, worth=0),
    "a moment that is gone": lambda script: replace(script, moments=script.moments[1:]),
    "endings that are gone": lambda script: replace(script, endings=()),
    "no red line any more": lambda script: replace(
        script, moments=tuple(replace(each, red_line=False) for each in script.moments)
    ),
    "another share of the points": lambda script: replace(script, strong_from=0.01),
    "nothing at all": lambda script: replace(script, moments=(), endings=()),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("turns", [0, 1])
def test_a_play_goes_on_and_closes_by_the_words_it_began_with(place, talk, change, turns):
    play = begin_play(place, talk, at=NOON)
    before = play.read_walk().script
    for _ in range(turns):
        walk = play.read_walk()
        take_turn(play, walk.next_number, best_key(walk), at=NOON)
    conversation = talk.conversation
    conversation.put_script(CHANGES[change](before))
    conversation.save()
    play = afresh(play)
    assert play.read_walk().script == before
    while (walk := play.read_walk()).moment is not None:
        take_turn(play, walk.next_number, best_key(walk), at=NOON)
    play.refresh_from_db()
    assert (play.state, play.outcome) == ("closed", "strong")
    assert ReachedEnding.objects.get().outcome == "strong"


@pytest.mark.parametrize("change", ["every word", "what a reply is worth"])
def test_whoever_begins_later_has_the_words_of_then(course, place, talk, change):
    early = begin_play(place, talk, at=NOON)
    talk.conversation.put_script(CHANGES[change](talk.conversation.script))
    talk.conversation.save()
    later = begin_play(make.enrolment(make.user(), course), talk, at=NOON + HOUR)
    assert later.version != early.version
    assert later.read_walk().script != afresh(early).read_walk().script


def test_going_back_to_earlier_words_stores_them_no_second_time(place, talk):
    conversation = talk.conversation
    first = freeze(conversation, at=NOON)
    script = conversation.script
    conversation.put_script(replace(script, aim="Another aim."))
    conversation.save()
    freeze(conversation, at=NOON + HOUR)
    conversation.put_script(script)
    conversation.save()
    assert freeze(conversation, at=NOON + 2 * HOUR) == first
    assert ScriptVersion.objects.count() == 2
    assert ScriptVersion.objects.get(pk=first.pk).first_played_at == NOON


def test_two_conversations_with_the_same_words_are_two_all_the_same(talk):
    other = making.conversation()
    assert freeze(talk.conversation, at=NOON) != freeze(other, at=NOON)


def test_the_order_of_replies_is_the_same_on_every_look(place, talk):
    play = begin_play(place, talk, at=NOON)
    orders = {
        tuple(s.place for s in afresh(play).read_walk().shown_replies(play.read_walk().moment))
        for _ in range(5)
    }
    assert len(orders) == 1


# Turns ----------------------------------------------------------------------------------------------


def turn_expected(model, number, key):
    """The turn that a press makes by the pure model; None where it is to be refused."""
    if number != model.next_number or model.moment is None:
        return None
    reply = model.reply_at(key)
    return reply if reply is None else TurnRecord(number, model.moment.name, reply, model.is_again)


@pytest.mark.parametrize("seed", range(15))
def test_presses_in_any_tab_and_order_are_the_walk_that_they_make(course, talk, seed):
    """Double presses, stale tabs, made-up keys, leaving and coming back: against the pure model."""
    chance = random.Random(seed)
    place = make.enrolment(make.user(), course)
    tabs = [begin_play(place, talk, at=NOON)] * 3
    records: list[TurnRecord] = []
    sent: list[tuple[int, str]] = []
    is_here = True
    for step in range(40):
        at = NOON + step * MINUTE
        play = chance.choice([afresh(tabs[0]), tabs[1], tabs[2]])
        model = Walk.of(play.version.script, records, play.seed)
        match chance.choice(["press", "press", "press", "again", "made up", "leave", "return"]):
            case "press" if model.moment is not None:
                shown = chance.choice(model.shown_replies(model.moment))
                number, key = model.next_number, shown.key
            case "again" if sent:
                number, key = chance.choice(sent)
            case "made up":
                number, key = chance.randint(-1, 9), chance.choice(["", "9", "x", "1"])
            case "leave":
                withdraw(place, at=at)
                is_here = False
                continue
            case _:
                enrol(place.learner, course, at=at)
                is_here = True
                continue
        expected = turn_expected(model, number, key) if is_here else None
        try:
            walk = take_turn(play, number, key, at=at)
        except (AnsweredAlready, ReplyUnknown, PlayClosed, EnrolmentClosed):
            assert expected is None
        else:
            if expected is not None:
                records.append(expected)
                sent.append((number, key))
            assert list(walk.records) == records
    stored = afresh(tabs[0])
    walk = Walk.of(stored.version.script, records, stored.seed)
    assert list(stored.read_walk().records) == records
    assert Turn.objects.filter(play=stored).count() == len(records)
    assert stored.outcome == (walk.outcome if walk.ending else "")
    assert (stored.state == "closed") == walk.is_settled
    reached = walk.is_settled and walk.outcome in {"strong", "okay"}
    assert ReachedEnding.objects.filter(enrolment=place).exists() == reached
    done = Completion.objects.filter(enrolment=place, page_key=talk.translation_key)
    assert done.exists() == reached


def test_a_press_that_was_sent_again_long_after_the_end_is_still_no_error(place, talk):
    play = begin_play(place, talk, at=NOON)
    presses = []
    while (walk := play.read_walk()).moment is not None:
        presses.append((walk.next_number, best_key(walk)))
        take_turn(play, *presses[-1], at=NOON)
    for number, key in [*presses, *reversed(presses)]:
        assert take_turn(afresh(play), number, key, at=NOON + 100 * HOUR).is_settled
    assert Turn.objects.count() == len(presses)
    assert ReachedEnding.objects.count() == 1


def test_every_refusal_is_a_whole_sentence_that_blames_nobody(place, talk):
    play = begin_play(place, talk, at=NOON)
    refusals = []
    for number, key in ((1, "nonsense"), (7, "1"), (0, "")):
        with pytest.raises(CoursesError) as refusal:
            take_turn(play, number, key, at=NOON)
        refusals.append(str(refusal.value))
    for words in refusals:
        assert words.endswith(".")
        assert "%(" not in words
        assert not {"wrong", "error", "invalid", "fail"} & set(words.lower().split())


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_of_many_who_begin_at_once_all_land_on_one_play(self, place, talk):
        plays = at_once(12, lambda _: begin_play(place, talk, at=NOON).pk)
        assert len(set(plays)) == 1
        assert Play.objects.count() == ScriptVersion.objects.count() == 1

    def test_of_many_who_begin_afresh_at_once_one_stays_open(self, place, talk):
        begun = making.play(place, talk, "0")
        plays = at_once(8, lambda _: begin_play(place, talk, at=NOON, afresh=True).pk)
        assert len(set(plays)) == 1
        assert set(plays) != {begun.pk}
        assert Play.objects.filter(state="open").count() == 1
        assert Turn.objects.filter(play=begun).count() == 1

    def test_of_many_presses_of_two_replies_one_counts(self, place, talk):
        play = begin_play(place, talk, at=NOON)
        walk = play.read_walk()
        keys = [shown.key for shown in walk.shown_replies(walk.moment)]

        def press(number):
            return take_turn(afresh(play), 1, keys[number % 2], at=NOON).records

        answers = at_once(12, press)
        taken = [answer for answer in answers if isinstance(answer, tuple)]
        told = [answer for answer in answers if isinstance(answer, AnsweredAlready)]
        assert len(taken) + len(told) == 12
        assert len(set(taken)) == 1
        assert len(taken) >= 6
        assert Turn.objects.count() == 1

    def test_of_many_last_presses_one_ending_is_reached(self, place, talk):
        play = making.play(place, talk, "2")
        key = best_key(play.read_walk())
        answers = at_once(10, lambda _: take_turn(afresh(play), 2, key, at=NOON).is_settled)
        assert answers == [True] * 10
        assert ReachedEnding.objects.count() == 1
        assert Completion.objects.filter(page_key=talk.translation_key).count() == 1
        assert connection.in_atomic_block is False
