"""Words that explain themselves, and a drawing, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsers import PHONE

pytestmark = pytest.mark.browser
NARROW = {**PHONE, "viewport": {"width": 360, "height": 760}}


@pytest.fixture
def url(outline):
    return f"{outline['steps'][0]['url']}?part=1"


@pytest.fixture
def reader(bring):
    return bring("reads-words", up_to="lesson:1.1")


def test_a_word_opens_its_meaning_in_place_by_thumb_and_by_keyboard(page_of, reader, url):
    page = page_of(reader, **NARROW)
    page.goto(url)
    word = page.locator("a.word").first
    meaning = page.locator(f"#{word.get_attribute('data-meaning')}")
    expect(meaning).to_be_hidden()
    word.tap()
    expect(meaning).to_be_visible()
    expect(word).to_have_attribute("aria-expanded", "true")
    assert page.url.split("?")[0].endswith(url.split("?")[0])
    word.press("Escape")
    expect(meaning).to_be_hidden()
    word.press("Enter")
    expect(meaning).to_be_visible()
    word.press(" ")
    expect(meaning).to_be_hidden()


def test_without_a_script_it_leads_to_the_glossary(page_of, reader, url):
    page = page_of(reader, **NARROW, java_script_enabled=False)
    page.goto(url)
    word = page.locator("a.word").first
    text = word.inner_text()
    word.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Glossary")
    expect(page.locator(":target dt")).to_have_text(text)


def test_a_drawing_fits_the_phone_and_its_letters_can_be_read(page_of, reader, url):
    page = page_of(reader, **NARROW)
    page.goto(url)
    drawing = page.locator(".drawing svg")
    expect(drawing).to_have_attribute("role", "img")
    heights = drawing.evaluate(
        "svg => [...svg.querySelectorAll('text')].map((each) => "
        "parseFloat(getComputedStyle(each).fontSize) * svg.getBoundingClientRect().width / 340)"
    )
    assert min(heights) >= 13
    outside = drawing.evaluate(
        "svg => [...svg.querySelectorAll('text')].filter((each) => { "
        "const box = each.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; }).length"
    )
    assert outside == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
