"""Our own guard of what comes in, without a web server before it that may refuse it too."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from lms.middleware import InputGuardMiddleware, body_limit, has_nul, without_surrogates

FORM = "application/x-www-form-urlencoded"
REACHED = 299


@pytest.fixture
def guard():
    return InputGuardMiddleware(lambda request: HttpResponse(status=REACHED))


def post(body=b"name=Ada", content_type=FORM, path="/learn/", **meta):
    return RequestFactory().generic("POST", path, body, content_type=content_type, **meta)


def test_a_plain_form_is_let_through(guard):
    assert guard(post()).status_code == REACHED
    assert guard(RequestFactory().get("/learn/?next=/courses/")).status_code == REACHED


# Two framings (D21) -----------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked", "identity", "Chunked ", "x"])
def test_a_body_of_two_framings_is_refused(guard, coding):
    """A proxy and a server that read it differently would see two different requests."""
    answer = guard(post(HTTP_TRANSFER_ENCODING=coding))
    assert answer.status_code == 400
    assert "nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "+8", "8, 8", "0x8", "eight", "8.0", "٨", " 8", "1e3"])
def test_a_length_that_is_no_plain_number_is_refused(guard, length):
    assert guard(post(CONTENT_LENGTH=length)).status_code == 400


# Sizes (X05) -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type", "setting"),
    [
        ("/learn/", FORM, "REQUEST_BODY_LIMIT"),
        ("/accounts/login/", "multipart/form-data; boundary=x", "REQUEST_BODY_LIMIT"),
        ("/admin/images/add/", "multipart/form-data; boundary=x", "UPLOAD_BODY_LIMIT"),
        ("/admin/media/video/add/", "multipart/form-data; boundary=x", "FILM_BODY_LIMIT"),
        ("/admin/media/video/add/", FORM, "UPLOAD_BODY_LIMIT"),
    ],
)
def test_a_body_over_the_limit_is_refused_by_its_length(
    guard, settings, path, content_type, setting
):
    limit = getattr(settings, setting)
    assert body_limit(post(path=path, content_type=content_type)) == limit
    too_long = post(b"", content_type, path, CONTENT_LENGTH=str(limit + 1))
    assert guard(too_long).status_code == 413
    as_long_as_may_be = post(b"", content_type, path, CONTENT_LENGTH=str(limit))
    as_long_as_may_be.content_type = "text/plain"  # nothing of the missing body is read
    assert guard.refusal(as_long_as_may_be) is None or content_type != FORM


@pytest.mark.parametrize("digits", [19, 40, 4000])
def test_a_length_of_very_many_digits_is_refused_and_never_counted(guard, digits):
    assert guard(post(CONTENT_LENGTH="9" * digits)).status_code == 413


def test_more_fields_than_a_form_of_ours_has_are_refused(guard, settings):
    body = "&".join(f"f{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    assert guard(post(body.encode())).status_code == 400


# What no column can hold (X08) --------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"name=A%00da", b"na%00me=Ada", b"name=\0", b"a=1&b=2&c=%00", b"name=Ada&name=%00"],
)
def test_a_nul_is_refused_wherever_it_stands(guard, body):
    assert guard(post(body)).status_code == 400


def test_a_nul_in_an_address_or_a_cookie_is_refused(guard):
    factory = RequestFactory()
    assert guard(factory.get("/learn/?q=%00")).status_code == 400
    nul_in_path = factory.get("/learn/")
    nul_in_path.path = "/learn/\0/"
    assert guard(nul_in_path).status_code == 400
    nul_in_cookie = factory.get("/learn/")
    nul_in_cookie.COOKIES["language"] = "e\0n"
    assert guard(nul_in_cookie).status_code == 400


def test_a_nul_that_a_route_took_in_is_refused(guard):
    request = RequestFactory().get("/verify/x/")
    assert guard.process_view(request, None, (), {"number": "PSW-\0"}).status_code == 400
    assert guard.process_view(request, None, (), {"number": "PSW-2"}) is None


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=12), max_size=3), max_size=4))
def test_a_form_has_a_nul_exactly_where_one_of_its_words_has(fields):
    query = RequestFactory().get("/").GET.copy()
    for name, values in fields.items():
        query.setlist(name, values)
    words = [text for name, values in fields.items() for text in (name, *values)]
    assert has_nul(query) == any("\0" in word for word in words)


@given(st.lists(st.text(st.characters(codec=None), max_size=12), min_size=1, max_size=4))
def test_what_is_left_of_an_address_can_always_be_stored(values):
    query = RequestFactory().get("/").GET.copy()
    query.setlist("q", values)
    for before, after in zip(values, without_surrogates(query).getlist("q"), strict=True):
        after.encode("utf-8")
        assert len(after) == len(before)
        kept = [b for b in before if not "\ud800" <= b <= "\udfff"]
        assert [a for a, b in zip(after, before, strict=True) if a == b] == kept


# Charsets (X09) -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "latin-1", "cp037", "idna", "rot13", "x" * 99]
)
def test_a_form_in_another_charset_is_refused(guard, charset):
    answer = guard(post(content_type=f"{FORM}; charset={charset}"))
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"', "us-ascii"])
def test_utf_8_is_read_as_such_by_any_of_its_names(guard, charset):
    request = post("name=Ådne".encode(), content_type=f"{FORM}; charset={charset}")
    assert guard(request).status_code == REACHED
    assert request.encoding == "utf-8"
