"""The search of the site: what it finds, in which order, and what it says of each page."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st
from modelsearch.index import insert_or_update_object

from courses.editions import CONTENT
from courses.models import CoursePage, ModulePage
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


def test_a_result_names_its_course_and_module(learner_client):
    answer = learner_client.get("/search/", {"q": "affirmation"})
    (row,) = answer.context["results"]
    assert [each.title for each in row["within"]] == [
        "Foundations of peer support",
        "Listening first",
    ]
    assert "Listening first" in answer.content.decode()


def test_a_course_that_nobody_can_complete_is_marked(learner_client):
    insert_or_update_object(make.course(title="Kindness"))

    def is_marked(query):
        page = learner_client.get("/search/", {"q": query}).content.decode()
        return "Still being prepared" in page

    assert is_marked("kindness")
    assert not is_marked("foundations")  # of which an edition is declared


def test_a_word_like_no_other_finds_nothing(learner_client):
    assert titles(learner_client, "photosynthesis") == []


def test_a_lesson_comes_before_the_quiz_of_its_module(learner_client):
    found = titles(learner_client, "boundaries")
    assert found.index("Edges, not walls") < found.index("Boundaries quiz")


@pytest.fixture
def crisis_client(learner_client, db):
    """Their course also has a long lesson on suicide, and short pages that say the word at once."""
    course = CoursePage.objects.get()
    wider = make.module(course, title="The wider work", summary="Suicide, loss and crisis.")
    quiz = make.quiz_page(wider, title="The wider work: quiz", introduction="<p>Suicide.</p>")
    final = make.quiz_page(
        course, title="Final assessment", introduction="<p>Suicide, suicide.</p>"
    )
    other = ModulePage.objects.get(title="Listening first")
    prose = "<p>Stay, listen and ask plainly. Somebody is there at every hour.</p>" * 40
    body = [("prose", f"{prose}<p>Asking about suicide does not put it in a mind.</p>")]
    lesson = make.lesson(other, title="When someone is in crisis", body=body)
    for page in (wider, quiz, final, lesson):
        insert_or_update_object(page)
    return learner_client


def test_a_lesson_comes_before_every_quiz_and_every_module_that_only_mentions_the_word(
    crisis_client,
):
    found = titles(crisis_client, "suicide")
    assert found[0] == "When someone is in crisis"
    assert found[1] == "The wider work"
    assert set(found[2:]) == {"The wider work: quiz", "Final assessment"}


@pytest.mark.parametrize("query", ["final assessment", "final"])
def test_a_page_that_the_query_names_comes_first_whatever_its_kind(crisis_client, query):
    module = ModulePage.objects.get(title="Listening first")
    body = [("prose", "<p>The final assessment, and a final word on assessment.</p>")]
    insert_or_update_object(make.lesson(module, title="Your code", body=body))
    assert titles(crisis_client, query) == ["Final assessment", "Your code"]


def test_a_module_that_the_query_names_comes_before_its_lessons(crisis_client):
    assert titles(crisis_client, "wider work")[0] == "The wider work"


def test_where_any_word_will_do_the_lesson_is_still_first(crisis_client):
    found = titles(crisis_client, "suicide photosynthesis")
    assert found[0] == "When someone is in crisis"
    assert found[-1] in {"The wider work: quiz", "Final assessment"}


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


SPANISH = ["La privacidad y la validación.", "Privado. Validar, válido. Los límites."]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("privasidad", "privacidad"),
        ("validasion", "validación"),
        ("validasión", "validación"),
        ("balidación", "validación"),
        ("limties", "límites"),
    ],
)
def test_a_slip_in_the_ending_of_a_spanish_word_is_no_other_word(typed, meant):
    vocabulary = vocabulary_of(SPANISH, "es", ["The private validator, privately."])
    (meaning,) = meanings_of([typed], vocabulary, "es")
    assert meaning.is_correction
    assert meaning.words[0] == meant


def test_a_word_of_another_language_is_meant_only_where_none_of_the_own_is_like_it():
    vocabulary = vocabulary_of(["La privacidad."], "es", ["A privacitad, and the bondary."])
    assert meanings_of(["privacitat"], vocabulary, "es")[0].words == ("privacidad",)
    assert meanings_of(["bondery"], vocabulary, "es")[0].words == ("bondary",)


def test_a_slip_is_corrected_by_the_stem_where_the_word_stands_in_another_form():
    vocabulary = vocabulary_of(["Boundaries are bound to help."], "en")
    assert meanings_of(["boundry"], vocabulary, "en")[0].words == ("boundaries",)


@given(native=st.sets(st.text("abcdé", min_size=4)), foreign=st.sets(st.text("abcdé", min_size=4)))
def test_every_word_of_either_language_is_known_by_its_stem(native, foreign):
    vocabulary = vocabulary_of(native, "es", foreign)
    known = {word for words in vocabulary.by_stem.values() for word in words}
    assert known == native | foreign
    for stems in (vocabulary.native_words, vocabulary.foreign_words):
        assert set(stems.values()) <= set(vocabulary.by_stem)


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


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["privasidad", "pribacidad", "PRIVASIDAD"])
def test_a_visitor_who_slips_in_spanish_finds_the_page_in_spanish(client, typed):
    caches[CONTENT].clear()
    make.standing_page("Private places")
    translation = make.translation_of(make.course("Privacy"))
    module = make.module(translation, title="Privacidad")
    insert_or_update_object(module)
    client.cookies["django_language"] = "es"
    response = client.get("/search/", {"q": typed})
    assert response.context["corrected_query"] == "privacidad"
    assert "Privacidad" in [row["title"] for row in response.context["results"]]
