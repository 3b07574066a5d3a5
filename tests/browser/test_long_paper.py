"""A paper of thirty questions on a phone: sections, a list, the place to go on from, two devices."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.learners import answer_one, key_of_paper
from tests.browsers import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def sitting(bring, site_server):
    """Somebody who has begun the final, and what is right on their paper."""

    def sitting(name):
        learner = bring(name, begun="quiz:final")
        return learner, key_of_paper(site_server, learner.attempt)

    return sitting


def expect_saved(page):
    expect(page.locator("[data-save-state]")).to_have_text("All answers saved")


def test_one_section_is_shown_at_a_time_and_the_list_leads_to_each_question(sitting, page_of):
    learner, paper = sitting("sections")
    page = page_of(learner, **PHONE)
    page.goto(f"/quizzes/{learner.attempt}/")
    expect(page.locator("[data-section]:visible")).to_have_count(1)
    expect(page.locator("fieldset[data-kind]:visible")).to_have_count(5)
    page.get_by_role("link", name="Next section").click()
    expect(page.get_by_role("heading", name="Section 2: questions 6 to 10")).to_be_focused()
    page.get_by_text("All questions").click()
    page.get_by_role("link", name="Question 30 not answered yet").click()
    last = page.locator(f"#item-{paper[29]['id']}")
    expect(last).to_be_visible()
    expect(last).to_be_focused()
    answer_one(page, paper[29])
    page.get_by_text("All questions").click()
    expect(page.get_by_role("link", name="Question 30 answered")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Section 2: questions 6 to 10")).to_be_visible()


def test_it_opens_where_the_answers_stop(sitting, page_of):
    learner, paper = sitting("resuming")
    page = page_of(learner, **PHONE)
    page.goto(f"/quizzes/{learner.attempt}/")
    for item in paper[:7]:
        answer_one(page, item)
    expect_saved(page)
    page.goto("/learn/")
    page.locator("main").get_by_role("link", name=re.compile("^Continue")).first.click()
    expect(page.locator(f"#item-{paper[7]['id']}")).to_be_visible()
    page.get_by_role("link", name="Go on with question 8").click()
    expect(page.locator(f"#item-{paper[7]['id']}")).to_be_focused()


def test_without_a_script_every_section_is_there_with_its_list(sitting, page_of):
    learner, _paper = sitting("no-script")
    page = page_of(learner, **PHONE, java_script_enabled=False)
    page.goto(f"/quizzes/{learner.attempt}/")
    expect(page.locator("[data-section]:visible")).to_have_count(6)
    expect(page.locator("[data-question-list] a")).to_have_count(30)


@pytest.mark.parametrize("width", [320, 390])
def test_the_bar_is_one_line_on_a_phone(sitting, page_of, width):
    learner, _paper = sitting(f"bar-{width}")
    page = page_of(learner, viewport={"width": width, "height": 780})
    page.goto(f"/quizzes/{learner.attempt}/")
    bar, button = page.locator(".paper__bar"), page.locator("[data-finish-button]")
    states = ["data-saved", "data-saving", "data-unsaved", "data-stopped", "data-restored"]
    for state in states:
        page.evaluate(
            "(state) => { const place = document.querySelector('[data-save-state]');"
            " place.textContent = place.getAttribute(state); }",
            state,
        )
        # The height of the button and of what is around it: nothing stands above or below it.
        around = bar.bounding_box()["height"] - button.bounding_box()["height"]
        assert around < 32, f"{state}: {around}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_whoever_goes_on_without_a_connection_is_told_and_goes_on_when_it_is_back(sitting, page_of):
    learner, paper = sitting("offline")
    page = page_of(learner, **PHONE)
    page.goto(f"/quizzes/{learner.attempt}/")
    page.context.set_offline(True)
    answer_one(page, paper[0])
    page.locator("[data-finish-button]").click()
    notice = page.get_by_role("alert").filter(has_text="There is no connection just now.")
    expect(notice).to_be_visible()
    page.context.set_offline(False)
    expect_saved(page)
    expect(notice).to_be_hidden()
    page.locator("[data-finish-button]").click()
    expect(page).to_have_url(re.compile("/finish/$"))


def test_answers_of_two_devices_to_different_questions_are_joined(sitting, page_of):
    learner, paper = sitting("devices")
    phone, laptop = page_of(learner, **PHONE), page_of(learner)
    for page in (phone, laptop):
        page.goto(f"/quizzes/{learner.attempt}/")
    answer_one(phone, paper[0])
    expect_saved(phone)
    answer_one(laptop, paper[1])
    expect_saved(laptop)
    expect(laptop.get_by_text("What you answered in another place is here too.")).to_be_visible()
    expect(laptop.locator("[data-answered]")).to_have_text("2 of 30 answered")
    phone.reload()
    expect(phone.locator("[data-answered]")).to_have_text("2 of 30 answered")
    # The laptop now holds both, and its next save does not take the phone's answer back.
    with laptop.expect_response(lambda response: "/save" in response.url):
        answer_one(laptop, paper[2])
    expect_saved(laptop)
    phone.reload()
    expect(phone.locator("[data-answered]")).to_have_text("3 of 30 answered")
