"""A lesson in parts, with a thumb and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser
WORDS = "A quiet minute on the bus, with nobody to talk to."


@pytest.fixture
def url(outline):
    return outline["steps"][0]["url"]


@pytest.fixture
def reader(bring):
    return bring("reads-in-parts", up_to="lesson:1.1")


def onward(page):
    return page.get_by_role("button", name="Next", exact=True)


def is_at(page, number):
    expect(page.locator(".part__place")).to_have_text(re.compile(rf"^\s*Part {number} of \d"))


def to_the_box(page, url):
    """Open the part that has a place to write, and say which it is."""
    page.goto(f"{url}?part=1")
    number = 1
    while not page.locator(".reflection textarea").count():
        onward(page).click()
        number += 1
        is_at(page, number)
    return number


@pytest.mark.parametrize(
    ("screen", "scripts"),
    [
        pytest.param(PHONE, True, id="on a phone"),
        pytest.param(DESKTOP, False, id="at a desk without JavaScript"),
    ],
)
def test_on_and_back_and_nothing_typed_is_lost(page_of, reader, url, screen, scripts):
    page = page_of(reader, **screen, java_script_enabled=scripts)
    number = to_the_box(page, url)
    words = f"{WORDS} {scripts}"
    page.locator(".reflection textarea").first.fill(words)
    page.get_by_role("button", name="Back").click()
    is_at(page, number - 1)
    onward(page).click()
    is_at(page, number)
    expect(page.locator(".reflection textarea").first).to_have_value(words)
    page.goto(url)
    is_at(page, number)


def test_a_question_shows_its_thought_without_a_script(page_of, reader, url):
    page = page_of(reader, java_script_enabled=False)
    page.goto(f"{url}?part=all")
    question = page.locator(".check").first
    expect(question.locator(".check__feedback").first).to_be_hidden()
    question.get_by_role("radio").first.check()
    expect(question.locator(".check__feedback").first).to_be_visible()
    question.get_by_role("radio").nth(1).check()
    expect(question.locator(".check__feedback").first).to_be_hidden()


def test_with_a_script_the_thought_is_said_aloud_too(page_of, reader, url):
    page = page_of(reader)
    page.goto(f"{url}?part=all")
    question = page.locator(".check").first
    question.get_by_role("radio").first.check()
    expect(question.get_by_role("status")).to_contain_text(
        question.locator(".check__feedback:visible p").last.inner_text().strip()[:20]
    )


def test_a_tick_is_saved_at_once(page_of, reader, url):
    page = page_of(reader, **PHONE)
    to_the_box(page, url)
    tick = page.get_by_label("I did this on paper or aloud").first
    was = tick.is_checked()
    with page.expect_response(lambda answer: "reflections/save" in answer.url) as saved:
        tick.set_checked(not was)
    assert saved.value.ok
    page.reload()
    expect(tick).to_be_checked(checked=not was)


def test_the_whole_lesson_stands_on_one_page_and_back_in_its_parts(page_of, reader, url):
    page = page_of(reader, **PHONE)
    page.goto(f"{url}?part=2")
    page.get_by_text("All parts of this lesson").click()
    page.get_by_role("button", name="The whole lesson on one page").click()
    expect(page).to_have_url(re.compile(r"\?part=all"))
    assert page.locator(".part__place").count() > 2
    page.get_by_text("All parts of this lesson").click()
    page.locator(".part-list").get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(r"\?part=1"))
    is_at(page, 1)


def test_nothing_runs_over_the_side_of_a_small_phone(page_of, reader, url):
    page = page_of(reader, viewport={"width": 320, "height": 640})
    for part in (1, "all"):
        page.goto(f"{url}?part={part}")
        width, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= room, part
