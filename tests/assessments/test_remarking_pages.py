"""Putting a key right in the staff pages, and what its learner then reads. No JavaScript."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.corrections import Way
from assessments.models import RemarkedAttempt, Remarking
from assessments.recording import latest_result
from assessments.remarking import RemarkPlan, begin_remarking
from assessments.tasks import run_remarking, send_remark_notices
from lms.sweeping import sweep
from tests import make
from tests.make import HOUR, NOON
from tests.remarked import (
    REASON,
    correct,
    plan_for,
    question_of,
    run,
    sit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_of(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False

    def open_for(person):
        browser = Client()
        browser.force_login(person)
        return browser

    return open_for


@pytest.fixture
def lead(browser_of):
    person = make.user(full_name="Idris Haddad")
    person.groups.add(Group.objects.get(name="Lead trainers"))
    return browser_of(person)


def address(question, **query):
    query = {"way": "version", "quiz": "", "keep_better": "yes", **query}
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("remarking:question", args=[question.pk]) + f"?{parts}"


def seen_in(html):
    return re.search(r'name="seen" value="(\w+)"', html)[1]


def test_from_the_question_to_new_results(page, lead):
    attempt = sit(page, first=2, wrong=1, learner=make.user(full_name="Sol Ruiz"))
    question = correct(question_of(page))
    shown = lead.get(reverse("remarking:question", args=[question.pk])).content.decode()
    assert "1 handed in, 0 open" in shown
    assert "What would change for each attempt" not in shown
    listed = lead.get(address(question)).content.decode()
    assert "Sol Ruiz" in listed
    assert "2 of 4 marks, not passed" in listed
    assert "3 of 4 marks, passed" in listed
    assert "Passes now" in listed
    assert not Remarking.objects.exists()
    form = {"seen": seen_in(listed), "whom": "all", "reason": REASON}
    sent = lead.post(address(question), form)
    remarking = Remarking.objects.get()
    assert sent.headers["Location"] == reverse("remarking:progress", args=[remarking.pk])
    assert remarking.decided_by.full_name == "Idris Haddad"
    begun = lead.get(sent.headers["Location"]).content.decode()
    assert "0 of 1 tries are done" in begun
    assert "It goes on in the background" in begun
    assert lead.post(sent.headers["Location"]).status_code == 302
    sweep(timezone.now)
    assert latest_result(attempt).passed
    assert len([message for message in mail.outbox if "/result/" in message.body]) == 1
    done = lead.get(sent.headers["Location"]).content.decode()
    assert "1 of 1 tries are done" in done
    assert REASON in done
    history = lead.get(reverse("remarking:index")).content.decode()
    assert "K0" in history
    assert "Done" in history


def test_only_those_ticked(page, lead):
    [ticked, other] = [sit(page, first=2, wrong=1) for _ in range(2)]
    question = correct(question_of(page))
    listed = lead.get(address(question)).content.decode()
    form = {
        "seen": seen_in(listed),
        "whom": "ticked",
        "attempts": [str(ticked.pk), "nonsense"],
        "reason": REASON,
    }
    lead.post(address(question), form)
    sweep(timezone.now)
    assert latest_result(ticked).number == 2
    assert latest_result(other).number == 1


def test_a_lost_pass_is_said_loudly(page, lead):
    sit(page, first=0, wrong=1)
    question = correct(question_of(page))
    with_better = lead.get(address(question)).content.decode()
    assert "would go from passed to not passed" in with_better
    assert "they stay as they are" in with_better
    without_better = lead.get(address(question, keep_better="no")).content.decode()
    assert "registrar’s list" in without_better


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"reason": REASON, "seen": "another"}, "Something changed since"),
        ({"reason": REASON, "whom": "ticked"}, "nobody was asked"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_and_nothing_is_written(page, lead, form, words):
    sit(page, first=2, wrong=1)
    question = correct(question_of(page))
    listed = lead.get(address(question)).content.decode()
    form = {"seen": seen_in(listed), "whom": "all", **form}
    response = lead.post(address(question), form)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert seen_in(response.content.decode()) == seen_in(listed)
    assert not Remarking.objects.exists()


def test_a_lower_pass_mark_from_the_quiz(page, lead):
    attempt = sit(page, first=2, wrong=1)
    quiz = reverse("remarking:quiz", args=[page.quiz.pk])
    raised = lead.get(f"{quiz}?pass_percent=80")
    assert raised.status_code == 422
    assert "can only be lowered" in raised.content.decode()
    listed = lead.get(f"{quiz}?pass_percent=50").content.decode()
    assert "Passes now" in listed
    form = {"seen": seen_in(listed), "whom": "all", "reason": "The pass mark was too high."}
    lead.post(f"{quiz}?pass_percent=50", form)
    sweep(timezone.now)
    assert latest_result(attempt).pass_percent == Decimal(50)
    page.quiz.refresh_from_db()
    assert page.quiz.pass_percent == 75


def test_the_list_costs_the_same_for_one_and_for_many(page, lead, django_assert_max_num_queries):
    question = question_of(page)
    sit(page, first=2)
    plan = address(question, way="full_mark")
    lead.get(plan)
    with django_assert_max_num_queries(60) as queries:
        lead.get(plan)
    for _ in range(2):
        sit(page, first=2)
    with django_assert_max_num_queries(len(queries)):
        assert lead.get(plan).content.decode().count('name="attempts"') == 3


def test_each_step_is_on_the_page_from_the_beginning_and_once(page, lead):
    sit(page, first=2)
    question = question_of(page)
    steps = ["1. Say what to put right", "2. Look at what would change", "3. Decide"]
    for url in (
        reverse("remarking:question", args=[question.pk]),
        address(question, way="full_mark"),
    ):
        shown = lead.get(url).content.decode()
        assert [shown.count(step) for step in steps] == [1, 1, 1]
        assert shown.index(steps[0]) < shown.index(steps[1]) < shown.index(steps[2])


def test_the_list_says_what_it_lists(lead):
    assert "Papers marked again" in lead.get(reverse("remarking:index")).content.decode()
    assert "Papers marked again" in lead.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "more",
    [[], ["assessments.view_attempt"], ["assessments.view_attempt", "courses.view_enrolment"]],
)
def test_names_are_for_those_who_see_every_learner(page, browser_of, more):
    sit(page, first=2, learner=make.user(full_name="Sol Ruiz"))
    question = question_of(page)
    reader = make.staff("assessments.view_remarking", "assessments.add_remarking", *more)
    listed = browser_of(reader).get(address(question, way="full_mark")).content.decode()
    assert 'name="attempts"' in listed
    assert "Sol Ruiz" not in listed
    remarking = run(plan_for(page, Way.FULL_MARK))
    done = browser_of(reader).get(reverse("remarking:progress", args=[remarking.pk]))
    assert done.status_code == 200
    assert "Sol Ruiz" not in done.content.decode()


def test_a_trainer_who_does_not_lead_is_refused(page, browser_of):
    person = make.user()
    person.groups.add(Group.objects.get(name="Trainers"))
    browser = browser_of(person)
    for url in (
        reverse("remarking:index"),
        address(question_of(page)),
        reverse("remarking:quiz", args=[page.quiz.pk]),
    ):
        assert browser.get(url).headers["Location"] == "/admin/"


def test_the_editor_is_told_before_saving_and_led_on_after_publishing(page, lead):
    question = question_of(page)
    edit = f"/admin/snippets/assessments/singlechoice/edit/{question.pk}/"
    assert "rests on this question" not in lead.get(edit).content.decode()
    sit(page)
    sit(page, hand_in=False)
    shown = lead.get(edit).content.decode()
    assert "2 papers rest on this question: 1 handed in, 1 open, 0 closed." in shown
    assert "Publish: new papers ask the new words." in shown
    assert reverse("remarking:question", args=[question.pk]) in shown
    quiz = lead.get(f"/admin/snippets/assessments/quiz/edit/{page.quiz.pk}/").content.decode()
    assert reverse("remarking:quiz", args=[page.quiz.pk]) in quiz


# What the learner reads ---------------------------------------------------------------------


def result_page(browser_of, attempt):
    browser = browser_of(attempt.enrolment.learner)
    return browser.get(reverse("assessments:result", args=[attempt.pk])).content.decode()


def test_a_learner_sees_what_was_changed_and_why(page, browser_of):
    attempt = sit(page, first=2, wrong=1)
    assert "looked at again" not in result_page(browser_of, attempt)
    correct(question_of(page))
    run(plan_for(page))
    shown = result_page(browser_of, attempt)
    assert "Your result was looked at again" in shown
    assert REASON in shown
    assert "2 of 4 marks, not passed" in shown
    assert "3 of 4 marks, passed" in shown
    assert "So you passed" in shown
    assert "You passed" in shown
    run(RemarkPlan(way=Way.LEFT_OUT, question=question_of(page), keep_better=False))
    shown = result_page(browser_of, attempt)
    assert "it counts for nobody" in shown
    assert shown.count("Your result was looked at again") == 2


def test_a_learner_whose_pass_is_lost_reads_kind_words(page, browser_of):
    attempt = sit(page, first=0, wrong=1)
    correct(question_of(page))
    run(plan_for(page, keep_better=False))
    shown = result_page(browser_of, attempt)
    assert "The mistake was ours and not yours" in shown
    assert "stays finished" in shown


def test_the_result_page_shows_the_pass_mark_that_was_applied(page, browser_of):
    attempt = sit(page, first=2, wrong=1)
    run(RemarkPlan(way=Way.PASS_MARK, quiz=page.quiz, pass_percent=Decimal(50)))
    assert "50% or more passes" in result_page(browser_of, attempt)


def test_nobody_elses_news_is_shown(page, browser_of):
    sit(page, first=2, wrong=1)
    other = sit(page, first=1, wrong=1, at=NOON + HOUR)
    correct(question_of(page))
    run(plan_for(page))
    assert RemarkedAttempt.objects.count() == 2
    assert "looked at again" not in result_page(browser_of, other)


def test_the_jobs_do_the_same_as_the_sweep(page, mailoutbox):
    sit(page, first=2, wrong=1)
    correct(question_of(page))
    remarking = begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=NOON)
    assert run_remarking.call(str(remarking.pk)) == "marked 1"
    assert run_remarking.call(str(remarking.pk)) == "marked 0"
    assert send_remark_notices.call(str(remarking.pk)) == "sent 1"
    assert send_remark_notices.call(str(remarking.pk)) == "sent 0"
    assert len(mailoutbox) == 1
