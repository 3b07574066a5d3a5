"""A module kept on a phone: read, played and written in without a connection, and sent once."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import offline, talking
from tests.browser.offline import (
    WITH_WORKER,
    caches,
    cut,
    keep,
    mend,
    until,
    waiting_here,
)

pytestmark = pytest.mark.browser

WORDS = "What I heard on the bus, kept for later."


@pytest.fixture
def reader(bring, request):
    return bring(f"offline-{request.node.name[:30]}", up_to="lesson:1.3")


@pytest.fixture
def where(site_server, reader):
    return offline.places(site_server, reader, "lesson:1.1")


@pytest.fixture
def page(page_of, reader, where):
    page = page_of(reader, **WITH_WORKER)
    keep(page, where["module"])
    return page


def first_box(page):
    return page.locator(".reflection [data-autosave] textarea").first


def box_state(page):
    return page.locator(".reflection [data-autosave] [data-save-state]").first


def test_the_size_is_said_before_and_the_state_after(page_of, reader, where):
    page = page_of(reader, **WITH_WORKER)
    page.goto(where["module"])
    expect(page.locator("[data-offline-size]")).to_have_text(re.compile(r"about [\d.,]+ ?(kB|MB)"))
    assert caches(page) == []
    keep(page, where["module"])
    expect(page.locator("[data-offline-keep]")).to_be_hidden()
    expect(page.locator("[data-offline-remove]")).to_be_focused()
    page.reload()
    expect(page.locator("[data-offline-state]")).to_contain_text("This module is on this phone.")


def test_a_lesson_is_read_without_a_connection_with_its_style_and_help(page, where):
    cut(page)
    page.goto(where["lesson"])
    expect(page.locator("[data-offline-notice]")).to_contain_text("the copy that is kept")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(".lesson__body").inner_text().strip()
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times New Roman"
    assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length)")
    page.locator(".help-now > summary").click()
    expect(page.locator(".help-now__panel .help-lines a").first).to_be_visible()


def test_what_is_written_offline_survives_a_reload_and_is_on_the_server_once(
    page, where, reader, site_server
):
    cut(page)
    page.goto(where["lesson"])
    first_box(page).fill(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    page.reload()
    expect(first_box(page)).to_have_value(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    assert site_server.ask(offline.REFLECTIONS, reader.email) == []
    mend(page)
    expect(box_state(page)).to_have_text("Saved", timeout=30_000)
    assert waiting_here(page) == []
    page.goto(where["lesson"] + "?part=all")
    expect(first_box(page)).to_have_value(WORDS)
    assert site_server.ask(offline.REFLECTIONS, reader.email) == [[WORDS, 1]]


def test_a_cut_while_one_writes_on_the_site_loses_nothing(page, where, reader, site_server):
    page.goto(where["lesson"] + "?part=all")
    cut(page)
    first_box(page).fill(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    page.reload()
    expect(first_box(page)).to_have_value(WORDS)
    mend(page)
    expect(box_state(page)).to_have_text("Saved", timeout=30_000)
    assert site_server.ask(offline.REFLECTIONS, reader.email) == [[WORDS, 1]]


def test_what_waits_is_sent_by_another_page_which_says_so(page, where, reader, site_server):
    cut(page)
    page.goto(where["lesson"])
    first_box(page).fill(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    page.goto(where["module"])
    expect(page.locator("[data-offline-words]")).to_contain_text("waits on this phone")
    assert site_server.ask(offline.REFLECTIONS, reader.email) == []
    mend(page)
    expect(page.locator("[data-offline-words]")).to_have_text(
        "What you did without a connection is on the site now."
    )
    assert site_server.ask(offline.REFLECTIONS, reader.email) == [[WORDS, 1]]


@pytest.mark.drill
def test_words_of_two_phones_stand_side_by_side(page, page_of, where, reader, site_server):
    cut(page)
    page.goto(where["lesson"])
    first_box(page).fill(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    other = page_of(reader)
    other.goto(where["lesson"] + "?part=all")
    first_box(other).fill("Written at home.")
    first_box(other).blur()
    expect(box_state(other)).to_have_text("Saved")
    mend(page)
    page.goto("/learn/")
    trouble = page.locator("[data-offline-troubles] li")
    expect(trouble).to_contain_text(WORDS)
    expect(trouble).to_contain_text("You wrote something else in the same place since.")
    page.goto(where["lesson"] + "?part=all")
    expect(first_box(page)).to_have_value(WORDS)
    expect(page.locator(".reflection__newer")).to_contain_text("Written at home.")
    assert site_server.ask(offline.REFLECTIONS, reader.email) == [["Written at home.", 1]]


# Conversations ----------------------------------------------------------------------------


def play_to_the_end(page):
    """Give the first reply each time, until nothing is left to answer; how many were given."""
    given = 0
    while page.locator("[data-talk] .talk__reply").count():
        replies = page.locator("[data-talk] .talk__reply")
        replies.nth(given % replies.count()).click()
        given += 1
        assert given < 60
    return given


def test_a_conversation_is_played_offline_and_its_turns_are_on_the_server_once(
    page, where, reader, site_server
):
    before = site_server.ask(offline.PLAYS, reader.email)
    cut(page)
    page.goto(where["conversation"])
    expect(page.locator("[data-talk] .talk__face svg").first).to_be_visible()
    page.locator("[data-talk] .talk__reply").first.click()
    expect(page.locator("#now")).to_be_focused()
    expect(page.locator("[data-talk-state]")).to_contain_text("kept on this phone")
    page.reload()
    expect(page.locator("[data-talk-state]")).to_contain_text("kept on this phone")
    given = 1 + play_to_the_end(page)
    expect(page.locator("[data-talk] .card__title").first).to_be_visible()
    assert site_server.ask(offline.PLAYS, reader.email) == before
    mend(page)
    expect(page.locator("[data-talk-state]")).to_have_text(
        "Your try is on the site.", timeout=30_000
    )
    [*earlier, [play, turns, state]] = site_server.ask(offline.PLAYS, reader.email)
    assert earlier == before
    assert (turns, state) == (given, "closed")
    assert waiting_here(page) == []
    page.goto(f"/practice/{play}/")
    expect(page.locator("#path-title")).to_be_visible()


def test_a_try_of_the_site_that_is_cut_off_goes_on_by_itself(page, reader, site_server):
    address, play = talking.begin(site_server, reader, "FC1")
    page.goto(address)
    turn = int(page.locator("[name=turn]").input_value())
    before = len(talking.turns(site_server, play))
    cut(page)
    page.locator(".talk__reply").first.click()
    expect(page.locator("[data-turn-state]")).to_contain_text("There is no connection just now.")
    page.goto(address)
    expect(page.locator("[data-why=talk]")).to_be_visible()
    mend(page)
    expect(page.locator("[name=turn]")).to_have_value(str(turn + 1), timeout=40_000)
    assert len(talking.turns(site_server, play)) == before + 1


# What is not kept -----------------------------------------------------------------------------


@pytest.mark.drill
def test_what_is_not_kept_says_so_exactly_and_the_help_lines_are_there(page, where):
    cut(page)
    page.goto("/glossary/")
    expect(page.locator("h1")).to_have_text("This page is not on your phone")
    expect(page.locator("[data-why=page]")).to_be_visible()
    expect(page.locator("#help-lines a").first).to_be_visible()
    expect(page.locator("[data-offline-list] a")).to_have_text(where["title"])
    page.goto("/quizzes/0e1e2f7a-0000-4000-8000-000000000000/")
    expect(page.locator("[data-why=quiz]")).to_be_visible()
    mend(page)
    expect(page.locator("h1")).not_to_have_text("This page is not on your phone", timeout=30_000)


@pytest.mark.drill
def test_the_page_of_the_module_says_what_needs_a_connection(page, where):
    cut(page)
    page.goto(where["module"])
    expect(page.locator("main")).to_contain_text("needs a connection")
    page.locator(f"main a[href='{where['lesson']}']").click()
    expect(page.locator(".lesson__body")).to_be_visible()


def test_a_form_that_did_not_reach_the_site_is_not_sent_by_a_reload(page, reader, site_server):
    page.goto("/learn/")
    cut(page)
    page.evaluate("document.getElementById('choose-language').submit()")
    expect(page.locator("[data-why=sent]")).to_be_visible()
    assert "/offline/" in page.url


# Nobody else ---------------------------------------------------------------------------------


def test_nothing_that_anybody_wrote_lies_in_the_copies(page_of, reader, where):
    page = page_of(reader, **WITH_WORKER)
    page.goto(where["lesson"] + "?part=all")
    first_box(page).fill("CANARY of what I wrote before.")
    first_box(page).blur()
    expect(box_state(page)).to_have_text("Saved")
    keep(page, where["module"])
    text = offline.cached_text(page)
    assert where["lesson"] in text
    assert "CANARY" not in text
    assert reader.email not in text


def is_clean(page):
    """Whether nothing is left here of whoever was here before; it may take a moment."""
    until(lambda: not caches(page) and not waiting_here(page))
    return page.evaluate("localStorage.getItem('peerwork:offline') === null")


def test_signing_out_wipes_it_all(page, where):
    page.goto("/learn/")
    page.evaluate("document.getElementById('sign-out').requestSubmit()")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    assert is_clean(page)
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


def test_the_next_person_on_the_phone_finds_nothing_and_the_words_wait_for_their_writer(
    page, bring, where, reader, site_server
):
    cut(page)
    page.goto(where["lesson"])
    first_box(page).fill(WORDS)
    expect(box_state(page)).to_contain_text("Kept on this phone.")
    page.goto("about:blank")
    mend(page)
    page.context.clear_cookies()
    other = bring("offline-second", up_to="lesson:1.3")
    other.sign_in(page, site_server)
    page.goto("/learn/")
    assert is_clean(page)
    assert WORDS not in page.evaluate("JSON.stringify(localStorage)")
    assert site_server.ask(offline.REFLECTIONS, other.email) == []
    reader.sign_in(page, site_server)
    page.goto("/accounts/set-aside/")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_a_session_that_ended_elsewhere_wipes_it_with_the_next_page(page, where):
    page.context.clear_cookies()
    page.goto("/learn/")
    assert "/accounts/login/" in page.url
    assert is_clean(page)


@pytest.mark.drill
def test_a_copy_that_is_too_old_is_not_shown(page, where):
    page.evaluate(
        "caches.open('peerwork-life').then((c) => c.put('/offline/until', new Response('1')))"
    )
    cut(page)
    page.goto(where["lesson"])
    expect(page.locator("h1")).to_have_text("This page is not on your phone")


# Another edition, and removing -----------------------------------------------------------------


@pytest.mark.drill
def test_a_new_edition_replaces_the_words_that_were_kept(page, where, site_server):
    before = caches(page)
    site_server.ask(offline.REWRITE, where["lesson_id"], "A lesson with another name")
    page.goto("/learn/")
    until(lambda: len(caches(page)) == len(before) and caches(page) != before)
    cut(page)
    page.goto(where["lesson"])
    expect(page.locator("h1")).to_have_text("A lesson with another name")


@pytest.mark.drill
def test_removing_leaves_nothing(page, where):
    page.goto(where["module"])
    page.locator("[data-offline-remove]").click()
    expect(page.locator("[data-offline-state]")).to_have_text("It is removed from this phone.")
    assert is_clean(page)
    expect(page.locator("[data-offline-keep]")).to_be_focused()


def note_of(page):
    return page.locator("details.note").first


def test_a_note_written_offline_is_on_the_server_once_and_found_again(page, where):
    cut(page)
    page.goto(where["lesson"])
    note_of(page).locator("summary").click()
    note_of(page).locator("textarea").fill(WORDS)
    expect(note_of(page).locator("[data-save-state]")).to_contain_text("Kept on this phone.")
    page.reload()
    expect(note_of(page)).to_have_attribute("open", "")
    expect(note_of(page).locator("textarea")).to_have_value(WORDS)
    mend(page)
    expect(note_of(page).locator("[data-save-state]")).to_have_text("Saved", timeout=30_000)
    assert waiting_here(page) == []
    page.goto("/learn/notes/")
    expect(page.locator("main .written")).to_have_text(WORDS)


# In two languages -------------------------------------------------------------------------------

IN_SPANISH = """
from courses.models import LessonPage
pages = LessonPage.objects.live().filter(locale__language_code="es")
key = LessonPage.objects.get(pk=arguments[0]).translation_key
answer = pages.get(translation_key=key).url
"""


@pytest.mark.drill
def test_an_address_of_the_other_language_leads_to_the_page_that_is_kept(page, where, site_server):
    other = site_server.ask(IN_SPANISH, str(where["lesson_id"]))
    assert urlsplit(other).path != urlsplit(where["lesson"]).path
    cut(page)
    page.goto(f"{other}?part=all")
    expect(page.locator("[data-offline-notice]")).to_contain_text("the copy that is kept")
    assert urlsplit(page.url).path == urlsplit(where["lesson"]).path
    assert page.locator(".lesson__body").inner_text().strip()
