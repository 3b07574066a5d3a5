"""The shipped questions and quizzes with their Spanish words beside them, under one key."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from assessments.admin.words import STATES
from assessments.asked_in import asked_by_quiz
from assessments.attempting import start_attempt
from assessments.models import Question, QuestionWords, Quiz, QuizPage, QuizWords
from assessments.wording import freeze_with_words, states_of
from courses.enrolling import enrol
from courses.models import CoursePage, Edition
from courses.models.second_read import without_second_reader
from lms.models import ShippedPiece
from lms.shipped.translated import build_translation
from lms.shipped.worded import content_for, shipped_records
from tests import make
from tests.make import DAY, NOON
from tests.shipped.in_spanish import ES, body, come_again, page, reader

UNREVIEWED = "Un programa tradujo estas preguntas"


@pytest.fixture(autouse=True)
def on_the_loaded_site(shipped_in_both_languages, db):
    """Every test here reads what was loaded."""


def questions():
    return list(Question.objects.order_by("code").prefetch_related("other_words"))


def test_every_question_is_whole_in_spanish_and_says_that_nobody_reviewed_it():
    """Whole is: every text, none behind, and one that can be answered rightly."""
    names = {}
    for question in questions():
        [state] = states_of(question)
        names.setdefault(state.name, []).append(
            (question.code, [text.label for text in state.missing], state.problems)
        )
    assert set(names) == {"unreviewed"}, {n: v for n, v in names.items() if n != "unreviewed"}
    assert len(names["unreviewed"]) == sum(1 for _ in shipped_records(ES)) >= 200
    assert "unreviewed" in STATES


def test_the_words_are_part_of_the_version_that_is_published():
    for question in questions()[::20]:
        assert not question.has_unpublished_changes
        [row] = question.live_revision.as_object().other_words.all()
        assert (row.language, row.is_drafted, row.reviewed_by) == (ES, True, "")


def test_each_question_marks_the_same_in_both_languages():
    for question in questions():
        item = freeze_with_words(question)
        spanish = item.in_language(ES)
        assert spanish.language == ES
        assert spanish.unreviewed
        assert strip_tags(spanish.stem) != strip_tags(item.stem)
        for right in (item.right_response(), spanish.right_response()):
            assert item.mark(right) == spanish.mark(right) == item.worth, question.code


def test_a_red_line_has_its_kind_word_in_spanish():
    red_lines = [question for question in questions() if question.red_line]
    assert len(red_lines) >= 12
    for question in red_lines:
        spanish = freeze_with_words(question).in_language(ES)
        if question.retry_text:
            assert spanish.retry_text
            assert spanish.retry_text != question.retry_text


def test_every_quiz_has_its_title_in_spanish():
    for quiz_page in QuizPage.objects.filter(locale__language_code=ES):
        assert quiz_page.quiz.title_in(ES) == quiz_page.title
    assert QuizWords.objects.count() == Quiz.objects.count()


def test_a_spanish_reader_is_not_told_that_the_questions_are_in_english():
    learner = make.user()
    course = CoursePage.objects.get(locale__language_code="en")
    enrol(learner, course, at=NOON)
    quiz_page = page(QuizPage, "quiz:FPS-1", ES)
    shown = body(reader(ES, learner).get(quiz_page.url))
    assert "por ahora: Inglés" not in shown
    assert UNREVIEWED in shown
    english = body(reader("en", learner).get(page(QuizPage, "quiz:FPS-1").url))
    assert "language-note" not in english


def test_all_that_the_final_may_ask_is_in_spanish():
    final = page(QuizPage, "quiz:final").quiz
    with translation.override(ES):
        said = asked_by_quiz(final.pk, Edition.current(), "en")
    assert said.total > 40
    assert (said.others, said.unreviewed) == (0, True)


def test_a_paper_is_read_in_spanish_and_marked_as_the_english_one():
    learner = make.user()
    course = CoursePage.objects.get(locale__language_code="en")
    quiz_page = page(QuizPage, "quiz:FPS-1")
    place = enrol(learner, course, at=NOON)
    attempt = start_attempt(place, quiz_page, at=NOON)
    shown = body(reader(ES, learner).get(f"/quizzes/{attempt.pk}/"))
    assert UNREVIEWED in shown
    for item in attempt.paper.items:
        words = strip_tags(item.in_language(ES).words).split()
        assert " ".join(words[:3]) in " ".join(strip_tags(shown).split())


# Once, and nothing over what a site made of it ------------------------------------------------


def test_building_again_changes_nothing():
    before = list(QuestionWords.objects.values_list("pk", "content"))
    assert build_translation(ES, at=NOON + DAY) == 0
    assert list(QuestionWords.objects.values_list("pk", "content")) == before


def test_a_site_that_was_built_before_gets_the_words():
    """As an older `var/` does, which has the questions and the Spanish pages already."""
    code = questions()[0].code
    QuestionWords.objects.filter(question__code=code).delete()
    revision = Question.objects.get(code=code).live_revision
    revision.content["other_words"] = []
    revision.save()
    assert come_again(f"question:{code}") == 1
    question = Question.objects.get(code=code)
    assert [state.name for state in states_of(question)] == ["unreviewed"]
    assert not question.has_unpublished_changes
    assert ShippedPiece.objects.filter(key=f"es:question:{code}").exists()


def test_words_of_the_sites_own_are_left_alone():
    question = questions()[1]
    row = question.other_words.get()
    row.reviewed_by = "Ana"
    row.save()
    come_again(f"question:{question.code}")
    assert question.other_words.get().reviewed_by == "Ana"


def test_a_text_that_the_site_changed_gets_no_words_and_the_question_stays_english():
    question = questions()[2]
    QuestionWords.objects.filter(question=question).delete()
    question = type(question).objects.get(pk=question.pk)
    question.rationale = "We say it otherwise here."
    with without_second_reader():
        question.save_revision().publish()
    come_again(f"question:{question.code}")
    question = type(question).objects.get(pk=question.pk)
    [state] = states_of(question)
    assert (state.name, [text.name for text in state.missing]) == ("missing", ["rationale"])
    assert freeze_with_words(question).translations == {}


def test_a_draft_that_waits_stays_a_draft_and_has_the_words_as_well():
    question = questions()[3]
    QuestionWords.objects.filter(question=question).delete()
    question = type(question).objects.get(pk=question.pk)
    question.rationale = "Not published yet."
    question.save_revision()
    come_again(f"question:{question.code}")
    question = type(question).objects.get(pk=question.pk)
    assert question.has_unpublished_changes
    assert question.rationale != "Not published yet."
    assert [state.name for state in states_of(question)] == ["unreviewed"]
    draft = question.get_latest_revision_as_object()
    assert draft.rationale == "Not published yet."
    assert [state.name for state in states_of(draft)] == ["missing"]


def test_a_question_that_the_site_has_deleted_is_not_missed():
    record, translated = next(iter(shipped_records(ES)))
    assert record["id"] == translated["id"]
    question = Question.objects.get(code=record["id"])
    content = content_for(question, record, translated)
    assert content == question.other_words.get().content
    question.code = "MOVED"
    question.save()
    assert come_again(f"question:{record['id']}") == 1
    assert QuestionWords.objects.filter(question=question).count() == 1
