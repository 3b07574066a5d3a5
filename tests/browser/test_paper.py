"""Print holds all that was written, on A4 and Letter, and nothing to press."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.browser import learners
from tests.browsers import DESKTOP

pytestmark = pytest.mark.browser

LINES = [f"Line {number:02} of what I thought on the bus." for number in range(1, 41)]
WRITTEN = "\n".join(LINES)
SIZES = ["A4", "Letter"]

SHOWN_CONTROLS = """() => [...document.querySelectorAll(
    "button, .button, textarea, select, summary button, input:not([type=radio], [type=checkbox])"
)].filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 90))"""
SCROLLING = """() => [...document.querySelectorAll("body *")].filter((each) => {
    const { overflowX, overflowY } = getComputedStyle(each);
    if (each.closest(".visually-hidden")) return false;
    const scrolls = /auto|scroll|hidden/.test(overflowX + overflowY);
    return scrolls && each.checkVisibility() &&
        (each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1);
}).map((each) => each.outerHTML.slice(0, 90))"""

STAYING = """() => [...document.querySelectorAll("body *")].filter((each) =>
    /sticky|fixed/.test(getComputedStyle(each).position) && each.checkVisibility()
).map((each) => each.outerHTML.slice(0, 90))"""


def on_paper(page, tmp_path, size="A4"):
    """The words of a printed page, and how many sheets it takes."""
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format=size, prefer_css_page_size=False)
    text = subprocess.run(
        [shutil.which("pdftotext"), "-layout", file, "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return text, text.count("\f")


def faults_on_paper(page):
    """What could be pressed, what scrolls, and what would be printed over the words."""
    page.emulate_media(media="print")
    faults = [
        each for search in (SHOWN_CONTROLS, SCROLLING, STAYING) if (each := page.evaluate(search))
    ]
    page.emulate_media(media="null")
    return faults


@pytest.fixture(scope="session")
def writer(site_server):
    return learners.bring(
        site_server, "writes-on-paper", up_to="quiz:FPS-2", begun="quiz:FPS-2", every_kind=True
    )


@pytest.fixture
def lesson(outline):
    """A finished lesson, whole, with a place to write."""
    return f"{outline['steps'][0]['url']}?part=all"


@pytest.mark.parametrize("size", SIZES)
def test_every_line_that_was_written_is_on_paper(page_of, writer, lesson, tmp_path, size):
    page = page_of(writer, **DESKTOP)
    page.goto(lesson)
    page.locator(".reflection textarea").first.fill(WRITTEN)
    text, sheets = on_paper(page, tmp_path, size)
    assert [line for line in LINES if line not in text] == []
    assert sheets > 1
    for words in ("Save", "Next", "Finish this lesson", "All parts of this lesson", "Menu"):
        assert not re.search(rf"^\s*{words}\s*$", text, re.MULTILINE), words
    page.get_by_role("button", name="Save", exact=True).first.click()


def test_what_was_saved_is_on_paper_without_a_script(page_of, writer, lesson, tmp_path):
    page = page_of(writer, **DESKTOP, java_script_enabled=False)
    page.goto(lesson)
    page.locator(".reflection textarea").first.fill(WRITTEN)
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.goto(lesson)
    text, _sheets = on_paper(page, tmp_path)
    assert [line for line in LINES if line not in text] == []


def test_no_page_that_is_printed_has_anything_to_press_to_scroll_or_in_the_way(
    page_of, writer, outline
):
    page = page_of(writer, **DESKTOP)
    faults = {}
    for address in (
        outline["course"],
        outline["modules"][0]["url"],
        f"{outline['steps'][0]['url']}?part=all",
        "/learn/",
        "/learn/reflections/",
        f"/quizzes/{writer.attempt}/",
        f"/quizzes/{writer.attempt}/finish/",
    ):
        page.goto(address)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        if on_this_page := faults_on_paper(page):
            faults[address] = on_this_page
    assert not faults


@pytest.mark.parametrize("size", SIZES)
def test_the_progress_of_a_paper_is_printed_over_no_question(page_of, writer, tmp_path, size):
    """Whoever prints from the middle of a paper has every word of every question."""
    page = page_of(writer, **DESKTOP)
    page.goto(f"/quizzes/{writer.attempt}/")
    answered = page.locator("[data-answered]").inner_text()
    assert "answered" in answered
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    text, _sheets = on_paper(page, tmp_path, size)
    assert answered not in text
    for number in range(1, page.locator("fieldset.question").count() + 1):
        assert f"Question {number} of" in text


COVERED = """() => {
    const questions = [...document.querySelectorAll(".question")];
    return questions.filter((each) => {
        const { breakInside } = getComputedStyle(each);
        return breakInside !== "avoid" || getComputedStyle(each.parentElement).display !== "block";
    }).map((each) => each.id);
}"""


def test_no_question_is_printed_over_another_where_a_sheet_ends(page_of, writer):
    """The rows of a grid that is broken by a sheet lie over each other in Chromium."""
    page = page_of(writer, **DESKTOP)
    page.goto(f"/quizzes/{writer.attempt}/")
    assert page.evaluate(COVERED)
    page.emulate_media(media="print")
    assert page.evaluate(COVERED) == []


# Every box of a paper, filled with words of its own; which of them are out of sight on a screen.
FILLED = """() => [...document.querySelectorAll(
    ".question :is(select, input[type=text])"
)].map((box, number) => {
    const words = `given${number}x and more words than such a narrow box has room for on a line`;
    if (box.matches("select")) {
        box.selectedIndex = 1;
        box.selectedOptions[0].textContent = words;
    } else box.value = words;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return [`given${number}x`, box.hidden];
})"""


def test_what_was_given_is_printed_once_and_what_is_hidden_is_not(page_of, bring, tmp_path):
    orders = bring("puts-in-order-on-paper", begun="quiz:FPS-1", every_kind=True)
    page = page_of(orders, **DESKTOP)
    page.goto(f"/quizzes/{orders.attempt}/")
    given = page.evaluate(FILLED)
    assert page.locator(".pair__chosen:visible").count()
    hidden = [words for words, is_hidden in given if is_hidden]
    assert len(hidden) == page.locator(".order__step").count() > 1
    text, _sheets = on_paper(page, tmp_path)
    assert {words: text.count(words) for words, _is_hidden in given} == {
        words: 0 if is_hidden else 1 for words, is_hidden in given
    }
    page.emulate_media(media="print")
    assert not page.locator(".order__step .on-paper:visible").count()
    steps = page.locator(".order__step")
    for step, number in zip(steps.all(), steps.locator(".order__number").all(), strict=True):
        words = step.locator(".order__text").inner_text()
        assert step.inner_text().split() == [*number.inner_text().split(), *words.split()]


def test_what_was_typed_in_a_paper_is_on_paper_whole(page_of, writer, tmp_path):
    page = page_of(writer, **DESKTOP)
    page.goto(f"/quizzes/{writer.attempt}/")
    box = page.locator("main input[type=text]").first
    words = "the whole of a long answer that is wider than the box it is typed in " * 3
    box.evaluate("(box, words) => { box.value = words }", words)
    text, _sheets = on_paper(page, tmp_path)
    assert words.strip() in " ".join(text.split())


LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaften"
WITH_A_LONG_WORD = """(word) => {
    for (const box of document.querySelectorAll("main details")) box.open = true;
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (texts.nextNode()) nodes.push(texts.currentNode);
    for (const node of nodes) {
        const skipped = node.parentElement.closest(
            "svg, script, style, option, textarea, .paper__buttons"
        );
        if (node.data.trim() && !skipped) node.data = `${node.data.trim()} ${word}`;
    }
    for (const option of document.querySelectorAll("main option")) option.textContent = word;
    const isWide = (each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1;
    const wide = [...document.querySelectorAll("body *")].filter(isWide).slice(0, 6);
    return [document.documentElement.scrollWidth, wide.map((each) => each.outerHTML.slice(0, 120))];
}"""


def test_a_word_of_eighty_letters_widens_no_page(page_of, writer, outline):
    """Whatever somebody writes, in whichever place of a page it then stands."""
    assert len(LONG) >= 80
    page = page_of(writer, viewport={"width": 320, "height": 640})
    widths = {}
    for address in (
        "/",
        "/about/",
        "/courses/",
        outline["course"],
        outline["modules"][0]["url"],
        *(f"{step['url']}?part=all" for step in outline["steps"][:4]),
        "/learn/",
        "/learn/reflections/",
        f"/quizzes/{writer.attempt}/",
        f"/quizzes/{writer.attempt}/finish/",
        "/search/?q=listening",
        "/accounts/profile/",
        "/accounts/email/",
        "/certificates/statements/code-of-ethics/",
        "/verify/",
        "/help/",
    ):
        page.goto(address)
        width, wide = page.evaluate(WITH_A_LONG_WORD, LONG)
        if width > 320:
            widths[address] = width, wide
    assert not widths, widths


def test_the_bar_of_what_is_done_is_printed_in_its_colour(page_of, writer):
    page = page_of(writer, **DESKTOP)
    page.goto("/learn/")
    page.emulate_media(media="print")
    adjust = "(bar) => getComputedStyle(bar).printColorAdjust"
    assert page.locator("progress").first.evaluate(adjust) == "exact"


def test_what_was_typed_into_long_gaps_lies_over_no_other_line(page_of, writer):
    page = page_of(writer, **DESKTOP)
    page.goto(f"/quizzes/{writer.attempt}/")
    long = "words that go on and on to the end of the sheet and over it to the next line of it"
    for gap in page.locator("form[data-paper] input[type=text]").all():
        gap.fill(f"{long} {long}"[:200])
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    places = page.locator("span.on-paper:not(:empty)").evaluate_all(
        "all => all.map((each) => [each.getClientRects().length, each.offsetHeight])"
    )
    assert places
    assert all(pieces == 1 for pieces, _height in places)
