"""Whatever is typed into a search finds pages or finds none; it never fails."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelsearch.index import insert_or_update_object
from modelsearch.utils import parse_query_string
from wagtail.documents.models import Document
from wagtailmedia.models import Media

from lms.models import StandardPage
from lms.search import LONGEST_QUERY, MOST_TERMS, _clean, folded_words, searchable
from tests import make
from tests.courses import publishing

WORDS = ["AND", "OR", "NOT", "NEAR", "NEAR(", "<->", "--", "title:"]
OPERATORS = st.sampled_from([*WORDS, *"\"'`*:^()-+|&!\\\0;{}%_\u2028\ud800"])
TYPED = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(OPERATORS, st.text(max_size=6)), max_size=12).map(" ".join),
    st.lists(OPERATORS, max_size=12).map("".join),
    st.text(st.characters(), min_size=150, max_size=400),
)


@pytest.fixture
def page(db):
    page = make.standing_page("Listening well", summary="Be there first.")
    # A worker does this in production.
    insert_or_update_object(page)
    return page


@settings(
    max_examples=2500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(typed=TYPED)
def test_anything_typed_is_searched_for_without_a_fault(page, typed):
    list(StandardPage.objects.live().search(typed))
    list(StandardPage.objects.live().autocomplete(typed))


@settings(max_examples=2500, deadline=None)
@given(typed=TYPED)
def test_only_words_are_ever_searched_for(typed):
    words = searchable(typed)
    assert len(words.split()) <= MOST_TERMS
    assert len(words) <= 2 * LONGEST_QUERY
    assert not set(words) & set("\"'`*:^()-+|&!\\\0;{}%\u2028")
    words.encode()


@pytest.mark.parametrize("word", ["a", "ß", "é", "語", "Ａ"])
def test_no_more_is_searched_for_than_a_form_takes(word):
    assert searchable(word * 10_000) == searchable(word * LONGEST_QUERY)
    assert searchable(f"{word} " * 10_000).split() == searchable(f"{word} " * MOST_TERMS).split()
    beyond = "a" * LONGEST_QUERY + " secret"
    assert "secret" not in searchable(beyond)


def test_words_find_their_page(page):
    for typed in ("listening", 'listening "', "LISTENING", "listening & well", "there first"):
        assert list(StandardPage.objects.search(typed)) == [page], typed
    assert list(StandardPage.objects.autocomplete("listen")) == [page]


FOLDED = [
    "łukasz",
    "lukasz",
    "Łukasz",
    "ＬＵＫＡＳＺ",
    "limites",
    "Ｌímites",
    "ética",
    "etica",
    "ETICA",
]


@pytest.fixture
def staff(client, settings, db):
    settings.STAFF_NEED_SECOND_FACTOR = False
    client.force_login(make.user(is_superuser=True))
    return client


def picture():
    return publishing.picture("Łukasz Ética: Límites")


def document():
    file = ContentFile(b"words", "words.txt")
    return Document.objects.create(title="Łukasz Ética: Límites", file=file)


def recording():
    file = ContentFile(b"sound", "sound.mp3")
    return Media.objects.create(title="Łukasz Ética: Límites", file=file, duration=1, type="audio")


def standing_page():
    return make.standing_page("Łukasz Ética: Límites")


LISTS = {
    picture: "/admin/images/",
    document: "/admin/documents/",
    recording: "/admin/media/",
    standing_page: "/admin/pages/search/",
}


# Wagtail leaves the file of a new picture size open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("made", LISTS, ids=lambda made: made.__name__)
def test_the_lists_of_the_staff_pages_find_a_title_however_it_is_typed(staff, made):
    insert_or_update_object(made())
    for typed in FOLDED:
        html = staff.get(LISTS[made], {"q": typed}).content.decode()
        assert "Łukasz Ética" in html, typed
    for typed in ("lucas", "ＬＵＣＡＳ", "limitless"):
        html = staff.get(LISTS[made], {"q": typed}).content.decode()
        assert "Łukasz Ética" not in html, typed


@pytest.mark.parametrize(
    ("value", "added"),
    [
        ("", ""),
        (None, ""),
        ("Listening well", ""),
        ("Być\nprzy kimś, być", "byc kims"),
        ("Ｗide", "wide"),
        ("café Café cafe", ""),
        (["Ética", "límites"], "etica limites"),
    ],
)
def test_only_words_that_are_typed_otherwise_are_added(value, added):
    assert folded_words(value).replace(",", "").split() == added.split()


@pytest.mark.parametrize("query", ["Ｌímites", "'Ｌímites'", "Ｌímites 'de　uno' ética"])
def test_a_query_that_was_taken_apart_is_plain_too(query):
    _filters, parsed = parse_query_string(query, operator="and")
    assert "Ｌ" not in repr(_clean(parsed))
    assert repr(_clean(_clean(parsed))) == repr(_clean(parsed))
    assert type(_clean(parsed)) is type(parsed)


@pytest.mark.parametrize("typed", ["", " ", '"', "\0", "((((", "💛", "*"])
def test_where_no_word_is_typed_nothing_is_found(page, typed):
    assert list(StandardPage.objects.search(typed)) == []
