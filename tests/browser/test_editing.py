"""An editor at work in the staff pages, with the real editor in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from assessments.models import QUESTION_KINDS
from tests.browser import learners

pytestmark = pytest.mark.browser

TWO_LESSONS = """
from courses.models import LessonPage, ModulePage
module = ModulePage.objects.order_by("path").first()
answer = {}
for title, body in [
    ("Skips a heading", "<p>First.</p><h3>Too deep</h3><p>More.</p>"),
    ("Keeps to the order", "<p>First.</p><h2>A heading</h2><p>More.</p>"),
]:
    page = LessonPage(title=title, slug=title.lower().replace(" ", "-"), body=[("prose", body)])
    answer[title] = module.add_child(instance=page).pk
    page.unpublish()
"""


@pytest.fixture(scope="module")
def trainer(site_server):
    return learners.bring(site_server, "admin")


@pytest.fixture(scope="module")
def lessons(site_server):
    return site_server.ask(TWO_LESSONS)


def open_checks(page, lesson):
    """The panel of checks beside a page in the editor."""
    page.goto(f"/admin/pages/{lesson}/edit/")
    page.locator("[data-side-panel-toggle='checks']").click()
    return page.locator("[data-side-panel='checks']")


def test_the_checks_panel_finds_the_fault_of_a_page_and_none_where_there_is_none(
    page_of, trainer, lessons
):
    page = page_of(trainer)
    panel = open_checks(page, lessons["Skips a heading"])
    expect(panel.get_by_text("Incorrect heading hierarchy")).to_be_visible()
    expect(panel.locator("[data-content-checker-count]").first).to_have_text("1")
    panel = open_checks(page, lessons["Keeps to the order"])
    # Words are counted in the same run as faults, so by then both are known.
    expect(panel.locator("[data-content-word-count]")).to_have_text(re.compile(r"\d+"))
    expect(panel.locator("[data-content-checker-count]").first).to_have_text("0")


@pytest.mark.parametrize("kind", QUESTION_KINDS, ids=lambda kind: kind.__name__)
def test_a_new_question_shows_its_rows_and_no_error(page_of, trainer, kind):
    page = page_of(trainer)
    page.goto(f"/admin/snippets/assessments/{kind._meta.model_name}/add/")
    for field in kind._meta.get_fields():
        least = getattr(field, "block_opts", {}).get("min_num")
        if least:
            # Each row has a field of its own to name its kind; a hidden template has none.
            rows = page.locator(f"input[name^='{field.name}-'][name$='-type']")
            expect(rows).to_have_count(least)
    expect(page.get_by_text("The minimum number of items")).to_have_count(0)


def test_a_table_is_typed_into_a_grid(page_of, trainer, lessons):
    page = page_of(trainer)
    page.goto(f"/admin/pages/{lessons['Keeps to the order']}/edit/")
    page.locator("[data-contentpath='body'] button[title='Insert a block']").last.click()
    page.get_by_role("option", name="table", exact=True).first.click()
    page.get_by_label("Table caption").fill("Two kinds of question")
    cells = page.locator(".htCore td")
    for cell, text in enumerate(["Closed", "Open", "Is it?", "What is it?"]):
        cells.nth(cell).dblclick()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"/admin/pages/{lessons['Keeps to the order']}/view_draft/")
    table = page.get_by_role("table", name="Two kinds of question")
    expect(table.get_by_role("columnheader")).to_have_text(["Closed", "Open"])
    expect(table.get_by_role("cell")).to_contain_text(["What is it?"])


FROM_WORD = """
<h1>Listening</h1><p>Be there first.</p><h2>Two kinds</h2><h4>A closer look</h4>
<table><tr><th>Closed</th><th>Open</th></tr><tr><td>Is it?</td><td>What is it?</td></tr></table>
"""
PUT_ON_THE_CLIPBOARD = """async (html) => navigator.clipboard.write([
  new ClipboardItem({ "text/html": new Blob([html], { type: "text/html" }) }),
])"""


def test_headings_and_a_table_pasted_from_a_word_processor_become_ours(page_of, trainer, lessons):
    page = page_of(trainer)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/admin/pages/{lessons['Skips a heading']}/edit/")
    prose = page.locator("#body-root .public-DraftEditor-content").first
    prose.click()
    page.evaluate(PUT_ON_THE_CLIPBOARD, FROM_WORD)
    prose.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    cells = page.locator(".htCore td")
    expect(cells).to_have_text(["Closed", "Open", "Is it?", "What is it?"])
    expect(prose.locator("h2")).to_have_text(["Listening"])
    expect(prose.locator("h3")).to_have_text(["Two kinds", "A closer look"])
