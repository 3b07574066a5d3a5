"""Help now and Exit this page: within reach wherever one is, and in the way of nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import learners
from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser

SMALL_LANDSCAPE = {"viewport": {"width": 740, "height": 360}}

ADDRESSES = """
from courses.models import LessonPage
from lms.shipped.pieces import key_of
hard = LessonPage.objects.get(translation_key=key_of("lesson:4.5"), locale__language_code="en")
answer = {"hard": hard.url, "is_hard": hard.is_hard, "others": LessonPage.objects.filter(is_hard=True, locale__language_code="en").count()}
"""

# Whatever has the focus is seen: its middle is within the window, and what is there is it.
IS_COVERED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = (one.closest("label, .choice") ?? one).getBoundingClientRect();
  if (!box.width || !box.height) return null;
  const name = `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 30)}`;
  const strip = document.querySelector(".help-strip").getBoundingClientRect();
  const inside = document.querySelector(".help-strip").contains(one);
  if (!inside && box.bottom > strip.top && box.top < strip.bottom) return `${name} is under Help now`;
  if (box.bottom < 0 || box.top > innerHeight) return `${name} is out of sight`;
  return null;
}"""


@pytest.fixture(scope="session")
def reader(site_server):
    return learners.bring(site_server, "in-reach", up_to="lesson:5.1", begun="", answered=False)


@pytest.fixture(scope="session")
def sitter(site_server):
    return learners.bring(site_server, "in-reach-quiz", begun="quiz:FPS-2")


@pytest.fixture(scope="session")
def hard(site_server):
    addresses = site_server.ask(ADDRESSES)
    assert addresses["is_hard"]
    assert addresses["others"] == 1
    return addresses["hard"]


def tab_through(page, presses):
    """Everything that takes the focus, one after another, with what is wrong with it."""
    faults = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        if fault := page.evaluate(IS_COVERED):
            faults.append(fault)
    return faults


def back_through(page, presses):
    faults = []
    for _ in range(presses):
        page.keyboard.press("Shift+Tab")
        if fault := page.evaluate(IS_COVERED):
            faults.append(fault)
    return faults


@pytest.mark.parametrize("size", [PHONE, SMALL_LANDSCAPE], ids=["phone", "on its side"])
def test_help_now_covers_nothing_that_has_the_focus(page_of, reader, hard, size):
    page = page_of(reader, **size, reduced_motion="reduce")
    page.goto(hard)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    assert tab_through(page, 45) == []
    assert back_through(page, 45) == []


def test_help_now_covers_nothing_in_an_attempt(page_of, sitter):
    page = page_of(sitter, **PHONE, reduced_motion="reduce")
    page.goto(f"/quizzes/{sitter.attempt}/")
    assert tab_through(page, 40) == []
    assert back_through(page, 40) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_help_is_one_press_away_from_anywhere_in_a_lesson(page_of, reader, hard, javascript):
    page = page_of(reader, **PHONE, java_script_enabled=javascript)
    page.goto(hard)
    page.mouse.wheel(0, 2500)
    page.locator("#help-now summary").first.click()
    line = page.get_by_role("link", name="Call 116 123").first
    expect(line).to_be_visible()
    expect(line).to_be_in_viewport()
    page.locator("#help-now details summary").click()
    expect(page.locator("#help-now").get_by_role("link", name="Call 988")).to_be_visible()


def test_the_time_zone_puts_the_right_lines_first(open_page):
    page = open_page(**PHONE, locale="en-US", timezone_id="Australia/Sydney")
    page.goto("/courses/")
    page.locator("#help-now summary").first.click()
    first = page.locator("#help-now .help-lines a").first
    expect(first).to_contain_text("13 11 14")


def test_escape_closes_help_and_gives_the_focus_back(page_of, reader, hard):
    page = page_of(reader, **DESKTOP)
    page.goto(hard)
    page.locator("#help-now > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-help-panel]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-help-panel]")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('#help-now > summary')")


def test_exit_leaves_at_once_and_back_does_not_lead_to_the_page(page_of, reader, hard):
    page = page_of(reader, **PHONE)
    page.goto("/learn/")
    page.goto(hard)
    way = page.get_by_role("link", name="Exit this page")
    assert way.get_attribute("href") == "https://www.wikipedia.org/"
    way.evaluate("(one) => { one.href = '/verify/' }")
    way.click()
    page.wait_for_url("**/verify/")
    page.go_back()
    page.wait_for_url("**/learn/")


def test_nothing_of_it_is_printed(page_of, reader, hard):
    page = page_of(reader)
    page.goto(f"{hard}?part=all")
    page.emulate_media(media="print")
    for part in (".help-strip", "#help", ".about-exit"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator(".do-dont .icon").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_each_line_of_advice_has_its_sign_in_every_theme(page_of, reader, hard, scheme, forced):
    page = page_of(reader, **PHONE, color_scheme=scheme, forced_colors=forced)
    page.goto(f"{hard}?part=all")
    lines = page.locator(".do-dont li")
    assert lines.count() >= 6
    unseen = lines.evaluate_all(
        """(all) => all.filter((one) => {
          const icon = one.querySelector(".icon");
          const { stroke, visibility } = getComputedStyle(icon);
          const behind = getComputedStyle(one.parentElement).backgroundColor;
          return !icon.getBoundingClientRect().width || visibility !== "visible" || stroke === behind;
        }).length"""
    )
    assert unseen == 0
    names = page.locator(".do-dont__column--dont").aria_snapshot()
    assert all(
        "Don’t" in line or "Do not" in line for line in names.splitlines() if "listitem" in line
    )
