"""Two people, their tabs and their sessions in one browser: what the tests of them share."""

from __future__ import annotations

import re
from itertools import count

from tests.browser import learners

SOMEBODY_ELSE = re.compile("Somebody else is (signed in|using this browser now)")
WORDS = "Only for me: the night my aunt sat by me."

LESSON = """
from courses.models import LessonPage
lesson = next(
    each for each in LessonPage.objects.live().order_by("path")
    if any(block.block_type == "reflection" for block in each.body)
)
answer = f"{lesson.url}?part=all"
"""
END_SESSIONS = """
from django.contrib.sessions.models import Session
answer = Session.objects.filter(pk=arguments[0]).delete()[0]
"""
_numbers = count()


def next_number():
    return next(_numbers)


def sign_in_by_form(page, person, leads_to=None):
    if leads_to:
        page.goto(leads_to)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(learners.PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def session_here(page):
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    return cookie["value"]


def second_tab(page, person, site, *, is_covered=False):
    """The other one signs in in another tab of the same browser.

    The first tab is covered then. What it would do where it was not, as without a connection, is
    seen where it hears no answer.
    """
    if not is_covered:
        page.route("**/accounts/whose-page/", lambda route: route.abort())
    tab = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    sign_in_by_form(tab, person, "/accounts/login/")
    tab.wait_for_url("**/learn/")
    return tab
