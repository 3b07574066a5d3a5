"""The learner's own page says what is left, up to the certificate and beyond."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from assessments.attempting import save_responses, submit_attempt
from assessments.red_lines import answer_again
from assessments.talks import answer_talk_offer
from certificates.models import Credential, Requirement
from courses.enrolling import complete_lesson, withdraw
from courses.models import LessonPage
from tests import make
from tests.make import DAY, HOUR, NOON
from tests.practice import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.full_course(modules=1, lessons=1, quizzes=False)


@pytest.fixture
def code():
    return make.statement(title="Code of ethics")


@pytest.fixture
def place(course, client):
    enrolment = make.enrolment(course=course)
    client.force_login(enrolment.learner)
    return enrolment


def page_of(client):
    return client.get("/learn/").content.decode()


def main_of(client, url):
    return BeautifulSoup(client.get(url).content, "html.parser").main.get_text(" ", strip=True)


def finish(place, course):
    complete_lesson(place, LessonPage.objects.descendant_of(course).get(), at=NOON)


def test_it_lists_what_the_certificate_asks_and_ticks_off_what_is_done(client, place, course, code):
    make.award(course=course, statement=code, name="Foundations award")
    page = page_of(client)
    assert "Foundations award" in page
    assert page.count("(0 of 1 step)") == 1
    assert page.count("(not signed yet)") == 1
    finish(place, course)
    page = page_of(client)
    assert page.count("(done)") == 1
    assert page.count("(not signed yet)") == 1


def test_a_signature_that_is_the_last_thing_left_comes_first(client, place, course, code):
    make.award(course=course, statement=code)
    assert "One thing is left before your certificate" not in page_of(client)
    finish(place, course)
    page = page_of(client)
    assert "One thing is left before your certificate" in page
    assert reverse("certificates:sign", args=[code.statement.slug]) in page


def test_signing_the_last_thing_is_answered_with_the_award(client, place, course, code):
    make.award(course=course, statement=code, name="Foundations award")
    finish(place, course)
    sign = reverse("certificates:sign", args=[code.statement.slug])
    form = {"version": code.pk, "typed_name": place.learner.full_name}
    page = client.post(sign, form, follow=True).content.decode()
    assert "You have earned “Foundations award”" in page
    assert Credential.objects.get().number in page
    assert "not signed yet" not in page


def test_an_award_that_is_held_is_no_longer_asked_for(client, place, course):
    award = make.award(course=course, name="Foundations award")
    make.credential(award, place.learner)
    page = page_of(client)
    assert "of 1 step)" not in page
    assert page.count("Foundations award") == 1


def test_a_course_that_was_left_can_be_found_again(client, place, course):
    withdraw(place, at=NOON + DAY)
    page = page_of(client)
    assert "Courses you left" in page
    assert course.url in page
    lesson = LessonPage.objects.descendant_of(course).get()
    assert "You left this course" in client.get(lesson.url).content.decode()


def test_staff_find_the_way_to_their_pages_and_learners_do_not(client, place):
    assert "/admin/" not in page_of(client)
    client.force_login(make.registrar())
    assert 'href="/admin/"' in page_of(client)


def test_whoever_finished_everything_is_told_so_with_the_certificate_first(client, place, course):
    award = make.award(course=course, name="Foundations award")
    finish(place, course)
    page = page_of(client)
    assert Credential.objects.get(award=award).number in page
    assert page.index("certificates-title") < page.index("course-1")


def test_an_open_try_comes_before_the_next_step_on_the_front_page_too(client):
    course = make.full_course(modules=1, lessons=1, quizzes=False, order="free")
    page = make.quiz_page(course.get_children().first(), title="Boundaries check")
    taken = make.enrolment(course=course)
    client.force_login(taken.learner)
    attempt = make.attempt(taken, page)
    address = reverse("assessments:attempt", args=[attempt.pk])
    front = BeautifulSoup(client.get("/").content, "html.parser").select_one(".home__next")
    assert "You have begun" in front.get_text()
    assert front.select_one("a.button")["href"] == address
    assert address in page_of(client)


def test_whoever_has_a_try_open_is_not_told_that_all_is_done(client):
    course = make.course(order="free")
    page = make.quiz_page(course)
    taken = make.enrolment(course=course)
    client.force_login(taken.learner)
    attempt = make.attempt(taken, page)
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    assert "All that you began here is done" in page_of(client)
    make.attempt(taken, page)
    assert "All that you began here is done" not in page_of(client)


@pytest.mark.parametrize("has_more", [True, False])
def test_one_red_line_left_is_said_and_continue_leads_to_exactly_that(client, has_more):
    course = make.course(order="in_order")
    module = make.module(course)
    questions = [make.single_choice() for _ in range(5)]
    questions.append(make.single_choice(red_line=True))
    page = make.quiz_page(module, make.quiz(questions, title="Boundaries check"))
    later = make.lesson(module, required=has_more)
    taken = make.enrolment(course=course)
    client.force_login(taken.learner)
    attempt = make.attempt(taken, page)
    responses = make.right_responses(attempt)
    item = next(item for item in attempt.paper.items if item.red_line)
    responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=NOON)
    submit_attempt(attempt, base=1, at=NOON)
    shown = " ".join(page_of(client).split())
    assert "Nearly there" in shown
    assert ("things are left:" in shown) is has_more
    assert "One thing is left:" not in shown
    assert "your score in “Boundaries check” is enough, and one question is left" in shown
    assert f'href="{reverse("assessments:result", args=[attempt.pk])}#must-be-right"' in shown
    retry = answer_again(attempt, at=NOON)
    save_responses(retry, make.right_responses(retry), base=0, at=NOON)
    submit_attempt(retry, base=1, at=NOON)
    shown = page_of(client)
    assert "Nearly there" not in shown
    if has_more:
        assert later.url in shown


@pytest.mark.parametrize("where", ["my learning", "home", "course", "module"])
def test_a_quiz_that_pauses_is_not_to_be_continued_but_says_when_it_opens(client, where):
    course = make.course(order="in_order")
    quiz = make.quiz([make.single_choice()], title="Final", tries_before_pause=1, pause_hours=12)
    module = make.module(course)
    quiz_page = make.quiz_page(module, quiz)
    page = {"my learning": "/learn/", "home": "/", "course": course.url, "module": module.url}[
        where
    ]
    taken = make.enrolment(course=course)
    client.force_login(taken.learner)
    attempt = make.attempt(taken, quiz_page, at=timezone.now() - HOUR)
    submit_attempt(attempt, base=0, at=timezone.now())
    shown = main_of(client, page)
    assert "It opens again on" in shown
    assert "Look at it" in shown
    assert "Continue" not in shown
    with time_machine.travel(timezone.now() + DAY, tick=False):
        answer_talk_offer(attempt, wants_talk=False, at=timezone.now())
        shown = main_of(client, page)
    assert "It opens again on" not in shown
    assert "Look at it" not in shown


def test_a_graduate_whose_file_is_there_is_not_told_to_wait_for_it(client):
    """They try a passed quiz again and do not pass: what they have stays, and is said so."""
    course = make.course(order="free")
    page = make.quiz_page(course, make.quiz([make.true_false() for _ in range(2)]))
    award = make.award(course=course, quiz=page.quiz)
    taken = make.enrolment(course=course)
    client.force_login(taken.learner)
    first = make.attempt(taken, page)
    save_responses(first, make.right_responses(first), base=0, at=NOON)
    submit_attempt(first, base=1, at=NOON)
    Credential.objects.filter(award=award).update(pdf="certificates/there.pdf")
    second = make.attempt(taken, page)
    submit_attempt(second, base=0, at=NOON)
    shown = client.get(reverse("assessments:result", args=[second.pk])).content.decode()
    assert "Not this time, and you have passed already" in shown
    assert "Not yet" not in shown
    assert "with the PDF to download" in shown
    assert "you will get an email" not in shown
    assert "Try again" in shown


# Whom to talk with ------------------------------------------------------------------------


@pytest.fixture
def talk_page(client):
    """A course of one module with a lesson and two conversations, for an award that asks for one."""
    course = make.course()
    module = make.module(course)
    make.lesson(module)
    pages = [making.conversation_page(module) for _ in range(2)]
    make.edition(course)
    award = make.award(course=course)
    talks = making.conversation_set(*(page.conversation for page in pages))
    Requirement.objects.create(award=award, kind="conversations", conversations=talks)
    enrolment = make.enrolment(course=course)
    client.force_login(enrolment.learner)
    return enrolment, pages, talks


@pytest.mark.parametrize("where", ["/learn/", "the course"])
def test_who_has_conversations_left_sees_with_whom_how_far_and_where_to_go_on(
    client, talk_page, where
):
    enrolment, pages, talks = talk_page
    url = enrolment.course.url if where == "the course" else where
    shown = BeautifulSoup(client.get(url).content, "html.parser").select_one(".asks")
    ahead = shown.select_one(".asks__next")
    assert ahead.select_one("a")["href"] == pages[0].url
    assert pages[0].conversation.aim in ahead.get_text()
    topic = shown.select_one(".asks__topic")
    assert talks.title in topic.get_text()
    assert "0 of 1 reached" in topic.get_text()
    assert topic.select_one("svg.portrait[aria-hidden=true]")


def test_who_has_reached_enough_is_sent_nowhere_and_is_told_so(client, talk_page):
    enrolment, pages, _asked = talk_page
    making.play(enrolment, pages[1])
    shown = BeautifulSoup(page_of(client), "html.parser").select_one(".asks")
    assert shown.select_one("a") is None
    assert "done" in shown.select_one(".asks__topic").get_text()


def test_who_has_begun_nothing_reads_of_nothing_to_look_back_on(client):
    client.force_login(make.user())
    page = page_of(client)
    assert "A quiet page, for now" in page
    assert "Your reflections" not in page
    assert "Your bookmarks" not in page
    assert "up to 500 numbers from a list" in page


def test_who_has_a_place_finds_their_reflections_and_bookmarks(client, place):
    page = page_of(client)
    assert reverse("courses:bookmarks") in page
    assert "Your reflections" in page


# A course that no edition was declared of -------------------------------------------------

NOT_SETTLED = "This course is still being prepared."


@pytest.fixture
def undeclared(client):
    """A published course of one lesson, and somebody who has a place on it."""
    course = make.course()
    make.lesson(make.module(course))
    client.force_login(make.user())
    return course


def take_a_place(client, course):
    return client.post(reverse("courses:enrol"), {"course": course.pk}, follow=True)


def words_at(client, url):
    return " ".join(BeautifulSoup(client.get(url).content, "html.parser").get_text(" ").split())


def test_whoever_is_offered_a_place_reads_that_nobody_can_complete_the_course_yet(
    client, undeclared
):
    shown = words_at(client, undeclared.url)
    assert "Take a place on this course" in shown
    assert f"{NOT_SETTLED} You can read it and try its questions, and nobody can complete" in shown
    client.logout()
    assert NOT_SETTLED in words_at(client, undeclared.url)


def test_whoever_has_a_place_reads_it_on_the_course_and_on_their_own_page(client, undeclared):
    take_a_place(client, undeclared)
    for url in ("/learn/", undeclared.url):
        assert NOT_SETTLED in words_at(client, url)
    make.edition(undeclared)
    for url in ("/learn/", undeclared.url):
        assert NOT_SETTLED not in words_at(client, url)


def test_a_course_that_is_declared_says_nothing_of_it(client, place, course):
    assert NOT_SETTLED not in page_of(client)
    assert NOT_SETTLED not in words_at(client, course.url)


def test_the_button_after_the_certificate_counts_the_steps_of_the_course(
    client, place, course, code
):
    """The certificate asks for a signature as well, so more than that one thing is left."""
    make.award(course=course, statement=code)
    page = words_at(client, "/learn/")
    assert "See the one step left on the course" in page
    assert "one thing left" not in page
