"""Recordings of endings, and of one-minute replies: named, heard, in each language, and for whom."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.exceptions import NotPublishable
from practice.checking import problems_of_return_sounds, problems_of_script
from practice.hearing import pages_with_sound
from practice.in_language import return_sounds_in_language
from practice.lines import read_lines
from practice.models import DueReturn, FrozenSound
from practice.models.words import wording_of
from practice.playing import digest_of
from practice.return_reading import read_return
from practice.scripts import STRONG
from practice.sounds import (
    addresses_in,
    as_of_moment,
    is_of_return,
    lines_of_return,
    place_of,
    return_sounds_in,
    script_sounds_in,
)
from practice.wording import texts_by_place
from tests import make
from tests.make import NOON
from tests.practice import making
from tests.practice.in_spanish import ES, spanish_words
from tests.practice.test_recordings import (
    answer_of,
    browser_of,
    line,
    record,
    recording,
    soup_of,
)
from tests.practice.writing import short_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.course(order="free")


@pytest.fixture
def step(course):
    step = making.conversation_page(make.module(course))
    make.edition(course)
    return step


@pytest.fixture
def place(course, step):
    return make.enrolment(make.user(), course, at=NOON)


@pytest.fixture
def due(place, step):
    return making.due_return(place, step)


def page_of(row):
    client = browser_of(row.enrolment.learner)
    return soup_of(client, reverse("practice:return", args=[row.pk]))


def sounds_on(page, selector):
    return {each.get_text(strip=True): each.get("data-sound") for each in page.select(selector)}


# Pure ----------------------------------------------------------------------------------------


def test_a_line_of_a_one_minute_reply_is_of_the_same_place_as_its_text(due):
    texts = texts_by_place(wording_of(due.conversation))
    lines = dict(lines_of_return(due.item.code, due.item.moment))
    assert len(lines) == 1 + 3
    assert all(texts[place] == words for place, words in lines.items())
    assert all(is_of_return(place) for place in lines)


@pytest.mark.parametrize(
    ("kind", "reply", "is_return"),
    [
        ("person", 0, False), ("reply", 1, False), ("reaction", 1, False), ("retry", 0, False),
        ("ending", 0, False), ("debrief", 0, False), ("return", 0, True), ("return_reply", 1, True),
    ],
)  # fmt: skip
def test_what_is_frozen_with_a_play_is_told_from_what_is_not(kind, reply, is_return):
    assert is_of_return(place_of(kind, "x1", reply)) is is_return


def test_recordings_of_one_stand_at_the_places_of_its_moment():
    sounds = (
        ("b:words:LC1.1", 1),
        ("c2:words:LC1.1", 2),
        ("c2:words:LC1.2", 3),
        ("n:words:LC1.1", 4),
        ("e:words:LC1.1", 5),
    )
    assert as_of_moment(sounds, "LC1.1", "m") == (("n:words:m", 1), ("r2:words:m", 2))
    assert as_of_moment(sounds, "LC1", "m") == ()


@pytest.mark.parametrize(
    ("places", "kinds"),
    [
        ((f"e:words:{STRONG}", f"e:debrief:{STRONG}", "n:retry:n2"), set()),
        (("e:words:nowhere",), {"no_line"}),
        (("n:retry:n1",), {"no_line"}),  # it has no kind words: it is no red line
        ((f"e:words:{STRONG}", f"e:words:{STRONG}"), {"recorded_twice"}),
    ],
)
def test_a_recording_of_no_ending_and_two_of_one_are_named(places, kinds):
    script = replace(short_script(), sounds=tuple((place, 1) for place in places))
    assert {problem.kind for problem in problems_of_script(script)} == kinds


def test_a_recording_of_no_one_minute_reply_and_two_of_one_are_named(due):
    returns, code = wording_of(due.conversation).returns, due.item.code
    sound, twice = (f"b:words:{code}", 1), (f"c1:words:{code}", 1)
    assert problems_of_return_sounds(returns, (sound, twice)) == []
    [other] = problems_of_return_sounds(returns, (("b:words:LC9.9", 1),))
    assert (other.kind, other.at) == ("no_line", "LC9.9")
    [again] = problems_of_return_sounds(returns, (twice, twice))
    assert (again.kind, again.at) == ("recorded_twice", code)
    [beyond] = problems_of_return_sounds(returns, ((f"c9:words:{code}", 1),))
    assert beyond.kind == "no_line"


def test_nothing_is_asked_where_nothing_is_recorded(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert addresses_in(()) == {}


# Endings -------------------------------------------------------------------------------------


def test_an_ending_is_heard_where_it_is_read(step, place):
    closing, looking_back = recording("closing"), recording("looking back")
    subject = record(
        step.conversation,
        line(closing, "ending", STRONG),
        line(looking_back, "debrief", STRONG),
    )
    ending = subject.script.ending(STRONG)
    done = making.play(place, step, "22")
    client = browser_of(place.learner)
    page = soup_of(client, reverse("practice:play", args=[done.pk]))
    wanted = {ending.words: closing.file.url, ending.debrief: looking_back.file.url}
    assert sounds_on(page, ".talk__end [data-sound]") == wanted
    # Listen reads the last reaction, the ending and the way.
    assert all(page.select_one(f"#close {part}") for part in ("#now", ".talk__end", "#path"))
    assert page.select_one("[data-listen=close]")
    whole = soup_of(client, reverse("practice:text", args=[step.translation_key]))
    assert sounds_on(whole, "#whole [data-sound]") == wanted
    assert answer_of(client, closing) == 200
    assert answer_of(Client(), closing) == 404


def test_the_kind_words_that_open_a_red_line_again_are_heard(step, place):
    kind = recording("kind")
    record(step.conversation, line(kind, "retry", "n2"))
    missed = making.play(place, step, "20")
    page = soup_of(browser_of(place.learner), reverse("practice:play", args=[missed.pk]))
    assert sounds_on(page, "[data-sound]") == {"Stand in it again.": kind.file.url}


def test_a_play_keeps_the_ending_that_it_began_with(step, place):
    first, second = recording("first"), recording("second")
    record(step.conversation, line(first, "ending", STRONG))
    done = making.play(place, step, "22")
    record(step.conversation, line(second, "ending", STRONG))
    page = soup_of(browser_of(place.learner), reverse("practice:play", args=[done.pk]))
    assert page.select_one(".talk__end [data-sound]")["data-sound"] == first.file.url
    assert FrozenSound.objects.get().sound == first


def test_an_ending_has_a_recording_of_its_own_in_another_language(step, place):
    english, spanish = recording("english"), recording("spanish")
    record(step.conversation, line(english, "ending", STRONG))
    record(spanish_words(step.conversation), line(spanish, "ending", STRONG))
    done = making.play(place, step, "22")
    client = browser_of(place.learner)
    address = reverse("practice:play", args=[done.pk])
    assert soup_of(client, address).select_one("[data-sound]")["data-sound"] == english.file.url
    client.cookies["django_language"] = ES
    assert done.script_in(ES).sounds == ((f"e:words:{STRONG}", spanish.pk),)


def test_a_copy_on_a_phone_holds_the_recording_of_an_ending(course, step, place):
    sound = recording("closing")
    record(step.conversation, line(sound, "ending", STRONG))
    make.edition(course)
    client = browser_of(place.learner)
    module = step.get_parent()
    contents = client.get(reverse("offline_contents", args=[module.translation_key])).json()
    assert sound.file.url in contents["files"]
    keys = [module.translation_key, step.translation_key]
    page = soup_of(client, reverse("offline_conversation", args=keys))
    script = json.loads(page.find(id="script").string)
    assert script["addresses"] == {f"e:words:{STRONG}": sound.file.url}


# One-minute replies --------------------------------------------------------------------------


def test_each_line_of_a_one_minute_reply_names_its_recording(due):
    theirs, yours = recording("theirs"), recording("yours")
    code = due.item.code
    record(
        due.conversation,
        line(theirs, "return", code),
        line(yours, "return_reply", code, 2),
    )
    page = page_of(due)
    assert page.select_one(".talk__line--now .talk__words")["data-sound"] == theirs.file.url
    sounds = sounds_on(page, ".talk__reply")
    assert sounds.pop(due.item.moment.replies[1].words) == yours.file.url
    assert set(sounds.values()) == {None}
    client = browser_of(due.enrolment.learner)
    shown = next(each for each in due.shown_replies if each.place == 1)
    client.post(reverse("practice:return", args=[due.pk]), {"reply": shown.key})
    given = page_of(due).select_one(".talk__line--you .talk__words")
    assert given["data-sound"] == yours.file.url


def test_a_recording_of_a_one_minute_reply_makes_no_other_version_of_its_conversation(due):
    before = digest_of(due.conversation)
    subject = record(due.conversation, line(recording(), "return", due.item.code))
    assert digest_of(subject) == before
    assert script_sounds_in(subject.recordings) == ()
    assert len(return_sounds_in(subject.recordings)) == len(subject.return_sounds) == 1


def test_one_of_another_code_is_not_heard_there(due, place, step):
    other = making.due_return(place, step)
    record(due.conversation, line(recording(), "return", other.item.code))
    assert not page_of(due).select("[data-sound]")
    assert page_of(other).select("[data-sound]")


def test_one_without_a_recording_costs_no_query_more(due, django_assert_num_queries):
    row = DueReturn.objects.select_related(
        "conversation", "item", "version", "words", "enrolment"
    ).get(pk=due.pk)
    read_return(row, "en", 7)
    with django_assert_num_queries(0):
        assert read_return(row, "en", 7).sounds == ()


def test_a_move_that_was_missed_is_heard_as_its_play_froze_it(step, place):
    first, second = recording("first"), recording("second")
    record(step.conversation, line(first), line(first, "reply", "n1", 1))
    making.play(place, step, "02")
    record(step.conversation, line(second))
    row = DueReturn.objects.get(moment_name="n1")
    page = page_of(row)
    assert page.select_one(".talk__line--now .talk__words")["data-sound"] == first.file.url
    assert len(page.select(".talk__reply[data-sound]")) == 1


def test_in_another_language_a_one_minute_reply_has_a_voice_of_its_own(due):
    english, spanish = recording("english"), recording("spanish")
    code = due.item.code
    record(due.conversation, line(english, "return", code))
    words = record(spanish_words(due.conversation), line(spanish, "return", code))
    assert words.return_sounds == ((f"b:words:{code}", spanish.pk),)
    with translation.override(ES):
        reading = read_return(due, ES, 11)
    assert reading.language == ES
    assert [pk for _place, pk in reading.sounds] == [spanish.pk]
    assert [pk for _place, pk in read_return(due, "en", 11).sounds] == [english.pk]


def test_words_without_a_voice_play_none_of_the_first_language(due):
    record(due.conversation, line(recording(), "return", due.item.code))
    spanish_words(due.conversation)
    assert read_return(due, ES, 12).language == ES
    assert read_return(due, ES, 12).sounds == ()


def test_the_voices_of_a_language_are_read_once(due, django_assert_num_queries):
    spanish = recording("spanish")
    record(spanish_words(due.conversation), line(spanish, "return", due.item.code))
    sounds = return_sounds_in_language(ES, 13)
    with django_assert_num_queries(0):
        assert return_sounds_in_language(ES, 13) == sounds


def test_those_who_may_open_the_conversation_hear_its_one_minute_replies(due, step):
    sound = recording()
    record(due.conversation, line(sound, "return", due.item.code))
    assert pages_with_sound(sound) == {step.pk}
    assert answer_of(browser_of(due.enrolment.learner), sound) == 200
    assert answer_of(browser_of(make.user()), sound) == 404
    assert answer_of(Client(), sound) == 404


def test_a_recording_of_a_one_minute_reply_that_is_not_there_is_not_published(step):
    subject = step.conversation
    subject.recordings = [("recording", line(recording(), "return", "LC9.9"))]
    with pytest.raises(NotPublishable, match=r"LC9\.9: A recording is of a line that is not here"):
        subject.save_revision().publish()


def test_words_with_a_recording_of_none_are_not_published_either(due):
    words = spanish_words(due.conversation)
    words.recordings = [("recording", line(recording(), "return", "LC9.9"))]
    with pytest.raises(NotPublishable, match=r"LC9\.9: A recording is of a line that is not here"):
        words.save_revision().publish()


def test_lines_name_the_recordings_of_endings_and_one_minute_replies(due, trainer):
    record(
        due.conversation,
        line(recording("the end"), "ending", STRONG),
        line(recording("back again"), "return", due.item.code),
    )
    url = reverse("conversations:give_out", args=[due.conversation.pk])
    [written] = read_lines(trainer.get(url).content.decode())
    assert written.recordings == {
        f"e:words:{STRONG}": "the end",
        f"b:words:{due.item.code}": "back again",
    }
