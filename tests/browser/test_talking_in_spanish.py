"""A learner of Spanish plays a conversation on a phone, changes the language, and looks back on it."""

from __future__ import annotations

import re

import pytest

from courses.drawings import every_drawing
from lms.shipped.conversations import shipped_conversations
from lms.shipped.translated_talks import shipped_words
from tests.browser import talking
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

CODE = "FC1"
ENGLISH = next(each.script for each in shipped_conversations() if each.code == CODE)
SPANISH = next(each.wording.script for each in shipped_words("es") if each.code == CODE)
SCRIPTS = {"en": ENGLISH, "es": SPANISH}
NARROW = {**PHONE, "viewport": {"width": 320, "height": 700}}

OUT_OF_PLACE = """() => [...document.querySelectorAll(".drawing svg")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const slack = 6;
    return left < frame.left - slack || right > frame.right + slack
      || top < frame.top - slack || bottom > frame.bottom + slack;
  }).map((text) => text.textContent);
})"""


def choose_language(page, name):
    """Open the menu, which holds the languages on a phone, and press one."""
    button = page.locator("button[name=language]", has_text=name).first
    page.locator("summary", has_text=re.compile("Men[uú]")).first.click()
    with page.expect_navigation():
        button.click()


def give_best(page, language, moment_name):
    """Press the reply that fits best, by its words in a language."""
    moment = SCRIPTS[language].moment(moment_name)
    best = next(reply for reply in moment.replies if reply.is_best)
    page.get_by_role("button", name=best.words, exact=True).click()
    page.get_by_text(best.feedback).last.wait_for()
    return best


def test_a_conversation_in_spanish_with_some_english_in_the_middle(bring, page_of, site_server):
    learner = bring("lengua", up_to="lesson:1.3")
    page = page_of(learner, **NARROW)
    address, play = talking.begin(site_server, learner, CODE)
    page.goto(address)
    choose_language(page, "Español")
    page.goto(address)
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_role("heading", level=1).inner_text() == SPANISH.title
    assert "Un programa tradujo" in page.locator("main").inner_text()
    first = give_best(page, "es", ENGLISH.start)
    choose_language(page, "English")
    page.goto(address)
    moment = ENGLISH.moment(first.leads_to)
    assert moment.words in page.locator("main").inner_text()
    assert SPANISH.moment(moment.name).words not in page.locator("main").inner_text()
    second = give_best(page, "en", moment.name)
    choose_language(page, "Español")
    page.goto(address)
    name = second.leads_to
    while SPANISH.moment(name) is not None:
        name = give_best(page, "es", name).leads_to
    words = page.locator("main").inner_text()
    ending = SPANISH.ending(name)
    assert ending.words in words
    assert ending.debrief in words
    path = page.locator("#path").inner_text()
    for _number, moment_name in talking.turns(site_server, play):
        assert SPANISH.moment(moment_name).words in path
    assert page.locator("main [lang=en]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_word_of_a_spanish_drawing_leaves_its_place_on_a_narrow_phone_or_on_paper(
    bring, page_of
):
    page = page_of(bring("dibujo", up_to="lesson:1.2"), **NARROW)
    page.goto("/learn/")
    drawings = every_drawing("es").values()
    markup = "".join(
        f'<figure class="drawing"><svg viewBox="{each.view_box}">{each.shapes}</svg></figure>'
        for each in drawings
    )
    page.evaluate("markup => { document.querySelector('main').innerHTML = markup }", markup)
    assert page.locator(".drawing svg").count() == len(drawings) == 26
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.evaluate(OUT_OF_PLACE) == [], media
    page.emulate_media(media="screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
