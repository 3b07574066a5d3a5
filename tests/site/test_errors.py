"""What went wrong is said in a page of ours, with somewhere to go on to."""

from __future__ import annotations

import pytest
from django.test import Client

from lms.views import errors
from tests import make

pytestmark = pytest.mark.django_db

HTML = {"Accept": "text/html,application/xhtml+xml"}


class Untouchable:
    """Stands for a part of a request that an error page must do without."""

    def __getattr__(self, name):
        raise AssertionError(f"an error page asked for {name}")


def test_a_page_that_is_not_there_offers_to_look_for_it(client):
    make.home()
    page = client.get("/there-is-no-such-page/")
    assert page.status_code == 404
    text = page.content.decode()
    assert '<form method="get" action="/search/" role="search"' in text
    assert 'name="q"' in text
    assert 'href="/courses/"' in text
    assert client.get("/search/", {"q": "listening"}).status_code == 200


def test_an_error_page_asks_nothing_of_the_request_or_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        for page in (errors.page_not_found, errors.not_allowed):
            assert b"</html>" in page(Untouchable()).content


def test_only_a_page_that_is_not_there_offers_a_search():
    assert b'role="search"' not in errors.server_error(None).content


# What an address does not take ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("get", "/accounts/language/"),
        ("post", "/search/"),
        ("put", "/"),
    ],
)
def test_what_an_address_does_not_take_is_refused_in_words(client, method, url):
    make.home()
    page = getattr(client, method)(url, headers=HTML)
    assert page.status_code == 405
    text = page.content.decode()
    assert "There is nothing to see at this address" in text
    assert 'href="/"' in text
    assert 'href="/learn/"' in text
    assert page.headers["Allow"]
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_program_that_reads_no_pages_is_sent_none(client):
    page = client.get("/accounts/language/", headers={"Accept": "application/json"})
    assert (page.status_code, page.content) == (405, b"")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_an_account_is_read_and_posted_to_and_nothing_else(method):
    browser = Client()
    browser.force_login(make.user())
    assert getattr(browser, method)("/accounts/profile/").status_code == 405
    assert browser.get("/accounts/profile/").status_code == 200


# What programs look for -----------------------------------------------------------------------


def test_search_engines_may_read_the_pages_and_nothing_that_is_about_anyone(client):
    page = client.get("/robots.txt")
    assert page.headers["Content-Type"].startswith("text/plain")
    lines = page.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    forbidden = {line.removeprefix("Disallow: ") for line in lines[1:]}
    assert forbidden >= {
        "/learn/",
        "/quizzes/",
        "/accounts/",
        "/admin/",
        "/verify/",
        "/certificates/",
        "/C/",
    }
    for public in ("/", "/courses/", "/courses/foundations/", "/about/", "/static/css/site.css"):
        assert not public.startswith(tuple(forbidden))


def test_the_icon_is_found_where_programs_look_for_it(client):
    page = client.get("/favicon.ico")
    assert page.status_code == 302
    assert page.headers["Location"].endswith(".svg")
