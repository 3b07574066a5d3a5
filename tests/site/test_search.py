"""The search of the site: what it finds, in which order, and what it says of each page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelsearch.index import insert_or_update_object

from lms.search_terms import Meaning, excerpt, meanings_of, stem, vocabulary_of, words_of
from lms.views.search import kind_label
from tests import make

LESSON_BODY = (
    "<p>Boundaries keep both of you safe. An affirmation is a true sentence about what somebody "
    "did. Say it plainly, and stop there.</p>"
)


@pytest.fixture
def learner_client(client, db):
    """A learner with a place on a course whose quiz was put before its lesson."""
    course = make.course(title="Foundations of peer support")
    module = make.module(course, title="Listening first")
    quiz = make.quiz_page(module, title="Boundaries quiz", introduction="<p>Boundaries.</p>")
    lesson = make.lesson(module, title="Edges, not walls", body=[("prose", LESSON_BODY)])
    for page in (course, module, quiz, lesson):
        insert_or_update_object(page)
    learner = make.user("learner@example.org")
    make.enrolment(learner, course)
    client.force_login(learner)
    return client


def titles(client, query):
    return [row["title"] for row in client.get("/search/", {"q": query}).context["results"]]


@pytest.mark.parametrize(
    "query", ["affirmation", "affirmations", "Affirming", "boundary", "BOUNDARIES"]
)
def test_other_forms_of_a_word_find_its_page(learner_client, query):
    assert "Edges, not walls" in titles(learner_client, query)


@pytest.mark.parametrize(
    ("query", "corrected"), [("boundry", "boundaries"), ("afirmation", "affirmation")]
)
def test_a_small_slip_finds_the_page_and_says_what_was_searched_for(
    learner_client, query, corrected
):
    response = learner_client.get("/search/", {"q": query})
    assert "Edges, not walls" in [row["title"] for row in response.context["results"]]
    assert response.context["corrected_query"] == corrected
    assert f"No page says “{query}”" in response.content.decode()


def test_a_query_without_a_slip_says_nothing_of_corrections(learner_client):
    response = learner_client.get("/search/", {"q": "boundary"})
    assert response.context["corrected_query"] == ""


def test_a_word_like_no_other_finds_nothing(learner_client):
    assert titles(learner_client, "photosynthesis") == []


def test_a_lesson_comes_before_the_quiz_of_its_module(learner_client):
    found = titles(learner_client, "boundaries")
    assert found.index("Edges, not walls") < found.index("Boundaries quiz")


def test_a_quiz_is_called_a_quiz(learner_client):
    rows = learner_client.get("/search/", {"q": "boundaries"}).context["results"]
    assert {row["kind"] for row in rows} == {"Quiz", "Lesson"}
    assert "Quiz page" not in learner_client.get("/search/", {"q": "quiz"}).content.decode()


def test_no_kind_of_page_is_named_after_its_model(db):
    pages = [make.course(), make.module(make.course()), make.lesson(make.module(make.course()))]
    assert not [page for page in pages if "page" in kind_label(page).lower()]


def test_an_excerpt_shows_the_words_where_they_stand(learner_client):
    text = learner_client.get("/search/", {"q": "affirmations"}).content.decode()
    assert "An <mark>affirmation</mark> is a true sentence" in " ".join(text.split())


def test_where_no_page_holds_every_word_those_with_some_are_shown_and_it_is_said(learner_client):
    response = learner_client.get("/search/", {"q": "affirmation photosynthesis"})
    assert [row["title"] for row in response.context["results"]] == ["Edges, not walls"]
    assert "No page holds all of these words." in response.content.decode()


def test_a_correction_never_shows_a_stranger_the_words_of_a_lesson(learner_client, client):
    client.logout()
    response = client.get("/search/", {"q": "afirmation"})
    assert list(response.context["results"]) == []
    assert "affirmation" not in response.content.decode().replace("afirmation", "")


def test_what_is_published_can_be_found_at_once(learner_client):
    assert titles(learner_client, "mirroring") == []
    module = make.module(make.course(title="Another course"), title="Mirroring a feeling")
    insert_or_update_object(module)
    assert titles(learner_client, "mirror") == ["Mirroring a feeling"]


# The rules ------------------------------------------------------------------------------


def test_a_stem_is_of_its_language():
    assert stem("affirmations", "en") == stem("affirming", "en")
    assert stem("límites", "es") == stem("límite", "es")
    assert stem("határok", "hu") == "határok"


def test_short_words_are_never_corrected():
    vocabulary = vocabulary_of(["the cat sat"], "en")
    assert meanings_of(["cut"], vocabulary, "en") == [Meaning("cut", ("cut",))]


def test_only_a_few_words_of_a_long_query_are_corrected():
    vocabulary = vocabulary_of(["boundary"], "en")
    meanings = meanings_of(["boundry"] * 20, vocabulary, "en")
    assert sum(meaning.is_correction for meaning in meanings) == 5


TEXTS = st.text(st.sampled_from("abc de.?! áé"), max_size=400)


@given(text=TEXTS)
def test_every_word_of_a_text_means_itself(text):
    vocabulary = vocabulary_of([text], "en")
    for meaning in meanings_of(words_of(text), vocabulary, "en"):
        assert meaning.typed in meaning.words
        assert not meaning.is_correction


@given(text=TEXTS, words=st.sets(st.text(st.sampled_from("abcde"), min_size=1, max_size=3)))
def test_an_excerpt_is_a_piece_of_its_text_and_marks_only_the_words_meant(text, words):
    pieces = excerpt(text, words, length=60)
    marked = [piece for piece, is_match in pieces if is_match]
    assert bool(pieces) == bool(words & set(words_of(text)))
    assert {piece.lower() for piece in marked} <= words
    whole = "".join(piece for piece, _ in pieces).removeprefix("… ").removesuffix(" …")
    assert whole in text


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["etica", "ÉTICA", "ética", "Éti\u200bca", "ｅtica"])
def test_a_page_is_found_without_its_accents_and_in_any_width(client, typed):
    module = make.module(make.course("Listening"), title="Ética del apoyo")
    insert_or_update_object(module)
    assert module.title in client.get("/search/", {"q": typed}).content.decode()
