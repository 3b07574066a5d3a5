"""What a browser writes back into a form after Back is shown to whoever typed it, and nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_whose_page import JAVASCRIPT, LESSON, WORDS, written_by
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

BOXES = ".reflection [data-autosave] textarea"
MAKE_STAFF = """
from people.models import User
answer = User.objects.filter(email__in=arguments).update(is_superuser=True)
"""


@pytest.fixture
def ada(bring):
    return bring("back-ada", up_to="quiz:FPS-1")


@pytest.fixture
def ben(bring):
    return bring("back-ben", "Ben Dreyer", up_to="quiz:FPS-1")


def changed_hands(page, person, site):
    """Another person signs in, in this very tab; then somebody presses Back."""
    page.goto("/accessibility/")
    page.context.clear_cookies(name="sessionid")
    person.sign_in(page, site)
    page.goto("/learn/")
    page.go_back()
    page.go_back()


@JAVASCRIPT
def test_private_words_are_not_shown_to_who_comes_next(ada, ben, page_of, site_server, has_script):
    page = page_of(ada, java_script_enabled=has_script, **PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    lesson = site_server.ask(LESSON)
    page.goto(lesson)
    page.locator(BOXES).first.fill(WORDS)
    changed_hands(page, ben, site_server)
    page.wait_for_url(f"**{lesson}")
    expect(page.locator(BOXES).first).to_have_value("")
    assert written_by(site_server, ben) == []


def test_a_name_that_was_typed_is_there_for_who_typed_it_alone(ada, ben, page_of, site_server):
    page = page_of(ada)
    page.goto("/accounts/profile/")
    name = page.get_by_label("Name", exact=False).first
    name.fill("Ada, as she will be")
    page.goto("/learn/")
    page.go_back()
    expect(name).to_have_value("Ada, as she will be")
    changed_hands(page, ben, site_server)
    page.wait_for_url("**/accounts/profile/")
    expect(name).to_have_value("Ben Dreyer")


def test_a_title_that_a_colleague_typed_is_not_in_the_editor(ada, ben, page_of, site_server):
    site_server.ask(MAKE_STAFF, ada.email, ben.email)
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/admin/snippets/courses/glossaryword/add/")
    word = page.locator("input[type=text][name]:visible").first
    word.fill("Ada's word")
    changed_hands(page, ben, site_server)
    page.wait_for_url("**/glossaryword/add/")
    expect(word).to_have_value("")
