"""From the front page to a certificate that a stranger can check, all in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import learners
from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser

CODE = re.compile(r"\b\d{4}-\d{4}\b")
FILL_IN = """
from django.utils import timezone
from courses.models import CoursePage, Enrolment
from courses.outlines import outline_of
from lms.shipped.demonstration import take
from lms.shipped.pieces import key_of
enrolment = Enrolment.objects.get(learner__email=arguments[0])
first, *others = outline_of(enrolment.course).modules
steps = [step for step in first.steps if step.kind.name == "conversation"]
for step in [*steps, *(step for module in others for step in module.steps)]:
    take(enrolment, step.kind.name, step.page_id, at=timezone.now())
"""


@pytest.fixture
def worker(site_server):
    site_server.start_worker()
    yield
    site_server.stop_worker()


@pytest.mark.parametrize(
    ("screen", "scripts"),
    [
        pytest.param(PHONE, True, id="on a phone"),
        pytest.param(DESKTOP, False, id="at a desk without JavaScript", marks=pytest.mark.drill),
    ],
)
def test_a_newcomer_earns_a_certificate_that_a_stranger_can_check(
    open_page, site_server, worker, outline, screen, scripts
):
    page = open_page(**screen, java_script_enabled=scripts, accept_downloads=True)
    email, name = f"newcomer-{scripts}@peerwork.example".lower(), "Zoë Ní Bhriain"

    sign_up(page, email, name)
    expect(page).to_have_url(re.compile(re.escape(outline["course"]) + "$"))
    # Who signed up to begin has a place, and stands on the course that they came for.
    page.locator("main").get_by_role("link", name="Begin", exact=False).first.click()
    expect(page).to_have_url(re.compile(re.escape(outline["steps"][0]["url"]) + "$"))

    first = [
        step for step in outline["steps"] if step["url"].startswith(outline["modules"][0]["url"])
    ]
    for step, after in zip(first, [*first[1:], None], strict=True):
        expect(page).to_have_url(re.compile(re.escape(step["url"]) + "$"))
        if step["kind"] == "conversation":
            page.goto(after["url"])  # it may be left out here, and has tests of its own
        elif step["kind"] == "lesson":
            read(page)
        else:
            sit(page, site_server, scripts)

    # The modules between are done as these were, so the same verbs do them here.
    site_server.ask(FILL_IN, email)
    page.goto("/learn/")
    page.get_by_role("link", name=re.compile("^Continue")).click()
    expect(page).to_have_url(re.compile(re.escape(outline["steps"][-1]["url"]) + "$"))
    sit(page, site_server, scripts, go_on=False)
    page.locator("main").get_by_role("link", name="My learning").click()
    expect(page).to_have_url(re.compile("/learn/$"))

    page.get_by_role("link", name="Read and sign").click()
    page.get_by_label("I thought it through by myself").check()
    page.get_by_label("Type your full name").fill("zoë ní bhriain")
    page.get_by_role("button", name="Sign this statement").click()

    number = certificate_of(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    with open(download.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"

    sign_out(page)
    visitor = open_page(**screen, java_script_enabled=scripts)
    visitor.goto("/")
    visitor.get_by_label("number").fill(number.lower().replace("-", " "))
    visitor.get_by_role("button", name="Check").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Current")
    expect(visitor.locator(".certified")).to_contain_text(name)


def sign_up(page, email, name):
    page.goto("/")
    page.get_by_role("link", name="See the course").click()
    page.get_by_role("link", name="Sign up to begin").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("name").fill(name)
    page.get_by_label("Password").fill("quiet-river-stone")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Make my account").click()
    with page.expect_popup() as beside:
        page.get_by_role("link", name="read the message here").click()
    letter = beside.value.locator("article", has_text=email).first.inner_text()
    beside.value.close()
    page.get_by_label("Code").fill(CODE.search(letter)[0].lower())
    page.get_by_role("button", name="Confirm").click()


def read(page):
    """A lesson, part by part to its end, which leads on to what comes next."""
    onward = page.get_by_role("button", name="Next", exact=True)
    while onward.count():
        number = page.locator(".part__place").inner_text()
        question = page.locator(".check").first
        if question.count():
            question.get_by_role("radio").first.check()
            expect(question.locator(".check__feedback").first).to_be_visible()
        onward.click()
        expect(page.locator(".part__place")).not_to_have_text(number)
    page.get_by_role("button", name="Finish this lesson").click()


def sit(page, site, scripts, go_on=True):
    """A quiz, with everything right. With a script answers save themselves."""
    page.get_by_role("button", name="Begin").click()
    attempt = re.search(r"/quizzes/([0-9a-f-]{36})/", page.url)[1]
    learners.answer_rightly(page, learners.key_of_paper(site, attempt))
    if scripts:
        expect(page.get_by_text("All answers saved")).to_be_visible()
        page.reload()
        expect(page.locator("[data-answered]")).to_have_text(re.compile(r"(\d+) of \1 answered"))
    else:
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    page.get_by_role("button", name="Look over and hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to hand in?")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    expect(page.locator(".score__percent")).to_have_text("100%")
    if go_on:
        page.get_by_role("link", name="Continue").click()


def certificate_of(page):
    """Waits for the PDF as people do: by looking again."""
    page.goto("/learn/")
    card = page.locator(".certificate-card")
    expect(card).to_contain_text("Current")
    for _ in range(30):
        if card.get_by_role("link", name="Download the PDF").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    return card.locator(".number").inner_text()


def sign_out(page):
    menu = page.locator("details.menu.only-narrow > summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("banner").get_by_role("button", name="Sign out").locator(
        "visible=true"
    ).click()
    page.goto("/learn/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
