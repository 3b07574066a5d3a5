"""A conversation in the learner's language: begun, gone on with in another, and looked back on."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.models import Edition
from practice.fates import plays_of
from practice.in_language import names_in, returns_in, said_in
from practice.models import ConversationWords, DueReturn, Play, WordsVersion
from practice.playing import begin_play, freeze_words, take_turn
from practice.return_reading import read_return
from tests import make
from tests.make import DAY, NOON
from tests.practice import making
from tests.practice.in_spanish import ES, said, spanish_page, spanish_words
from tests.practice.writing import short_script, with_reply

pytestmark = pytest.mark.django_db

REPLY = re.compile(r'name="reply" value="(\d)"[^>]*>([^<]+)<')
TURN = re.compile(r'name="turn" value="(\d+)"')
BEGAN_BEFORE = "You began this before it had words|Empezaste esto antes de que tuviera palabras"
IN_ENGLISH = "en este idioma: Inglés"
UNREVIEWED = "Un programa tradujo"


@pytest.fixture
def step():
    course = make.course(order="free")
    module = make.module(course)
    make.lesson(module, "Silence")
    conversation = making.conversation(short_script(content_note="Grief."))
    page = making.conversation_page(module, conversation, title="At the door")
    make.edition(course)
    return page


@pytest.fixture
def words(step):
    return spanish_words(step.conversation)


@pytest.fixture
def place(step):
    return make.enrolment(make.user(), step.get_parent().get_parent().specific)


@pytest.fixture
def reader(place):
    client = Client(headers={"Accept-Language": ES})
    client.force_login(place.learner)
    speak(place, ES)
    return client


def speak(place, language):
    place.learner.language = language
    place.learner.save(update_fields=["language"])


def shown(reader, url):
    response = reader.get(url, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def main_of(html):
    """What the page itself says, without its head and its foot."""
    return re.search(r"<main.*</main>", html, re.S)[0]


def begin(reader, step):
    return reader.post(reverse("practice:start", args=[step.translation_key])).headers["Location"]


def answer(reader, url, worth):
    html = shown(reader, url)
    moment = Play.objects.latest("begun_at").read_walk().moment
    place = next(n for n, reply in enumerate(moment.replies) if reply.worth == worth)
    wanted = {moment.replies[place].words, said(moment.replies[place].words)}
    key = next(key for key, text in REPLY.findall(html) if text in wanted)
    reader.post(url, {"turn": TURN.search(html)[1], "reply": key})
    return shown(reader, url)


# Begun in Spanish --------------------------------------------------------------------------------


def test_the_page_says_in_spanish_what_comes_before_it_begins(reader, step, words):
    page = spanish_page(step)
    html = shown(reader, page.url)
    assert "En la puerta" in html
    for text in ("Listen.", "A door.", "Grief."):
        assert said(text) in html
    assert 'lang="en"' not in main_of(html)
    assert UNREVIEWED not in main_of(html)


def test_without_words_the_page_shows_the_source_marked_and_says_so(reader, step):
    html = shown(reader, spanish_page(step).url)
    assert '<p lang="en">A door.</p>' in html
    assert IN_ENGLISH in html


def test_it_is_played_in_spanish_from_the_first_word_to_the_looking_back(reader, step, words):
    url = begin(reader, step)
    html = shown(reader, url)
    assert [text for _key, text in REPLY.findall(html)].count(said("“Reply 001.”")) == 1
    assert all(text.startswith("ES ") for _key, text in REPLY.findall(html))
    assert IN_ENGLISH not in html
    html = answer(reader, url, 2)
    assert said("“Oh.”") in html
    assert said("It did something.") in html
    assert said("skill 2") in html
    html = answer(reader, url, 2)
    assert said("She stays.") in html
    assert said("What did you notice?") in html
    assert 'lang="en"' not in main_of(html)
    assert "“Oh.”" not in html.replace(said("“Oh.”"), "")


def test_it_goes_on_in_english_in_the_middle_and_in_spanish_again(reader, place, step, words):
    url = begin(reader, step)
    answer(reader, url, 0)
    speak(place, "en")
    html = reader.get(url, headers={"Accept-Language": "en"}).content.decode()
    assert "“This is n2.”" in html
    assert "ES " not in main_of(html)
    speak(place, ES)
    html = answer(reader, url, 2)
    assert said("She stays.") in html
    play = Play.objects.get()
    assert [turn.moment for turn in play.turns.all()] == ["n1", "n2"]
    assert play.outcome == "okay"


def test_a_red_line_opens_again_in_spanish(reader, step, words):
    url = begin(reader, step)
    answer(reader, url, 2)
    html = answer(reader, url, 0)
    assert said("Stand in it again.") in html
    html = answer(reader, url, 2)
    assert said("Stand in it again.") not in html


def test_a_play_that_began_without_words_stays_as_it_began(reader, step):
    url = begin(reader, step)
    spanish_words(step.conversation)
    html = shown(reader, url)
    assert re.search(r'lang="en"[^>]*>“Reply 001.”', html)
    assert re.search(BEGAN_BEFORE, html)
    assert IN_ENGLISH not in html


def test_a_play_says_so_only_where_it_is_so(reader, place, step, words):
    assert not re.search(BEGAN_BEFORE, shown(reader, begin(reader, step)))
    speak(place, "en")
    assert not re.search(BEGAN_BEFORE, shown(reader, begin(reader, step)))


def test_without_any_words_nothing_is_said_of_a_beginning(reader, step):
    html = shown(reader, begin(reader, step))
    assert not re.search(BEGAN_BEFORE, html)
    assert IN_ENGLISH in html


def test_a_play_keeps_its_words_whatever_is_published_since(reader, step, words):
    url = begin(reader, step)
    draft = words.get_latest_revision_as_object()
    draft.script["moments"][0]["words"] = "“Otra cosa.”"
    draft.save_revision().publish()
    assert said("“This is n1.”") in shown(reader, url)
    assert "“Otra cosa.”" not in shown(reader, url)


def test_the_whole_text_is_in_spanish(reader, step, words):
    html = shown(reader, reverse("practice:text", args=[step.translation_key]))
    assert said("“This is n2.”") in html
    assert said("At the door") in html
    assert 'lang="en"' not in main_of(html)


def test_words_of_a_program_say_so_until_somebody_has_read_them_over(reader, step):
    row = spanish_words(step.conversation, is_drafted=True)
    url = begin(reader, step)
    pages = [spanish_page(step).url, url, reverse("practice:text", args=[step.translation_key])]
    assert [UNREVIEWED in shown(reader, each) for each in pages] == [True] * 3
    row.reviewed_by = "Rosa, who grew up with it"
    row.save_revision().publish()
    assert [UNREVIEWED in main_of(shown(reader, each)) for each in pages[1:]] == [False] * 2


# Frozen --------------------------------------------------------------------------------------------


def test_words_are_stored_once_for_all_plays_that_began_with_them(step, words):
    versions = {freeze_words(step.conversation, at=NOON).pk for _ in range(3)}
    assert len(versions) == 1
    version = WordsVersion.objects.get()
    assert version.content[ES] == words.script
    assert version.script_in("fr") is None
    assert version.script_in(ES).title == said("At the door")
    assert str(version)


def test_words_that_are_not_whole_any_more_are_left_out(step, words):
    conversation = step.conversation
    conversation.put_script(with_reply(conversation.script, 0, 1, worth=1))
    assert freeze_words(conversation, at=NOON) is None
    conversation.put_script(short_script(content_note="Grief.", aim="Wait."))
    assert freeze_words(conversation, at=NOON).content[ES]["aim"] == said("Listen.")


def test_words_that_nobody_published_are_shown_to_nobody(step):
    spanish_words(step.conversation, without=["h:title:"])
    assert freeze_words(step.conversation, at=NOON) is None
    assert names_in(ES, Edition.current()) == {}


def test_a_turn_asks_for_no_more_with_words_than_without(reader, place, step):
    def queries_of_a_turn():
        url = begin(reader, step)
        answer(reader, url, 2)
        with CaptureQueriesContext(connection) as seen:
            shown(reader, url)
        return len(seen)

    without = queries_of_a_turn()
    Play.objects.update(state=Play.State.LEFT)
    spanish_words(step.conversation)
    spanish_page(step)
    queries_of_a_turn()  # what is the same for every reader is cached from here on
    Play.objects.update(state=Play.State.LEFT)
    assert queries_of_a_turn() <= without


def test_what_is_read_for_everybody_is_read_once(step, words):
    edition = Edition.current()
    conversation = step.conversation
    for read in (
        lambda: names_in(ES, edition),
        lambda: returns_in(ES, edition),
        lambda: said_in(conversation, ES, "en", edition),
    ):
        first = read()
        with CaptureQueriesContext(connection) as seen:
            assert read() == first
        assert len(seen) == 0
    assert said_in(conversation, "en", "en", edition).script == conversation.script


def test_a_copy_of_what_is_kept_is_in_the_persons_language(place, step, words):
    play = making.play(place, step, "22")
    speak(place, ES)
    [row] = list(plays_of(place.learner))
    assert row["conversation"] == said("At the door")
    assert row["replies"] == [said("“Reply 001.”"), said("“Reply 011.”")]
    assert play.words is not None


# What comes back -------------------------------------------------------------------------------------


def test_what_comes_back_is_in_spanish_and_answered_there(reader, place, step):
    row = making.due_return(place, step, at=NOON - 3 * DAY)
    spanish_words(step.conversation)
    url = reverse("practice:return", args=[row.pk])
    html = shown(reader, url)
    assert said("At the gate.") in html
    assert all(text.startswith("ES ") for _key, text in REPLY.findall(html))
    assert said("At the door") in html
    key = next(each.key for each in row.shown_replies if each.reply.is_best)
    reader.post(url, {"reply": key})
    html = shown(reader, url)
    assert said("It did something.") in html
    row.refresh_from_db()
    assert row.given.is_best
    assert row.closed_at is not None


def test_a_move_that_was_missed_comes_back_in_the_words_of_its_play(place, step, words):
    making.play(place, step, "02")
    row = DueReturn.objects.get(key__endswith=":n1:2")
    edition = Edition.current()
    reading = read_return(row, ES, edition)
    assert reading.language == ES
    assert reading.moment.words == said("“This is n1.”")
    assert reading.about == "ES Yusra: ES “This is n1.”"
    assert read_return(row, "en", edition).moment.words == "“This is n1.”"
    spanish_words_gone = ConversationWords.objects.all()
    spanish_words_gone.delete()
    assert read_return(row, ES, edition).language == ES


def test_a_return_without_words_is_shown_as_it_is_and_marked(reader, place, step):
    row = making.due_return(place, step, at=NOON - 3 * DAY)
    html = shown(reader, reverse("practice:return", args=[row.pk]))
    assert '<p lang="en">At the gate.</p>' in html
    assert IN_ENGLISH in html


def test_my_learning_names_it_in_spanish(reader, place, step, words):
    making.due_return(place, step, at=NOON - 3 * DAY)
    assert said("At the door") in shown(reader, reverse("learn"))


def test_two_of_one_conversation_are_told_apart(reader, place, step, words):
    for number in (1, 2):
        row = making.due_return(place, step, at=NOON - 3 * DAY)
        row.item.setting = f"Visit {number}."
        row.item.save()
    html = shown(reader, reverse("practice:returns"))
    links = re.findall(r'visually-hidden"[^>]*>: ([^<]+)</span>', html)
    assert len(links) == 4
    assert len(set(links)) == 2
    assert {link.split(", ")[1] for link in links} == {"Visit 1.", "Visit 2."}


def test_a_play_in_words_needs_no_words_to_be_answered(place, step, words):
    play = begin_play(place, step, at=NOON)
    with translation.override(ES):
        walk = play.read_walk(ES)
    key = walk.shown_replies(walk.moment)[0].key
    assert take_turn(play, 1, key, at=NOON).turns[0].moment.name == "n1"
