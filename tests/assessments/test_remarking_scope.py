"""Whom a re-marking is about: flawed questions, pass marks, chosen papers, and their letters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core import mail
from django.db.models import ProtectedError

from assessments.attempting import save_responses, submit_attempt
from assessments.corrections import Way, change_by
from assessments.exceptions import (
    DryRunOutOfDate,
    NobodyToRemark,
    NotReadyToRemark,
    PassMarkOnlyLowered,
    RedLineStays,
    RemarkReasonNeeded,
)
from assessments.models import (
    Attempt,
    PaperItem,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
    Result,
)
from assessments.notices import notify_of_remarking, send_notice
from assessments.recording import latest_result, records_of, with_results
from assessments.remarking import (
    RemarkPlan,
    begin_remarking,
    carry_on,
    dry_run,
    papers_of,
)
from courses.models import Completion
from lms.sweeping import sweep
from tests import make
from tests.make import HOUR, NOON
from tests.remarked import (
    LATER,
    REASON,
    correct,
    outcomes,
    plan_for,
    question_of,
    run,
    sit,
)

pytestmark = pytest.mark.django_db


# Flawed questions and pass marks ------------------------------------------------------------


def test_everybody_earns_the_mark_even_who_left_it_open(page):
    attempt = make.attempt(page=page)
    save_responses(attempt, {}, base=0, at=NOON)
    submit_attempt(attempt, base=0, at=NOON)
    run(plan_for(page, Way.FULL_MARK))
    result = latest_result(attempt)
    assert (result.score, result.out_of) == (1, 4)


def test_left_out_it_is_worth_nothing_and_the_paper_shrinks(page):
    attempt = sit(page, first=2, wrong=1)
    run(plan_for(page, Way.LEFT_OUT))
    result = latest_result(attempt)
    assert (result.score, result.out_of, result.passed) == (2, 3, False)
    assert result.percent > attempt.results.first().percent


def test_what_was_left_out_can_be_given_to_everybody_afterwards(page):
    attempt = sit(page, first=2, wrong=1)
    run(plan_for(page, Way.LEFT_OUT))
    run(plan_for(page, Way.FULL_MARK))
    assert (latest_result(attempt).score, latest_result(attempt).out_of) == (3, 4)


def test_the_only_question_cannot_be_left_out(db):
    question = make.single_choice(code="K0")
    page = make.quiz_page(make.module(make.course(order="free")), make.quiz([question]))
    attempt = make.attempt(page=page)
    submit_attempt(attempt, base=0, at=NOON)
    remarking = run(RemarkPlan(way=Way.LEFT_OUT, question=question))
    row = remarking.attempts.get()
    assert row.outcome == "refused"
    assert "everybody" in row.refusal
    assert attempt.results.count() == 1


@pytest.mark.parametrize("way", [Way.FULL_MARK, Way.LEFT_OUT])
def test_a_red_line_is_never_given_away(page, way):
    sit(page)
    question = question_of(page)
    question.red_line = True
    question.save()
    with pytest.raises(RedLineStays):
        dry_run(RemarkPlan(way=way, question=question))


def test_a_red_line_of_that_day_is_not_given_away_either(db):
    question = make.single_choice(code="K0", red_line=True)
    quiz = make.quiz([question, make.true_false()])
    page = make.quiz_page(make.module(make.course(order="free")), quiz)
    submit_attempt(make.attempt(page=page), base=0, at=NOON)
    question.red_line = False
    question.save()
    remarking = run(RemarkPlan(way=Way.FULL_MARK, question=question))
    assert "red line" in remarking.attempts.get().refusal


def test_a_lowered_pass_mark_says_which_was_applied(page):
    attempt = sit(page, first=2, wrong=1)
    plan = RemarkPlan(way=Way.PASS_MARK, quiz=page.quiz, pass_percent=Decimal(50))
    run(plan)
    result = latest_result(attempt)
    assert (result.passed, result.pass_percent, result.score) == (True, 50, 2)
    attempt.refresh_from_db()
    assert attempt.pass_percent == 75
    assert Completion.objects.filter(page_key=page.translation_key).exists()
    correct(question_of(page))
    run(plan_for(page))
    assert latest_result(attempt).pass_percent == 50


@pytest.mark.parametrize("percent", [Decimal(75), Decimal(80), Decimal(0), None])
def test_a_pass_mark_is_never_raised(page, percent):
    sit(page)
    with pytest.raises(PassMarkOnlyLowered, match="only be lowered"):
        dry_run(RemarkPlan(way=Way.PASS_MARK, quiz=page.quiz, pass_percent=percent))


# For whom ----------------------------------------------------------------------------------


def test_one_quiz_or_all_quizzes_or_chosen_attempts(page):
    question = question_of(page)
    others = [make.single_choice(code=f"M{n}") for n in range(3)]
    other_page = make.quiz_page(
        make.module(make.course(order="free")), make.quiz([question, *others])
    )
    here = [sit(page, first=2, wrong=1) for _ in range(2)]
    elsewhere = make.attempt(page=other_page)
    submit_attempt(elsewhere, base=0, at=NOON)
    correct(question)
    assert set(plan_for(page).attempts()) == {*here, elsewhere}
    assert set(plan_for(page, quiz=page.quiz).attempts()) == set(here)
    chosen = plan_for(page, chosen=frozenset({here[0].pk}))
    assert outcomes(run(chosen)) == {here[0].pk: "changed"}
    assert latest_result(here[1]).number == 1


def test_a_paper_with_the_corrected_words_is_not_marked_again(page):
    sit(page, first=0)
    correct(question_of(page))
    new = sit(page, first=2)
    assert new not in plan_for(page).attempts()
    assert latest_result(new).score == 4


def test_an_open_paper_is_marked_by_the_new_key_when_it_is_handed_in(page):
    attempt = sit(page, first=2, wrong=1, hand_in=False)
    correct(question_of(page))
    assert outcomes(run(plan_for(page))) == {attempt.pk: "open"}
    result = submit_attempt(Attempt.objects.get(pk=attempt.pk), base=1, at=LATER)
    assert (result.number, result.score, result.passed) == (1, 3, True)


def test_the_editor_is_told_how_many_papers_rest_on_it(page, django_assert_num_queries):
    sit(page)
    sit(page, hand_in=False)
    question = question_of(page)
    with django_assert_num_queries(1):
        papers = papers_of(question)
    assert (papers.open, papers.handed_in, papers.closed, papers.total) == (1, 1, 0, 2)


def test_a_paper_that_was_abandoned_is_counted_and_cannot_be_marked_again(page):
    sit(page)
    given_up = sit(page, hand_in=False)
    Attempt.objects.filter(pk=given_up.pk).update(state=Attempt.State.ABANDONED)
    question = question_of(page)
    papers = papers_of(question)
    assert (papers.open, papers.handed_in, papers.closed, papers.total) == (0, 1, 1, 2)
    assert question.paper_items.count() == papers.total


def test_it_costs_the_same_queries_for_many_as_for_one(page, django_assert_max_num_queries):
    sit(page, first=2)
    correct(question_of(page))
    plan = plan_for(page)
    with django_assert_max_num_queries(20) as queries:
        dry_run(plan)
    for _ in range(3):
        sit_before(page)
    with django_assert_max_num_queries(len(queries)):
        assert len(dry_run(plan).rows) == 4


def sit_before(page):
    """A sitting of a paper with the old words, as if it had been drawn before."""
    attempt = sit(page)
    PaperItem.objects.filter(attempt=attempt).update(revision=None)
    return attempt


def test_what_cannot_be_begun_says_why(page):
    sit(page, first=2)
    question = correct(question_of(page))
    with pytest.raises(RemarkReasonNeeded):
        begin_remarking(plan_for(page), by=make.user(), reason="  ", at=LATER)
    other = make.single_choice()
    with pytest.raises(NobodyToRemark):
        begin_remarking(
            RemarkPlan(way=Way.FULL_MARK, question=other), by=make.user(), reason="x", at=LATER
        )
    question.unpublish()
    with pytest.raises(NotReadyToRemark):
        dry_run(RemarkPlan(way=Way.VERSION, question=question))
    assert not Remarking.objects.exists()


def test_a_list_that_is_out_of_date_is_not_run(page):
    sit(page, first=2)
    correct(question_of(page))
    digest = dry_run(plan_for(page)).digest
    sit_before(page)
    with pytest.raises(DryRunOutOfDate):
        begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER, seen=digest)
    assert not Remarking.objects.exists()


def test_a_paper_of_another_structure_is_refused_and_the_rest_goes_on(page):
    question = question_of(page)
    old = sit(page, first=2, wrong=1)
    question.options = [
        ("option", {"text": text, "fraction": str(int(text == "c")), "feedback": ""})
        for text in "abcd"
    ]
    question.save()
    question.save_revision().publish()
    remarking = run(RemarkPlan(way=Way.VERSION, question=question))
    row = remarking.attempts.get(attempt=old)
    assert row.outcome == "refused"
    assert "3 choices" in row.refusal
    assert "4" in row.refusal
    assert latest_result(old).number == 1


def test_a_change_of_one_attempt_is_pure(page):
    attempt = sit(page, first=2)
    question = correct(question_of(page))
    plan = RemarkPlan(way=Way.VERSION, question=question)
    records, _ = with_results(records_of([attempt]))
    first, second = (change_by(plan.correction(), records[attempt.pk]) for _ in range(2))
    assert first == second


# Letters -----------------------------------------------------------------------------------


def test_one_letter_for_each_learner_in_their_language(page):
    learner = make.user(language="es", full_name="Sol Ruiz")
    for number in range(2):
        sit(page, first=2, wrong=1, learner=learner, at=NOON + number * HOUR)
    sit(page, first=1, wrong=3)
    correct(question_of(page))
    remarking = run(plan_for(page))
    assert notify_of_remarking(remarking.pk, clock=lambda: LATER) == 1
    assert notify_of_remarking(remarking.pk, clock=lambda: LATER) == 0
    sweep(lambda: LATER)
    [letter] = [message for message in mail.outbox if message.to == [learner.email]]
    assert "Hola, Sol" in letter.body
    assert "un error nuestro" in letter.body
    assert letter.body.count("/result/") == 2
    assert REASON not in letter.body
    assert "Boundaries" not in letter.subject


def test_a_letter_waits_until_all_of_its_learner_is_done_and_two_workers_send_one(page):
    learner = make.user()
    for number in range(2):
        sit(page, first=2, wrong=1, learner=learner, at=NOON + number * HOUR)
    correct(question_of(page))
    remarking = begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER)
    carry_on(remarking, at=LATER, limit=1)
    assert not RemarkNotice.objects.due().exists()
    carry_on(remarking, at=LATER)
    notice = RemarkNotice.objects.due().get()
    RemarkNotice.objects.update(leased_until=LATER + HOUR)
    assert not send_notice(notice.pk, at=LATER)
    assert send_notice(notice.pk, at=LATER + 2 * HOUR)
    assert not send_notice(notice.pk, at=LATER + 2 * HOUR)
    assert len(mail.outbox) == 1


def test_nobody_is_written_to_whose_result_stays(page):
    sit(page, first=0, wrong=1)
    sit(page, first=1, wrong=1)
    correct(question_of(page))
    remarking = run(plan_for(page))
    assert sorted(outcomes(remarking).values()) == ["kept", "unchanged"]
    assert not RemarkNotice.objects.exists()


def test_nothing_of_a_re_marking_can_be_deleted(page):
    sit(page, first=2, wrong=1)
    correct(question_of(page))
    run(plan_for(page))
    for model in (Remarking, Result, PaperItem, RemarkedAttempt):
        with pytest.raises(ProtectedError):
            model.objects.all().delete()
