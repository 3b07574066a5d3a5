"""Passing a quiz: what meets it, where, and how far."""

from decimal import Decimal

import pytest
from django.utils import translation

from assessments.models import Result
from certificates.evidence import (
    evidence_for,
    learners_who_met,
)
from certificates.models import Requirement
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


def columns():
    """What a requirement of this kind names."""
    return {"quiz": make.quiz_page(make.course()).quiz}


def meet(learner, requirement):
    make.passed_quiz(learner, requirement.quiz)


def test_an_attempt_that_did_not_pass_is_not_evidence():
    quiz = make.quiz()
    learner = make.user()
    award = make.award(quiz=quiz)
    make.passed_quiz(learner, quiz, passed=False)
    assert evidence_for(learner, award)[0].met_on is None
    assert not learners_who_met(award).exists()


def test_a_result_that_was_corrected_to_a_fail_is_not_evidence():
    quiz = make.quiz()
    learner = make.user()
    award = make.award(quiz=quiz)
    first = make.passed_quiz(learner, quiz)
    Result.objects.create(
        attempt=first.attempt,
        number=2,
        score=Decimal(2),
        out_of=Decimal(10),
        passed=False,
        marked_at=NOON + HOUR,
    )
    assert evidence_for(learner, award)[0].met_on is None
    assert not learners_who_met(award).exists()


def test_a_quiz_passed_twice_was_met_the_first_time():
    quiz = make.quiz()
    learner = make.user()
    make.passed_quiz(learner, quiz, at=NOON)
    make.passed_quiz(learner, quiz, at=NOON + 3 * DAY)
    [evidence] = evidence_for(learner, make.award(quiz=quiz))
    assert evidence.met_on == NOON.date()


def result(learner, quiz, score, *, passed=False, at=NOON):
    """The result of one attempt, out of ten."""
    row = make.passed_quiz(learner, quiz, at=at, passed=passed)
    Result.objects.filter(pk=row.pk).update(score=Decimal(score))
    return row


def how_far(learner, quiz):
    return evidence_for(learner, make.award(quiz=quiz))[0].how_far


def test_it_says_the_best_percentage_and_the_pass_mark():
    quiz = make.quiz(pass_percent=Decimal("75.00"))
    learner, other = make.user(), make.user()
    result(other, quiz, 7)
    assert how_far(learner, quiz) == "not tried yet, pass mark 75%"
    result(learner, quiz, "6.5", at=NOON)
    result(learner, quiz, 3, at=NOON + DAY)
    assert how_far(learner, quiz) == "best so far 65%, pass mark 75%"
    with translation.override("es"):
        assert how_far(learner, quiz) == "mejor resultado: 65\u00a0%, para aprobar: 75\u00a0%"


def test_a_percentage_is_never_rounded_up_to_the_pass_mark():
    quiz = make.quiz(pass_percent=Decimal("74.95"))
    learner = make.user()
    result(learner, quiz, "7.49")
    assert how_far(learner, quiz) == "best so far 74%, pass mark 74.95%"


def test_a_corrected_result_counts_in_place_of_the_first():
    quiz = make.quiz()
    learner = make.user()
    first = result(learner, quiz, 7)
    Result.objects.create(
        attempt=first.attempt,
        number=2,
        score=Decimal(4),
        out_of=Decimal(10),
        passed=False,
        marked_at=NOON + HOUR,
    )
    assert how_far(learner, quiz) == "best so far 40%, pass mark 75%"


def test_it_leads_to_the_quiz_in_the_course_that_the_learner_takes():
    quiz = make.quiz()
    first, second = make.course(), make.course()
    pages = [make.quiz_page(course, quiz) for course in (first, second)]
    award = make.award(quiz=quiz)
    visitor, learner = make.user(), make.user()
    make.enrolment(learner, second)
    assert evidence_for(visitor, award)[0].url == pages[0].url
    assert evidence_for(learner, award)[0].url == pages[1].url


def test_a_quiz_that_stands_nowhere_or_is_taken_down_has_no_link():
    nowhere, hidden = make.quiz(), make.quiz()
    make.quiz_page(make.course(), hidden, live=False)
    for quiz in (nowhere, hidden):
        assert evidence_for(make.user(), make.award(quiz=quiz))[0].url is None


def test_the_pages_a_requirement_rests_on_are_those_of_its_quiz():
    page = make.quiz_page(make.course())
    award = make.award(quiz=page.quiz)
    make.award(quiz=make.quiz())
    pages = type(page).objects.filter(pk=page.pk).values("pk")
    assert list(Requirement.objects.naming(pages)) == list(award.requirements.all())


def nearly_there(learner, quiz, missed, *, at=NOON):
    """A result that is enough, but for some questions that must be right."""
    row = result(learner, quiz, 9, at=at)
    Result.objects.filter(pk=row.pk).update(
        reached_pass_mark=True, red_lines=12, red_lines_missed=missed
    )
    return row


@pytest.mark.parametrize("held_back", [True, False])
def test_a_score_that_is_enough_says_what_is_left_to_answer_again(held_back):
    feedback = "skills" if held_back else "full"
    quiz = make.quiz(
        [make.single_choice(held_back=held_back)], held_back=held_back, feedback=feedback
    )
    learner = make.user()
    result(learner, quiz, 2, at=NOON)
    nearly_there(learner, quiz, 2, at=NOON + HOUR)
    assert how_far(learner, quiz) == "2 questions left to answer again"
    nearly_there(learner, quiz, 1, at=NOON + DAY)
    assert how_far(learner, quiz) == "1 question left to answer again"
    with translation.override("es"):
        assert how_far(learner, quiz) == "queda 1 pregunta por contestar otra vez"


def test_a_red_line_that_is_missed_with_too_low_a_score_is_not_nearly_there():
    quiz = make.quiz([make.single_choice(held_back=True)], held_back=True, feedback="skills")
    learner = make.user()
    row = result(learner, quiz, 2)
    Result.objects.filter(pk=row.pk).update(red_lines=12, red_lines_missed=2)
    assert how_far(learner, quiz) == "not passed yet, pass mark 75%"
