"""A tab that was left open, when somebody comes back to it: whose it is, and what it shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.two_people import (
    END_SESSIONS,
    LESSON,
    SOMEBODY_ELSE,
    WORDS,
    next_number,
    second_tab,
    session_here,
    sign_in_by_form,
)
from tests.browsers import PHONE

pytestmark = pytest.mark.browser


def people(bring):
    """Two people with a place on the same course."""
    return [
        bring(f"{name}-left-open-{next_number()}", full_name, up_to="quiz:FPS-1")
        for name, full_name in (("ada", "Ada Okafor"), ("ben", "Ben Dreyer"))
    ]


def is_seen(page, notice):
    return notice.evaluate(
        "each => { const { top, bottom } = each.getBoundingClientRect();"
        " return top >= 0 && bottom <= innerHeight }"
    )


@pytest.mark.parametrize("ended", ["somebody else is signed in", "signed out"])
def test_handing_in_an_old_tab_leads_to_why_nothing_happens(bring, page_of, site_server, ended):
    ada, ben = (
        bring(f"hand-in-{next_number()}", begun="quiz:FPS-1"),
        bring("hand-ben", "Ben Dreyer"),
    )
    page = page_of(ada, **PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/quizzes/{ada.attempt}/")
    if ended == "signed out":
        page.route("**/accounts/whose-page/", lambda route: route.abort())
        site_server.ask(END_SESSIONS, session_here(page))
    else:
        second_tab(page, ben, site_server).close()
    page.locator("form[data-paper] input[type=radio]").first.check()
    notice = page.get_by_role("alert").filter(
        has_text="You have been signed out" if ended == "signed out" else SOMEBODY_ELSE
    )
    expect(notice).to_be_visible()
    expect(page.locator("[data-save-state]")).to_have_text("Not saved")
    page.evaluate("scrollTo(0, 0)")
    page.locator("button[value=finish], button[value=hand_in]").first.click()
    expect(notice).to_be_focused()
    assert is_seen(page, notice)


# An old tab that is looked at again -------------------------------------------------------------


COVERED = {
    "signed_out": "You are signed out",
    "other_person": "This page is another person’s",
}


def look_again(page):
    """What a browser does when somebody comes back to a window."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_an_old_tab_is_covered_until_its_writer_is_back(bring, page_of, site_server):
    ada, ben = people(bring)
    page = page_of(ada, **PHONE)
    page.goto(site_server.ask(LESSON))
    title = page.title()
    box = page.locator(".reflection [data-autosave] textarea").first
    box.fill(WORDS)
    expect(page.locator(".reflection [data-save-state]").first).to_have_text("Saved")
    second_tab(page, ben, site_server, is_covered=True).close()
    expect(page.get_by_role("heading", name=COVERED["other_person"])).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_role("link", name="Help now").is_visible()
    assert not box.is_visible()
    assert ada.full_name not in page.locator("body").inner_text()
    expect(page).to_have_title(COVERED["other_person"])
    page.context.clear_cookies(name="sessionid")
    look_again(page)
    expect(page.get_by_role("heading", name=COVERED["signed_out"])).to_be_visible()
    assert not box.is_visible()
    with page.expect_popup() as beside:
        page.get_by_role("link", name="Open a new tab to sign in").click()
    sign_in_by_form(beside.value, ada)
    beside.value.wait_for_url(f"**{site_server.ask(LESSON)}")
    expect(box).to_be_visible()
    expect(box).to_have_value(WORDS)
    assert page.get_by_role("heading", name=COVERED["signed_out"]).count() == 0
    assert page.title() == title


def test_a_page_that_its_reader_looks_at_again_stays_as_it_is(bring, page_of, site_server):
    ada, _ben = people(bring)
    page = page_of(ada)
    page.goto(site_server.ask(LESSON))
    with page.expect_response("**/accounts/whose-page/") as answer:
        look_again(page)
    assert answer.value.json() == {"state": "own"}
    page.route("**/accounts/whose-page/", lambda route: route.abort())
    with page.expect_request("**/accounts/whose-page/"):
        look_again(page)
    expect(page.locator("main")).to_be_visible()


def test_an_old_page_of_the_staff_is_covered_too(bring, page_of, site_server):
    page = page_of(bring("admin"))
    page.goto("/admin/")
    main = page.get_by_role("main")
    expect(main).to_be_visible()
    second_tab(page, bring("registrar"), site_server, is_covered=True).close()
    expect(page.get_by_role("heading", name=COVERED["other_person"])).to_be_visible()
    assert not main.is_visible()
    page.context.clear_cookies(name="sessionid")
    look_again(page)
    expect(page.get_by_role("heading", name=COVERED["signed_out"])).to_be_visible()
