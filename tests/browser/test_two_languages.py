"""A quiz on a phone, begun in Spanish, gone on with in English, and its result read in both."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from tests.browser.learners import PASSWORD, answer_one, key_of_paper
from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser

WORDS_OF_PAPER = """
from assessments.models import Attempt
paper = Attempt.objects.get(pk=arguments[0]).paper
answer = {
    language: [item.in_language(language).words for item in paper.items] for language in ("en", "es")
}
"""
NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
IN_SPANISH = (
    "Un programa tradujo estas preguntas, y ninguna persona ha revisado la traducción todavía."
)


# The editor of rich text is Wagtail's own.
AXE = """axe.run(
    { exclude: ['.Draftail-Editor'] },
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }
)"""


ENDED = """
Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.finished)
)
"""


def faults_of(page):
    # A message that is still fading in has a colour of its own for a moment.
    page.evaluate(ENDED)
    page.evaluate(AXE_FILE_PATH.read_text())
    faults = page.evaluate(AXE)["violations"]
    return [(fault["id"], node["html"]) for fault in faults for node in fault["nodes"]]


def choose(page, name):
    """Press the name of a language, wherever on the page it stands first in sight."""
    button = page.get_by_role("button", name=name, exact=True).locator("visible=true").first
    if not button.count():
        page.locator("summary:visible").first.click()
    button.click()


def plain(words):
    return " ".join(words.replace("<p", " <p").split("<")[1].partition(">")[2].split())


def test_a_quiz_is_answered_in_two_languages_and_read_in_both(bring, site_server, page_of):
    learner = bring("dos-idiomas", begun="quiz:FPS-1")
    paper = key_of_paper(site_server, learner.attempt)
    words = site_server.ask(WORDS_OF_PAPER, learner.attempt)
    assert words["en"] != words["es"]
    page = page_of(learner, **PHONE, locale="es")
    page.goto(f"/quizzes/{learner.attempt}/")
    if page.locator("html").get_attribute("lang") != "es":
        choose(page, "Español")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_text(IN_SPANISH)).to_be_visible()
    assert page.evaluate(NARROW)
    assert faults_of(page) == []
    shown = page.locator("main").inner_text()
    assert plain(words["es"][0])[:20] in " ".join(shown.split())
    half = len(paper) // 2
    for item in paper[:half]:
        answer_one(page, item)
    expect(page.locator("[data-save-state]")).to_have_text("Respuestas guardadas")

    # In the middle, by the button that stands under what a program translated.
    page.locator(".language-note .link-button").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-answered]")).to_contain_text(f"{half} of {len(paper)}")
    assert plain(words["en"][0])[:20] in " ".join(page.locator("main").inner_text().split())
    for item in paper[half:]:
        answer_one(page, item)
    expect(page.locator("[data-save-state]")).to_have_text("All answers saved")
    page.locator("[data-finish-button]").click()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result/")
    expect(page.locator("h1")).to_have_text("You passed")

    choose(page, "Español")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_text(IN_SPANISH)).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    review = " ".join(page.locator("main").inner_text().split())
    assert plain(words["es"][0])[:20] in review
    assert plain(words["en"][0])[:20] not in review
    assert page.evaluate(NARROW)
    assert faults_of(page) == []


A_QUESTION = """
from assessments.models import Question
question = Question.objects.get(code="F01")
answer = {"pk": question.pk, "draft": question.has_unpublished_changes}
"""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_a_trainer_writes_the_words_of_a_question_beside_it(site_server, open_page, size):
    question = site_server.ask(A_QUESTION)
    page = open_page(**size)
    page.goto(f"/accounts/login/?next=/admin/questions/{question['pk']}/words/es/")
    page.locator("input[name=login]").fill("trainer@peerwork.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/words/es/")
    expect(page.get_by_text("translated by a program, reviewed by nobody")).to_be_visible()
    # The question itself is written in the editor of rich text, as everywhere.
    expect(page.locator(".words-row [contenteditable='true']").first).to_be_visible()
    assert page.evaluate(NARROW)
    assert faults_of(page) == []
    why = page.get_by_role("textbox", name="Why")
    why.fill("Porque sí.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved as a draft. The words are whole.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Why")).to_have_value("Porque sí.")
    assert site_server.ask(A_QUESTION)["draft"]
    page.goto("/admin/questions/languages/")
    assert page.evaluate(NARROW)
    assert faults_of(page) == []
