"""Recordings of lines: heard in their place, frozen with the play, and for those who may open it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ReferenceIndex
from wagtailmedia.models import Media

from courses.exceptions import NotPublishable, StillInUse
from practice.blocks import RecordingBlock
from practice.checking import problems_of_script
from practice.hearing import pages_with_sound
from practice.lines import read_lines, write_lines
from practice.models import Conversation, FrozenSound, Play
from practice.playing import digest_of, freeze
from practice.scripts import STRONG, Script
from practice.sounds import address_of, addresses_of, lines_of, place_of, titles_of, words_at
from practice.wording import Wording, texts_by_place, with_texts
from tests import make
from tests.make import NOON
from tests.practice import making
from tests.practice.in_spanish import ES, spanish_words
from tests.practice.writing import short_script

pytestmark = pytest.mark.django_db
PERSONS = "n:words:n1"


def recording(title="Yusra at the door"):
    return Media.objects.create(
        title=title[:100], type="audio", duration=3, file=ContentFile(title.encode(), "line.mp3")
    )


def line(sound, kind="person", moment="n1", reply=None):
    return {"line": kind, "moment": moment, "reply": reply, "sound": sound}


def record(subject, *lines):
    """Put recordings on a conversation, or on its words, and publish it."""
    subject.recordings = [("recording", each) for each in lines]
    subject.save()
    subject.save_revision().publish()
    subject.refresh_from_db()
    ReferenceIndex.create_or_update_for_object(subject)
    return subject


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


def browser_of(person):
    client = Client()
    client.force_login(person)
    return client


def answer_of(client, sound):
    """What a browser is answered that asks for a recording; the file is closed again."""
    response = client.get(sound.file.url)
    for close in response._resource_closers:
        close()
    return response.status_code


def soup_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# Pure ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reply", "place"),
    [
        ("person", 0, "n:words:n1"),
        ("reply", 2, "r2:words:n1"),
        ("reaction", 3, "r3:reaction:n1"),
        ("retry", 0, "n:retry:n2"),
        ("ending", 0, f"e:words:{STRONG}"),
        ("debrief", 0, f"e:debrief:{STRONG}"),
    ],
)
def test_a_recording_is_of_the_same_place_as_the_text(kind, reply, place):
    assert place_of(kind, place.split(":")[2], reply) == place
    texts = texts_by_place(Wording(short_script()))
    assert words_at(short_script(), place) == texts[place]


def test_every_line_of_a_script_has_a_place_of_its_own():
    lines = list(lines_of(short_script()))
    assert len({place for place, _words in lines}) == len(lines) == 2 * 2 + 6 * 2 + 3 * 2
    texts = texts_by_place(Wording(short_script()))
    assert all(texts.get(place, "") == words for place, words in lines)
    assert words_at(short_script(), "n:words:n9") == ""


def test_a_script_without_recordings_is_stored_as_before_and_one_with_them_comes_back():
    plain = short_script()
    assert "sounds" not in plain.to_json()
    recorded = replace(plain, sounds=((PERSONS, 4), ("r1:words:n2", 5)))
    stored = json.loads(json.dumps(recorded.to_json()))
    assert Script.from_json(stored) == recorded
    assert Script.from_json(plain.to_json()) == plain


def test_words_of_another_language_have_none_of_the_first():
    recorded = replace(short_script(), sounds=((PERSONS, 4),))
    assert with_texts(Wording(recorded), {}).script.sounds == ()


@pytest.mark.parametrize(
    ("places", "kinds"),
    [
        ((PERSONS, "r1:words:n1", "r1:reaction:n2"), set()),
        (("n:words:n9",), {"no_line"}),
        (("r7:words:n1",), {"no_line"}),
        ((PERSONS, PERSONS), {"recorded_twice"}),
    ],
)
def test_a_recording_of_no_line_and_two_of_one_are_named(places, kinds):
    script = replace(short_script(), sounds=tuple((place, 1) for place in places))
    assert {problem.kind for problem in problems_of_script(script)} == kinds


# Written by a trainer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reply", "words"),
    [
        ("person", 2, "This line is no reply and no reaction"),
        ("ending", 1, "This line is no reply and no reaction"),
        ("debrief", 1, "This line is no reply and no reaction"),
        ("retry", 1, "This line is no reply and no reaction"),
        ("return", 1, "This line is no reply and no reaction"),
        ("reply", None, "Say of which reply it is."),
        ("return_reply", None, "Say of which reply it is."),
        ("reaction", None, "Say of which reply it is."),
    ],
)
def test_the_block_says_which_reply_is_meant(kind, reply, words):
    block = RecordingBlock()
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python({**line(recording().pk, kind, "n1", reply)}))
    assert words in str(refusal.value.block_errors["reply"])


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        ("person", None), ("reply", 1), ("reaction", 3), ("retry", None), ("ending", None),
        ("debrief", None), ("return", None), ("return_reply", 2),
    ],
)  # fmt: skip
def test_the_block_takes_each_line(kind, reply):
    block, sound = RecordingBlock(), recording()
    assert block.clean(block.to_python(line(sound.pk, kind, "n1", reply)))["sound"] == sound


def test_a_recording_of_a_line_that_is_not_there_is_not_published(step):
    subject = step.conversation
    subject.recordings = [("recording", line(recording(), moment="n9"))]
    with pytest.raises(NotPublishable, match="A recording is of a line that is not here"):
        subject.save_revision().publish()


def test_a_recording_in_use_is_not_deleted(step):
    sound = recording()
    record(step.conversation, line(sound))
    with pytest.raises(StillInUse), transaction.atomic():
        sound.delete()
    assert Media.objects.filter(pk=sound.pk).exists()


# Heard ---------------------------------------------------------------------------------------


def test_each_line_of_a_play_names_its_recording(step, place):
    theirs, yours, reaction = (recording(name) for name in ("theirs", "yours", "reaction"))
    record(
        step.conversation,
        line(theirs),
        line(yours, "reply", "n1", 2),
        line(reaction, "reaction", "n1", 2),
        line(recording("other"), moment="n2"),
    )
    play = making.play(place, step, "")
    client = browser_of(place.learner)
    page = soup_of(client, reverse("practice:play", args=[play.pk]))
    assert page.select_one(".talk__line--now .talk__words")["data-sound"] == theirs.file.url
    sounds = {
        each.get_text(strip=True): each.get("data-sound") for each in page.select(".talk__reply")
    }
    best = step.conversation.script.moments[0].replies[1].words
    assert sounds.pop(best) == yours.file.url
    assert set(sounds.values()) == {None}
    making.play(place, step, "22")
    done = making.play(place, step, "22", afresh=True)
    page = soup_of(client, reverse("practice:play", args=[done.pk]))
    path = [each.get("data-sound") for each in page.select("#path [data-sound]")]
    assert path[:2] == [theirs.file.url, yours.file.url]
    whole = soup_of(client, reverse("practice:text", args=[step.translation_key]))
    assert len(whole.select("#whole [data-sound]")) == 4


def test_a_conversation_without_recordings_asks_for_none(step, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert addresses_of(step.conversation.script) == {}
    moment = step.conversation.script.moments[0]
    assert address_of({}, moment) == ""
    assert address_of({"r2:words:n1": "/x"}, moment, moment.replies[1], "reply") == "/x"


def test_many_recordings_cost_one_query(step, django_assert_num_queries):
    record(step.conversation, line(recording("a")), line(recording("b"), moment="n2"))
    script = step.conversation.script
    with django_assert_num_queries(1):
        assert len(addresses_of(script)) == 2
    with django_assert_num_queries(1):
        assert set(titles_of(script.sounds).values()) == {"a", "b"}


# Frozen --------------------------------------------------------------------------------------


def test_a_play_keeps_the_recording_that_it_began_with(step, place):
    first, second = recording("first"), recording("second")
    record(step.conversation, line(first))
    play = making.play(place, step, "")
    record(step.conversation, line(second))
    client = browser_of(place.learner)
    page = soup_of(client, reverse("practice:play", args=[play.pk]))
    assert page.select_one(".talk__line--now .talk__words")["data-sound"] == first.file.url
    assert answer_of(client, first) == 200
    assert FrozenSound.objects.get().sound == first


def test_another_recording_is_another_version_and_the_same_is_not(step):
    before = digest_of(step.conversation)
    record(step.conversation, line(recording()))
    assert digest_of(step.conversation) != before
    assert freeze(step.conversation, at=NOON) == freeze(step.conversation, at=NOON)
    assert FrozenSound.objects.count() == 1


def test_a_voice_that_is_taken_back_is_gone_from_old_plays_too(step, place):
    sound = recording()
    record(step.conversation, line(sound))
    play = making.play(place, step, "")
    record(step.conversation)
    Media.objects.get(pk=sound.pk).delete()
    page = soup_of(browser_of(place.learner), reverse("practice:play", args=[play.pk]))
    assert not page.select("[data-sound]")
    assert page.select_one(".talk__line--now .talk__words").get_text(strip=True)
    assert not FrozenSound.objects.exists()
    assert Play.objects.filter(pk=play.pk).exists()


# Who may hear it -----------------------------------------------------------------------------


def test_those_who_may_open_the_conversation_hear_it_and_nobody_else(step, place):
    sound = recording()
    record(step.conversation, line(sound))
    assert pages_with_sound(sound) == {step.pk}
    assert answer_of(browser_of(place.learner), sound) == 200
    assert answer_of(Client(), sound) == 404
    assert answer_of(browser_of(make.user()), sound) == 404
    type(place).objects.update(withdrawn_at=NOON)
    assert answer_of(browser_of(place.learner), sound) == 404


def test_a_recording_that_no_conversation_has_is_nobodys(step, place):
    sound = recording()
    assert pages_with_sound(sound) == set()
    assert answer_of(browser_of(place.learner), sound) == 404
    film = Media(title="Film", type="video", duration=1)
    assert pages_with_sound(film) == set()


# In another language -------------------------------------------------------------------------


def test_words_of_a_language_have_recordings_of_their_own(step, place):
    english, spanish = recording("english"), recording("spanish")
    record(step.conversation, line(english))
    record(spanish_words(step.conversation), line(spanish))
    play = making.play(place, step, "")
    assert addresses_of(play.script_in("en")) == {PERSONS: english.file.url}
    assert addresses_of(play.script_in(ES)) == {PERSONS: spanish.file.url}
    assert answer_of(browser_of(place.learner), spanish) == 200
    assert FrozenSound.objects.count() == 2


def test_words_without_recordings_play_none_of_the_first_language(step, place):
    record(step.conversation, line(recording()))
    spanish_words(step.conversation)
    assert addresses_of(making.play(place, step, "").script_in(ES)) == {}


# Given out and taken in ------------------------------------------------------------------------


def test_lines_name_a_recording_without_its_file_and_say_so(step, trainer):
    subject = step.conversation
    record(subject, line(recording()))
    lines = trainer.get(reverse("conversations:give_out", args=[subject.pk])).content.decode()
    [written] = read_lines(lines)
    assert written.recordings == {PERSONS: "Yusra at the door"}
    assert "line.mp3" not in lines
    assert "/media/" not in lines
    assert read_lines(write_lines([written])) == [written]
    fresh = lines.replace(f'"{subject.code}"', '"NEW1"')
    answer = trainer.post(reverse("conversations:bring_in"), {"lines": fresh}, follow=True)
    page = answer.content.decode()
    assert "The lines name one recording and do not hold its file: Yusra at the door." in page
    assert not list(Conversation.objects.get(code="NEW1").recordings)


def test_taking_the_same_in_again_keeps_its_recordings(step, trainer):
    subject = record(step.conversation, line(recording()))
    lines = trainer.get(reverse("conversations:give_out", args=[subject.pk])).content.decode()
    trainer.post(reverse("conversations:bring_in"), {"lines": lines})
    assert Conversation.objects.get(pk=subject.pk).get_latest_revision_as_object().script.sounds


def test_lines_without_recordings_say_nothing_of_them(step, trainer):
    url = reverse("conversations:give_out", args=[step.conversation.pk])
    lines = trainer.get(url).content.decode()
    assert "recordings" not in lines
    page = trainer.post(reverse("conversations:bring_in"), {"lines": lines}, follow=True)
    assert "do not hold" not in page.content.decode()


# Without a connection --------------------------------------------------------------------------


def test_a_copy_holds_the_recordings_and_says_how_large_they_are(course, step, place):
    client = browser_of(place.learner)
    module = step.get_parent()
    url = reverse("offline_contents", args=[module.translation_key])
    before = client.get(url).json()
    sound = recording("long " * 400)
    record(step.conversation, line(sound), line(sound, moment="n2"))
    make.edition(course)
    after = client.get(url).json()
    assert after["files"].count(sound.file.url) == 1
    assert after["bytes"] - before["bytes"] >= sound.file.size
    assert after["version"] != before["version"]
    keys = [module.translation_key, step.translation_key]
    page = soup_of(client, reverse("offline_conversation", args=keys))
    assert page.select_one("#now").has_attr("data-has-sounds")
    script = json.loads(page.find(id="script").string)
    assert script["addresses"] == {PERSONS: sound.file.url, "n:words:n2": sound.file.url}
