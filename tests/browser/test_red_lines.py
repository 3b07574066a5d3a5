"""A red line alone is missed: nearly there, answered again, passed. By phone, and without a script."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from tests.browsers import PHONE
from tests.site.nearly_there import NEARLY_THERE

pytestmark = pytest.mark.browser

RIGHT = """
from assessments.models import Attempt
paper = Attempt.objects.get(retry_of=arguments[0], state="in_progress").paper
answer = [item.right_response() for item in paper.items]
"""


def bring(site, email, missing):
    return site.ask(NEARLY_THERE, f"{email}@peerwork.example", missing)


def sign_in(page, site, session):
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])


def faults_of(page):
    page.evaluate(AXE_FILE_PATH.read_text())
    report = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")
    return [fault["id"] for fault in report["violations"]]


@pytest.mark.parametrize("scripted", [True, False])
def test_one_red_line_is_answered_again_and_passes(site_server, open_page, scripted):
    learner = bring(site_server, "scripted" if scripted else "unscripted", 1)
    page = open_page(**PHONE, java_script_enabled=scripted)
    sign_in(page, site_server, learner["session"])
    result = f"/quizzes/{learner['attempt']}/result/"
    page.goto(result)
    assert page.locator("h1").inner_text() == "Nearly there"
    if scripted:
        assert faults_of(page) == []
        width = "document.documentElement.clientWidth"  # innerWidth grows with what sticks out
        assert page.evaluate(f"document.documentElement.scrollWidth <= {width}")
    page.get_by_role("button", name="Answer this one again").click()
    expect(page.locator("h1")).to_have_text("Answer this one again")
    assert page.locator("fieldset[data-kind]").count() == 1
    [right] = site_server.ask(RIGHT, learner["attempt"])
    page.locator(f"input[value='{right}']").check()
    if scripted:
        assert faults_of(page) == []
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url(f"**{result}")
    expect(page.locator("h1")).to_have_text("You passed")
    assert page.get_by_text("Safety, privacy and fairness: 6 of 6").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_several_missed_read_well_in_light_and_dark(site_server, open_page, scheme):
    learner = bring(site_server, f"several-{scheme}", 3)
    page = open_page(**PHONE, color_scheme=scheme)
    sign_in(page, site_server, learner["session"])
    for address in (f"/quizzes/{learner['attempt']}/result/", learner["quiz"]):
        page.goto(address)
        for summary in page.locator("main summary").all():
            summary.click()
        assert faults_of(page) == [], address
