"""Letters half as large again and twice as large, and the narrowest window: nothing is lost."""

from __future__ import annotations

import pytest

from tests.browser import learners
from tests.browser.test_unkind import NARROW, assert_nothing_sticks_out, issue_to
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

SPANISH = {"name": "django_language", "value": "es"}

# What is cut off sideways though nothing scrolls, such as in a box that hides what sticks out.
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *, .help-strip *")].filter((one) => {
  if (!one.childNodes.length || ![...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim())) return false;
  const style = getComputedStyle(one);
  if (one.closest(".visually-hidden, .table-scroll, select, .site-header .brand span")) return false;
  return style.visibility === "visible" && style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 2
    && one.clientWidth > 1;
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""

# The words of headings and small labels that stand on two lines without a hyphen.
IN_PIECES = r"""() => {
  const pieces = [];
  for (const one of document.querySelectorAll("main :is(.tag, .standing, h1, h2, h3)")) {
    if (!one.checkVisibility() || one.closest(".table-scroll")) continue;
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest(".visually-hidden, [translate=no]")) continue;
      for (const word of text.data.matchAll(/\p{L}{3,13}/gu)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) pieces.push(`${one.tagName}.${one.className}: ${word[0]}`);
      }
    }
  }
  return pieces;
}"""

KINDS_OF_PAGE = """
from lms.shipped.pieces import key_of
from courses.models import CoursePage, LessonPage, ModulePage
from assessments.models import QuizPage
answer = [
    LessonPage.objects.get(translation_key=key_of("lesson:4.5"), locale__language_code="en").url,
    ModulePage.objects.order_by("path").first().url,
    QuizPage.objects.get(translation_key=key_of("quiz:FPS-1"), locale__language_code="en").url,
    QuizPage.objects.get(translation_key=key_of("quiz:final"), locale__language_code="en").url,
]
"""


@pytest.fixture(scope="module")
def learner(site_server):
    return learners.bring(
        site_server, "large-letters", up_to="quiz:final", begun="quiz:final", answered=True
    )


@pytest.fixture(scope="module")
def pages_of(site_server, learner, outline):
    """Every kind of page of a learner, and every kind of page of a visitor."""
    kinds = site_server.ask(KINDS_OF_PAGE)
    number = issue_to(site_server, learner.email)
    shared = [
        "/",
        "/courses/",
        outline["course"],
        *kinds,
        "/about/",
        "/privacy/",
        "/organisations/",
    ]
    shared += ["/help/", "/search/?q=listening", "/nowhere/", "/verify/", "/verify/?number=PSW-1"]
    own = ["/learn/", "/learn/reflections/", "/accounts/profile/", "/accounts/email/"]
    own += ["/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"]
    own += ["/certificates/statements/code-of-ethics/"]
    own += [f"/quizzes/{learner.attempt}/", f"/quizzes/{learner.attempt}/finish/"]
    entrance = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
    return {"learner": [*shared, *own], "visitor": [*shared, f"/verify/{number}/", *entrance]}


def assert_the_menu_is_there(page):
    """Every way of the menu can be reached, however large the letters."""
    if page.locator(".error-page").count():
        return
    menu = page.locator("details.menu summary").locator("visible=true").first
    menu.click()
    ways = page.locator("details.menu[open] .nav__link")
    assert ways.count() >= 2, page.url
    for place in range(ways.count()):
        ways.nth(place).scroll_into_view_if_needed()
        box = ways.nth(place).bounding_box()
        assert box, page.url
        assert box["x"] >= 0, page.url
        assert box["x"] + box["width"] <= page.viewport_size["width"] + 1, page.url
    menu.click()


def look_at_all(page, addresses, percent):
    for address in addresses:
        page.goto(address)
        page.evaluate("(size) => { document.documentElement.style.fontSize = size }", f"{percent}%")
        page.evaluate(
            "document.querySelectorAll('main details').forEach((one) => { one.open = true })"
        )
        assert_nothing_sticks_out(page)
        assert page.evaluate(CUT_OFF) == [], address
        if page.viewport_size == PHONE["viewport"]:
            assert page.evaluate(IN_PIECES) == [], address
        assert_the_menu_is_there(page)


DRILL = pytest.mark.drill


@pytest.mark.parametrize(
    ("language", "percent"),
    [
        ("en", 150),
        pytest.param("en", 200, marks=DRILL),
        pytest.param("es", 150, marks=DRILL),
        ("es", 200),
    ],
)
def test_large_letters_fit_on_every_kind_of_page_of_a_visitor(
    open_page, pages_of, site_server, percent, language
):
    page = open_page(**PHONE)
    page.context.add_cookies([{**SPANISH, "value": language, "url": site_server.url}])
    look_at_all(page, pages_of["visitor"], percent)


@pytest.mark.parametrize("percent", [pytest.param(150, marks=DRILL), 200])
def test_large_letters_fit_on_every_kind_of_page_of_a_learner(page_of, learner, pages_of, percent):
    look_at_all(page_of(learner, **PHONE), pages_of["learner"], percent)


@pytest.mark.parametrize("percent", [pytest.param(100, marks=DRILL), 200])
def test_every_kind_of_page_fits_the_narrowest_window(page_of, learner, pages_of, percent):
    look_at_all(page_of(learner, **NARROW), pages_of["learner"], percent)


def test_large_letters_fit_on_a_desk(page_of, learner, pages_of):
    look_at_all(page_of(learner), pages_of["learner"], 200)


def test_what_help_now_opens_fits_with_letters_twice_as_large(open_page):
    page = open_page(**NARROW)
    page.goto("/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.locator("#help-now > summary").click()
    page.locator("#help-now details").evaluate("(one) => { one.open = true }")
    assert_nothing_sticks_out(page)
    panel = page.locator("[data-help-panel]").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 321
    last = page.locator("[data-help-panel] a").last
    last.scroll_into_view_if_needed()
    assert last.is_visible()
