"""Whatever is typed into a search finds pages or finds none; it never fails."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelsearch.index import insert_or_update_object

from lms.models import StandardPage
from lms.search import LONGEST_QUERY, MOST_TERMS, searchable
from tests import make

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


@pytest.mark.parametrize("typed", ["", " ", '"', "\0", "((((", "💛", "*"])
def test_where_no_word_is_typed_nothing_is_found(page, typed):
    assert list(StandardPage.objects.search(typed)) == []
