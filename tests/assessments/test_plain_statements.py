"""What is read by a statement written by hand is what a queryset would give, value by value."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from assessments.attempting import start_attempt
from assessments.history import attempt_history, unfinished_tries_of
from assessments.models import CorrectedItem, Mark, QuizPage, Result
from assessments.recording import (
    latest_result,
    paper_as_marked,
    record_result,
    records_of,
    stored_responses,
)
from courses.enrolling import take_again
from tests import make
from tests.assessments import sitting
from tests.make import DAY, HOUR, NOON
from tests.remarked import correct, page_with_a_wrong_key, plan_for, question_of, run, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return page_with_a_wrong_key()


# The history of tries -----------------------------------------------------------------------


def test_a_past_try_has_the_values_of_its_row_and_of_its_newest_result(page):
    attempt = sit(page, first=2, wrong=1)
    correct(question_of(page))
    run(plan_for(page))
    [past] = attempt_history(attempt.enrolment, page.quiz).attempts
    newest = attempt.results.get(number=2)
    assert (past.attempt_id, past.number, past.state) == (attempt.pk, 1, "handed_in")
    assert (past.started_at, past.submitted_at) == (attempt.started_at, attempt.submitted_at)
    assert (past.score, past.out_of) == (newest.score, newest.out_of) == (3, 4)
    assert {type(past.score), type(past.out_of)} == {Decimal}
    assert past.percent == newest.percent == 75
    assert (past.passed, past.reached_pass_mark) == (newest.passed, newest.reached_pass_mark)
    assert past.wants_talk is None


def test_a_score_with_a_fraction_is_exact(page):
    attempt = sit(page)
    Result.objects.filter(attempt=attempt).update(score=Decimal("1.33333"))
    [past] = attempt_history(attempt.enrolment, page.quiz).attempts
    assert past.score == Decimal("1.33333")


def test_a_try_without_a_result_has_no_score(page):
    attempt = sit(page, hand_in=False)
    [past] = attempt_history(attempt.enrolment, page.quiz).attempts
    assert (past.is_open, past.score, past.out_of, past.percent) == (True, None, None, None)
    assert (past.passed, past.is_marked, past.wants_talk) == (False, False, None)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_answer_to_the_offer_of_a_talk_is_told(page, wanted):
    attempt = sit(page)
    attempt._meta.get_field("talk_answer").related_model.objects.create(
        attempt=attempt, wants_talk=wanted, at=NOON
    )
    [past] = attempt_history(attempt.enrolment, page.quiz).attempts
    assert past.wants_talk is wanted


def test_tries_of_other_learners_quizzes_and_runs_stay_apart(page):
    mine, other = sit(page), sit(page)
    elsewhere = make.quiz_page(page.get_parent().specific, make.quiz([make.single_choice()]))
    make.attempt(mine.enrolment, elsewhere)
    assert [past.attempt_id for past in attempt_history(mine.enrolment, page.quiz).attempts] == [
        mine.pk
    ]
    assert [past.attempt_id for past in attempt_history(other.enrolment, page.quiz).attempts] == [
        other.pk
    ]


def test_tries_of_an_earlier_run_are_told_apart():
    page = sitting.free_page()
    place = sitting.enrolled_for(page)
    sitting.sit(place, page)
    place.refresh_from_db()
    again = take_again(place, at=NOON + DAY)
    history = attempt_history(again, page.quiz)
    assert history.attempts == ()
    assert [past.passed for past in history.earlier] == [True]


# What somebody goes on with -----------------------------------------------------------------


def nearly_there(attempt, *, passed=False):
    """The result of an attempt as if it missed nothing but two red lines."""
    Result.objects.filter(attempt=attempt).update(
        reached_pass_mark=True, red_lines=2, red_lines_missed=2, passed=passed
    )


def test_nothing_is_unfinished_once_it_is_handed_in(page):
    attempt = sit(page)
    assert unfinished_tries_of(attempt.enrolment.learner) == {}


def test_a_try_that_misses_red_lines_alone_waits_with_their_number(page):
    attempt = sit(page, first=2)
    nearly_there(attempt)
    [[unfinished]] = unfinished_tries_of(attempt.enrolment.learner).values()
    assert (unfinished.attempt_id, unfinished.quiz_title) == (attempt.pk, page.quiz.title)
    assert (unfinished.red_lines_left, unfinished.is_open) == (2, False)
    assert unfinished_tries_of(sit(page).enrolment.learner) == {}


def test_an_earlier_result_that_missed_red_lines_counts_no_more(page):
    attempt = sit(page, first=2)
    nearly_there(attempt)
    score = records_of([attempt])[attempt.pk].mark()
    record_result(attempt, score, number=2, at=NOON + DAY)
    assert unfinished_tries_of(attempt.enrolment.learner) == {}


def test_nothing_waits_once_the_quiz_is_passed_in_another_try(page):
    attempt = sit(page, first=2)
    nearly_there(attempt)
    later = start_attempt(attempt.enrolment, page, at=NOON + HOUR)
    sitting.hand_in(later)
    assert Result.objects.get(attempt=later).passed
    assert unfinished_tries_of(attempt.enrolment.learner) == {}


def test_a_try_that_is_open_comes_before_one_that_waits(page):
    attempt = sit(page, first=2)
    nearly_there(attempt)
    still_open = start_attempt(attempt.enrolment, page, at=NOON + HOUR)
    first, second = unfinished_tries_of(attempt.enrolment.learner)[attempt.enrolment_id]
    assert (first.attempt_id, first.is_open) == (still_open.pk, True)
    assert (second.attempt_id, second.is_open) == (attempt.pk, False)


# A paper as it was marked -------------------------------------------------------------------


def test_a_marked_paper_has_the_marks_of_the_result_it_is_asked_for(page):
    attempt = sit(page, first=2, wrong=1)
    correct(question_of(page))
    run(plan_for(page))
    for result in attempt.results.order_by("number"):
        paper = paper_as_marked(attempt, result)
        rows = {mark.item_id: mark for mark in Mark.objects.filter(result=result)}
        assert {pk: (mark.fraction, mark.mark) for pk, mark in paper.marks.items()} == {
            pk: (mark.fraction, mark.mark) for pk, mark in rows.items()
        }
        assert {mark.result for mark in paper.marks.values()} == {result}
    assert [row.place for row in attempt.paper_items] == [1, 2, 3, 4]


def test_a_marked_paper_shows_a_corrected_item_as_it_is_marked_now(page):
    attempt = sit(page, first=2)
    first = paper_as_marked(attempt, latest_result(attempt))
    assert first.items == {row.pk: row.item for row in attempt.paper_items}
    correct(question_of(page))
    run(plan_for(page))
    second = paper_as_marked(attempt, latest_result(attempt))
    correction = CorrectedItem.objects.get()
    assert second.items == {**first.items, correction.item_id: correction.corrected}
    assert second.items != first.items


def test_a_marked_paper_has_what_was_given_last(page):
    attempt = sit(page, wrong=2)
    paper = paper_as_marked(attempt, latest_result(attempt))
    assert paper.responses == stored_responses(attempt)
    assert len(paper.responses) == 4


def test_papers_that_are_marked_together_are_marked_by_their_own_responses(page):
    attempts = [sit(page, wrong=wrong) for wrong in (0, 1, 3)]
    records = records_of(attempts)
    for attempt in attempts:
        assert records[attempt.pk].mark().score == latest_result(attempt).score
        assert records[attempt.pk].responses == stored_responses(attempt)
    assert records_of([]) == {}


# How a quiz goes ----------------------------------------------------------------------------


def rules_shown_to(enrolment, page):
    browser = Client()
    browser.force_login(enrolment.learner)
    html = browser.get(page.get_url()).content.decode()
    return " ".join(html.partition('id="rules-title"')[2].partition("</section>")[0].split())


@pytest.fixture
def free_page():
    page = make.quiz_page(
        make.module(make.course(order="free")),
        make.quiz([make.single_choice()], attempts_allowed=1),
    )
    return QuizPage.objects.get(pk=page.pk)


def place_at(page):
    course = page.get_parent().get_parent().specific
    return make.enrolment(course=course, at=timezone.now() - DAY)


def test_the_terms_of_one_person_are_shown_to_nobody_else(free_page):
    mine, other = place_at(free_page), place_at(free_page)
    before = rules_shown_to(other, free_page)
    free_page.quiz.exceptions.create(
        enrolment=mine,
        number=1,
        extra_attempts=4,
        reason="The bus broke down.",
        actor=make.user(),
        at=timezone.now(),
    )
    assert "Up to 5" in rules_shown_to(mine, free_page)
    assert rules_shown_to(other, free_page) == before
    assert "Up to 5" not in before


def test_a_changed_rule_is_shown_at_once(free_page):
    place = place_at(free_page)
    assert "60% or more" not in rules_shown_to(place, free_page)
    quiz = free_page.quiz
    quiz.pass_percent = 60
    quiz.save()
    assert "60% or more" in rules_shown_to(place, free_page)


def test_when_a_quiz_closes_is_said_in_the_time_zone_of_who_reads(free_page):
    quiz = free_page.quiz
    quiz.closes_at = (timezone.now() + 9 * DAY).replace(hour=12, minute=0)
    quiz.save()
    here, there = place_at(free_page), place_at(free_page)
    there.learner.time_zone = "Asia/Tokyo"
    there.learner.save()
    assert rules_shown_to(here, free_page) != rules_shown_to(there, free_page)
    assert "21:00" in rules_shown_to(there, free_page)
