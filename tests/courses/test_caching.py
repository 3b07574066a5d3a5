"""What is cached of the content: values of one edition, for everyone, and never with DEBUG on."""

from __future__ import annotations

import dataclasses
from itertools import count
from random import Random
from types import MappingProxyType

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from assessments.drawing import draw_paper
from assessments.models import Question
from assessments.published import published_quiz
from courses.editions import CONTENT, cached
from courses.lesson_body import render_lesson_body
from courses.models import Edition, LessonPage, Reflection
from courses.models.second_read import without_second_reader
from courses.outlines import outline_by_id
from courses.row_values import RowValues
from courses.value_cache import ValueCache
from lms.settings import dev
from tests import make
from tests.make import DAY

pytestmark = pytest.mark.django_db

CANARY = "When my brother stopped writing to me."


@pytest.fixture
def course():
    return make.full_course(modules=1, lessons=1, order="free")


@pytest.fixture
def lesson(course):
    return LessonPage.objects.descendant_of(course).get()


@pytest.fixture
def learner(course):
    return make.enrolment(course=course, at=timezone.now() - DAY).learner


@pytest.fixture
def reader(learner):
    browser = Client()
    browser.force_login(learner)
    return browser


def text_of(browser, url, **headers):
    response = browser.get(url, headers=headers)
    assert response.status_code == 200, url
    return response.content.decode()


def change_title_elsewhere(page, title):
    """As another process does: only the database knows of it."""
    type(page).objects.filter(pk=page.pk).update(title=title)
    Edition.objects.update(number=Edition.current() + 1)


# The cache itself ---------------------------------------------------------------------------


def test_a_value_is_worked_out_once_for_each_edition_name_and_key():
    numbers = count(1)

    def count_for(edition, *key):
        return cached(edition, key, lambda: next(numbers))

    assert [count_for(1, "steps", 7), count_for(1, "steps", 7)] == [1, 1]
    assert [count_for(2, "steps", 7), count_for(1, "cards", 7), count_for(1, "steps", 8)] == [
        2,
        3,
        4,
    ]
    assert count_for(1, "steps", 7) == 1


def test_that_there_is_nothing_is_cached_too():
    assert cached(1, ("nothing",), lambda: None) is None
    assert cached(1, ("nothing",), lambda: "something") is None


def test_nothing_is_cached_with_debug_on(settings, course):
    settings.DEBUG = True
    caches[CONTENT].clear()
    numbers = count(1)
    assert [cached(1, ("steps",), lambda: next(numbers)) for _ in range(2)] == [1, 2]
    text_of(Client(), course.url)
    names = {key.split(".")[2] for key in caches[CONTENT].entries}
    assert not names & {"visitor_page", "page_route", "outline"}


def test_a_developer_has_no_cache_of_the_content():
    assert dev.DEBUG
    assert dev.CACHES[CONTENT]["BACKEND"].endswith("DummyCache")


def test_the_cache_gives_out_the_value_itself_and_holds_no_more_than_it_may():
    cache = ValueCache("bounded", {"OPTIONS": {"MAX_ENTRIES": 30}})
    value = ("text", 1)
    cache.set("key", value)
    assert cache.get("key") is value
    for number in range(200):
        cache.set(f"key {number}", number)
    assert len(cache.entries) <= 30
    assert cache.get("key 199") == 199
    assert cache.get("key") is None


def test_what_expired_is_gone():
    cache = ValueCache("expiring", {})
    cache.set("key", "value", timeout=0)
    assert cache.get("key", "nothing") == "nothing"
    assert cache.add("key", "new")
    assert not cache.add("key", "newer")
    assert cache.get("key") == "new"
    assert cache.touch("key", timeout=0)
    assert cache.get("key") is None
    assert not cache.touch("key")
    cache.set("key", "newest", timeout=None)
    assert cache.delete("key")
    assert not cache.delete("key")


def test_each_request_has_a_row_of_its_own_made_from_values(lesson):
    values = RowValues.of(lesson, "locale")
    first, second = values.make_row(), values.make_row()
    assert first == second == lesson
    assert first is not second
    assert first.locale is not second.locale
    assert first.title == lesson.title
    assert str(first.body) == str(lesson.body)
    assert hash(values) == hash(RowValues.of(lesson, "locale"))


def test_only_values_that_cannot_change_are_cached(reader, course, lesson):
    for url in ("/", "/courses/", course.url, lesson.url, "/learn/"):
        text_of(reader, url)
        text_of(Client(), url) if url != "/learn/" else None
    values = [entry.value for entry in caches[CONTENT].entries.values()]
    assert len(values) > 8
    for value in values:
        assert is_fixed(value), value


def is_fixed(value):
    if isinstance(value, tuple | frozenset):
        return all(is_fixed(part) for part in value)
    if isinstance(value, MappingProxyType):
        return all(is_fixed(part) for part in value.values())
    if dataclasses.is_dataclass(value):
        return value.__dataclass_params__.frozen
    return value is None or isinstance(value, str | bytes | int)


# Editions -----------------------------------------------------------------------------------


def test_what_another_process_publishes_is_seen_at_once(reader, course, lesson):
    visitor = Client()
    assert "Listening well" in text_of(visitor, course.url)
    text_of(reader, lesson.url)
    change_title_elsewhere(course, "Being there")
    change_title_elsewhere(lesson, "The first hour")
    assert "Being there" in text_of(visitor, course.url)
    assert "The first hour" in text_of(reader, lesson.url)


def test_a_publication_begins_an_edition_now_and_another_when_it_is_committed(
    django_capture_on_commit_callbacks,
):
    numbers = [Edition.current()]
    with django_capture_on_commit_callbacks(execute=True):
        make.course()
        numbers.append(Edition.current())
    numbers.append(Edition.current())
    assert len(set(numbers)) == 3


def test_however_much_is_published_together_it_ends_in_one_more_edition(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks() as callbacks:
        for _ in range(3):
            Edition.begin_new()
    assert callbacks.count(Edition._change_number) == 1


def test_two_languages_are_cached_apart(course):
    visitor = Client()
    english = text_of(visitor, course.url, accept_language="en")
    spanish = text_of(visitor, course.url, accept_language="es")
    assert 'lang="en"' in english
    assert 'lang="es"' in spanish
    assert text_of(visitor, course.url, accept_language="en") == english
    assert text_of(visitor, course.url, accept_language="es") == spanish


def test_an_outline_is_the_same_value_until_the_course_changes(course):
    edition = Edition.current()
    outline = outline_by_id(course.pk, edition)
    assert outline_by_id(course.pk, edition) is outline
    make.lesson(make.module(course, "A new module"))
    assert outline_by_id(course.pk).modules == outline.modules  # until it is declared
    make.edition(course)
    changed = outline_by_id(course.pk)
    assert [module.title for module in changed.modules][-1] == "A new module"


def test_there_is_no_outline_of_a_course_that_is_gone():
    with pytest.raises(KeyError):
        outline_by_id(404_404)


# Pages for everyone -------------------------------------------------------------------------


def test_a_restriction_closes_a_page_that_was_cached(course):
    visitor = Client()
    text_of(visitor, course.url)
    PageViewRestriction.objects.create(
        page=course.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    for _ in range(2):
        response = visitor.get(course.url)
        assert course.summary not in response.content.decode()
        assert "no-cache" in response["Cache-Control"]


def test_what_stands_below_an_unpublished_page_is_not_found_again(reader, course, lesson):
    text_of(reader, lesson.url)
    lesson.get_parent().specific.unpublish()
    for browser in (reader, Client()):
        assert browser.get(lesson.url).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent_to_a_page(method, course):
    for _ in range(2):
        response = getattr(Client(), method)(course.url)
        assert response.status_code == 405
        assert "POST" not in response["Allow"]


def test_a_page_with_a_query_or_a_cookie_is_rendered_for_its_reader(course, reader):
    visitor = Client()
    text_of(visitor, course.url)
    assert "Sign out" in text_of(reader, course.url)
    assert "Sign out" not in text_of(visitor, course.url)
    assert "Cookie" in visitor.get(course.url)["Vary"]
    assert text_of(visitor, f"{course.url}?from=mail")


def test_an_address_made_up_fills_no_memory():
    make.home()
    visitor = Client()
    visitor.get("/")
    before = len(caches[CONTENT].entries)
    for number in range(5):
        assert visitor.get(f"/nowhere/{number}/").status_code == 404
    assert len(caches[CONTENT].entries) == before


def test_a_preview_shows_the_draft_and_leaves_nothing_behind(course, lesson, reader):
    text_of(reader, lesson.url)
    before = set(caches[CONTENT].entries)
    draft = LessonPage.objects.get(pk=lesson.pk)
    draft.title = "A draft title"
    draft.summary = "A draft summary"
    shown = draft.make_preview_request().content.decode()
    assert "A draft title" in shown
    assert "A draft summary" in shown
    after = {key.split(".")[2] for key in set(caches[CONTENT].entries) - before}
    assert not after & {"lesson_surroundings", "lesson_body"}
    assert "A draft" not in text_of(reader, lesson.url)


# Personal parts -----------------------------------------------------------------------------


@pytest.fixture
def reflective(lesson):
    """A lesson with two places to write, and prose around them."""
    lesson.body = [
        ("prose", "<p>Before.</p>"),
        ("reflection", {"prompt": "When were you quiet?", "hint": ""}),
        ("prose", "<p>Between.</p>"),
        ("reflection", {"prompt": "Who listened to you?", "hint": ""}),
        ("prose", "<p>After.</p>"),
    ]
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


def write(learner, lesson, place=1):
    Reflection.objects.create(
        learner=learner,
        lesson_key=lesson.translation_key,
        block_id=lesson.body[place].id,
        prompt=lesson.body[place].value["prompt"],
        text=CANARY,
        saved_at=timezone.now(),
    )


def test_what_a_reader_wrote_is_shown_to_them_in_its_place_and_cached_nowhere(
    learner, reader, reflective
):
    write(learner, reflective)
    text = text_of(reader, reflective.url)
    places = ["Before.", "When were you quiet?", CANARY, "Between.", "Who listened", "After."]
    places_found = [text.index(words) for words in places]
    assert places_found == sorted(places_found)
    assert CANARY not in repr(caches[CONTENT].entries)
    ways_on = text.count('form="lesson-form" name="to"')
    assert text.count('form="lesson-form"') - ways_on == 13


def test_another_reader_sees_nothing_of_it(learner, reader, reflective, course):
    write(learner, reflective)
    text_of(reader, reflective.url)
    other = Client()
    other.force_login(make.enrolment(course=course, at=timezone.now() - DAY).learner)
    text = text_of(other, reflective.url)
    assert CANARY not in text
    assert text.count("<textarea") == 3


def test_all_personal_blocks_of_a_kind_cost_one_query(
    learner, reflective, django_assert_num_queries
):
    write(learner, reflective)
    write(learner, reflective, place=3)
    edition = Edition.current()
    render_lesson_body(reflective, learner, edition)
    with django_assert_num_queries(2):  # one for the notes on its parts
        body = render_lesson_body(reflective, learner, edition)
    assert body.count("<textarea") == 3
    # Each is there once to write in, and once for print.
    assert body.count(CANARY) == 4


def test_a_preview_says_where_a_learner_would_write(reflective):
    shown = reflective.make_preview_request().content.decode()
    assert shown.count("Here a learner has room to write.") == 2
    assert "<textarea" not in shown


# The bank -----------------------------------------------------------------------------------


def draw(quiz):
    return draw_paper(quiz.blueprint(), pass_percent=75, random=Random(1), times_met={})


def test_a_question_that_is_published_again_is_asked_as_it_is_now():
    question = make.single_choice(stem="<p>Old words</p>")
    quiz = make.quiz([question])
    assert draw(quiz).items[0].stem == "<p>Old words</p>"
    question.stem = "<p>New words</p>"
    question.save_revision().publish()
    assert draw(quiz).items[0].stem == "<p>New words</p>"


def test_the_draft_of_a_question_changes_nothing_that_is_asked():
    question = make.single_choice(stem="<p>Old words</p>")
    quiz = make.quiz([question])
    draw(quiz)
    edition = Edition.current()
    question.stem = "<p>New words</p>"
    question.save_revision()
    assert Edition.current() == edition
    assert draw(quiz).items[0].stem == "<p>Old words</p>"


def entries_of(quiz):
    """The questions that a quiz may ask, as its draws read them."""
    return published_quiz(quiz.pk, Edition.current()).entries


def test_tags_and_competencies_that_land_after_the_question_are_in_the_bank():
    question, competency = make.single_choice(), make.competency("L1")
    quiz = make.quiz([question])
    assert not entries_of(quiz)[0].tags
    question.tags.add("Calm")
    question.save()
    [entry] = entries_of(quiz)
    assert entry.tags == {"calm"}
    question.competencies.add(competency)
    question.save()
    [entry] = entries_of(quiz)
    assert entry.competencies == {competency.pk}
    competency.code = "L9"
    with without_second_reader():
        competency.save()
    assert draw(make.quiz([question])).items[0].competencies == ["L9"]


def test_a_question_is_frozen_once_and_dealt_anew_each_time(django_assert_num_queries):
    quiz = make.quiz([make.single_choice()])
    first = draw(quiz)
    published = published_quiz(quiz.pk, Edition.current())
    with django_assert_num_queries(1):  # which edition it is
        second = draw_paper(
            published.blueprint,
            published.entries,
            pass_percent=75,
            random=Random(2),
            times_met={},
        )
    assert first.items[0].id != second.items[0].id
    assert first.items[0].stem == second.items[0].stem


@pytest.mark.parametrize("drawn_in", ["en", "es"])
def test_what_we_say_on_a_question_is_in_the_language_it_is_read_in(drawn_in):
    quiz = make.quiz([make.true_false()])
    with translation.override(drawn_in):
        draw(quiz)
        item = draw(quiz).items[0]
    with translation.override("en"):
        assert choices_of(item) == ["True", "False"]
    with translation.override("es"):
        assert choices_of(item) == ["Verdadero", "Falso"]
    assert [option.text for option in item.options] == ["True", "False"]


def choices_of(item):
    """The options of a question as its page shows them."""
    html = render_to_string(item.ask_template, {"item": item, "given": None})
    page = BeautifulSoup(html, "html.parser")
    return [choice.get_text().strip() for choice in page.select(".choice span")]


def test_a_question_taken_down_is_asked_no_more():
    question = make.single_choice()
    quiz = make.quiz([question])
    assert [entry.question for entry in entries_of(quiz)] == [question.pk]
    Question.objects.get(pk=question.pk).unpublish()
    assert entries_of(quiz) == ()


def test_a_quiz_is_drawn_by_its_rows_and_rules_of_now():
    first, second = make.single_choice(), make.single_choice()
    quiz = make.quiz([first])
    assert published_quiz(quiz.pk, Edition.current()).paper_size.questions == 1
    quiz.draws.create(question=second, sort_order=9)
    quiz.pass_percent = 55
    quiz.save()
    published = published_quiz(quiz.pk, Edition.current())
    assert published.paper_size.questions == 2
    assert [row.question for row in published.blueprint] == [first.pk, second.pk]
    assert published.make_row().pass_percent == 55


def test_a_quiz_page_that_is_taken_down_cannot_be_begun(course, learner, reader):
    page = make.quiz_page(course.get_children().first().specific)
    start = reverse("assessments:start_attempt", args=[page.translation_key])
    assert reader.post(start).status_code == 303
    page.unpublish()
    assert reader.post(start).status_code == 404
