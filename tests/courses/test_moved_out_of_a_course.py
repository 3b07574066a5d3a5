"""What is moved out of its course is being worked on there, and no address of the course leads to it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page

from courses.admin.resting import what_rests_on
from courses.models import CoursePage, Reflection
from courses.outlines import outline_for_reader, outline_of, outlines_of
from courses.translating import translate_page
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course in two languages, of one module with two lessons, and its edition."""
    course = make.course("Listening well", order="free")
    module = make.module(course, title="Silence")
    lessons = [make.lesson(module, title="Being there"), make.lesson(module, title="Waiting")]
    make.edition(course)
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    translator = make.user(is_superuser=True)
    titles = {course: "Escuchar", module: "Silencio", lessons[0]: "Estar ahí"}
    for page, title in titles.items():
        draft = translate_page(page, spanish, by=translator).specific
        draft.title, draft.slug = title, title.lower().replace(" ", "-").replace("í", "i")
        draft.save_revision().publish()
    return course


@pytest.fixture
def elsewhere():
    """Where pages are moved to: a module of a course that the learners have no place on."""
    return make.module(make.course("Boundaries", order="free"), title="Of others")


def page_named(title):
    return Page.objects.get(title=title).specific


def move(title, target):
    page_named(title).move(Page.objects.get(pk=target.pk), pos="last-child")


def spanish_twin(page):
    """The same page in Spanish, published."""
    twin = translate_page(
        page, Locale.objects.get(language_code="es"), by=make.user(is_superuser=True)
    ).specific
    twin.title = f"{page.title} en español"
    twin.save_revision().publish()
    return twin


def browser_of(course, language):
    browser = Client(headers={"accept-language": language})
    browser.force_login(
        make.enrolment(
            make.user(language=language), CoursePage.objects.get(pk=course.pk), at=timezone.now()
        ).learner
    )
    return browser


def text_of(answer):
    return answer.content.decode()


@pytest.mark.parametrize("is_read_alone", [True, False])
def test_a_lesson_that_others_translate_is_being_worked_on_in_its_own_language(
    is_read_alone, course, elsewhere
):
    move("Being there", elsewhere)
    courses = CoursePage.objects.filter(locale=course.locale)
    outline = outline_of(course) if is_read_alone else outlines_of(courses)[course.pk]
    step = outline.steps[0]
    assert (step.title, step.language) == ("Being there", "en")
    assert (step.is_away, step.is_gone, step.url) == (True, False, course.url)
    spanish = outline_of(page_named("Escuchar")).steps[0]
    assert (spanish.title, spanish.is_away) == ("Estar ahí", False)


def test_a_lesson_without_a_translation_is_not_gone_where_both_courses_are_read(elsewhere):
    course = make.course("In one language")
    lesson = make.lesson(make.module(course), title="Only here")
    make.edition(course)
    move(lesson.title, elsewhere)
    step = outlines_of(CoursePage.objects.all())[course.pk].steps[0]
    assert (step.is_away, step.is_gone) == (True, False)


def test_a_module_that_others_translate_is_being_worked_on_with_all_its_steps(course):
    page_named("Silence").move(make.course("Boundaries"), pos="last-child")
    outline = outline_of(course)
    assert (outline.modules[0].title, outline.modules[0].is_away) == ("Silence", True)
    assert [(step.title, step.is_away) for step in outline.steps] == [
        ("Being there", True),
        ("Waiting", True),
    ]


def test_no_page_of_the_course_leads_a_reader_to_the_translation_nor_into_the_other_course(
    course, elsewhere
):
    twin = page_named("Estar ahí")
    browser = browser_of(course, "en")
    move("Being there", elsewhere)
    listed = text_of(browser.get(page_named("Silence").url))
    assert "Being there" in listed
    assert "Being worked on" in listed
    assert "Estar ahí" not in listed
    answer = browser.get(twin.url)
    assert answer.status_code == 200
    assert "Estar ahí" in text_of(answer)
    assert "The text of this page is in Spanish for now." in text_of(answer)
    assert "Boundaries" not in text_of(answer)


def test_a_translation_that_was_moved_gives_way_to_the_page_that_it_translates(course, elsewhere):
    browser = browser_of(course, "es")
    there = spanish_twin(elsewhere)
    lesson = page_named("Being there")
    move("Estar ahí", there)
    step = outline_of(page_named("Escuchar")).steps[0]
    assert (step.title, step.is_away, step.url) == ("Being there", False, lesson.url)
    answer = text_of(browser.get(lesson.url))
    assert "Being there" in answer
    assert "Idioma del texto de esta página, por ahora: Inglés" in answer
    assert "Boundaries" not in answer


def test_a_translation_that_is_down_does_not_lead_into_the_other_course(course, elsewhere):
    twin = page_named("Estar ahí")
    titles = {"en": "Being there", "es": "Estar ahí"}
    browsers = {title: browser_of(course, language) for language, title in titles.items()}
    move("Being there", elsewhere)
    twin.unpublish()
    for title, browser in browsers.items():
        answer = browser.get(twin.url)
        assert answer.status_code == 404
        assert title in text_of(answer)
        assert "Boundaries" not in text_of(answer)


def test_below_a_draft_nothing_is_shown_because_its_source_is_in_another_course(course):
    browser = browser_of(course, "es")
    twin = page_named("Estar ahí")
    page_named("Silence").move(make.course("Boundaries"), pos="last-child")
    page_named("Silencio").unpublish()
    assert browser.get(twin.url).status_code == 404


def test_where_it_comes_back_it_is_read_as_before(course, elsewhere):
    browser = browser_of(course, "en")
    move("Being there", elsewhere)
    move("Being there", page_named("Silence"))
    step = next(each for each in outline_for_reader(course.pk).steps if each.title == "Being there")
    assert not step.is_away
    assert "<h1" in text_of(browser.get(step.url))


def test_whoever_reads_the_translation_writes_in_it_wherever_they_took_their_place(
    course, elsewhere
):
    """The place was taken in English, and the lesson is read in Spanish."""
    twin = page_named("Estar ahí")
    twin.body = [("reflection", {"prompt": "¿Qué ayuda?"})]
    twin.save_revision().publish()
    browser = browser_of(course, "es")
    move("Being there", elsewhere)
    block = twin.body[0].id
    fields = {"lesson": twin.pk, "block": block, f"text-{block}": "Callar", f"number-{block}": 0}
    answer = browser.post(reverse("courses:save_reflection"), fields, follow=True)
    assert Reflection.objects.get().text == "Callar"
    assert "en revisión en este momento" not in text_of(answer)


def test_whoever_takes_a_place_begins_with_what_is_there_in_their_language(course, elsewhere):
    move("Being there", elsewhere)
    browser = Client(headers={"accept-language": "es"})
    browser.force_login(make.user(language="es"))
    answer = browser.post(reverse("courses:enrol"), {"course": course.pk})
    assert answer["Location"] == page_named("Estar ahí").url


# What whoever moves it is told --------------------------------------------------------------------


def sentences_of(title):
    return " ".join(what_rests_on([page_named(title)], act="move"))


def test_before_a_move_it_is_said_what_its_readers_find(course):
    assert "Moved out of the course, it is marked there as being worked on." in sentences_of(
        "Waiting"
    )
    source = sentences_of("Being there")
    assert "being worked on" in source
    assert "In Spanish it stays open there." in source


def test_before_a_translation_is_moved_it_is_said_in_which_language_it_is_read_then(course):
    translation = sentences_of("Estar ahí")
    assert "it is read there in English" in translation
    assert "being worked on" not in translation
