"""What the pages give to the scripts that read aloud and that keep what was not sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests import make
from tests.make import NOON
from tests.practice import making

pytestmark = pytest.mark.django_db

SCRIPTS = Path("lms/static/js")


@pytest.fixture
def course():
    return make.course(order="free")


@pytest.fixture
def step(course):
    module = make.module(course)
    make.lesson(module, "Silence")
    step = making.conversation_page(module)
    make.edition(course)
    return step


@pytest.fixture
def place(course, step):
    return make.enrolment(make.user(), course, at=NOON)


@pytest.fixture
def page_of(place):
    client = Client()
    client.force_login(place.learner)

    def page_of(url):
        response = client.get(url)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return page_of


@pytest.fixture
def addresses(place, step):
    """The pages that can be heard, by what they are."""
    lesson = step.get_prev_sibling()
    ended = making.play(place, step, "22")
    going_on = making.play(place, step, "2")
    return {
        "lesson": lesson.url,
        "turn": reverse("practice:play", args=[going_on.pk]),
        "debrief": reverse("practice:play", args=[ended.pk]),
        "text": reverse("practice:text", args=[step.translation_key]),
        "return": reverse("practice:return", args=[making.due_return(place, step).pk]),
    }


PAGES = ["lesson", "turn", "debrief", "text", "return"]


@pytest.mark.parametrize("name", PAGES)
def test_the_bar_is_hidden_until_a_script_finds_a_voice_and_names_what_it_reads(
    addresses, page_of, name
):
    page = page_of(addresses[name])
    (bar,) = page.select("[data-listen]")
    assert bar.has_attr("hidden")
    target = page.find(id=bar["data-listen"])
    assert target is not None
    assert target.get_text(strip=True)
    assert bar not in target.parents, "it does not read itself"


@pytest.mark.parametrize("name", PAGES)
def test_each_page_that_can_be_heard_loads_the_script(addresses, page_of, name):
    sources = [script["src"] for script in page_of(addresses[name]).select("script[src]")]
    assert any("/listen" in source for source in sources)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_the_bar_has_a_name(addresses, page_of, name):
    (bar,) = page_of(addresses[name]).select("[data-listen]")
    assert bar["role"] == "group"
    assert bar["aria-label"]
    assert bar.select_one("[data-listen-toggle]").get_text(strip=True) == "Listen"
    assert bar.select_one("[data-listen-toggle]")["type"] == "button"
    label = bar.select_one("label")
    assert label.select_one("select") is not None
    assert label.get_text(strip=True).startswith("Speed")
    speeds = [float(option["value"]) for option in label.select("option")]
    assert speeds == sorted(speeds)
    assert 1.0 in speeds


def test_your_words_are_told_from_the_persons(addresses, page_of):
    debrief = page_of(addresses["debrief"])
    yours = [tag.get_text(" ", strip=True) for tag in debrief.select("#path [data-voice=you]")]
    assert yours
    assert all(words.startswith("You") for words in yours)
    text = page_of(addresses["text"])
    assert len(text.select("#whole [data-voice=you]")) == 6  # every reply of both moments


@pytest.mark.parametrize("name", ["turn", "return"])
def test_a_form_of_replies_says_what_becomes_of_a_reply(addresses, page_of, name):
    form = page_of(addresses[name]).select_one("form[data-replies]")
    state = form.select_one("[data-turn-state]")
    assert state["role"] == "status"
    assert "sent by itself" in " ".join(state["data-kept"].split())
    assert state["data-sending"]
    assert state.get_text(strip=True) == ""


@pytest.mark.parametrize("name", ["turn", "return"])
def test_what_is_kept_is_loaded_before_the_script_that_uses_it(addresses, page_of, name):
    sources = " ".join(s["src"] for s in page_of(addresses[name]).select("script[src]"))
    assert sources.index("/kept") < sources.index("/practice")


def test_so_it_is_on_every_page_of_a_quiz():
    folder = Path("templates/assessments")
    users = [path for path in folder.glob("*.html") if "js/quiz.js" in path.read_text()]
    assert len(users) == 3
    for path in users:
        words = path.read_text()
        assert words.index("js/kept.js") < words.index("js/quiz.js")


def test_quiz_and_conversation_share_one_buffer_and_have_none_of_their_own():
    for name in ("quiz.js", "practice.js"):
        words = (SCRIPTS / name).read_text()
        assert "window" in words
        assert not re.search(r"sessionStorage\.(get|set|remove)Item", words)
    assert re.search(r"sessionStorage\.setItem", (SCRIPTS / "kept.js").read_text())


def test_whatever_a_tab_kept_for_somebody_else_is_handed_over():
    """By one prefix, so that a further kind of page cannot be forgotten."""
    handed_over = re.search(r'startsWith\("([^"]+)"\)', (SCRIPTS / "forget.js").read_text())[1]
    for name in ("quiz.js", "practice.js"):
        prefix = re.search(r'const PREFIX = "([^"]+)"', (SCRIPTS / name).read_text())[1]
        assert prefix.startswith(handed_over)


def test_nothing_that_is_read_aloud_is_sent_anywhere():
    words = (SCRIPTS / "listen.js").read_text()
    assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|import\(", words)
    assert "voice.localService" in words


def test_without_a_connection_nothing_is_said_in_english_to_who_reads_spanish(place, addresses):
    place.learner.language = "es"
    place.learner.save()
    client = Client()
    client.force_login(place.learner)
    client.cookies["django_language"] = "es"
    html = client.get(addresses["turn"]).content.decode()
    assert '<html lang="es">' in html
    assert "se envía sola" in " ".join(html.split())
    assert "Escuchar" in html
