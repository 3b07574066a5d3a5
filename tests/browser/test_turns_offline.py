"""A reply that is chosen without a connection: kept, said to be kept, and on the server once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import talking
from tests.browser.test_unkind import kept_here
from tests.browsers import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(bring):
    return bring("talks-offline", up_to="lesson:1.3")


@pytest.fixture
def play(page_of, site_server, reader):
    address, play = talking.begin(site_server, reader, "FC1")
    page = page_of(reader, **PHONE)
    page.goto(address)
    before = len(talking.turns(site_server, play))
    return page, play, before


def state(page):
    return page.locator("[data-turn-state]")


def turn_of(page):
    return int(page.locator("[name=turn]").input_value())


def test_a_reply_goes_on_as_before_while_there_is_a_connection(play, site_server):
    page, play_id, before = play
    turn = turn_of(page)
    page.locator(".talk__reply").first.click()
    expect(page.locator("[name=turn]")).to_have_value(str(turn + 1))
    expect(page.locator("#now")).to_be_focused()
    assert len(talking.turns(site_server, play_id)) == before + 1
    assert not [key for key in kept_here(page) if "turn" in key]


def test_a_reply_chosen_offline_is_kept_and_sent_once_when_the_network_is_back(play, site_server):
    page, play_id, before = play
    turn = turn_of(page)
    page.context.set_offline(True)
    chosen = page.locator(".talk__reply").nth(1)
    chosen.click()
    expect(state(page)).to_contain_text("There is no connection just now.")
    expect(chosen).to_have_attribute("data-chosen", "")
    page.locator(".talk__reply").first.click(force=True)
    expect(page.locator("[data-chosen]")).to_have_count(1)
    assert [key for key in kept_here(page) if key.startswith("peerwork:turn:")]
    assert len(talking.turns(site_server, play_id)) == before
    page.context.set_offline(False)
    expect(page.locator("[name=turn]")).to_have_value(str(turn + 1), timeout=40_000)
    assert len(talking.turns(site_server, play_id)) == before + 1
    assert not [key for key in kept_here(page) if key.startswith("peerwork:turn:")]


def test_a_reload_brings_back_what_was_not_sent_and_sends_it(play, site_server):
    page, play_id, before = play
    turn = turn_of(page)
    address = page.url
    page.route(re.compile(r"/practice/"), lambda route: (
        route.abort() if route.request.method == "POST" else route.continue_()
    ))  # fmt: skip
    page.locator(".talk__reply").first.click()
    expect(state(page)).to_contain_text("Your reply is kept here")
    page.unroute(re.compile(r"/practice/"))
    page.goto(address)
    expect(page.locator("[name=turn]")).to_have_value(str(turn + 1), timeout=40_000)
    assert len(talking.turns(site_server, play_id)) == before + 1


def test_an_answer_that_was_lost_on_its_way_back_makes_no_second_turn(play, site_server):
    """The server took the turn, and the page did not hear of it: it sends the same again."""
    page, play_id, before = play
    turn = turn_of(page)
    lost = []

    def lose_the_first(route):
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0))
        route.abort()

    page.route(re.compile(r"/practice/"), lose_the_first)
    page.locator(".talk__reply").first.click()
    expect(page.locator("[name=turn]")).to_have_value(str(turn + 1), timeout=40_000)
    assert len(lost) == 1
    assert len(talking.turns(site_server, play_id)) == before + 1
