"""The bar of a paper on a phone: as high as its button in every state and both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 360, "height": 740}}
STATES = ["", "data-saved", "data-saving", "data-unsaved", "data-stopped", "data-restored"]
SET_STATE = """(name) => {
  const place = document.querySelector("[data-save-state]");
  place.dataset.state = name.replace("data-", "");
  place.textContent = name && place.getAttribute(name);
}"""
MEASURE = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const seen = (node) => {
    const { width } = node.parentElement.getBoundingClientRect();
    return node.textContent.trim() && width > 1;
  };
  const lines = (selector) => {
    const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    const tops = new Set();
    while (walker.nextNode()) {
      if (!seen(walker.currentNode)) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const rect of range.getClientRects()) tops.add(Math.round(rect.top));
    }
    return tops.size;
  };
  const buttons = [...document.querySelectorAll(".paper__buttons .button")];
  const targets = buttons.map((button) => button.getBoundingClientRect()).filter((each) => each.width);
  const progress = document.querySelector(".paper__progress");
  return {
    around: box(".paper__bar").height - box(".paper__buttons [class='button']").height,
    answered: lines("[data-answered]"),
    state: lines("[data-save-state]"),
    target: Math.min(...targets.map((each) => Math.min(each.width, each.height))),
    cut: progress.scrollWidth > progress.clientWidth,
    fits: document.documentElement.scrollWidth <= innerWidth,
  };
}"""
LANGUAGE = """
from people.models import User
User.objects.filter(email=arguments[0]).update(language=arguments[1])
answer = ""
"""


def check(page, state):
    sizes = page.evaluate(MEASURE)
    # Its padding and its border are all that is above and below the button.
    assert sizes["around"] < 26, (state, sizes)
    assert sizes["answered"] == 1, (state, sizes)
    assert sizes["state"] <= 1, (state, sizes)
    assert sizes["target"] >= 24, (state, sizes)
    assert not sizes["cut"], (state, sizes)
    assert sizes["fits"], (state, sizes)


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_one_line_in_every_state(bring, site_server, page_of, language):
    learner = bring(f"bar-of-a-paper-{language}", begun="quiz:final")
    site_server.ask(LANGUAGE, learner.email, language)
    page = page_of(learner, **NARROW, locale=language)
    page.goto(f"/quizzes/{learner.attempt}/")
    assert page.locator("html").get_attribute("lang") == language
    page.evaluate(
        """() => { const place = document.querySelector("[data-answered]");
        place.textContent = place.dataset.words.replace("{done}", 28).replace("{total}", 30); }"""
    )
    for state in STATES:
        page.evaluate(SET_STATE, state)
        check(page, state)


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_one_line_without_a_script(bring, site_server, page_of, language):
    learner = bring(f"bar-no-script-{language}", begun="quiz:final")
    site_server.ask(LANGUAGE, learner.email, language)
    page = page_of(learner, **NARROW, locale=language, java_script_enabled=False)
    page.goto(f"/quizzes/{learner.attempt}/")
    assert page.locator("html").get_attribute("lang") == language
    check(page, "not saved yet")
    page.locator("input[type=radio]").first.check()
    with page.expect_navigation():
        page.locator("[data-save-button]").click()
    expect(page.locator(".paper__short-words").last).to_have_text(re.compile("Saved|Guardado"))
    check(page, "saved")
