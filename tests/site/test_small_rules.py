"""Small rules of the site, each in one place: icons, searches, languages, queries, databases."""

from __future__ import annotations

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lms.checks import has_wal_reset_fix, sqlite_is_sound
from lms.icons import PATHS, svg
from lms.middleware import NotAllowedMiddleware, has_surrogate, without_surrogates
from lms.search import LONGEST_QUERY, MOST_TERMS, searchable
from lms.templatetags.pages import lang, other_language
from lms.views.machines import PRIVATE


@pytest.mark.parametrize("name", PATHS)
def test_every_icon_is_a_drawing_that_nobody_is_read(name):
    drawing = ElementTree.fromstring(svg(name))
    assert drawing.tag == "svg"
    assert drawing.get("aria-hidden") == "true"
    assert list(drawing)


def test_an_icon_that_there_is_not_is_a_fault():
    with pytest.raises(KeyError):
        svg("unicorn")


# Searching --------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_what_is_searched_for_is_words_and_nothing_that_is_an_operator(text):
    words = searchable(text)
    assert not set(words) & set("\"'`*:()^\0-+")
    assert len(words.split()) <= MOST_TERMS
    assert len(words) <= LONGEST_QUERY * 2  # a letter may be composed of more than it was typed as
    assert words == words.strip()


@given(st.text(max_size=100))
def test_cleaning_a_search_twice_cleans_it_no_further(text):
    assert searchable(searchable(text)) == searchable(text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("open questions", "open questions"),
        ('"open" -questions*', "open questions"),
        ("it’s", "it s"),
        ("  a \n b ", "a b"),
        ("", ""),
        ("!?", ""),
        ("Zoe\u0308", "Zoë"),
        ("सुनना", "सुनना"),
    ],
)
def test_a_search_keeps_the_words_of_every_script(typed, words):
    assert searchable(typed) == words


# Languages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "words", "attribute"),
    [
        ("en", "en", ""),
        ("es", "es", ""),
        ("es", "en", ' lang="en"'),
        ("en", None, ""),
        ("en", "", ""),
    ],
)
def test_a_reading_voice_is_told_of_another_language_only(reader, words, attribute):
    with translation.override(reader):
        assert lang(words) == attribute


def test_the_language_of_a_code_is_text():
    assert lang('"><script>') == ' lang="&quot;&gt;&lt;script&gt;"'


def test_what_is_no_page_is_in_the_readers_language():
    assert other_language(SimpleNamespace()) == ""


# Addresses and answers --------------------------------------------------------------------


@given(st.lists(st.text(alphabet="ab\ud800\udfff é", max_size=6), max_size=4))
def test_half_characters_are_replaced_and_everything_else_stays(values):
    query = QueryDict(mutable=True)
    query.setlist("q", values)
    cleaned = without_surrogates(query).getlist("q")
    assert not any(map(has_surrogate, cleaned))
    assert [text for text in cleaned if "?" not in text] == [
        text for text in values if not has_surrogate(text)
    ]


def test_an_address_without_half_characters_is_left_as_it_is():
    query = QueryDict("q=one&q=two&page=3")
    assert without_surrogates(query) is query


@pytest.mark.parametrize(
    ("status", "content", "accepts", "is_page"),
    [
        (405, b"", "text/html", True),
        (405, b"", "application/json", False),
        (405, b"Own words.", "text/html", False),
        (200, b"", "text/html", False),
    ],
)
def test_an_empty_refusal_becomes_a_page_for_whoever_reads_pages(status, content, accepts, is_page):
    request = RequestFactory().get("/save/", headers={"accept": accepts})
    middleware = NotAllowedMiddleware(lambda request: HttpResponse(content, status=status))
    response = middleware(request)
    assert response.status_code == status
    assert (b"<h1" in response.content) is is_page
    if not is_page:
        assert response.content == content


def test_no_search_engine_is_let_to_what_is_about_a_person(client, db):
    text = client.get("/robots.txt").content.decode()
    for prefix in PRIVATE:
        assert f"Disallow: {prefix}\n" in text
    assert "Disallow: /\n" not in text


# Databases --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "is_fixed"),
    [
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_sqlite_is_sound_from_the_release_that_mended_it(version, is_fixed):
    assert has_wal_reset_fix(version) is is_fixed


@pytest.mark.parametrize(
    ("engine", "is_demonstration", "version", "warns"),
    [
        ("django.db.backends.sqlite3", False, (3, 40, 0), True),
        ("django.db.backends.sqlite3", True, (3, 40, 0), False),
        ("django.db.backends.sqlite3", False, (3, 52, 0), False),
        ("django.db.backends.postgresql", False, (3, 40, 0), False),
    ],
)
def test_only_a_real_site_on_a_faulty_sqlite_is_warned(
    monkeypatch, engine, is_demonstration, version, warns
):
    settings = SimpleNamespace(
        DATABASES={"default": {"ENGINE": engine}}, DEMONSTRATION=is_demonstration
    )
    monkeypatch.setattr("lms.checks.settings", settings)
    monkeypatch.setattr("lms.checks.sqlite3.sqlite_version_info", version)
    assert bool(sqlite_is_sound()) is warns
