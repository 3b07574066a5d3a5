"""The staff pages on a phone: a list is read downwards, and nothing has to be moved sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import learners

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}}

STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll(
    "main :is(td, th, input, select, textarea, a, button, h1, h2, p, li)"
  )].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(one).visibility === "visible"
      && !one.closest(".w-sr-only, [hidden], .Draftail-Toolbar, .w-field__comment-button, .w-tabs__list")
      && box.right > width + 1;
  }).map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}"""

PLACES = """
from assessments.models import Quiz
from certificates.models import Credential
from courses.models import CoursePage, LessonPage
from people.models import User
from practice.models import Conversation
course, lesson = CoursePage.objects.first(), LessonPage.objects.first()
answer = [
    f"/admin/pages/{course.pk}/",
    f"/admin/pages/{course.pk}/copy/",
    f"/admin/pages/{lesson.pk}/edit/",
    f"/admin/pages/{lesson.pk}/history/",
    f"/admin/pages/{lesson.pk}/unpublish/",
    f"/admin/editions/{course.pk}/",
    f"/admin/snippets/assessments/quiz/edit/{Quiz.objects.first().pk}/",
    f"/admin/snippets/practice/conversation/edit/{Conversation.objects.first().pk}/",
    f"/admin/conversations/{Conversation.objects.first().pk}/chosen/",
    f"/admin/learners/{User.objects.get(email='learner@peerwork.example').pk}/",
    f"/admin/credentials/{Credential.objects.first().pk}/",
]
"""

LISTS = [
    "/admin/questions/",
    "/admin/snippets/assessments/quiz/",
    "/admin/snippets/practice/conversation/",
    "/admin/learners/",
    "/admin/attempts/",
    "/admin/competencies/",
    "/admin/credentials/",
    "/admin/users/",
]
OTHERS = [
    "/admin/",
    "/admin/questions/add/",
    "/admin/snippets/assessments/singlechoice/add/",
    "/admin/conversations/take-in/",
    "/admin/credentials/issue/",
    "/admin/letters/",
    "/admin/credential-requests/",
    "/admin/account/",
]


@pytest.fixture(scope="module")
def administrator(site_server):
    return learners.bring(site_server, "admin")


def test_nothing_on_a_page_of_the_staff_is_cut_off(page_of, administrator, site_server):
    page = page_of(administrator, **PHONE)
    faults = {}
    for address in [*LISTS, *OTHERS, *site_server.ask(PLACES)]:
        assert page.goto(address).status == 200, address
        page.wait_for_load_state("networkidle")
        width = page.evaluate("document.documentElement.scrollWidth")
        outside = page.evaluate(STICKS_OUT)
        if width > 360 or outside:
            faults[address] = (width, outside[:3])
    assert faults == {}


def test_the_front_of_the_staff_pages_fits_with_letters_twice_as_large(page_of, administrator):
    page = page_of(administrator, **PHONE)
    page.goto("/admin/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(STICKS_OUT) == []


def test_a_row_says_what_each_of_its_cells_is(page_of, administrator):
    page = page_of(administrator, **PHONE)
    page.goto("/admin/credentials/")
    row = page.locator("table.listing tbody tr").first
    names = row.locator("td[data-name]").evaluate_all("all => all.map((one) => one.dataset.name)")
    assert {"Holder", "Award", "Standing", "Valid until"} <= set(names)
    assert (
        row.locator("td[data-name=Standing]")
        .evaluate("(one) => getComputedStyle(one, '::before').content")
        .replace('" "', "")  # Chromium joins the two of its parts, or does not
        == '"Standing: "'
    )
    assert page.get_by_role("link", name="Holder").is_visible(), "what puts the list in order stays"


def test_a_list_that_was_searched_keeps_the_names(page_of, administrator):
    page = page_of(administrator, **PHONE)
    page.goto("/admin/questions/")
    rows = page.locator("table.listing tbody tr")
    before = rows.count()
    page.locator("#id_q").fill("housing manager")
    expect(rows).not_to_have_count(before)
    expect(page.locator("table.listing td[data-name=Kind]").first).to_be_visible()


def test_on_a_desk_a_list_is_a_table(page_of, administrator):
    page = page_of(administrator)
    page.goto("/admin/credentials/")
    cell = page.locator("table.listing tbody td[data-name=Standing]").first
    assert cell.evaluate("(one) => getComputedStyle(one).display") == "table-cell"
    assert cell.evaluate("(one) => getComputedStyle(one, '::before').content") == "none"
