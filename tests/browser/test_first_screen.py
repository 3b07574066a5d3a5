"""The first screen of a small phone: what this is, for whom, that it is free, and one button."""

from __future__ import annotations

import pytest

from tests.browser.test_pages import COURSE, assert_no_barriers
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

SMALL = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}


def bottom_of(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_small_phone_says_it_all_before_anybody_scrolls(open_page, site_server, language):
    page = open_page(**SMALL)
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": site_server.url}]
    )
    page.goto("/")
    hero = page.locator(".hero")
    for part in (hero.locator("h1"), hero.locator(".lead"), hero.locator(".hero__cost")):
        assert bottom_of(part) <= 640
    words = {"en": "stand beside someone else", "es": "estar al lado de alguien más"}[language]
    assert words in hero.locator(".lead").inner_text()
    assert hero.locator(".button").count() == 1
    assert bottom_of(hero.locator(".button")) <= 640


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_new_has_no_barriers_in_either_language(
    open_page, page_of, bring, site_server, language
):
    cookie = {"name": "django_language", "value": language, "url": site_server.url}
    visitor = open_page(**PHONE)
    visitor.context.add_cookies([cookie])
    practice = site_server.ask(
        "from practice.models import ConversationPage\n"
        "answer = [one.url for one in ConversationPage.objects.order_by('path')[:1]]"
    )
    addresses = ["/", COURSE, "/accounts/closed/", "/privacy/", "/organisations/hours/", *practice]
    assert_no_barriers(visitor, addresses, lambda address: address)
    graduate = page_of(bring("graduate"), **PHONE)
    graduate.context.add_cookies([cookie])
    keys = site_server.ask(
        "from practice.models import ConversationPage\n"
        "answer = [str(one.translation_key) for one in ConversationPage.objects.order_by('path')[:1]]"
    )
    own = ["/learn/", COURSE, *practice, *(f"/practice/text/{key}/" for key in keys)]
    own += ["/accounts/your-data/", "/accounts/close/"]
    assert_no_barriers(graduate, own, lambda address: address)


def test_the_marks_of_modules_are_no_words_for_whoever_listens(open_page):
    page = open_page()
    page.goto(COURSE)
    assert page.locator(".mark-of:not([aria-hidden=true])").count() == 0
    modules = page.locator(".way__stop article")
    assert modules.count() >= 6
    assert page.locator(".way__stop--goal").get_by_role("link").count() == 1
