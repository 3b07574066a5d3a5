"""Beginning, answering and reaching: idempotent, frozen, and counted once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.attempting import save_responses, submit_attempt
from courses.enrolling import withdraw
from courses.exceptions import EnrolmentClosed, StepIsAway
from courses.models import Completion
from courses.outlines import progress_of
from practice.done_steps import find_done_steps
from practice.exceptions import (
    AnsweredAlready,
    ConversationAway,
    ConversationLocked,
    PlayClosed,
    ReplyUnknown,
)
from practice.models import Play, ReachedEnding, ScriptVersion, Turn
from practice.playing import begin_play, take_turn
from tests import make
from tests.make import DAY, HOUR, NOON
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
    return make.enrolment(make.user(), course)


def key_of(play, worth=2):
    walk = play.read_walk()
    return next(s.key for s in walk.shown_replies(walk.moment) if s.reply.worth == worth)


def test_beginning_twice_goes_on_with_the_same_play(place, talk):
    first = begin_play(place, talk, at=NOON)
    assert begin_play(place, talk, at=NOON + HOUR) == first
    assert Play.objects.get().number == 1


def test_what_was_begun_stays_as_it_was_however_the_conversation_is_rewritten(place, talk):
    begun = begin_play(place, talk, at=NOON)
    talk.conversation.put_script(short_script(title="Another door"))
    talk.conversation.save()
    again = Play.objects.get(pk=begun.pk).read_walk().script
    assert again.title == "At the door"
    assert len(again.moments) == 2


def test_the_same_words_are_stored_once(course, talk):
    for _ in range(3):
        begin_play(make.enrolment(make.user(), course), talk, at=NOON)
    assert ScriptVersion.objects.count() == 1
    talk.conversation.aim = "Another aim."
    talk.conversation.save()
    begin_play(make.enrolment(make.user(), course), talk, at=NOON)
    assert ScriptVersion.objects.count() == 2


def test_a_turn_that_is_sent_twice_is_taken_once(place, talk):
    play = begin_play(place, talk, at=NOON)
    key = key_of(play)
    first = take_turn(play, 1, key, at=NOON)
    again = take_turn(play, 1, key, at=NOON + HOUR)
    assert first.records == again.records
    assert Turn.objects.get().at == NOON


def test_another_reply_to_the_same_turn_changes_nothing(place, talk):
    play = begin_play(place, talk, at=NOON)
    other = key_of(play, 0)
    take_turn(play, 1, key_of(play), at=NOON)
    for number, key in ((1, other), (1, "nonsense"), (5, "1"), (0, "1")):
        with pytest.raises(AnsweredAlready) as refusal:
            take_turn(play, number, key, at=NOON)
        assert "It goes on from there" in str(refusal.value)
    assert Turn.objects.count() == 1


def test_going_back_after_the_end_is_no_error_and_adds_nothing(place, talk):
    play = begin_play(place, talk, at=NOON)
    first = key_of(play)
    take_turn(play, 1, first, at=NOON)
    take_turn(play, 2, key_of(play), at=NOON)
    assert take_turn(play, 1, first, at=NOON + DAY).is_settled
    with pytest.raises(PlayClosed):
        take_turn(play, 3, "1", at=NOON + DAY)
    assert Turn.objects.count() == 2


@pytest.mark.parametrize("key", ["", "0", "9", "best", "1 "])
def test_what_is_no_reply_is_refused_kindly(place, talk, key):
    play = begin_play(place, talk, at=NOON)
    with pytest.raises(ReplyUnknown) as refusal:
        take_turn(play, 1, key, at=NOON)
    assert "There is no hurry" in str(refusal.value)
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("worths", "outcome", "state"),
    [
        ("22", "strong", "closed"),
        ("02", "okay", "closed"),
        ("12", "strong", "closed"),
        ("21", "okay", "open"),
        ("20", "try again", "open"),
        ("202", "try again", "closed"),
        ("212", "okay", "closed"),
        ("2", "", "open"),
    ],
)
def test_how_it_closes(place, talk, worths, outcome, state):
    play = making.play(place, talk, worths)
    assert (play.outcome, play.state) == (outcome, state)
    assert (play.closed_at is not None) == (state == "closed")
    reached = state == "closed" and outcome != "try again"
    assert ReachedEnding.objects.exists() == reached
    assert Completion.objects.filter(page_key=talk.translation_key).exists() == reached


def test_an_ending_of_each_outcome_is_kept_once_the_first(place, talk):
    making.play(place, talk, "22", at=NOON)
    making.play(place, talk, "22", at=NOON + DAY)
    making.play(place, talk, "212", at=NOON + 2 * DAY)
    rows = list(ReachedEnding.objects.order_by("pk").values_list("outcome", "reached_at"))
    assert rows == [("strong", NOON), ("okay", NOON + 2 * DAY)]
    assert [play.number for play in Play.objects.order_by("number")] == [1, 2, 3]


def test_beginning_afresh_leaves_the_open_one_and_keeps_its_turns(place, talk):
    play = making.play(place, talk, "0")
    fresh = begin_play(place, talk, at=NOON, afresh=True)
    assert fresh != play
    play.refresh_from_db()
    assert play.state == Play.State.LEFT
    assert play.turns.count() == 1
    assert begin_play(place, talk, at=NOON, afresh=True) == fresh, "nothing was said in it yet"
    with pytest.raises(PlayClosed):
        take_turn(play, 2, "1", at=NOON)


def test_a_place_that_closed_begins_and_answers_nothing(place, talk):
    play = begin_play(place, talk, at=NOON)
    withdraw(place, at=NOON)
    place.refresh_from_db()
    with pytest.raises(EnrolmentClosed):
        begin_play(place, talk, at=NOON)
    play = Play.objects.select_related("enrolment").get(pk=play.pk)
    with pytest.raises(EnrolmentClosed):
        take_turn(play, 1, key_of(play), at=NOON)
    assert not Turn.objects.exists()


def test_a_conversation_that_is_a_draft_is_not_begun_and_is_gone_on_with(course, place, talk):
    begun = begin_play(place, talk, at=NOON)
    talk.conversation.unpublish()
    talk.conversation.refresh_from_db()
    other = make.enrolment(make.user(), course)
    with pytest.raises(ConversationAway) as refusal:
        begin_play(other, talk, at=NOON)
    assert "being worked on" in str(refusal.value)
    assert begin_play(place, talk, at=NOON) == begun


def test_one_that_waits_for_its_module_says_for_what():
    course = make.course()
    first, second = make.module(course), make.module(course)
    lesson = make.lesson(first)
    talk = making.conversation_page(second)
    make.lesson(second)
    make.edition(course)
    place = make.enrolment(make.user(), course)
    with pytest.raises(ConversationLocked, match=lesson.title):
        begin_play(place, talk, at=NOON)
    assert not Play.objects.exists()


def test_one_that_is_away_says_so(course, place, talk):
    type(talk).objects.get(pk=talk.pk).unpublish()
    talk.refresh_from_db()
    with pytest.raises(StepIsAway):
        begin_play(place, talk, at=NOON)


def test_a_conversation_that_must_be_done_is_waited_for(course):
    talk = making.conversation_page(course.get_first_child().specific, required=True)
    make.edition(course)
    place = make.enrolment(make.user(), course)
    assert [step.key for step in progress_of(place).left][-1] == talk.translation_key
    making.play(place, talk, "22")
    assert talk.translation_key not in [step.key for step in progress_of(place).left]


def test_a_conversation_and_a_quiz_of_the_same_number_are_two_things():
    """Primary keys of two tables meet: what is done by one says nothing of the other."""
    course = make.course(order="free")
    module = make.module(course)
    make.lesson(module)
    quiz_page = make.quiz_page(module)
    talk = making.conversation_page(module, making.conversation(pk=quiz_page.quiz_id))
    assert talk.subject_id == quiz_page.subject_id
    make.edition(course)
    talker, sitter = make.enrolment(make.user(), course), make.enrolment(make.user(), course)
    making.play(talker, talk, "22")
    attempt = make.attempt(sitter, quiz_page)
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    for place, done, other in ((talker, talk, quiz_page), (sitter, quiz_page, talk)):
        progress = progress_of(place)
        assert progress.is_done(done.translation_key)
        assert not progress.is_done(other.translation_key)
    from_here = find_done_steps(progress.outline, [talker.pk, sitter.pk])
    assert dict(from_here) == {talker.pk: {talk.translation_key}}


def test_what_was_reached_before_it_was_declared_counts_then(course):
    place = make.enrolment(make.user(), course)
    conversation = making.conversation()
    module = course.get_first_child().specific
    first = making.conversation_page(module, conversation)
    make.edition(course)
    making.play(place, first, "22")
    talk = making.conversation_page(module, conversation)
    make.edition(course)
    assert progress_of(place).is_done(talk.translation_key)


def test_the_database_holds_one_open_play_and_closes_none_without_an_outcome(place, talk):
    play = begin_play(place, talk, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Play.objects.create(
            enrolment=place,
            conversation=talk.conversation,
            version=play.version,
            page_key=talk.translation_key,
            number=2,
            seed=1,
            begun_at=NOON,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Play.objects.filter(pk=play.pk).update(state="closed")
