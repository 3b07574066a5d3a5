"""Putting a wrong key right: what is listed is what happens, once, and nothing is overwritten."""

from __future__ import annotations

import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import remarking as verbs
from assessments.corrections import Way
from assessments.models import (
    Attempt,
    CorrectedItem,
    Mark,
    PaperItem,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
    ResponseStep,
    Result,
)
from assessments.recording import latest_result, mark_attempt
from assessments.remarking import (
    RemarkPlan,
    begin_remarking,
    carry_on,
    dry_run,
    remark_attempt,
)
from courses.models import Completion, Enrolment
from lms.sweeping import sweep
from people.models import User
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
    snapshot,
)

pytestmark = pytest.mark.django_db


def test_a_corrected_key_gives_new_results_and_the_old_ones_stay(page):
    had_it_right = sit(page, first=2, wrong=1)
    followed_the_key = sit(page, first=0)
    before = snapshot()
    correct(question_of(page))
    trainer = make.user(full_name="Idris Haddad")
    remarking = run(plan_for(page, keep_better=False), by=trainer)
    assert remarking.finished_at == LATER
    first, second = had_it_right.results.order_by("number")
    assert (first.score, first.passed) == (2, False)
    assert (second.score, second.passed, second.number) == (3, True, 2)
    assert (second.decided_by, second.reason, second.marked_at) == (trainer, REASON, LATER)
    assert latest_result(followed_the_key).score == 3
    assert second.marks.count() == 4
    after = snapshot()
    for earlier, later in zip(before, after, strict=True):
        rows = {row["id"]: row for row in later}
        assert all(rows[row["id"]] == row for row in earlier)


def test_the_same_result_is_reached_from_the_records_years_later(page):
    attempt = sit(page, first=2, wrong=1)
    correct(question_of(page))
    run(plan_for(page))
    make.rewrite_the_bank()
    score = mark_attempt(Attempt.objects.get(pk=attempt.pk))
    result = latest_result(attempt)
    assert (score.score, score.passed) == (result.score, result.passed)
    row = CorrectedItem.objects.get()
    assert row.corrected.rationale == Remarking.objects.get().content["rationale"]


def test_a_dry_run_writes_nothing(page):
    sit(page, first=2)
    correct(question_of(page))
    before = snapshot()
    listed = dry_run(plan_for(page))
    assert len(listed.rows) == 1
    assert snapshot() == before
    assert not RemarkedAttempt.objects.exists()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sittings=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=4
    ),
    way=st.sampled_from([Way.VERSION, Way.FULL_MARK, Way.LEFT_OUT, Way.PASS_MARK]),
    keep_better=st.booleans(),
)
def test_what_is_listed_is_what_happens(page, sittings, way, keep_better):
    with transaction.atomic():
        attempts = [sit(page, first=f, wrong=w, hand_in=h) for f, w, h in sittings]
        correct(question_of(page))
        if way == Way.PASS_MARK:
            plan = RemarkPlan(
                way=way, quiz=page.quiz, pass_percent=Decimal(50), keep_better=keep_better
            )
        else:
            plan = plan_for(page, way, keep_better=keep_better)
        listed = {row.attempt_id: row.change for row in dry_run(plan).rows}
        before = {attempt.pk: latest_result(attempt) for attempt in attempts}
        remarking = run(plan)
        assert {pk: change.outcome for pk, change in listed.items()} == outcomes(remarking)
        for attempt in attempts:
            change, result = listed[attempt.pk], latest_result(attempt)
            if change.outcome == "changed":
                assert result.number == before[attempt.pk].number + 1
                assert (result.score, result.out_of, result.passed) == (
                    change.after.score,
                    change.after.out_of,
                    change.after.passed,
                )
            else:
                assert result == before[attempt.pk]
            if keep_better and result is not None:
                assert result.percent >= before[attempt.pk].percent
                assert result.passed >= before[attempt.pk].passed
        transaction.set_rollback(True)


def test_marks_never_go_down_unless_a_trainer_says_so(page):
    attempt = sit(page, first=0, wrong=1)
    assert latest_result(attempt).passed
    correct(question_of(page))
    listed = dry_run(plan_for(page))
    assert (listed.fails_now, listed.is_worse, listed.count("kept")) == (1, 1, 1)
    kind_run = run(plan_for(page))
    assert outcomes(kind_run) == {attempt.pk: "kept"}
    assert latest_result(attempt).number == 1
    assert not CorrectedItem.objects.exists()
    strict_run = run(plan_for(page, keep_better=False))
    assert outcomes(strict_run) == {attempt.pk: "changed"}
    assert not latest_result(attempt).passed


def test_running_it_again_changes_nothing(page):
    attempt = sit(page, first=2, wrong=1)
    correct(question_of(page))
    remarking = run(plan_for(page))
    before = snapshot()
    assert carry_on(remarking, at=LATER + HOUR) == 0
    assert not remark_attempt(remarking.attempts.get().pk, at=LATER)
    assert snapshot() == before
    again = run(plan_for(page))
    assert outcomes(again) == {attempt.pk: "unchanged"}
    assert latest_result(attempt).number == 2


def test_killed_in_the_middle_it_goes_on_where_it_stopped(page, monkeypatch):
    attempts = [sit(page, first=2, wrong=1) for _ in range(6)]
    correct(question_of(page))
    remarking = begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER)
    calls = []

    def killed(*args, **kwargs):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return record_pass(*args, **kwargs)

    record_pass = verbs.record_pass
    monkeypatch.setattr(verbs, "record_pass", killed)
    with pytest.raises(KeyboardInterrupt):
        carry_on(remarking, at=LATER)
    monkeypatch.undo()
    assert remarking.attempts.owed().count() == 3
    assert Result.objects.filter(number=2).count() == 3
    swept = sweep(lambda: LATER)
    assert (swept.to_remark, swept.remarked) == (3, 3)
    assert all(latest_result(attempt).number == 2 for attempt in attempts)
    remarking.refresh_from_db()
    assert remarking.finished_at == LATER
    assert sweep(lambda: LATER).to_remark == 0


def a_thousand_like(attempt, count=1000):
    """As many attempts of as many learners with the same paper, responses and marks."""
    people = User.objects.bulk_create(
        User(email=f"many{n}@peerwork.example", full_name=f"Many {n}") for n in range(count)
    )
    course = attempt.enrolment.course
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person, course=course, course_key=course.translation_key, enrolled_at=NOON
        )
        for person in people
    )
    attempts = Attempt.objects.bulk_create(
        copy_of(attempt, id=uuid4(), enrolment=enrolment) for enrolment in enrolments
    )
    rows = list(PaperItem.objects.filter(attempt=attempt))
    for row in rows:
        copies = PaperItem.objects.bulk_create(copy_of(row, attempt=each) for each in attempts)
        step = row.steps.get()
        ResponseStep.objects.bulk_create(copy_of(step, item=each) for each in copies)
        row.copies = copies
    result = latest_result(attempt)
    results = Result.objects.bulk_create(copy_of(result, attempt=each) for each in attempts)
    for row in rows:
        mark = row.marks.get()
        Mark.objects.bulk_create(
            copy_of(mark, result=each, item=item)
            for each, item in zip(results, row.copies, strict=True)
        )
    return attempts


def copy_of(row, **fields):
    """A row like another that is not saved yet."""
    values = {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"
    }
    copied = type(row)(**values)
    for name, value in fields.items():
        setattr(copied, name, value)
    return copied


@pytest.mark.drill
def test_a_thousand_attempts_killed_half_way_end_as_they_were_listed(page, settings):
    settings.LETTERS_AN_HOUR = 1000
    attempts = a_thousand_like(sit(page, first=2, wrong=3))
    connection.cursor().execute("ANALYZE")  # as a database does by itself once it has grown
    correct(question_of(page))
    plan = plan_for(page)
    listed = dry_run(plan)
    assert (len(listed.rows), listed.count("changed")) == (1001, 1001)
    remarking = begin_remarking(plan, by=make.user(), reason=REASON, at=LATER, seen=listed.digest)
    assert carry_on(remarking, at=LATER, limit=500) == 500
    assert remarking.attempts.owed().count() == 501
    swept = sweep(lambda: LATER)
    assert swept.remarked == 501
    assert swept.notified == 800  # the rest of an hour's letters is for those about accounts
    assert sweep(lambda: LATER).notified == 0
    assert sweep(lambda: LATER + 2 * HOUR).notified == 201
    assert set(outcomes(remarking).values()) == {"changed"}
    assert Result.objects.filter(attempt__in=attempts, number=2, score=1).count() == 1000
    assert Result.objects.count() == 2002


def test_one_that_fails_stays_owed_and_the_others_go_on(page, monkeypatch, caplog):
    [bad, good] = sorted((sit(page, first=2, wrong=1) for _ in range(2)), key=lambda a: a.pk)
    correct(question_of(page))
    remarking = begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER)
    real = verbs.record_result

    def failing(attempt, *args, **kwargs):
        if attempt.pk == bad.pk:
            raise RuntimeError("disk")
        return real(attempt, *args, **kwargs)

    monkeypatch.setattr(verbs, "record_result", failing)
    assert carry_on(remarking, at=LATER) == 1
    assert latest_result(good).number == 2
    assert latest_result(bad).number == 1
    remarking.refresh_from_db()
    assert remarking.finished_at is None
    monkeypatch.undo()
    assert carry_on(remarking, at=LATER) == 1
    assert latest_result(bad).number == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_mark_each_attempt_once(page):
    attempts = [sit(page, first=2, wrong=1) for _ in range(5)]
    correct(question_of(page))
    remarking = begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER)
    start = threading.Barrier(2)
    counts = []

    def work():
        start.wait()
        counts.append(carry_on(Remarking.objects.get(pk=remarking.pk), at=LATER))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 5
    assert all(attempt.results.count() == 2 for attempt in attempts)
    assert RemarkNotice.objects.count() == 5


def test_a_pass_by_a_re_marking_is_recorded_as_by_a_hand_in(page):
    attempt = sit(page, first=2, wrong=1)
    assert not Completion.objects.filter(page_key=page.translation_key).exists()
    award = make.award(quiz=page.quiz)
    correct(question_of(page))
    run(plan_for(page))
    assert Completion.objects.filter(page_key=page.translation_key).count() == 1
    assert attempt.enrolment.learner.credentials.get().award == award


def test_a_lost_pass_takes_no_completion_away(page):
    attempt = sit(page, first=0, wrong=1)
    done = set(Completion.objects.values_list("pk", flat=True))
    assert done
    correct(question_of(page))
    run(plan_for(page, keep_better=False))
    assert not latest_result(attempt).passed
    assert set(Completion.objects.values_list("pk", flat=True)) == done
