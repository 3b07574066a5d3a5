"""Starting, saving and handing in: what is promised however often and from wherever it is asked."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection

from assessments.attempting import (
    save_responses,
    start_attempt,
    stored_responses,
    submit_attempt,
    times_met,
)
from assessments.exceptions import (
    AttemptClosed,
    ChangedElsewhere,
    NoAttemptsLeft,
    QuizLocked,
    WaitBeforeNextAttempt,
)
from assessments.history import attempt_history
from assessments.kinds import KINDS
from assessments.models import Attempt, Draw, Mark, QuizPage, ResponseStep, Result
from courses.enrolling import withdraw
from courses.exceptions import EnrolmentClosed
from courses.models import Completion, Enrolment
from courses.outlines import progress_of
from courses.progress import Progress
from courses.signals import evidence_landed
from tests import make
from tests.assessments.sitting import enrolled_for, free_page, sit
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


# Starting -----------------------------------------------------------------------------


def test_starting_again_leads_to_the_open_attempt():
    page = free_page()
    enrolment = enrolled_for(page)
    first = start_attempt(enrolment, page, at=NOON)
    assert start_attempt(enrolment, page, at=NOON + DAY) == first
    assert Attempt.objects.count() == 1
    assert first.number == 1
    assert len(first.paper.items) == len(KINDS)


def test_an_ended_place_starts_nothing():
    page = free_page()
    enrolment = enrolled_for(page)
    enrolment.ends_at = NOON
    enrolment.save()
    with pytest.raises(EnrolmentClosed):
        start_attempt(enrolment, page, at=NOON)
    assert not Attempt.objects.exists()


def test_a_locked_quiz_says_what_is_missing():
    course = make.full_course(modules=2, lessons=2)
    enrolment = make.enrolment(course=course)
    second = QuizPage.objects.order_by("path").last()
    with pytest.raises(QuizLocked) as refusal:
        start_attempt(enrolment, second, at=NOON)
    assert [step.kind.name for step in refusal.value.missing] == ["lesson", "lesson", "quiz"]
    assert refusal.value.missing[0].title in str(refusal.value)
    assert not Attempt.objects.exists()


def test_a_limit_counts_every_attempt_there_is():
    page = free_page(attempts_allowed=2)
    enrolment = enrolled_for(page)
    for _ in range(2):
        sit(enrolment, page, {})
    with pytest.raises(NoAttemptsLeft) as refusal:
        start_attempt(enrolment, page, at=NOON)
    assert "2 times" in str(refusal.value)
    assert [a.number for a in Attempt.objects.order_by("number")] == [1, 2]


def test_a_pause_between_attempts_says_when_it_ends():
    page = free_page(wait_minutes=90)
    enrolment = enrolled_for(page)
    sit(enrolment, page, {})
    with pytest.raises(WaitBeforeNextAttempt) as refusal:
        start_attempt(enrolment, page, at=NOON + timedelta(minutes=90, microseconds=-1))
    assert refusal.value.until == NOON + timedelta(minutes=90)
    assert start_attempt(enrolment, page, at=NOON + timedelta(minutes=90)).number == 2


def test_a_second_try_asks_what_the_first_did_not():
    course = make.course(order="free")
    module = make.module(course)
    for _ in range(6):
        make.true_false(module=module)
    quiz = make.quiz([])
    Draw.objects.create(quiz=quiz, module=module, count=3, worth=Decimal(1))
    page = make.quiz_page(module, quiz)
    enrolment = make.enrolment(course=course)
    for _ in range(2):
        sit(enrolment, page, {})
    met = times_met(enrolment.learner_id)
    assert set(met.values()) == {1}
    assert len(met) == 6


# Saving -------------------------------------------------------------------------------


def test_a_save_is_kept_under_the_next_number():
    attempt = make.attempt()
    right = make.right_responses(attempt)
    outcome = save_responses(attempt, right, base=0, at=NOON + HOUR)
    assert (outcome.number, outcome.saved_at) == (1, NOON + HOUR)
    assert stored_responses(attempt) == right
    attempt.refresh_from_db()
    assert (attempt.save_number, attempt.saved_at) == (1, NOON + HOUR)


def test_only_what_changed_is_written_and_the_same_again_writes_nothing():
    attempt = make.attempt()
    right = make.right_responses(attempt)
    save_responses(attempt, right, base=0, at=NOON)
    first = attempt.paper.items[0]
    save_responses(attempt, {**right, first.id: None}, base=1, at=NOON)
    assert list(ResponseStep.objects.filter(number=2).values_list("item__key", "response")) == [
        (first.id, None)
    ]
    again = save_responses(attempt, {**right, first.id: None}, base=2, at=NOON + HOUR)
    assert (again.number, again.saved_at) == (2, NOON)
    assert ResponseStep.objects.count() == len(KINDS) + 1


def test_a_save_sent_twice_counts_once():
    """The first reply was lost on the way; the second time it is simply true."""
    attempt = make.attempt()
    right = make.right_responses(attempt)
    first = save_responses(attempt, right, base=0, at=NOON)
    again = save_responses(attempt, right, base=0, at=NOON + HOUR)
    assert (again.number, again.saved_at) == (first.number, first.saved_at)
    assert ResponseStep.objects.count() == len(KINDS)


@pytest.mark.parametrize("base", [0, 2, 9])
def test_a_page_that_has_not_seen_the_newest_save_is_told_and_changes_nothing(base):
    attempt = make.attempt()
    right = make.right_responses(attempt)
    save_responses(attempt, right, base=0, at=NOON)
    item = attempt.paper.items[0]
    another = next(option.id for option in item.options if option.id != right[item.id])
    other = {**right, item.id: another}
    with pytest.raises(ChangedElsewhere) as changed:
        save_responses(attempt, other, base=base, at=NOON + HOUR)
    assert (changed.value.number, changed.value.saved_at) == (1, NOON)
    assert stored_responses(attempt) == right


def test_nothing_is_kept_after_the_attempt_was_handed_in():
    attempt = make.attempt()
    submit_attempt(attempt, base=0, at=NOON)
    for base in (0, 1):
        with pytest.raises(AttemptClosed):
            save_responses(attempt, make.right_responses(attempt), base=base, at=NOON)
    with pytest.raises(AttemptClosed):
        save_responses(attempt, {}, base=0, at=NOON)
    assert not ResponseStep.objects.exists()


@pytest.mark.parametrize("ending", ["withdrawn", "ended"])
def test_a_learner_whose_place_ended_saves_and_hands_in_nothing_more(ending):
    attempt = make.attempt()
    right = make.right_responses(attempt)
    first = attempt.paper.items[0]
    save_responses(attempt, {first.id: right[first.id]}, base=0, at=NOON)
    if ending == "withdrawn":
        withdraw(attempt.enrolment, at=NOON)
    else:
        Enrolment.objects.update(ends_at=NOON + HOUR)
    at = NOON + HOUR
    for responses in (right, {first.id: right[first.id]}, {}):
        with pytest.raises(EnrolmentClosed):
            save_responses(attempt, responses, base=1, at=at)
    with pytest.raises(EnrolmentClosed):
        submit_attempt(attempt, base=1, at=at)
    assert stored_responses(attempt) == {first.id: right[first.id]}
    assert not Result.objects.exists()


def test_items_of_another_paper_are_left_out():
    attempt, other = make.attempt(), make.attempt(random=Random(2))
    save_responses(attempt, make.right_responses(other), base=0, at=NOON)
    assert not ResponseStep.objects.exists()


# Handing in ---------------------------------------------------------------------------


def test_handing_in_marks_what_is_stored():
    attempt = make.attempt()
    right = make.right_responses(attempt)
    del right[attempt.paper.items[0].id]
    save_responses(attempt, right, base=0, at=NOON)
    result = submit_attempt(attempt, base=1, at=NOON + HOUR)
    assert (result.score, result.out_of, result.passed) == (len(KINDS) - 1, len(KINDS), True)
    assert result.marked_at == NOON + HOUR
    assert sum(mark.mark for mark in Mark.objects.all()) == result.score
    assert Mark.objects.count() == len(KINDS)


def test_a_second_submission_changes_nothing():
    attempt = make.attempt()
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    result = submit_attempt(attempt, base=1, at=NOON)
    with pytest.raises(AttemptClosed) as closed:
        submit_attempt(attempt, base=1, at=NOON + DAY)
    assert closed.value.attempt == attempt
    assert list(Result.objects.all()) == [result]
    attempt.refresh_from_db()
    assert attempt.submitted_at == NOON


def test_handing_in_what_one_has_not_seen_is_asked_about_first():
    attempt = make.attempt()
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    with pytest.raises(ChangedElsewhere) as changed:
        submit_attempt(attempt, base=0, at=NOON)
    assert changed.value.number == 1
    assert not Result.objects.exists()


def test_passing_completes_the_quiz_and_what_follows_from_it_and_says_so():
    course = make.course(order="in_order")
    first, second = make.module(course), make.module(course)
    page = make.quiz_page(first)
    make.lesson(second)
    enrolment = make.enrolment(course=course)
    heard = []

    def hear(sender, **news):
        heard.append((news["learner"], news["at"]))
        assert connection.in_atomic_block

    evidence_landed.connect(hear)
    try:
        sit(enrolment, page, {}, at=NOON)
        assert progress_of(enrolment).state_of(page.translation_key) == "open"
        assert heard == []
        sit(enrolment, page, at=NOON + HOUR)
    finally:
        evidence_landed.disconnect(hear)
    progress: Progress = progress_of(enrolment)
    assert progress.state_of(page.translation_key) == "done"
    assert progress.module_state(second.translation_key) == "open"
    assert heard == [(enrolment.learner, NOON + HOUR)]


def test_a_quiz_taken_down_while_it_was_sat_still_counts():
    page = free_page()
    enrolment = enrolled_for(page)
    attempt = start_attempt(enrolment, page, at=NOON)
    page.unpublish()
    save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
    assert submit_attempt(attempt, base=1, at=NOON).passed
    assert Completion.objects.filter(page_key=page.translation_key).count() == 1


def test_a_pass_counts_on_its_own_course_and_on_no_other():
    quiz = make.quiz()
    here, elsewhere = (make.quiz_page(make.course(order="free"), quiz) for _ in range(2))
    enrolment = enrolled_for(here)
    sit(enrolment, here)
    keys = set(Completion.objects.values_list("page_key", flat=True))
    assert here.translation_key in keys
    assert elsewhere.translation_key not in keys


# What was sat -------------------------------------------------------------------------


def test_a_correction_stands_in_place_of_the_first_result():
    page = free_page(attempts_allowed=3)
    enrolment = enrolled_for(page)
    result = sit(enrolment, page, {})
    start_attempt(enrolment, page, at=NOON)
    assert not attempt_history(enrolment, page.quiz).passed
    Result.objects.create(
        attempt=result.attempt,
        number=2,
        score=4,
        out_of=5,
        passed=True,
        marked_at=NOON,
        reason="Q3",
    )
    history = attempt_history(enrolment, page.quiz)
    assert history.passed
    assert [past.percent for past in history.handed_in] == [80]
    assert history.open is not None
    assert history.attempts_left == 1
    assert history.next_number == 3


# Editing the bank changes nothing that was asked ------------------------------------------


def test_a_paper_is_as_it_was_whatever_happens_to_the_bank():
    attempt = make.attempt()
    right = make.right_responses(attempt)
    save_responses(attempt, right, base=0, at=NOON)
    before = Attempt.objects.get(pk=attempt.pk).paper
    make.rewrite_the_bank()
    after = Attempt.objects.get(pk=attempt.pk)
    assert after.paper == before
    assert submit_attempt(after, base=1, at=NOON).score == len(KINDS)
