"""Putting a wrong key right: what is listed is what happens, once, and nothing is overwritten."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connections, transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import remarking as verbs
from assessments.attempting import save_responses, submit_attempt
from assessments.corrections import Way, change_by
from assessments.exceptions import (
    CannotBeCorrected,
    DryRunOutOfDate,
    NobodyToRemark,
    NotReadyToRemark,
    PassMarkOnlyLowered,
    RedLineStays,
    RemarkReasonNeeded,
)
from assessments.items import StructureDiffers, item_from_json, pair_choices
from assessments.kinds import KINDS
from assessments.kinds.examples import change_key, example_of, rewrite
from assessments.models import (
    Attempt,
    CorrectedItem,
    Mark,
    PaperItem,
    Question,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
    ResponseStep,
    Result,
)
from assessments.notices import notify_of_remarking, send_notice
from assessments.recording import latest_result, mark_attempt, records_of, with_results
from assessments.remarking import (
    RemarkPlan,
    begin_remarking,
    carry_on,
    dry_run,
    papers_of,
    remark_attempt,
)
from courses.models import Completion, CoursePage, Enrolment
from lms.sweeping import sweep
from people.models import User
from tests import make
from tests.make import DAY, HOUR, NOON

LATER = NOON + DAY
REASON = "The key of this question was wrong."


# Mapping: pure ------------------------------------------------------------------------------


def frozen(kind, **fields):
    question = example_of(kind, code=kind, **fields)
    question.lesson = None
    shared = {
        "id": "1",
        "question": 1,
        "revision": None,
        "code": kind,
        "stem": question.stem,
        "rationale": question.rationale,
    }
    question.shared_fields = lambda: shared
    return question, question.freeze


@pytest.mark.parametrize("kind", KINDS)
def test_a_corrected_key_marks_each_kind_in_the_words_and_order_that_were_shown(kind):
    question, freeze = frozen(kind)
    paper_item = freeze().deal(Random(3))
    change_key(question)
    version = freeze()
    corrected = paper_item.corrected_by(version)
    assert corrected.right_response() != paper_item.right_response()
    assert corrected.earned_fraction(corrected.right_response()) == 1
    assert corrected.earned_fraction(paper_item.right_response()) < 1
    names = paper_item.shown_choices()
    shown = [[(c.id, c.text, c.source) for c in getattr(paper_item, n)] for n in names]
    assert shown == [[(c.id, c.text, c.source) for c in getattr(corrected, n)] for n in names]
    assert (corrected.id, corrected.worth, corrected.stem) == (
        paper_item.id,
        paper_item.worth,
        paper_item.stem,
    )
    assert item_from_json(corrected.to_json()) == corrected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_a_response_earns_as_much_as_on_a_paper_of_the_corrected_question(kind, seed):
    question, freeze = frozen(kind)
    before = freeze()
    change_key(question)
    after = freeze()
    dealt = before.deal(Random(seed))
    again = dealt.corrected_by(before)
    assert again.right_response() == dealt.right_response()
    assert again.fraction(dealt.right_response()) == dealt.fraction(dealt.right_response())
    corrected = dealt.corrected_by(after)
    assert corrected.corrected_by(before).right_response() == dealt.right_response()


@pytest.mark.parametrize("kind", KINDS)
def test_another_structure_is_refused(kind):
    question, freeze = frozen(kind)
    dealt = freeze().deal(Random(1))
    rewrite(question)
    version = freeze()
    names = dealt.shown_choices()
    if all(len(getattr(dealt, n)) == len(getattr(version, n)) for n in names):
        # True or false has its two options for ever, and nothing of a short answer is shown.
        assert dealt.corrected_by(version).right_response() != dealt.right_response()
        return
    with pytest.raises(StructureDiffers) as differs:
        dealt.corrected_by(version)
    assert differs.value.now != differs.value.then
    assert str(CannotBeCorrected(differs.value))


def test_another_kind_is_refused():
    _, single = frozen("single_choice")
    _, several = frozen("multiple_response")
    with pytest.raises(StructureDiffers) as differs:
        single().corrected_by(several())
    assert differs.value.what == "kind"
    assert "another kind" in str(CannotBeCorrected(differs.value))


def options(*texts):
    _, freeze = frozen("single_choice")
    first = freeze().options[0]
    return [
        replace(first, id=f"x{n}", source=n, text=text, feedback=text)
        for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("then", "now", "pairs"),
    [
        (["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b", "c"], ["c", "a", "b"], ["a", "b", "c"]),
        (["a", "b", "c"], ["A ", "b", "new"], ["A ", "b", "new"]),
        (["a", "b", "c"], ["new", "c", "b"], ["new", "b", "c"]),
        (["a", "b", "c"], ["c", "new", "b"], ["new", "b", "c"]),
        (["a", "b", "c"], ["new", "newer", "c"], ["new", "newer", "c"]),
        (["a", "b"], ["yes", "no"], ["yes", "no"]),
        (["a", "b", "c", "d"], ["c", "new", "newer", "d"], None),
        (["a", "b", "c"], ["a", "b"], None),
    ],
)
def test_choices_are_paired_by_their_words_and_then_by_their_place(then, now, pairs):
    if pairs is None:
        with pytest.raises(StructureDiffers):
            pair_choices(options(*then), options(*now), "options")
        return
    found = pair_choices(options(*then), options(*now), "options")
    assert [own.text for own, _ in found] == then
    assert [theirs.text for _, theirs in found] == pairs


def test_two_right_sides_that_were_swapped_are_a_new_key_though_they_stand_elsewhere():
    question, freeze = frozen("matching")
    dealt = freeze().deal(Random(2))
    right = dealt.right_response()
    pairs = [block.value for block in question.pairs]
    swapped = [pairs[1]["right"], pairs[0]["right"], pairs[2]["right"]]
    question.pairs = [
        ("pair", {"left": p["left"], "right": r, "feedback": ""})
        for p, r in zip(pairs, swapped, strict=True)
    ]
    corrected = dealt.corrected_by(freeze())
    assert corrected.fraction(right) == pytest.approx(Decimal(1) / 3)


# The records ----------------------------------------------------------------------------------


pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db):
    """A quiz of four single choice questions; the first has a wrong key."""
    course = make.course(order="free")
    questions = [make.single_choice(code=f"K{n}") for n in range(4)]
    return make.quiz_page(make.module(course), make.quiz(questions), title="Boundaries")


def question_of(page) -> Question:
    return page.quiz.draws.first().question


def sit(page, *, first=0, wrong=0, learner=None, hand_in=True, at=NOON) -> Attempt:
    """A sitting in which the first question gets its option number `first`, as its author
    counts, and the last `wrong` questions get their worst."""
    attempt = make.attempt(
        page=page, enrolment=learner and make.enrolment(learner, course_of(page))
    )
    responses = make.right_responses(attempt)
    by_code = {item.code: item for item in attempt.paper.items}
    responses[by_code["K0"].id] = option(by_code["K0"], first)
    for number in range(4 - wrong, 4):
        responses[by_code[f"K{number}"].id] = option(by_code[f"K{number}"], 2)
    save_responses(attempt, responses, base=0, at=at)
    if hand_in:
        submit_attempt(attempt, base=1, at=at)
    return Attempt.objects.get(pk=attempt.pk)


def course_of(page):
    return CoursePage.objects.ancestor_of(page).get()


def option(item, source):
    return next(o.id for o in item.options if o.source == source)


def correct(question):
    """Publish the question with its last option right in place of its first."""
    question = Question.objects.get(pk=question.pk)
    blocks = [block.value for block in question.options]
    question.options = [
        ("option", {**block, "fraction": opposite["fraction"]})
        for block, opposite in zip(blocks, reversed(blocks), strict=True)
    ]
    question.save()
    question.save_revision().publish()
    return Question.objects.get(pk=question.pk)


def plan_for(page, way=Way.VERSION, **fields):
    return RemarkPlan(way=way, question=question_of(page), **fields)


def run(plan, *, at=LATER, by=None, reason=REASON):
    remarking = begin_remarking(plan, by=by or make.user(), reason=reason, at=at)
    carry_on(remarking, at=at)
    remarking.refresh_from_db()
    return remarking


def outcomes(remarking):
    return dict(remarking.attempts.values_list("attempt", "outcome"))


def snapshot():
    """Every row of evidence that there was, as it was."""
    return [
        list(model.objects.order_by("pk").values()) for model in (PaperItem, Result, Mark, Attempt)
    ]


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
        kept = {row["id"]: row for row in later}
        assert all(kept[row["id"]] == row for row in earlier)


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
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
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
    kept = run(plan_for(page))
    assert outcomes(kept) == {attempt.pk: "kept"}
    assert latest_result(attempt).number == 1
    assert not CorrectedItem.objects.exists()
    taken = run(plan_for(page, keep_better=False))
    assert outcomes(taken) == {attempt.pk: "changed"}
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


def test_a_thousand_attempts_killed_half_way_end_as_they_were_listed(page):
    attempts = a_thousand_like(sit(page, first=2, wrong=3))
    correct(question_of(page))
    plan = plan_for(page)
    listed = dry_run(plan)
    assert (len(listed.rows), listed.count("changed")) == (1001, 1001)
    remarking = begin_remarking(plan, by=make.user(), reason=REASON, at=LATER, seen=listed.digest)
    assert carry_on(remarking, at=LATER, limit=500) == 500
    assert remarking.attempts.owed().count() == 501
    swept = sweep(lambda: LATER)
    assert swept.remarked == 501
    assert swept.notified == 1001
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
    assert (papers.open, papers.handed_in, papers.total) == (1, 1, 2)


def test_it_costs_the_same_queries_for_many_as_for_one(page, django_assert_max_num_queries):
    sit(page, first=2)
    correct(question_of(page))
    plan = plan_for(page)
    with django_assert_max_num_queries(20) as one:
        dry_run(plan)
    for _ in range(3):
        sit_before(page)
    with django_assert_max_num_queries(len(one)):
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
    one, two = (change_by(plan.correction(), records[attempt.pk]) for _ in range(2))
    assert one == two


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
