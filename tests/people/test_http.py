"""Where a request may send its reader. An address that a stranger chose never leads away."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from people.http import get_next_url, get_referring_page, int_or_none, is_site_url, login_required
from people.models import User

SITE = "https://learn.example.org"


@pytest.fixture(autouse=True)
def base_address(settings):
    settings.BASE_URL = SITE
    settings.ALLOWED_HOSTS = ["*"]
    settings.LOGIN_REDIRECT_URL = "/learn/"
    settings.LOGIN_URL = "/accounts/login/"


OURS = ["/", "/courses/", "/learn/?page=2#top", SITE, f"{SITE}/", f"{SITE}/courses/"]
ELSEWHERE = [
    None,
    "",
    "courses/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "http://learn.example.org/",
    "javascript:alert(1)",
    "data:text/html,x",
    f"{SITE}.evil.example/",
    f"{SITE}@evil.example/",
    f"{SITE}//evil.example/",
    f"{SITE}/\\evil.example/",
    " /courses/",
    "/\t/evil.example",
    "https:///evil.example",
]


@pytest.mark.parametrize("url", OURS)
def test_an_address_of_ours_is_ours(url):
    assert is_site_url(url)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_address_is_not(url):
    assert not is_site_url(url)


@pytest.mark.parametrize("host", ["evil.example", "learn.example.org"])
def test_the_host_that_a_request_names_makes_no_address_ours(host):
    request = RequestFactory().get("/", {"next": f"https://{host}.evil/"}, headers={"host": host})
    assert get_next_url(request, "/learn/") == "/learn/"


@pytest.mark.parametrize("url", [url for url in OURS if url])
@pytest.mark.parametrize("method", ["get", "post"])
def test_next_leads_to_pages_of_ours(url, method):
    request = getattr(RequestFactory(), method)("/", {"next": url})
    assert get_next_url(request, "/learn/") == url


@pytest.mark.parametrize("url", [url for url in ELSEWHERE if url is not None])
@pytest.mark.parametrize("method", ["get", "post"])
def test_next_leads_nowhere_else(url, method):
    request = getattr(RequestFactory(), method)("/", {"next": url})
    assert get_next_url(request, "/learn/") == "/learn/"


def test_the_form_counts_before_its_address():
    request = RequestFactory().post("/?next=/courses/", {"next": "/learn/"})
    assert get_next_url(request, "/") == "/learn/"


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        (f"{SITE}/courses/one/", "/courses/one/"),
        (f"{SITE}/quizzes/?page=2", "/quizzes/?page=2"),
        (f"{SITE}/", "/"),
        ("", "/learn/"),
        (SITE, "/learn/"),
        ("/courses/", "/learn/"),
        ("https://evil.example/courses/", "/learn/"),
        (f"{SITE}.evil.example/", "/learn/"),
        (f"{SITE}//evil.example/", "/learn/"),
        (f"{SITE}/\\evil.example/", "/learn/"),
    ],
)
def test_a_form_leads_back_to_the_page_of_ours_that_it_was_on(referer, page):
    request = RequestFactory().post("/save/", headers={"referer": referer})
    assert get_referring_page(request) == page


# Numbers in forms -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("42", 42),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        (None, None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1.0", None),
        ("1e3", None),
        ("٣", None),
        ("²", None),
        ("1_000", None),
    ],
)
def test_only_plain_digits_are_a_number(text, number):
    assert int_or_none(text) == number


@given(st.text(max_size=30))
def test_no_text_is_more_than_a_column_holds(text):
    number = int_or_none(text)
    assert number is None or 0 <= number < 10**18


# Signing in first -------------------------------------------------------------------------


@login_required
def view(request):
    return HttpResponse(f"Hello {request.user.full_name}")


def send(method, path, user, **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    request.user = user
    request.session = {}
    request._messages = FallbackStorage(request)
    return request, view(request)


def test_someone_signed_in_is_let_through():
    _, response = send("post", "/save/", User(full_name="Ada Okafor"))
    assert response.content == b"Hello Ada Okafor"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_visitor_signs_in_and_comes_back_to_where_they_were(method):
    request, response = send(method, "/learn/?page=2", AnonymousUser())
    assert response.url == "/accounts/login/?next=/learn/%3Fpage%3D2"
    assert list(request._messages) == []


def test_a_form_of_someone_signed_out_leads_back_to_its_page_and_says_it_is_not_done():
    request, response = send("post", "/save/", AnonymousUser(), referer=f"{SITE}/courses/one/")
    assert response.url == "/accounts/login/?next=/courses/one/"
    assert "not done yet" in str(next(iter(request._messages)))


def test_a_form_from_nowhere_leads_to_the_learners_own_page():
    _, response = send("post", "/save/", AnonymousUser(), referer="https://evil.example/")
    assert response.url == "/accounts/login/?next=/learn/"
