"""A learner's page as assessment fills it, and a try as its learner sees it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.excepting import give_exception
from assessments.models import Attempt, TalkAnswer
from assessments.red_lines import record_talked_through
from assessments.waiting import asking_for_a_talk, nearly_there
from tests import make
from tests.log_of_acts import COST_OF_AN_ACT
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

CANARY = "canary: typed and not handed in"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def member_of(group):
    person = make.user()
    person.groups.add(Group.objects.get(name=group))
    return person


def quiz_page(**rules):
    """A quiz of three plain questions and one red line, on a course of its own."""
    module = make.module(make.course(order="free"))
    questions = [make.true_false() for _ in range(3)] + [
        make.true_false(red_line=True, stem="<p>A secret about a life?</p>")
    ]
    return make.quiz_page(module, make.quiz(questions, **rules))


@pytest.fixture
def page():
    return quiz_page()


def course_of(page):
    return page.get_parent().get_parent().specific


def place_at(page, name="Zofia Kowal"):
    return make.enrolment(make.user(full_name=name), course_of(page), at=NOON)


def sit(place, page, *, wrong=(), at=NOON):
    """A try that was handed in with all right but the questions at these places."""
    attempt = start_attempt(place, page, at=at)
    responses = make.right_responses(attempt)
    for number in wrong:
        item = attempt.paper.items[number]
        responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=at)
    submit_attempt(attempt, base=1, at=at)
    return Attempt.objects.get(pk=attempt.pk)


@pytest.fixture
def trainer(page):
    return browser_of(make.trainer_of(course_of(page)))


def text_of(browser, name, pk, status=200):
    response = browser.get(reverse(name, args=[pk]))
    assert response.status_code == status
    return response.content.decode()


# The page of a person -----------------------------------------------------------------------


def test_each_try_is_there_with_its_outcome_and_what_is_open(page, trainer):
    place = place_at(page)
    below = sit(place, page, wrong=[0, 1, 2, 3])
    nearly = sit(place, page, wrong=[3], at=NOON + DAY)
    shown = text_of(trainer, "learners:learner", place.learner_id)
    for attempt in (below, nearly):
        assert reverse("attempts:inspect", args=[attempt.pk]) in shown
    assert "Not passed" in shown
    assert "Nearly there" in shown
    assert shown.count("red line open") == 1, "a try below the mark is a new try first"


def test_a_red_line_that_was_talked_through_is_open_no_more(page, trainer):
    place = place_at(page)
    attempt = sit(place, page, wrong=[3])
    record_talked_through(
        attempt.paper_items[3], by=member_of("Lead trainers"), reason="Said well.", at=NOON + HOUR
    )
    shown = text_of(trainer, "learners:learner", place.learner_id)
    assert "red line open" not in shown
    assert "Passed" in shown


def test_exceptions_are_read_by_trainers_and_given_by_lead_trainers():
    page = quiz_page(time_limit_minutes=30)
    trainer = browser_of(make.trainer_of(course_of(page)))
    place = place_at(page)
    give_exception(
        place,
        page.quiz,
        {"extra_minutes": 10},
        reason="Reads slowly on a phone.",
        seen=0,
        by=member_of("Lead trainers"),
        at=NOON,
    )
    address = reverse("attempts:exception", args=[place.pk, page.quiz.pk])
    shown = text_of(trainer, "learners:learner", place.learner_id)
    assert "Reads slowly on a phone." in shown
    assert address not in shown
    lead = browser_of(member_of("Lead trainers"))
    assert address in text_of(lead, "learners:learner", place.learner_id)


def test_a_quiz_that_was_taken_down_keeps_its_tries_and_offers_nothing(page):
    place = place_at(page)
    attempt = sit(place, page)
    page.unpublish()
    lead = browser_of(member_of("Lead trainers"))
    shown = text_of(lead, "learners:learner", place.learner_id)
    assert reverse("attempts:inspect", args=[attempt.pk]) in shown
    assert reverse("attempts:exception", args=[place.pk, page.quiz.pk]) not in shown


def test_a_person_costs_the_same_with_more_quizzes_and_tries(django_assert_num_queries, page):
    place = place_at(page)
    lead = browser_of(member_of("Lead trainers"))
    url = reverse("learners:learner", args=[place.learner_id])
    sit(place, page)
    lead.get(url)
    with django_assert_num_queries(22 + COST_OF_AN_ACT):
        lead.get(url)
    for number in range(2):
        other = make.quiz_page(page.get_parent().specific, make.quiz([make.true_false()]))
        make.edition(place.course)
        sit(place, other, at=NOON + number * DAY)
        sit(place, page, at=NOON + number * DAY)
    lead.get(url)
    with django_assert_num_queries(22 + COST_OF_AN_ACT):
        lead.get(url)


# A try as its learner sees it ---------------------------------------------------------------


def test_the_paper_is_shown_as_its_learner_sees_it(page, trainer):
    place = place_at(page)
    attempt = sit(place, page, wrong=[0])
    own = text_of(browser_of(place.learner), "assessments:result", attempt.pk)
    seen = text_of(trainer, "attempts:paper", attempt.pk)
    assert "You see this try of Zofia Kowal as it was handed in." in seen
    for words in ("Your answers", "A secret about a life?", "Your answer"):
        assert own.count(words) == seen.count(words) > 0, words
    assert "<form" not in seen, "nothing can be done for somebody else"


def test_what_the_learner_is_not_shown_yet_is_not_shown_here_either(trainer, page):
    place = place_at(page)
    page.quiz.feedback = "after_passing"
    page.quiz.save()
    attempt = sit(place, page, wrong=[0, 1, 3])
    own = text_of(browser_of(place.learner), "assessments:result", attempt.pk)
    seen = text_of(trainer, "attempts:paper", attempt.pk)
    assert own.count("Fits best") == seen.count("Fits best") == 0
    words = "What fits best is shown once you have passed"
    assert words in own
    assert words in seen


def test_answers_that_were_not_handed_in_are_their_learners_own(page, trainer):
    place = place_at(page)
    attempt = start_attempt(place, page, at=NOON)
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    response = trainer.get(reverse("attempts:paper", args=[attempt.pk]))
    assert response.headers["Location"] == reverse("attempts:inspect", args=[attempt.pk])
    assert "A secret about a life?" not in text_of(trainer, "attempts:inspect", attempt.pk)


def test_a_typed_answer_that_is_not_handed_in_is_nowhere():
    module = make.module(make.course(order="free"))
    page = make.quiz_page(module, make.quiz([make.question("short_answer")]))
    place = place_at(page)
    attempt = start_attempt(place, page, at=NOON)
    save_responses(attempt, {attempt.paper.items[0].id: CANARY}, base=0, at=NOON)
    lead = browser_of(member_of("Lead trainers"))
    for name, pk in [("attempts:inspect", attempt.pk), ("learners:learner", place.learner_id)]:
        assert CANARY not in text_of(lead, name, pk)
    assert CANARY not in lead.get("/admin/attempts/").content.decode()


def test_the_address_of_a_try_and_its_paper_are_for_the_trainers_of_its_course(page):
    attempt = sit(place_at(page), page, wrong=[3])
    other = browser_of(make.trainer_of(course_of(quiz_page())))
    for name in ("attempts:inspect", "attempts:paper"):
        text_of(other, name, attempt.pk, status=404)
        text_of(browser_of(make.trainer_of(course_of(page))), name, attempt.pk)
        text_of(browser_of(member_of("Registrars")), name, attempt.pk)


def test_the_list_of_tries_is_of_the_learners_whom_one_sees(page, trainer):
    sit(place_at(page, "Own Learner"), page)
    elsewhere = quiz_page()
    sit(place_at(elsewhere, "Elsewhere Learner"), elsewhere)
    listed = trainer.get("/admin/attempts/").content.decode()
    assert "Own Learner" in listed
    assert "Elsewhere Learner" not in listed
    both = browser_of(member_of("Registrars")).get("/admin/attempts/").content.decode()
    assert "Own Learner" in both
    assert "Elsewhere Learner" in both


def test_exceptions_of_a_quiz_are_of_the_learners_whom_one_sees(page, trainer):
    lead = member_of("Lead trainers")
    elsewhere = make.quiz_page(make.module(make.course(order="free")), page.quiz)
    for where, reason in [(page, "Own reason."), (elsewhere, "Elsewhere reason.")]:
        terms = {"extra_minutes": 5}
        give_exception(place_at(where), page.quiz, terms, reason=reason, seen=0, by=lead, at=NOON)
    listed = text_of(trainer, "attempts:of_quiz", page.quiz.pk)
    assert "Own reason." in listed
    assert "Elsewhere reason." not in listed


# Who waits ----------------------------------------------------------------------------------


def test_waiting_are_those_nearly_there_who_passed_in_no_other_try(page):
    waiting = sit(place_at(page), page, wrong=[3])
    went_on = place_at(page)
    sit(went_on, page, wrong=[3])
    sit(went_on, page, at=NOON + DAY)
    sit(place_at(page), page, wrong=[0, 1, 2, 3])
    left = place_at(page)
    sit(left, page, wrong=[3])
    type(left).objects.filter(pk=left.pk).update(withdrawn_at=NOON + DAY)
    assert list(nearly_there(Attempt.objects.counted())) == [waiting]
    lead = browser_of(member_of("Lead trainers"))
    listed = lead.get("/admin/attempts/", {"outcome": "waiting"}).content.decode()
    assert str(waiting.pk) in listed
    assert listed.count("Nearly there</td>") <= 1


def test_a_talk_that_was_asked_for_waits_until_somebody_records_it(page):
    place = place_at(page)
    attempt = sit(place, page, wrong=[0, 1, 2, 3])
    declined = sit(place_at(page), page, wrong=[0, 1, 2, 3])
    TalkAnswer.objects.create(attempt=attempt, wants_talk=True, at=NOON + HOUR)
    TalkAnswer.objects.create(attempt=declined, wants_talk=False, at=NOON + HOUR)
    tries = Attempt.objects.counted()
    assert list(asking_for_a_talk(tries)) == [attempt]
    lead = member_of("Lead trainers")
    assert "Asked for a talk" in text_of(browser_of(lead), "learners:learner", place.learner_id)
    listed = browser_of(lead).get("/admin/attempts/", {"outcome": "talk"}).content.decode()
    assert str(attempt.pk) in listed
    assert str(declined.pk) not in listed
    terms = {"talked": True}
    give_exception(place, page.quiz, terms, reason="We talked.", seen=0, by=lead, at=NOON + DAY)
    assert not asking_for_a_talk(tries).exists()


def test_of_a_final_with_secret_answers_one_sees_what_was_answered_and_no_key():
    module = make.module(make.course(order="free"))
    questions = [make.single_choice(held_back=True) for _ in range(3)]
    page = make.quiz_page(module, make.quiz(questions, held_back=True, feedback="skills"))
    place = place_at(page)
    attempt = sit(place, page, wrong=[0, 1, 2])
    own = text_of(browser_of(place.learner), "assessments:result", attempt.pk)
    seen = text_of(browser_of(member_of("Registrars")), "attempts:paper", attempt.pk)
    assert "Your answer" not in own
    assert seen.count(">Your answer<") == 3
    for told in ("Fits best", "that fits", "Earns part of the mark"):
        assert told not in seen
