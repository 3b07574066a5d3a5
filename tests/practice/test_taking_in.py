"""Taking conversations in: as drafts, all or none, and never over what is published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry

from courses.exceptions import NotPublishable
from practice.lines import Written, read_lines, write_lines
from practice.models import Conversation
from practice.playing import begin_play
from practice.taking_in import take_in
from tests import make
from tests.make import NOON
from tests.practice import making
from tests.practice.writing import short_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make.trainer_of()


def written(code="X1", title="At the door", **more):
    return Written(code, short_script(title=title), **more)


def draft_of(code):
    return Conversation.objects.get(code=code).get_latest_revision_as_object()


# What becomes of it ----------------------------------------------------------------------------------


def test_a_new_one_is_a_draft_that_nobody_can_play(author):
    [draft] = take_in([written()], by=author)
    assert (draft.code, draft.live, draft.title) == ("X1", False, "At the door")
    assert Conversation.objects.filter(live=True).count() == 0
    module = make.module(make.course(order="free"))
    with pytest.raises(NotPublishable, match="its conversation is not published yet"):
        making.conversation_page(module, draft)


def test_the_script_is_the_very_one_that_was_written(author):
    script = short_script(title="At the door", aim="Wait.", content_note="Grief.", help=True)
    take_in([Written("X1", script)], by=author)
    assert draft_of("X1").script == script
    assert Conversation.objects.get().script == script


def test_one_that_is_published_is_played_on_as_it_was_until_the_draft_is_published(author):
    conversation = making.conversation(code="X1")
    take_in([written(title="Another door")], by=author)
    conversation.refresh_from_db()
    assert (conversation.live, conversation.title) == (True, "At the door")
    assert draft_of("X1").title == "Another door"
    conversation.get_latest_revision().publish()
    conversation.refresh_from_db()
    assert conversation.title == "Another door"


def test_what_is_being_played_keeps_its_words_even_then(author):
    course = make.course(order="free")
    page = making.conversation_page(make.module(course), making.conversation(code="X1"))
    make.edition(course)
    play = begin_play(make.enrolment(make.user(), course), page, at=NOON)
    take_in([written(title="Another door")], by=author)
    Conversation.objects.get().get_latest_revision().publish()
    assert type(play).objects.get(pk=play.pk).read_walk().script.title == "At the door"


def test_taking_the_same_in_twice_makes_no_second_one(author):
    for _ in range(2):
        take_in([written()], by=author)
    assert Conversation.objects.count() == 1
    assert draft_of("X1").script == short_script(title="At the door")


def test_two_lines_of_one_code_are_one_conversation(author):
    text = write_lines([written()]) + write_lines([written(title="Another door")])
    read = read_lines(text)
    assert [each.code for each in read] == ["X1"]
    take_in(read, by=author)
    assert Conversation.objects.count() == 1


def test_a_lesson_and_competencies_are_joined_by_their_codes(author):
    lesson = make.lesson(make.module(make.course()), code="1.2")
    known = make.competency(code="LI1")
    take_in([written(lesson="1.2", competencies=("LI1", "LI99"))], by=author)
    draft = draft_of("X1")
    assert draft.lesson == lesson
    assert list(draft.competencies.all()) == [known]


def test_a_lesson_that_there_is_not_is_left_out_and_one_that_was_there_is_taken_away(author):
    make.lesson(make.module(make.course()), code="1.2")
    take_in([written(lesson="1.2")], by=author)
    take_in([written(lesson="9.9")], by=author)
    assert draft_of("X1").lesson is None
    take_in([written()], by=author)
    assert draft_of("X1").lesson is None


def test_the_history_says_who_took_it_in(author):
    take_in([written()], by=author)
    take_in([written(title="Another door")], by=author)
    entries = registry.get_logs_for_instance(Conversation.objects.get())
    assert {entry.user for entry in entries} == {author}
    assert {entry.action for entry in entries} == {"wagtail.create", "wagtail.edit"}


# All or none -----------------------------------------------------------------------------------------


def test_one_that_cannot_be_stored_leaves_none_of_the_others_behind(author, monkeypatch):
    making.conversation(code="X2")
    save = Conversation.save_revision

    def fail_at_the_third(conversation, *args, **options):
        if conversation.code == "X3":
            raise OSError("the disk is full")
        return save(conversation, *args, **options)

    monkeypatch.setattr(Conversation, "save_revision", fail_at_the_third)
    some = [written("X1"), written("X2", "Another door"), written("X3")]
    with pytest.raises(OSError, match="full"):
        take_in(some, by=author)
    assert [each.code for each in Conversation.objects.all()] == ["X2"]
    assert draft_of("X2").title == "At the door"
    monkeypatch.undo()
    assert len(take_in(some, by=author)) == 3
    assert Conversation.objects.count() == 3


# By the form -----------------------------------------------------------------------------------------


@pytest.fixture
def browser(author, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    lead = make.user()
    lead.groups.add(Group.objects.get(name="Lead trainers"))
    client = Client()
    client.force_login(lead)
    return client


@pytest.fixture
def address():
    return reverse("conversations:bring_in")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "required"),
        ("   \n  ", "required"),
        ("{", "Line 1 cannot be read"),
        ('{"conv": "X1", "title": "T"}\nnot json', "Line 2 cannot be read"),
        ('{"conv": "X1", "title": "T", "strong_from": 1e999}', "Line 1 cannot be read"),
        ('{"conv": "X", "node": "n", "peer": "p", "options": [[1, 2, 3, 1e999, 5, 6]]}', "Line 1"),
        ("[" * 50_000, "Line 1 cannot be read"),
        ("<script>alert(1)</script>", "Line 1 cannot be read"),
    ],
)
def test_lines_that_make_no_sense_are_given_back_with_the_line_that_does_not(
    browser, address, text, words
):
    answer = browser.post(address, {"lines": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "<script>alert(1)" not in page
    assert not Conversation.objects.exists()


def test_what_was_given_out_can_be_taken_in_on_another_site_as_it_was(browser, address):
    script = replace(short_script(), aim="Wait\u2028and listen.", setting="A “door”, é, 💛.")
    conversation = making.conversation(script, code="X1")
    given = browser.get(reverse("conversations:give_out", args=[conversation.pk]))
    assert given.status_code == 200
    assert given.headers["Content-Disposition"].startswith("attachment")
    Conversation.objects.all().delete()
    assert browser.post(address, {"lines": given.content.decode()}).status_code == 302
    assert draft_of("X1").script == script
