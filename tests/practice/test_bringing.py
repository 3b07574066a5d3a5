"""A try that was made without a connection: taken over once, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enrolling import withdraw
from courses.exceptions import EnrolmentClosed
from courses.models import Completion
from courses.outlines import progress_of
from people.models import SetAsideForm
from people.page_owners import stamp_for
from practice.bringing import MOST_TURNS, BroughtPlay, GivenReply, bring_play
from practice.exceptions import (
    AnsweredAlready,
    ConversationChanged,
    ConversationLocked,
    PlayClosed,
    ReplyUnknown,
)
from practice.models import DueReturn, Play, ReachedEnding, Turn
from practice.playing import begin_play, digest_of
from practice.walking import TurnRecord, Walk
from tests import make
from tests.courses.reading import signed_in
from tests.make import HOUR, NOON
from tests.practice import making
from tests.practice.writing import short_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    course = make.course(order="free")
    make.lesson(make.module(course))
    return type(course).objects.get(pk=course.pk)


@pytest.fixture
def talk(course):
    talk = making.conversation_page(course.get_first_child().specific)
    make.edition(course)
    return talk


@pytest.fixture
def place(course, talk):
    return make.enrolment(make.user(), course, at=NOON)


def replies_of(script, worths):
    """What a phone remembers of somebody who gave replies of these worths, one after the other."""
    records = []
    for number, worth in enumerate(worths, start=1):
        moment = Walk.of(script, records, 0).moment
        place = [reply.worth for reply in moment.replies].index(int(worth))
        records.append(TurnRecord(number, moment.name, place, Walk.of(script, records, 0).is_again))
    return tuple(GivenReply(record.moment, record.reply) for record in records)


def brought(talk, worths, **fields):
    script = talk.conversation.script
    values = {"id": uuid4(), "digest": digest_of(talk.conversation)}
    return BroughtPlay(**{**values, **fields}, replies=replies_of(script, worths))


def bring(place, talk, play, at=NOON):
    return bring_play(place, talk, progress_of(place), play, at=at)


@pytest.mark.parametrize(
    ("worths", "outcome", "state"),
    [
        ("", "", "open"),
        ("2", "", "open"),
        ("22", "strong", "closed"),
        ("02", "okay", "closed"),
        ("21", "okay", "open"),
        ("202", "try again", "closed"),
        ("212", "okay", "closed"),
    ],
)
def test_it_closes_as_one_that_was_played_on_the_site(place, talk, worths, outcome, state):
    play = bring(place, talk, brought(talk, worths))
    play.refresh_from_db()
    assert (play.outcome, play.state) == (outcome, state)
    assert play.turns.count() == len(worths)
    reached = state == "closed" and outcome != "try again"
    assert ReachedEnding.objects.exists() == reached
    assert Completion.objects.filter(page_key=talk.translation_key).exists() == reached
    assert [turn.is_again for turn in play.turns.all()] == [n > 1 for n in range(len(worths))]


def test_the_same_is_here_once_however_often_it_is_brought(place, talk):
    play = brought(talk, "22")
    first = bring(place, talk, play)
    returns = DueReturn.objects.count()
    assert bring(place, talk, play, at=NOON + HOUR) == first
    assert Play.objects.count() == 1
    assert Turn.objects.count() == 2
    assert Turn.objects.filter(at=NOON).count() == 2
    assert ReachedEnding.objects.count() == 1
    assert DueReturn.objects.count() == returns


def test_what_is_new_of_it_is_added(place, talk):
    whole = brought(talk, "22")
    bring(place, talk, replace(whole, replies=whole.replies[:1]))
    play = bring(place, talk, whole, at=NOON + HOUR)
    assert list(play.turns.values_list("number", "at")) == [(1, NOON), (2, NOON + HOUR)]
    assert bring(place, talk, replace(whole, replies=whole.replies[:1])) == play
    assert play.turns.count() == 2, "an older page takes nothing back"


def test_an_open_try_is_left_for_it_and_keeps_its_turns(place, talk):
    open_play = making.play(place, talk, "0")
    play = bring(place, talk, brought(talk, "2"))
    open_play.refresh_from_db()
    assert open_play.state == Play.State.LEFT
    assert open_play.turns.count() == 1
    assert play.number == 2
    assert begin_play(place, talk, at=NOON) == play, "it is gone on with on the site"


def test_another_reply_to_a_turn_that_is_here_takes_nothing(place, talk):
    one = brought(talk, "2")
    bring(place, talk, one)
    with pytest.raises(AnsweredAlready):
        bring(place, talk, brought(talk, "02", id=one.id))
    assert Turn.objects.count() == 1


def test_what_was_left_for_another_is_not_gone_on_with(place, talk):
    whole = brought(talk, "22")
    bring(place, talk, replace(whole, replies=whole.replies[:1]))
    begin_play(place, talk, at=NOON, afresh=True)
    with pytest.raises(PlayClosed):
        bring(place, talk, whole)
    assert Turn.objects.count() == 1


@pytest.mark.parametrize(
    "reply",
    [
        GivenReply("n2", 0),
        GivenReply("nowhere", 0),
        GivenReply("n1", 3),
        GivenReply("strong", 0),
    ],
)
def test_what_no_page_could_have_offered_leaves_nothing_behind(place, talk, reply):
    with pytest.raises(ReplyUnknown):
        bring(place, talk, replace(brought(talk, ""), replies=(reply,)))
    assert not Play.objects.exists()
    with pytest.raises(ReplyUnknown):
        bring(place, talk, replace(brought(talk, ""), replies=(reply,) * (MOST_TURNS + 1)))


def test_nothing_is_added_after_the_end(place, talk):
    whole = brought(talk, "22")
    more = replace(whole, replies=(*whole.replies, GivenReply("n1", 0)))
    with pytest.raises(ReplyUnknown):
        bring(place, talk, more)
    assert not Turn.objects.exists()


def test_the_id_of_somebody_elses_try_leads_nowhere(course, place, talk):
    theirs = bring(place, talk, brought(talk, "2"))
    other = make.enrolment(make.user(), course, at=NOON)
    with pytest.raises(ReplyUnknown):
        bring(other, talk, brought(talk, "22", id=theirs.pk))
    assert Turn.objects.count() == 1


def test_words_that_changed_are_taken_only_where_they_are_on_record(course, place, talk):
    old = brought(talk, "22")
    same_words = brought(talk, "2")
    talk.conversation.put_script(short_script(title="Another door"))
    talk.conversation.save()
    with pytest.raises(ConversationChanged) as refusal:
        bring(place, talk, old)
    assert "Nothing counts against you" in str(refusal.value)
    assert not Play.objects.exists()
    talk.conversation.put_script(short_script())
    talk.conversation.save()
    begin_play(make.enrolment(make.user(), course, at=NOON), talk, at=NOON)
    talk.conversation.put_script(short_script(title="Another door"))
    talk.conversation.save()
    play = bring(place, talk, same_words)
    assert play.version.script.title == "At the door"


def test_a_closed_place_and_a_locked_conversation_take_nothing(place, talk):
    play = brought(talk, "2")
    withdraw(place, at=NOON)
    place.refresh_from_db()
    with pytest.raises(EnrolmentClosed):
        bring(place, talk, play)
    course = make.course()
    first, second = make.module(course), make.module(course)
    make.lesson(first)
    locked = making.conversation_page(second)
    make.lesson(second)
    make.edition(course)
    other = make.enrolment(make.user(), course, at=NOON)
    with pytest.raises(ConversationLocked):
        bring(other, locked, brought(locked, "2"))
    assert not Play.objects.exists()


# Its address ------------------------------------------------------------------------------


@pytest.fixture
def here(course, talk):
    return make.enrolment(make.user(), course, at=timezone.now() - timedelta(days=1))


def fields_of(play):
    replies = [[reply.moment, reply.place] for reply in play.replies]
    return {"play": str(play.id), "digest": play.digest, "replies": json.dumps(replies)}


def send(browser, talk, fields, script=True):
    headers = {"Accept": "application/json"} if script else {}
    address = reverse("practice:bring", args=[talk.translation_key])
    return browser.post(address, fields, headers=headers)


def test_a_script_is_told_where_it_is(here, talk):
    play = brought(talk, "22")
    for _ in range(2):
        answer = send(signed_in(here.learner), talk, fields_of(play))
        assert answer.json() == {"state": "saved", "url": f"/practice/{play.id}/"}
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert Turn.objects.count() == 2


def test_a_form_that_was_set_aside_leads_to_it(here, talk):
    play = brought(talk, "2")
    answer = send(signed_in(here.learner), talk, fields_of(play), script=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/practice/{play.id}/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"replies": "x"},
        {"replies": "3"},
        {"replies": "[[1, 2]]"},
        {"replies": '[["n1", true]]'},
        {"replies": '[["n1", -1]]'},
        {"replies": '[["n1", 0, 0]]'},
        {"replies": "[" * 5000},
        {"play": "x"},
        {"play": ""},
    ],
)
def test_what_is_no_try_is_refused_in_words(here, talk, wrong):
    fields = {**fields_of(brought(talk, "2")), **wrong}
    answer = send(signed_in(here.learner), talk, fields)
    assert answer.status_code == 409
    assert answer.json()["state"] == "refused"
    assert "There is no hurry" in answer.json()["message"]
    page = send(signed_in(here.learner), talk, fields, script=False)
    assert page.headers["Location"] == talk.get_url()
    assert not Play.objects.exists()


def test_who_has_no_place_finds_nothing_and_a_visitor_signs_in_first(here, talk):
    fields = fields_of(brought(talk, "2"))
    assert send(signed_in(make.user()), talk, fields).status_code == 404
    visitor = make.user()
    browser = signed_in(visitor)
    browser.logout()
    stamped = {**fields, "made_for": stamp_for(here.learner)}
    answer = send(browser, talk, stamped)
    assert answer.status_code == 401
    assert SetAsideForm.objects.get().owner == here.learner
    assert not Play.objects.exists()
