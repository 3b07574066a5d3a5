"""A conversation in a browser without a script: begun, answered, stepped away from, looked back on."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.enrolling import withdraw
from courses.models import ModulePage
from practice.models import Play, Turn
from practice.portraits import has_portrait, portrait
from practice.portraits.people import PEOPLE
from tests import make
from tests.make import NOON
from tests.practice import making
from tests.practice.writing import short_script

pytestmark = pytest.mark.django_db

REPLY = re.compile(r'name="reply" value="(\d)"[^>]*>([^<]+)<')
REVIEW = {
    "reviewer": "lived_experience",
    "version": "1.0",
    "read_on": NOON.date(),
    "changes": "Nothing.",
}
TURN = re.compile(r'name="turn" value="(\d+)"')


@pytest.fixture
def step():
    course = make.course(order="free")
    module = make.module(course)
    make.lesson(module, "Silence")
    script = short_script(content_note="Grief.", help=True)
    step = making.conversation_page(module, making.conversation(script), title="At the door")
    make.edition(course)
    return step


@pytest.fixture
def place(step):
    return make.enrolment(make.user(), step.get_parent().get_parent().specific)


@pytest.fixture
def reader(place):
    return signed_in(place.learner)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def begin(reader, step, **fields):
    response = reader.post(reverse("practice:start", args=[step.translation_key]), fields)
    assert response.status_code == 303
    return response.headers["Location"]


def shown(reader, url):
    return reader.get(url).content.decode()


def answer(reader, url, worth):
    """Press the reply of a worth, by its words, and come back to the page."""
    html = shown(reader, url)
    script = Play.objects.latest("begun_at").read_walk()
    words = next(r.words for r in script.moment.replies if r.worth == worth)
    key = next(key for key, text in REPLY.findall(html) if text == words)
    form = {"turn": TURN.search(html)[1], "reply": key}
    response = reader.post(url, form)
    assert (response.status_code, response.headers["Location"]) == (303, f"{url}#now")
    return form, shown(reader, url)


def test_the_page_says_what_comes_before_it_begins(reader, step):
    html = shown(reader, step.url)
    assert "Before you read on" in html
    assert "Grief." in html
    assert "A door." in html
    assert "no try counts against you" in html
    assert ">Begin<" in re.sub(r"\s+", "", html).replace("<svg", "<\nsvg") or "Begin" in html
    assert reverse("practice:text", args=[step.translation_key]) in html


def test_the_page_says_that_nobody_with_lived_experience_has_reviewed_it_until_somebody_has(
    reader, step
):
    words = "Nobody with lived experience has reviewed this conversation yet."
    assert words in reader.get(step.url).text
    module = ModulePage.objects.get(pk=step.get_parent().pk)
    module.reviews = [("review", REVIEW)]
    module.save_revision().publish()
    assert words not in reader.get(step.url).text


def test_a_whole_conversation_without_a_script(reader, step):
    url = begin(reader, step)
    first = shown(reader, url)
    assert "“This is n1.”" in first
    assert len(REPLY.findall(first)) == 3
    assert "Your place is kept" in first
    assert "It did something." not in first
    _form, html = answer(reader, url, 0)
    # The reaction first, and the feedback after it.
    assert html.index("“Oh.”") < html.index("It did something.") < html.index("“This is n2.”")
    assert "Something to notice" in html
    _form, html = answer(reader, url, 2)
    assert "An okay ending" in html
    assert "Reached." in html
    assert "Your way through" in html
    assert "skill 2" in html
    assert not REPLY.findall(html)
    assert "Reached" in shown(reader, step.url)


def test_a_missed_red_line_is_opened_again_with_kind_words(reader, step):
    url = begin(reader, step)
    answer(reader, url, 2)
    _form, html = answer(reader, url, 0)
    assert "Worth another try" in html
    assert "One moment to stand in again" in html
    assert "Stand in it again." in html
    assert "Reached." not in html
    _form, html = answer(reader, url, 1)
    assert "One moment to stand in again" in html
    _form, html = answer(reader, url, 2)
    assert "to stand in again" not in html
    assert "Worth another try" in html


def test_pressing_twice_going_back_and_a_second_tab_take_one_turn(reader, step):
    url = begin(reader, step)
    form, _html = answer(reader, url, 2)
    assert reader.post(url, form).status_code == 303
    other = next(key for key in "123" if key != form["reply"])
    response = reader.post(url, {**form, "reply": other}, follow=True)
    assert "You had answered here already" in response.content.decode()
    assert Turn.objects.count() == 1


@pytest.mark.parametrize("form", [{}, {"turn": "x", "reply": "1"}, {"turn": "1", "reply": "99"}])
def test_a_form_that_was_made_up_is_answered_kindly_and_changes_nothing(reader, step, form):
    url = begin(reader, step)
    response = reader.post(url, form, follow=True)
    assert response.status_code == 200
    assert not Turn.objects.exists()


def test_stepping_away_keeps_the_place_on_any_device(place, reader, step):
    url = begin(reader, step)
    answer(reader, url, 2)
    assert f'href="{step.url}"' in shown(reader, url)
    page = shown(signed_in(place.learner), step.url)
    assert "You have begun" in page
    assert f'href="{url}"' in page
    assert begin(signed_in(place.learner), step) == url


def test_trying_another_way_begins_afresh_and_keeps_what_was_tried(reader, step):
    url = begin(reader, step)
    answer(reader, url, 2)
    answer(reader, url, 2)
    another = begin(reader, step, afresh="1")
    assert another != url
    page = shown(reader, step.url)
    assert "Look at try 1" in page
    assert "A strong ending" in page
    assert "Your way through" in shown(reader, url)


def test_a_play_is_there_for_its_learner_alone(reader, step):
    url = begin(reader, step)
    course = step.get_parent().get_parent().specific
    others = [make.enrolment(make.user(), course).learner, make.user(is_superuser=True)]
    for group in ("Trainers", "Lead trainers", "Registrars"):
        staff = make.user()
        staff.groups.add(Group.objects.get(name=group))
        others.append(staff)
    for person in others:
        assert signed_in(person).get(url).status_code == 404
        assert signed_in(person).post(url, {"turn": "1", "reply": "1"}).status_code == 404
    assert Client().get(url).headers["Location"].startswith("/accounts/login/")
    assert not Turn.objects.exists()


def test_a_place_that_closed_reads_what_was_said_and_no_further(place, reader, step):
    url = begin(reader, step)
    answer(reader, url, 2)
    withdraw(place, at=NOON)
    for response in (reader.get(url), reader.post(url, {"turn": "2", "reply": "1"})):
        assert response.status_code == 403
        assert "“This is n1.”" in response.content.decode()
    assert Turn.objects.count() == 1


def test_without_a_place_the_page_offers_one_and_nothing_begins(step):
    person = signed_in(make.user())
    assert "To play it, first take a place on the course." in shown(person, step.url)
    assert person.post(reverse("practice:start", args=[step.translation_key])).status_code == 404
    missing = reverse("practice:start", args=["00000000-0000-4000-8000-000000000000"])
    assert person.post(missing).status_code == 404


def test_a_draft_says_that_it_is_being_worked_on(reader, step):
    step.conversation.unpublish()
    assert "This conversation is being worked on" in shown(reader, step.url)
    response = reader.post(reverse("practice:start", args=[step.translation_key]), follow=True)
    assert "This conversation is being worked on" in response.content.decode()


def test_the_whole_text_has_every_word_and_is_for_those_who_may_play(reader, step):
    url = reverse("practice:text", args=[step.translation_key])
    html = shown(reader, url)
    script = step.conversation.script
    for moment in script.moments:
        assert moment.words in html
        assert all(reply.words in html for reply in moment.replies)
    assert all(ending.words in html for ending in script.endings)
    assert "Must be right in the end" in html
    stranger = signed_in(make.user()).get(url)
    assert (stranger.status_code, stranger.headers["Location"]) == (303, step.url)
    assert signed_in(make.user(is_superuser=True)).get(url).status_code == 200


def test_the_interface_is_in_spanish_and_the_words_stay_english(place, reader, step):
    place.learner.language = "es"
    place.learner.save()
    with translation.override("es"):
        url = begin(reader, step)
        html = shown(reader, url)
    assert "¿Qué dices?" in html
    assert 'lang="en"' in html
    assert "“This is n1.”" in html


def cost(reader, act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_what_the_pages_of_a_conversation_cost(reader, step):
    url = begin(reader, step)
    for address in (step.url, url):
        reader.get(address)
    assert cost(reader, lambda: reader.get(step.url)) <= 9
    early = cost(reader, lambda: reader.get(url))
    assert early <= 6
    answer(reader, url, 2)
    assert cost(reader, lambda: reader.get(url)) == early
    answer(reader, url, 2)
    assert cost(reader, lambda: reader.get(url)) == early


def test_the_page_of_a_play_is_light(reader, step):
    """Within 15 kB beyond the frame, sent as it is sent: compressed would be far less."""
    url = begin(reader, step)
    _form, html = answer(reader, url, 2)
    main = html[html.index('<main id="content"') : html.index("</main>")]
    assert len(main.encode()) < 15_000


GROUNDS = {"sky", "sunk", "accent", "paper", "clay", "sun"}

# Portraits ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_everyone_of_the_cast_is_drawn_in_four_states(name):
    drawn = {face: portrait(name, face) for face in ("guarded", "listening", "eased", "strained")}
    assert has_portrait(name)
    assert len(set(drawn.values())) == 4
    for markup in drawn.values():
        assert 'aria-hidden="true"' in markup
        assert "style=" not in markup
        assert not re.search(rf"\b{name}\b", markup)
        assert len(markup) < 4000


def test_no_two_people_look_the_same_in_any_state():
    faces = ("guarded", "listening", "eased", "strained")
    drawn = [portrait(name, face) for name in PEOPLE for face in faces]
    assert len(set(drawn)) == len(PEOPLE) * 4 == 60
    assert {person.ground for person in PEOPLE.values()} == GROUNDS
    for markup in drawn:
        assert ElementTree.fromstring(markup).tag == "svg"
        assert "class" not in markup.split(">", 1)[1], "skin and clothes are the same by night"


def test_nobody_is_pictured_in_tears_or_by_what_they_have():
    """No name of a colour, a class or a file says anything but who it is and how they look."""
    for path in Path("practice/portraits").glob("*.py"):
        words = path.read_text().lower()
        assert not re.search(r"depress|psycho|schizo|bipolar|addict|suicid|diagnos|overdose", words)


def test_others_have_an_initial_and_a_name_is_never_markup():
    assert not has_portrait("Ellis")
    assert ">E</text>" in portrait("Ellis")
    assert "&lt;</text>" in portrait("<b>")
    assert ">·</text>" in portrait("")
    assert portrait("Olu", "no such face") == portrait("Olu", "listening")
