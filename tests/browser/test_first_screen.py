"""The first screen of a small phone: what this is, for whom, that it is free, and one button."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.test_pages import COURSE, assert_no_barriers
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

SMALL = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifts.push(entry.sources.map((source) => source.node?.className ?? "?"));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def sent_in_two(first, second):
    """The address of a page of which the second half comes half a second after the first."""

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(first.encode())
            self.wfile.flush()
            time.sleep(0.5)
            self.wfile.write(second.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


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


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.drill), "es"])
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


@pytest.mark.parametrize("cut", ['class="site-header__row"', "<summary>", "<details", "</header>"])
def test_a_header_that_comes_in_two_pieces_does_not_move(browser, site_server, cut):
    page = browser.new_page(**SMALL)
    page.goto(site_server.url)  # and its style is in the cache
    whole = page.request.get(site_server.url).text()
    whole = whole.replace('href="/static/', f'href="{site_server.url}/static/')
    head, begin, header = whole.partition("<header")
    place = len(head + begin) + header.index(cut)
    page.add_init_script(SHIFTS)
    with sent_in_two(whole[:place], whole[place:]) as address:
        page.goto(address)
        page.wait_for_timeout(200)
    assert page.locator(".site-header .help-now").is_visible()
    assert page.evaluate("window.shifts") == []
    page.close()
