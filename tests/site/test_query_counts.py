"""What each page asks of the database: a number we know, and the same for one row as for three."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.search.index import insert_or_update_object

from assessments.attempting import save_responses, submit_attempt
from assessments.models import QuizPage
from courses.models import LessonPage, Reflection
from tests import make
from tests.make import DAY, HOUR

pytestmark = pytest.mark.django_db


def queries(browser, url, status=200):
    """The queries of a page that was looked at before."""
    assert browser.get(url).status_code == status, url
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(url)
    assert response.status_code == status
    return [query["sql"] for query in captured.captured_queries]


def cost(browser, url, status=200):
    return len(queries(browser, url, status))


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=2, order="free")


@pytest.fixture
def learner(course):
    return make.enrolment(course=course, at=timezone.now() - DAY).learner


@pytest.fixture
def browser(learner):
    return signed_in(learner)


def first_lesson(course):
    return LessonPage.objects.descendant_of(course).order_by("path").first()


def first_quiz(course):
    return QuizPage.objects.descendant_of(course).order_by("path").first()


def index_pages():
    for page in Page.objects.specific():
        insert_or_update_object(page)


# Reading -----------------------------------------------------------------------------------


def test_pages_cost_a_visitor(course):
    visitor = Client()
    lesson, quiz = first_lesson(course), first_quiz(course)
    make.award(course=course)
    urls = ["/", "/courses/", course.url, lesson.get_parent().url, lesson.url, quiz.url, "/verify/"]
    assert [cost(visitor, url) for url in urls] == [1, 1, 1, 1, 1, 1, 1]


def test_pages_cost_a_learner(course, browser):
    lesson, quiz = first_lesson(course), first_quiz(course)
    make.award(course=course)
    costs = {
        "home": cost(browser, "/"),
        "catalogue": cost(browser, "/courses/"),
        "course": cost(browser, course.url),
        "module": cost(browser, lesson.get_parent().url),
        "lesson": cost(browser, lesson.url),
        "quiz": cost(browser, quiz.url),
    }
    # The front page leads a learner on, for which it asks what they did, which try is open and what is closed.
    assert costs == {"home": 7, "catalogue": 3, "course": 7, "module": 5, "lesson": 6, "quiz": 6}


def test_a_lesson_with_a_prompt_costs_one_query_more(course, browser):
    body = [("prose", "<p>Be there.</p>"), ("reflection", {"prompt": "When were you quiet?"})]
    lesson = make.lesson(first_lesson(course).get_parent().specific, body=body)
    make.edition(course)
    assert browser.get(lesson.url).content.decode().count("<textarea") == 2
    queries_asked = cost(browser, lesson.url)
    assert queries_asked == 7
    assert queries_asked <= 8


def test_a_longer_course_costs_no_more(browser, course):
    """Whatever the number of modules, of lessons and of what is finished."""
    lesson = first_lesson(course)
    before = [cost(browser, url) for url in (course.url, lesson.url, "/learn/")]
    for _ in range(3):
        module = make.module(course)
        for _ in range(3):
            make.lesson(module)
        make.quiz_page(module)
    for url in (course.url, lesson.url):
        browser.get(url)
    browser.post(reverse("courses:complete_lesson"), {"lesson": lesson.pk})
    assert [cost(browser, url) for url in (course.url, lesson.url, "/learn/")] == before


@pytest.mark.parametrize("number_of_courses", [1, 3])
def test_the_catalogue_and_home_cost_the_same_with_more_courses(number_of_courses):
    for _ in range(number_of_courses):
        make.full_course(modules=1, lessons=1)
    assert [cost(Client(), url) for url in ("/", "/courses/")] == [1, 1]


# The learner's own -------------------------------------------------------------------------


# One while a quiz is left: what only waits to be answered again. Two where there are certificates:
# from when on each can be renewed.
MOST_FOR_MY_LEARNING = 13


def test_my_learning_costs_the_same_with_more_courses():
    learner = make.user()
    costs = []
    for _ in range(3):
        course = make.full_course(modules=2, lessons=1)
        make.award(course=course, statement=make.statement())
        make.enrolment(learner, course)
        costs.append(cost(signed_in(learner), "/learn/"))
    assert costs[0] == costs[2] <= MOST_FOR_MY_LEARNING


def test_my_learning_costs_the_same_with_more_certificates(learner, browser):
    costs = []
    for _ in range(3):
        make.credential(holder=learner)
        costs.append(cost(browser, "/learn/"))
    assert costs[0] == costs[2] <= MOST_FOR_MY_LEARNING


@pytest.mark.parametrize("number_of_reflections", [1, 3])
def test_reflections_cost_the_same_with_more_of_them(
    number_of_reflections, course, learner, browser
):
    for number in range(number_of_reflections):
        lesson = make.lesson(
            first_lesson(course).get_parent().specific,
            body=[("reflection", {"prompt": "When were you quiet?"})],
        )
        Reflection.objects.create(
            learner=learner,
            lesson_key=lesson.translation_key,
            block_id=lesson.body[0].id,
            prompt="When were you quiet?",
            text=f"On the train, {number}.",
            saved_at=timezone.now(),
        )
    assert cost(browser, reverse("courses:reflections")) == 9
    assert cost(browser, reverse("courses:reflections_download")) == 9


# Quizzes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("questions", [1, 3])
def test_a_quiz_costs_the_same_with_more_questions(questions, course, learner, browser):
    place = learner.enrolments.get()
    for question in range(questions):
        make.competency(f"Q{question}")
    quiz = make.quiz([make.single_choice() for _ in range(questions)])
    page = make.quiz_page(first_quiz(course).get_parent().specific, quiz)
    attempt = make.attempt(place, page, at=timezone.now() - HOUR)
    costs = {
        "paper": cost(browser, reverse("assessments:attempt", args=[attempt.pk])),
        "look over": cost(browser, reverse("assessments:finish", args=[attempt.pk])),
    }
    save_responses(attempt, make.right_responses(attempt), base=0, at=timezone.now())
    submit_attempt(attempt, base=1, at=timezone.now())
    costs["result"] = cost(browser, reverse("assessments:result", args=[attempt.pk]))
    costs["quiz page"] = cost(browser, page.url)
    assert costs == {"paper": 5, "look over": 5, "result": 8, "quiz page": 6}


@pytest.mark.parametrize("tries", [1, 3])
def test_a_quiz_costs_the_same_after_more_tries(tries, course, learner, browser):
    place, page = learner.enrolments.get(), first_quiz(course)
    for number in range(tries):
        attempt = make.attempt(place, page, at=timezone.now() - DAY + number * HOUR)
        submit_attempt(attempt, base=0, at=timezone.now() - DAY + number * HOUR)
    assert cost(browser, page.url) == 6
    assert cost(browser, reverse("assessments:result", args=[attempt.pk])) == 8


# Checking and searching --------------------------------------------------------------------


def test_checking_a_certificate_costs():
    credential = make.credential()
    costs = {
        "found": cost(Client(), f"/verify/{credential.number}/"),
        "mistyped": cost(Client(), "/verify/PSW-2222-2222-2222/", 404),
    }
    # One of the three counts the check, for whoever holds the certificate.
    assert costs == {"found": 3, "mistyped": 1}


@pytest.mark.parametrize("matches", [1, 3])
def test_a_search_costs_the_same_however_much_it_finds(matches, course, browser):
    for number in range(matches):
        make.lesson(first_lesson(course).get_parent().specific, title=f"Heronsong {number}")
    index_pages()
    assert cost(browser, "/search/?q=heronsong") == 11
    assert cost(Client(), "/search/?q=heronsong") == 5


# The staff pages ---------------------------------------------------------------------------


@pytest.fixture
def superuser(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    browser = signed_in(make.user(is_superuser=True))
    browser.get("/admin/")
    return browser


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_the_staff_cost_the_same_with_more_rows(rows, superuser):
    award = make.award(course=make.course())
    lists = {
        "/admin/questions/": 15,
        "/admin/snippets/assessments/quiz/": 14,
        "/admin/competencies/": 9,
        "/admin/credentials/": 14,
        "/admin/awards/": 11,
        "/admin/users/": 11,
    }
    for number in range(rows):
        question = make.true_false()
        question.competencies.add(make.competency(f"Z{number}"))
        question.tags.add(f"tag {number}")
        make.quiz([question])
        make.credential(award)
    assert {url: cost(superuser, url) for url in lists} == lists
