"""A course is shown as a way, its modules each by a mark and a tone, and its ends as quiet moments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from assessments.attempting import save_responses, submit_attempt
from assessments.models import QuizPage
from courses.enrolling import complete_lesson
from courses.models import LessonPage, ModulePage
from courses.module_marks import TONES, ModuleMark, tone_of
from lms.icons import PATHS, svg
from lms.models import SiteSettings
from tests import make

CSS = (Path(__file__).resolve().parents[2] / "lms" / "static" / "css" / "site.css").read_text()


# Marks and tones -----------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ModuleMark.values)
def test_each_mark_is_one_of_our_drawings(mark):
    assert mark in PATHS


def test_the_tones_begin_again_in_a_long_course():
    assert [tone_of(number) for number in range(1, 9)] == [1, 2, 3, 4, 5, 6, 1, 2]


def luminance(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def values_of(name):
    """A colour in light and in dark."""
    return re.findall(rf"--{name}: (#[0-9a-f]{{6}});", CSS)[:2]


@pytest.mark.parametrize("number", range(1, TONES + 1))
@pytest.mark.parametrize("mode", [0, 1])
def test_the_ink_of_a_tone_is_read_on_it_and_on_the_page(number, mode):
    tone, ink = values_of(f"tone-{number}")[mode], values_of(f"tone-{number}-ink")[mode]
    assert contrast(tone, ink) >= 7
    assert contrast(values_of("paper")[mode], ink) >= 7
    assert contrast(values_of("surface")[mode], ink) >= 7, "a mark that is complete"
    assert f".tone--{number} {{" in CSS


def test_no_two_tones_are_one():
    tones = [tuple(values_of(f"tone-{number}")) for number in range(1, TONES + 1)]
    assert len(set(tones)) == TONES


# The course ----------------------------------------------------------------------------------


def page_of(course, person=None):
    browser = Client()
    if person:
        browser.force_login(person)
    return browser.get(course.url).content.decode()


def way_of(page):
    return page.split('<ol class="way"')[1].split("</ol>\n      </section>")[0]


def test_each_module_has_the_tone_of_its_place(db):
    way = way_of(page_of(make.full_course(modules=7, lessons=1, quizzes=False)))
    assert re.findall(r"way__stop tone--(\d)", way) == ["1", "2", "3", "4", "5", "6", "1"]


def test_a_module_is_known_by_its_drawing_or_by_its_number(db):
    course = make.full_course(modules=2, lessons=1, quizzes=False)
    first = ModulePage.objects.descendant_of(course).order_by("path").first()
    first.mark = ModuleMark.EAR
    first.save_revision().publish()
    marks = re.findall(
        r'<span class="mark-of[^>]*>\s*(.*?)\s*</span>', way_of(page_of(course)), re.S
    )
    assert marks[:2] == [svg("ear"), "2"]


def test_the_way_ends_at_what_can_be_earned(db):
    course = make.full_course(modules=1, lessons=1, quizzes=False)
    award = make.award(course=course)
    page = page_of(course)
    last = way_of(page).split("way__stop--goal")[1]
    assert award.name in last
    assert 'href="#award-1"' in last
    assert 'id="award-1"' in page


def test_a_visitor_sees_the_way_before_the_long_words(db):
    course = make.full_course(introduction="<p>Zwolle, at length.</p>")
    page = page_of(course)
    assert page.index('class="way"') < page.index("Zwolle, at length.")


def test_a_finished_module_is_filled_and_the_next_is_not(db):
    course = make.full_course(modules=2, lessons=1, quizzes=False)
    place = make.enrolment(make.user(), course, at=timezone.now())
    first = LessonPage.objects.descendant_of(course).order_by("path").first()
    complete_lesson(place, first, at=timezone.now())
    states = re.findall(
        r"mark-of tone--\d(?: mark-of--(\w+))?", way_of(page_of(course, place.learner))
    )
    assert states == ["done", "open"]


# Moments -------------------------------------------------------------------------------------


def pass_quiz(place, page):
    attempt = make.attempt(place, page, at=timezone.now())
    save_responses(attempt, make.right_responses(attempt), base=0, at=timezone.now())
    submit_attempt(attempt, base=1, at=timezone.now())
    browser = Client()
    browser.force_login(place.learner)
    return browser.get(f"/quizzes/{attempt.pk}/result/").content.decode()


@pytest.fixture
def place(db):
    course = make.full_course(modules=2, lessons=1, order="free")
    return make.enrolment(make.user(), course, at=timezone.now())


def finish_lessons(place):
    for lesson in LessonPage.objects.descendant_of(place.course).order_by("path"):
        complete_lesson(place, lesson, at=timezone.now())


def test_the_quiz_that_completes_a_module_is_a_moment(place):
    finish_lessons(place)
    quiz = QuizPage.objects.descendant_of(place.course).order_by("path").first()
    page = pass_quiz(place, quiz)
    moment = page.split('class="moment tone')[1].split("</section>")[0]
    assert f"“{quiz.get_parent().title}” is complete." in moment
    assert moment.count("mark-of--done") == 2, "its own, and among the marks of the course"
    assert moment.count('class="mark-of ') == 3


def test_a_quiz_that_leaves_a_lesson_to_do_is_no_moment(place):
    page = pass_quiz(place, QuizPage.objects.descendant_of(place.course).order_by("path").first())
    assert "You passed" in page
    assert 'class="moment' not in page


def test_the_last_quiz_is_the_moment_of_the_whole_course(place):
    finish_lessons(place)
    pages = [
        pass_quiz(place, quiz)
        for quiz in QuizPage.objects.descendant_of(place.course).order_by("path")
    ]
    assert "You have finished every part of this course. Well done." in pages[-1]
    assert "moment--course" in pages[-1]
    assert "moment--course" in page_of(place.course, place.learner)


def test_what_moves_in_a_moment_moves_only_for_whoever_lets_it():
    allowed = CSS.split("@media (prefers-reduced-motion: no-preference) {")
    assert "animation: rise" in "".join(part.split("\n  }\n")[0] for part in allowed[1:])
    assert "animation: rise" not in allowed[0]


# The front page ------------------------------------------------------------------------------


def test_the_front_page_says_what_a_course_costs_beside_its_one_button(db):
    course = make.full_course()
    settings = SiteSettings.for_site(course.get_site())
    settings.course_cost = "It is free."
    settings.save()
    hero = Client().get("/").content.decode().split('class="band hero"')[1].split("</section>")[0]
    assert "It is free." in hero
    assert hero.count('class="button') == 1


def test_nothing_is_said_of_the_cost_where_nothing_is_set(db):
    make.full_course()
    assert "hero__cost" not in Client().get("/").content.decode()


def test_a_word_that_was_found_is_marked_in_our_own_sun():
    """The browser's own yellow shouts, and in the dark it cannot be read on."""
    assert re.search(r"::selection,\s+mark \{\s+background: var\(--sun\);", CSS)
    for mode in (0, 1):
        assert contrast(values_of("sun")[mode], values_of("ink")[mode]) >= 4.5


# Where one is, first ---------------------------------------------------------------------------


def module_in(course):
    return ModulePage.objects.child_of(course).order_by("path").first()


@pytest.fixture
def way(db):
    """A course of two modules of two lessons and no quiz, and somebody's browser and place there."""
    course = make.course(order="free")
    for _module in range(2):
        module = make.module(course)
        make.lesson(module)
        make.lesson(module)
    make.edition(course)
    place = make.enrolment(course=course, at=timezone.now())
    client = Client()
    client.force_login(place.learner)
    return course, place, client


def finish(place, page):
    for lesson in LessonPage.objects.child_of(page).order_by("path"):
        complete_lesson(place, lesson, at=timezone.now())


def test_a_module_says_where_one_is_and_has_one_way_on_before_its_steps(way):
    course, place, client = way
    page = module_in(course)
    first, second = LessonPage.objects.child_of(page).order_by("path")
    html = client.get(page.url).content.decode()
    assert html.index("Ready when you are") < html.index("Step by step")
    assert "0 of 2 done" in html
    complete_lesson(place, first, at=timezone.now())
    html = client.get(page.url).content.decode()
    assert "1 of 2 done" in html
    here = html[html.index('id="here-title"') :]
    assert f'class="button" href="{second.url}"' in here
    assert "Where you are" in html


def test_a_complete_module_is_a_quiet_moment_with_a_way_on(way):
    course, place, client = way
    page = module_in(course)
    finish(place, page)
    html = client.get(page.url).content.decode()
    other = LessonPage.objects.descendant_of(course).exclude(path__startswith=page.path)
    assert 'class="moment tone--1"' in html
    assert "is complete." in html
    assert f'class="button" href="{other.order_by("path").first().url}"' in html
    assert 'id="here-title"' not in html


def test_who_has_no_place_is_shown_no_place(way):
    course, _place, _client = way
    html = Client().get(module_in(course).url).content.decode()
    assert 'id="here-title"' not in html
    assert "Step by step" in html


def test_the_course_leads_with_the_way_on_and_keeps_its_words(way):
    course, _place, client = way
    own = client.get(course.url).content.decode()
    assert 'class="lead"' not in own[: own.index("course__place")]
    assert "You have a place" in own
    visitor = Client().get(course.url).content.decode()
    assert 'class="lead"' in visitor[: visitor.index("course__place")]


def test_my_learning_leads_with_the_way_on():
    template = Path("templates/lms/learn.html").read_text()
    assert template.index("{% for entry in courses %}") < template.index("_returns_due.html")
