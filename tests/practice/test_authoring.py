"""Writing a conversation in the staff pages: the map, the play-through, lines and figures."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as often
from hypothesis import strategies as st

from courses.exceptions import NotPublishable
from practice.chosen import FEWEST_LEARNERS, chosen_in, without_few
from practice.lines import Written, read_lines, write_lines
from practice.mapping import map_of
from practice.models import Conversation
from practice.previewing import play_through, preview_context
from practice.scripts import Script
from practice.taking_in import take_in
from tests import make
from tests.practice import making
from tests.practice.writing import AGAIN, moment, short_script, sound_scripts, three, with_reply

# The map --------------------------------------------------------------------------------


@given(sound_scripts())
def test_the_map_has_every_part_once_and_no_two_in_one_place(script):
    drawn = map_of(script)
    assert {box.name for box in drawn.boxes} == {
        each.name for each in (*script.moments, *script.endings)
    }
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)
    assert drawn.problems == ()
    height = {box.name: box.y for box in drawn.boxes}
    for each in script.moments:
        assert all(height[one.leads_to] > height[each.name] for one in each.replies)
    tree = ElementTree.fromstring(drawn.svg)
    lines = [each for each in tree.iter() if "branches__line" in each.get("class", "")]
    assert len(lines) == sum(len(each.replies) for each in script.moments)


@given(st.data())
def test_a_dead_end_is_drawn_and_its_moment_is_marked(data):
    script = data.draw(sound_scripts())
    place = data.draw(st.integers(0, len(script.moments) - 1))
    drawn = map_of(with_reply(script, place, 0, leads_to="nowhere"))
    boxes = {box.name: box for box in drawn.boxes}
    assert boxes["nowhere"].kind == "nowhere"
    assert boxes[script.moments[place].name].problems
    assert "branches__box--wrong" in drawn.svg


def test_a_map_of_nothing_and_of_a_circle_are_drawn_too():
    assert map_of(Script()).boxes == ()
    circle = with_reply(short_script(), 1, 0, leads_to="n1")
    assert {box.name for box in map_of(circle).boxes if box.problems} >= {"n1", "n2"}
    lost = replace(
        short_script(),
        moments=(*short_script().moments, moment("<b>", *three(AGAIN, AGAIN, AGAIN, 50))),
    )
    assert "<b>" not in map_of(lost).svg
    assert ElementTree.fromstring(map_of(lost).svg) is not None


# The play-through --------------------------------------------------------------------------


def test_a_play_through_goes_on_by_what_was_pressed_and_saves_nothing():
    script, taken = short_script(), ""
    for _turn in range(12):
        shown = play_through(script, taken)
        if shown["moment"] is None:
            break
        taken = next(keys for keys, reply in shown["choices"] if reply.is_best)
    assert shown["walk"].outcome == "strong"
    assert play_through(script, "9.9")["latest"] is None
    assert "map" in preview_context(script, "map", "")
    assert set(preview_context(script, "text", "")) == {"script", "language", "mode"}


# In the staff pages -------------------------------------------------------------------------


@pytest.fixture
def staff(db, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False

    def sign_in(group):
        person = make.user()
        person.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(person)
        client.person = person
        return client

    return sign_in


def edit_url(conversation):
    return reverse("wagtailsnippets_practice_conversation:edit", args=[conversation.pk])


def test_the_form_shows_what_is_missing_and_leads_on(staff):
    conversation = making.conversation(live=False)
    conversation.put_script(with_reply(short_script(), 0, 0, leads_to="nowhere"))
    conversation.save()
    html = staff("Trainers").get(edit_url(conversation)).content.decode()
    assert "there is nothing called “nowhere”" in html
    assert reverse("conversations:give_out", args=[conversation.pk]) in html
    assert reverse("conversations:chosen", args=[conversation.pk]) in html


@pytest.mark.parametrize("mode", ["map", "play", "text"])
def test_each_preview_is_shown(staff, mode):
    conversation = making.conversation()
    conversation.save_revision()
    for change in ({}, {"moments": []}):
        for name, value in change.items():
            setattr(conversation, name, value)
        request = make_request()
        response = conversation.make_preview_request(request, mode)
        assert response.status_code == 200
        html = response.content.decode()
        assert ("branches" in html) == (mode == "map")


def make_request():
    return RequestFactory().get("/")


@pytest.mark.django_db
def test_what_cannot_be_played_is_published_by_no_door():
    conversation = making.conversation(live=False)
    conversation.put_script(replace(short_script(), endings=short_script().endings[:2]))
    revision = conversation.save_revision()
    with pytest.raises(NotPublishable, match="tries again"):
        revision.publish()
    conversation.refresh_from_db()
    assert not conversation.live


@pytest.mark.django_db
def test_a_page_waits_for_its_conversation():
    module = make.module(make.course())
    with pytest.raises(NotPublishable, match="not published yet"):
        making.conversation_page(module, making.conversation(live=False))


def lines_of(code="X1", **fields):
    return write_lines([Written(code, short_script(**fields))])


def test_lines_are_taken_in_as_drafts_and_given_out_the_same(staff):
    trainer = staff("Trainers")
    url = reverse("conversations:bring_in")
    assert "Take them in as drafts" in trainer.get(url).content.decode()
    assert trainer.post(url, {"lines": lines_of()}).status_code == 302
    conversation = Conversation.objects.get(code="X1")
    assert not conversation.live
    given = trainer.get(reverse("conversations:give_out", args=[conversation.pk]))
    assert read_lines(given.content.decode()) == read_lines(lines_of())


@pytest.mark.django_db
def test_lines_for_one_that_is_played_change_nothing_until_they_are_published():
    conversation = making.conversation(code="X1")
    conversation.save_revision().publish()
    [draft] = take_in(read_lines(lines_of(title="Another door")), by=make.user())
    conversation.refresh_from_db()
    assert (conversation.title, draft.title) == ("At the door", "Another door")
    assert conversation.has_unpublished_changes
    draft.latest_revision.publish()
    conversation.refresh_from_db()
    assert conversation.title == "Another door"


@pytest.mark.parametrize("lines", ["", "{", "\n\n", '{"conv": "X", "node": "n1"}'])
def test_lines_that_cannot_be_read_take_nothing_in(staff, lines):
    response = staff("Trainers").post(reverse("conversations:bring_in"), {"lines": lines})
    assert response.status_code == 422
    assert not Conversation.objects.exists()


def test_assessors_read_and_do_not_write(staff):
    conversation = making.conversation()
    assessor = staff("Assessors")
    assert (
        assessor.get(reverse("conversations:give_out", args=[conversation.pk])).status_code == 200
    )
    for name, args in (("bring_in", []), ("chosen", [conversation.pk])):
        response = assessor.get(reverse(f"conversations:{name}", args=args))
        assert response.status_code == 302
        assert response.headers["Location"] == "/admin/"


def test_what_is_chosen_is_counted_and_never_of_whom(staff):
    course = make.course(order="free")
    module = make.module(course)
    make.lesson(module)
    step = making.conversation_page(module)
    make.edition(course)
    url = reverse("conversations:chosen", args=[step.conversation.pk])
    trainer = staff("Trainers")
    names = []
    for number in range(FEWEST_LEARNERS):
        assert chosen_in(step.conversation).moments == ()
        assert "Fewer than" in trainer.get(url).content.decode()
        learner = make.user(full_name=f"CANARY-{number}")
        names.append(learner.full_name)
        making.play(make.enrolment(learner, course), step, "202" if number else "22")
    chosen = chosen_in(step.conversation)
    assert chosen.learners == FEWEST_LEARNERS
    first, second = chosen.moments
    # Of the one who chose otherwise it is not told, and nothing that would tell it.
    assert [row.count for row in first.replies + second.replies] == [None] * 6
    assert chosen.outcomes == (("strong", None), ("try again", None))
    for number in range(FEWEST_LEARNERS):
        replies = "22" if number else "202"
        making.play(make.enrolment(make.user(), course), step, replies)
    chosen = chosen_in(step.conversation)
    first, second = chosen.moments
    assert [row.count for row in first.replies] == [None, None, None]
    # Answering the red line again is not counted.
    assert sorted(row.count for row in second.replies if row.count) == [FEWEST_LEARNERS]
    assert [row.percent for row in second.replies if row.percent] == [50]
    assert chosen.outcomes == (("strong", FEWEST_LEARNERS), ("try again", FEWEST_LEARNERS))
    html = trainer.get(url).content.decode()
    assert "50%" in html
    assert "Not shown" in html
    assert f"A figure below {FEWEST_LEARNERS} is not shown" in html
    assert not re.search("CANARY", html)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([10, 10, 10], [10, 10, 10]),
        ([9, 30, 40], [None, None, 40]),
        ([9, 8, 40], [None, None, 40]),
        ([5, 4, 40], [None, None, None]),
        ([0, 0, 50], [None, None, None]),
        ([0, 12, 50], [None, None, 50]),
        ([50, 0, 12, 60], [50, None, None, 60]),
        ([9], [None]),
        ([10], [10]),
        ([], []),
    ],
)
def test_a_small_figure_is_left_out_with_what_would_tell_it(counts, shown):
    assert without_few(counts) == shown


@often(max_examples=2000, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=6))
def test_no_small_figure_is_found_by_subtracting(counts):
    shown = without_few(counts)
    hidden = [count for count, told in zip(counts, shown, strict=True) if told is None]
    assert all(told in {None, count} for count, told in zip(counts, shown, strict=True))
    assert all(told is None or told >= FEWEST_LEARNERS for told in shown)
    # Who knows the sum of all knows the sum of these: of several, or of everybody.
    is_all = len(hidden) == len(counts)
    assert not hidden or is_all or (len(hidden) > 1 and sum(hidden) >= FEWEST_LEARNERS)
