"""A refused form, as a browser shows it: the error in view with the focus, with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import learners
from tests.browsers import DESKTOP, PHONE

pytestmark = pytest.mark.browser

OATH = "/certificates/statements/code-of-ethics/"


@pytest.fixture(scope="module")
def signer(site_server):
    return learners.bring(site_server, "signer")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_refused_signature_is_in_view_and_leads_to_its_field(page_of, signer, size, javascript):
    page = page_of(signer, **size, java_script_enabled=javascript)
    page.goto(OATH)
    page.get_by_role("radio").last.check()
    page.get_by_label("Type your full name to sign").fill("Somebody Else")
    page.get_by_role("button", name="Sign this statement").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_in_viewport(ratio=1)
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile(r"^Error: "))
    summary.get_by_role("link").click()
    field = page.get_by_label("Type your full name to sign")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    expect(field).to_have_value("Somebody Else")


def test_a_password_is_shown_and_hidden_again_before_it_is_sent(open_page):
    page = open_page(**PHONE)
    page.goto("/accounts/login/")
    field = page.get_by_label("Password", exact=True)
    field.fill("quiet-river-stone")
    button = page.get_by_role("button", name="Show password")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_without_a_script_there_is_no_button_that_does_nothing(open_page):
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.locator("[data-show-password]")).to_be_hidden()


def test_the_secret_of_the_second_step_is_copied_whole(page_of, signer):
    page = page_of(signer, **PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(learners.PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Copy it").click()
    expect(page.locator("[data-copy-state]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#secret").inner_text().replace(" ", "")


@pytest.fixture(scope="module")
def administrator(site_server):
    return learners.bring(site_server, "admin")


REFUSED_BY_EDITORS = [
    ("/admin/snippets/assessments/quiz/add/", "Title"),
    ("/admin/issuers/new/", "Address for questions"),
    ("/admin/users/new/", "Full name"),
    ("/admin/awards/new/", "What it certifies"),
]


@pytest.mark.parametrize(("address", "label"), REFUSED_BY_EDITORS)
def test_a_form_that_an_editor_refuses_has_the_focus_and_leads_to_each_field(
    page_of, administrator, address, label
):
    page = page_of(administrator)
    page.goto(address)
    page.locator("main form[method=post i] [type=submit]").first.click()
    message = page.locator(".messages .error")
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport(ratio=1)
    expect(page).to_have_title(re.compile(r"^Error: "))
    message.get_by_role("link", name=f"{label}: ").click()
    field = page.get_by_role("textbox", name=label)
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
