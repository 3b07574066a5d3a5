"""Pages leave compressed, at a length that tells nothing; files leave as they are stored."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from lms.middleware import CompressedPagesMiddleware
from tests import make

pytestmark = pytest.mark.django_db

TAKES_GZIP = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture
def course():
    return make.full_course(modules=1, lessons=2)


def test_a_page_leaves_compressed_and_says_the_same(course):
    plain = Client().get(course.url)
    compressed = Client(headers=TAKES_GZIP).get(course.url)
    assert compressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == plain.content
    assert len(compressed.content) < len(plain.content) / 2
    assert compressed["Content-Length"] == str(len(compressed.content))


def test_caches_on_the_way_are_told_that_there_are_two_forms(course):
    for browser in (Client(), Client(headers=TAKES_GZIP)):
        assert "Accept-Encoding" in browser.get(course.url)["Vary"]


def test_whoever_takes_no_compressed_pages_gets_a_plain_one(course):
    response = Client(headers={"accept-encoding": "identity"}).get(course.url)
    assert "Content-Encoding" not in response
    assert b"</html>" in response.content


def test_the_length_of_a_page_says_nothing_of_what_is_on_it(course):
    browser = Client(headers=TAKES_GZIP)
    lengths = {len(browser.get(course.url).content) for _ in range(20)}
    assert len(lengths) > 1


def test_a_page_that_is_cached_for_visitors_is_cached_as_it_was_rendered(course):
    browser = Client(headers=TAKES_GZIP)
    first, second = (gzip.decompress(browser.get(course.url).content) for _ in range(2))
    assert first == second == Client().get(course.url).content


def test_what_somebody_signed_in_is_shown_is_compressed_too(course):
    learner = make.enrolment(course=course).learner
    browser = Client(headers=TAKES_GZIP)
    browser.force_login(learner)
    response = browser.get("/learn/")
    assert response["Content-Encoding"] == "gzip"
    assert "no-store" in response["Cache-Control"]
    assert learner.get_short_name() in gzip.decompress(response.content).decode()


# Whatever is no page -----------------------------------------------------------------------


def answered(response):
    middleware = CompressedPagesMiddleware(lambda request: response)
    return middleware(RequestFactory(headers=TAKES_GZIP).get("/"))


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "font/woff2", "video/mp4"])
def test_a_file_is_left_as_it_is(kind):
    response = answered(HttpResponse(b"x" * 5000, content_type=kind))
    assert "Content-Encoding" not in response
    assert response.content == b"x" * 5000


def test_what_is_streamed_is_left_as_it_is():
    response = answered(StreamingHttpResponse([b"x" * 5000], content_type="text/csv"))
    assert "Content-Encoding" not in response
    assert b"".join(response.streaming_content) == b"x" * 5000


def test_the_answer_to_a_script_is_compressed():
    response = answered(HttpResponse(b"[" + b"1," * 5000 + b"1]", content_type="application/json"))
    assert response["Content-Encoding"] == "gzip"


def test_what_is_hardly_longer_than_its_head_is_left_as_it_is():
    assert "Content-Encoding" not in answered(HttpResponse(b"{}", content_type="application/json"))
