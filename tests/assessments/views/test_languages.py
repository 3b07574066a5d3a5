"""A quiz in two languages: read in the reader's, changed in the middle, and the result in either."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from django.utils import translation

from assessments.asked_in import asked_in
from assessments.attempting import submit_attempt
from assessments.corrections import Way
from assessments.fates import tries_of
from assessments.kinds import KINDS
from assessments.models import Attempt, PaperItem, QuizWords
from assessments.remarking import RemarkPlan
from assessments.wording import texts_to_translate
from courses.models import Edition
from tests import make
from tests.assessments.sitting import address, give, hand_in, page_of
from tests.assessments.worded import ES, SIGN, put_spanish, spanish_attempt
from tests.make import NOON

pytestmark = pytest.mark.django_db

IN_ENGLISH = "Idioma de las preguntas, por ahora: Inglés."
SOME_IN_ENGLISH = "Idioma de algunas de las preguntas, por ahora: Inglés."
UNREVIEWED = "Un programa tradujo estas preguntas"


@pytest.fixture
def attempt(client):
    """An open attempt at a quiz that has all of its words in Spanish."""
    attempt = spanish_attempt()
    client.force_login(attempt.enrolment.learner)
    return attempt


def read(client, url, language=ES):
    learner_page = client.get(url, headers={"accept-language": language})
    assert learner_page.status_code == 200
    return learner_page.content.decode()


def read_as(client, learner, url, language):
    learner.language = language
    learner.save()
    return read(client, url, language)


# The paper ----------------------------------------------------------------------------------


def test_a_paper_is_read_in_the_language_of_its_reader(client, attempt):
    learner = attempt.enrolment.learner
    english = read_as(client, learner, address("attempt", attempt), "en")
    spanish = read_as(client, learner, address("attempt", attempt), ES)
    assert SIGN not in english
    assert spanish.count(SIGN) > len(KINDS)
    for item in attempt.paper.items:
        assert item.field_name in english
        assert item.field_name in spanish
    assert IN_ENGLISH not in spanish
    assert 'class="language-note"' not in spanish + english


def test_nothing_of_the_key_stands_on_the_paper_in_either_language(client, attempt):
    """The words of the other language are in the paper, and none of them on the page."""
    learner = attempt.enrolment.learner
    spanish = read_as(client, learner, address("attempt", attempt), ES)
    english = read_as(client, learner, address("attempt", attempt), "en")
    for language, page in (("", english), (ES, spanish)):
        items = [item.in_language(language) for item in attempt.paper.items]
        stems = " ".join(item.stem for item in items)
        choices = [c for item in items for name in item.choices for c in getattr(item, name)]
        feedback = {getattr(choice, "feedback", "") for choice in choices} - {""}
        secrets = [words for words in feedback if words not in stems]
        assert len(secrets) > len(KINDS)
        for words in secrets:
            assert words not in page


def test_the_paper_costs_no_query_more_in_another_language(
    client, attempt, django_assert_max_num_queries
):
    learner = attempt.enrolment.learner
    counts = []
    for language in ("en", ES, "en", ES):
        read_as(client, learner, address("attempt", attempt), language)
        with django_assert_max_num_queries(60) as queries:
            read(client, address("attempt", attempt), language)
        counts.append(len(queries))
    assert counts[2] == counts[3]


def test_the_language_changes_in_the_middle_and_no_answer_is_lost(client, attempt):
    learner = attempt.enrolment.learner
    half = dict(list(make.right_responses(attempt).items())[:4])
    number = give(attempt, half)
    spanish = read_as(client, learner, address("attempt", attempt), ES)
    assert f"{len(half)} de {len(KINDS)}" in spanish
    attempt = Attempt.objects.get(pk=attempt.pk)
    number = give(attempt, make.right_responses(attempt), base=number)
    assert submit_attempt(attempt, base=number, at=NOON).passed


def test_what_is_sent_from_a_page_in_one_language_is_read_in_the_other(client, attempt):
    learner = attempt.enrolment.learner
    read_as(client, learner, address("attempt", attempt), ES)
    fields = {"base": "0", "action": "finish"}
    for item in attempt.paper.items:
        for name, values in item.in_language(ES).to_form(item.right_response()).items():
            fields[name] = values
    answer = client.post(address("attempt", attempt), fields, headers={"accept-language": ES})
    assert answer.status_code == 303
    finish = read_as(client, learner, address("finish", attempt), "en")
    assert "You have answered all" in finish


def test_what_is_open_is_named_in_the_language_of_the_reader(client, attempt):
    finish = read_as(client, attempt.enrolment.learner, address("finish", attempt), ES)
    assert finish.count(SIGN) >= len(KINDS) - 1


def test_a_question_without_words_is_shown_in_its_own_and_that_is_said(client):
    both, alone = make.single_choice(), make.single_choice(stem="<p>Only in English</p>")
    put_spanish(both)
    attempt = make.attempt(quiz=make.quiz([both, alone]))
    client.force_login(attempt.enrolment.learner)
    page = read_as(client, attempt.enrolment.learner, address("attempt", attempt), ES)
    assert SOME_IN_ENGLISH in page
    assert re.search(r'lang="en"[^>]*>\s*<p[^>]*>Only in English', page)
    assert SIGN in page


def test_where_none_has_words_all_of_them_are_said_to_be_in_english(client):
    attempt = make.attempt(quiz=make.quiz([make.single_choice()]))
    client.force_login(attempt.enrolment.learner)
    page = read_as(client, attempt.enrolment.learner, address("attempt", attempt), ES)
    assert IN_ENGLISH in page
    assert UNREVIEWED not in page


def test_what_a_program_translated_says_so_with_a_way_to_the_source(client):
    question = make.single_choice()
    put_spanish(question, is_drafted=True, reviewed_by="")
    attempt = make.attempt(quiz=make.quiz([question]))
    client.force_login(attempt.enrolment.learner)
    page = read_as(client, attempt.enrolment.learner, address("attempt", attempt), ES)
    assert UNREVIEWED in page
    assert re.search(r'<button class="link-button"[^>]*value="en"', page)
    assert UNREVIEWED not in read_as(
        client, attempt.enrolment.learner, address("attempt", attempt), "en"
    )


def test_a_paper_keeps_the_words_it_was_drawn_with(client, attempt):
    """What is put right in the bank afterwards is for the next paper."""
    row = PaperItem.objects.filter(attempt=attempt).first()
    words = row.question.other_words.get()
    for entry in words.content.values():
        entry["text"] = "Cambiado después"
    words.save()
    row.question.other_words.all().delete()
    page = read_as(client, attempt.enrolment.learner, address("attempt", attempt), ES)
    assert "Cambiado después" not in page
    assert page.count(SIGN) > len(KINDS)


def test_words_that_came_to_be_behind_are_on_no_new_paper(db):
    question = make.single_choice()
    put_spanish(question)
    page = make.quiz_page(make.course(order="free"), make.quiz([question]))
    question.stem = "<p>It asks something else now.</p>"
    question.save()
    Edition.begin_new()
    attempt = make.attempt(make.enrolment(course=page.get_parent().specific), page)
    assert attempt.paper.items[0].translations == {}


# Where it begins ----------------------------------------------------------------------------


@pytest.mark.parametrize(("worded", "said"), [(0, IN_ENGLISH), (1, SOME_IN_ENGLISH), (2, None)])
def test_where_a_quiz_begins_it_says_in_which_language_it_asks(client, worded, said):
    questions = [make.single_choice(), make.true_false()]
    for question in questions[:worded]:
        put_spanish(question)
    page = make.quiz_page(make.course(order="free"), make.quiz(questions))
    place = make.enrolment(course=page.get_parent().specific)
    client.force_login(place.learner)
    shown = read_as(client, place.learner, page.url, ES)
    for sentence in (IN_ENGLISH, SOME_IN_ENGLISH):
        assert (sentence in shown) == (sentence == said)
    assert "language-note" not in read_as(client, place.learner, page.url, "en")


def test_questions_in_several_other_languages_are_said_to_be_in_another():
    items = [make.item("true_false", 1), make.item("true_false", 2)]
    with translation.override(ES):
        said = asked_in([items[0]], "fr")
        assert (said.others, said.total, said.language, said.source) == (1, 1, "fr", "fr")
        assert asked_in([], "en").others == 0


# How it went --------------------------------------------------------------------------------


def test_the_result_is_read_in_the_language_of_its_reader(client, attempt):
    hand_in(attempt)
    learner = attempt.enrolment.learner
    english = read_as(client, learner, address("result", attempt), "en")
    spanish = read_as(client, learner, address("result", attempt), ES)
    assert SIGN not in english
    assert spanish.count(SIGN) > 2 * len(KINDS)
    for item in attempt.paper.items:
        for option in getattr(item, "options", []):
            if option.feedback and option.fraction == 1:
                assert option.feedback in english
    assert "100" in spanish


def test_a_missed_red_line_is_told_and_asked_again_in_spanish(client):
    red = make.single_choice(
        red_line=True, retry_text="There is no hurry.", rationale="Ask plainly."
    )
    put_spanish(red)
    others = [make.true_false() for _ in range(5)]
    attempt = make.attempt(quiz=make.quiz([red, *others], feedback="after_passing"))
    client.force_login(attempt.enrolment.learner)
    wrong = {item.id: item.right_response() for item in attempt.paper.items if not item.red_line}
    hand_in(attempt, wrong)
    learner = attempt.enrolment.learner
    result = read_as(client, learner, address("result", attempt), ES)
    assert f"{SIGN} There is no hurry." in result
    client.post(address("answer_again", attempt), headers={"accept-language": ES})
    retry = Attempt.objects.get(retry_of=attempt)
    assert SIGN in read(client, address("attempt", retry))
    assert list(retry.paper.items[0].translations) == [ES]


def test_a_corrected_key_is_told_in_spanish_where_it_has_words(client, attempt):
    item = next(item for item in attempt.paper.items if item.kind == "single_choice")
    hand_in(attempt)
    question = PaperItem.objects.get(attempt=attempt, key=item.id).question
    for row in question.options:
        row.value["feedback"] = "Put right."
    question.save_revision().publish()
    question.other_words.all().delete()
    put_spanish(type(question).objects.get(pk=question.pk))
    question = type(question).objects.get(pk=question.pk)
    plan = RemarkPlan(way=Way.VERSION, question=question)
    version = plan.correction().version
    now = item.corrected_by(version)
    assert {option.feedback for option in now.in_language(ES).options} == {f"{SIGN} Put right."}


def test_a_trainer_reads_it_in_each_language_that_it_could_be_read_in(client, attempt, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    hand_in(attempt)
    client.force_login(make.user(is_superuser=True))
    url = reverse("attempts:paper", args=[attempt.pk])
    english = client.get(f"{url}?in=en").content.decode()
    spanish = client.get(f"{url}?in=es").content.decode()
    assert SIGN not in english
    assert SIGN in spanish
    assert '<a href="?in=es#review" lang="es">' in english
    assert client.get(f"{url}?in=xx").status_code == 200


def test_a_trainer_of_a_paper_in_one_language_is_offered_no_other(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    attempt = make.attempt(quiz=make.quiz([make.single_choice()]))
    hand_in(attempt)
    client.force_login(make.user(is_superuser=True))
    page = client.get(reverse("attempts:paper", args=[attempt.pk])).content.decode()
    assert "?in=" not in page


def test_the_copy_of_a_person_has_the_words_of_their_language(client, attempt):
    hand_in(attempt)
    with translation.override(ES):
        [spanish] = tries_of(attempt.enrolment.learner)
    with translation.override("en"):
        [english] = tries_of(attempt.enrolment.learner)
    assert all(SIGN in answer["question"] for answer in spanish["answers"])
    assert SIGN not in json.dumps(english["answers"])
    chosen = [each for answer in spanish["answers"] for each in answer["answer"]]
    assert any(SIGN in each for each in chosen)


# The words of a quiz itself -----------------------------------------------------------------


def test_what_waits_is_called_by_its_title_in_the_language_of_the_reader(client, attempt):
    QuizWords.objects.create(quiz=attempt.quiz, language=ES, title="Para practicar la escucha")
    learner = attempt.enrolment.learner
    assert "Para practicar la escucha" in read_as(client, learner, reverse("learn"), ES)
    english = read_as(client, learner, reverse("learn"), "en")
    assert attempt.quiz.title in english
    assert "Para practicar" not in english


def test_a_quiz_that_stands_nowhere_any_more_is_still_called_by_its_words(client, attempt):
    QuizWords.objects.create(quiz=attempt.quiz, language=ES, title="Para practicar la escucha")
    page = page_of(attempt)
    page.unpublish()
    Edition.begin_new()
    quiz = attempt.quiz
    assert quiz.title_in(ES) == "Para practicar la escucha"
    assert quiz.title_in("en") == quiz.title_in(None) == quiz.title


def test_the_offer_of_a_talk_is_in_the_language_of_the_reader(client):
    question = make.single_choice()
    quiz = make.quiz([question], talk_words="Sam is there on Mondays.")
    attempt = make.attempt(quiz=quiz)
    learner = attempt.enrolment.learner
    client.force_login(learner)
    hand_in(attempt, {})
    again = make.attempt(attempt.enrolment, page_of(attempt))
    hand_in(again, {})
    assert "Sam is there on Mondays." in read_as(client, learner, address("result", again), "en")
    words = QuizWords.objects.create(
        quiz=quiz, language=ES, title="Q", talk_words="Sam está los lunes."
    )
    spanish = read_as(client, learner, address("result", again), ES)
    assert "Sam está los lunes." in spanish
    assert "Mondays" not in spanish
    words.talk_words = ""
    words.save()
    assert "Mondays" not in read_as(client, learner, address("result", again), ES)


def test_every_text_of_a_paper_is_translated_or_not_at_all(attempt):
    for item in attempt.paper.items:
        question = PaperItem.objects.get(attempt=attempt, key=item.id).question
        assert len(texts_to_translate(question)) == len(question.other_words.get().content)


# Changing the language in the middle, without a script -------------------------------------------

BEGAN_BEFORE = "You began this before its questions|Empezaste esto antes de que sus preguntas"


def test_the_buttons_of_the_languages_send_the_paper_itself(client, attempt):
    page = read(client, address("attempt", attempt), "en")
    assert page.count('id="choose-language"') == 1
    form = page[page.index('id="choose-language"') :].split(">", 1)[0]
    assert f'action="{address("attempt", attempt)}"' in form
    assert 'form="choose-language" name="language"' in page
    assert page.count('id="choose-language"') == read(client, "/learn/").count(
        'id="choose-language"'
    )


def test_what_was_typed_is_saved_and_the_page_is_in_the_other_language(client, attempt):
    learner = attempt.enrolment.learner
    learner.language = "en"
    learner.save()
    item = next(each for each in attempt.paper.items if hasattr(each, "options"))
    typed = {item.field_name: item.options[0].id}
    answer = client.post(
        address("attempt", attempt), {**typed, "base": attempt.save_number, "language": ES}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == address("attempt", attempt)
    assert answer.cookies["django_language"].value == ES
    learner.refresh_from_db()
    assert learner.language == ES
    attempt.refresh_from_db()
    assert attempt.is_open
    assert attempt.save_number == 1, "what was typed is saved"


def test_a_language_that_the_site_does_not_have_changes_nothing(client, attempt):
    learner = attempt.enrolment.learner
    before = learner.language
    sent = {"base": attempt.save_number, "language": "xx"}
    answer = client.post(address("attempt", attempt), sent)
    assert answer.status_code == 303
    assert "django_language" not in answer.cookies
    learner.refresh_from_db()
    assert learner.language == before


def test_a_page_that_is_behind_another_asks_first_and_keeps_the_language(client, attempt):
    learner = attempt.enrolment.learner
    before = learner.language
    answer = client.post(address("attempt", attempt), {"language": ES})
    assert answer.status_code == 409
    learner.refresh_from_db()
    assert learner.language == before


def test_a_paper_drawn_before_there_were_words_says_so_kindly(client):
    questions = make.one_of_each_kind()
    attempt = make.attempt(quiz=make.quiz(questions))
    client.force_login(attempt.enrolment.learner)
    page = read_as(client, attempt.enrolment.learner, address("attempt", attempt), ES)
    assert not re.search(BEGAN_BEFORE, page)
    assert IN_ENGLISH in page
    for question in questions:
        put_spanish(question)
    Edition.begin_new()
    page = read(client, address("attempt", attempt))
    assert re.search(BEGAN_BEFORE, page)
    assert IN_ENGLISH not in page
    assert SIGN not in page
    english = read_as(client, attempt.enrolment.learner, address("attempt", attempt), "en")
    assert not re.search(BEGAN_BEFORE, english)
