"""What must be right whatever the score: nearly there, answered again, talked through aloud."""

from __future__ import annotations

import itertools
from decimal import Decimal
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempting import save_responses, submit_attempt
from assessments.blueprint import BankEntry, Row, paper_size
from assessments.exceptions import AlreadyInPlace, AttemptClosed, NothingToAnswerAgain
from assessments.history import attempt_history
from assessments.items import Option
from assessments.kinds.single_choice.item import SingleChoiceItem
from assessments.marking import mark_paper
from assessments.models import Attempt, Draw, Mark, RedLineRecord, Result
from assessments.papers import Paper
from assessments.recording import latest_result
from assessments.red_lines import answer_again, deal_differently, record_talked_through
from certificates.evidence import learners_who_met
from courses.exceptions import EnrolmentClosed
from courses.models import Completion, Enrolment
from lms.shipped.pieces import key_of
from lms.shipped.questions import question_from
from tests import make
from tests.make import DAY, HOUR, NOON

MINUTE = HOUR / 60


# Arithmetic ------------------------------------------------------------------------------


def item(key: str, *, red_line: bool = False, options: int = 3) -> SingleChoiceItem:
    return SingleChoiceItem(
        id=key,
        question=1,
        revision=None,
        code=key,
        stem="<p>What now?</p>",
        red_line=red_line,
        options=[
            Option(id=f"{key}{n}", text=str(n), fraction=Decimal(n == 0), source=n)
            for n in range(options)
        ],
    )


def paper(plain: int, red_lines: int, pass_percent: int = 75) -> Paper:
    items = [item(f"p{n}") for n in range(plain)]
    items += [item(f"r{n}", red_line=True) for n in range(red_lines)]
    return Paper(items, Decimal(pass_percent))


def right(paper: Paper, *, but_for: tuple[str, ...] = ()) -> dict[str, str]:
    return {i.id: f"{i.id}{1 if i.id in but_for else 0}" for i in paper.items}


def test_a_paper_passes_only_with_every_red_line_right():
    whole = paper(9, 1)
    missed = mark_paper(whole, right(whole, but_for=("r0",)))
    assert missed.score == 9
    assert missed.reached_pass_mark
    assert not missed.passed
    assert missed.missed_red_lines == ("r0",)
    assert mark_paper(whole, right(whole)).passed


def test_every_red_line_right_does_not_pass_below_the_pass_mark():
    whole = paper(4, 1)
    score = mark_paper(whole, right(whole, but_for=("p0", "p1")))
    assert not score.missed_red_lines
    assert not score.passed


def test_half_of_the_mark_is_not_right_on_a_red_line():
    half = item("r0", red_line=True)
    options = [half.options[0], Option(id="r01", text="b", fraction=Decimal("0.99"))]
    half = SingleChoiceItem(**{**vars(half), "options": options})
    assert mark_paper(Paper([half], Decimal(50)), {"r0": "r01"}).missed_red_lines == ("r0",)
    assert mark_paper(Paper([half], Decimal(50)), {}).missed_red_lines == ("r0",)


def test_being_in_place_changes_no_mark():
    whole = paper(9, 2)
    responses = right(whole, but_for=("r0", "r1"))
    before = mark_paper(whole, responses)
    after = mark_paper(whole, responses, in_place={"r0"})
    assert after.marks == before.marks
    assert after.missed_red_lines == ("r1",)
    assert mark_paper(whole, responses, in_place={"r0", "r1"}).passed


@given(wrong=st.sets(st.integers(0, 11)), in_place=st.sets(st.integers(0, 11)))
def test_a_pass_is_the_pass_mark_and_nothing_missed(wrong, in_place):
    whole = paper(9, 3, pass_percent=50)
    keys = [i.id for i in whole.items]
    score = mark_paper(
        whole,
        right(whole, but_for=tuple(keys[n] for n in wrong)),
        in_place={keys[n] for n in in_place},
    )
    missed = {keys[n] for n in wrong - in_place if n >= 9}
    assert set(score.missed_red_lines) == missed
    assert score.passed == ((12 - len(wrong)) * 2 >= 12 and not missed)


def test_options_come_in_another_order():
    original = item("r0", red_line=True)
    for seed in range(30):
        again = deal_differently(original, Random(seed))
        assert [o.source for o in again.options] != [o.source for o in original.options]
        assert sorted(o.source for o in again.options) == [0, 1, 2]


def test_a_true_or_false_question_keeps_its_order_and_is_asked_all_the_same(db):
    question = make.true_false(red_line=True).freeze()
    again = deal_differently(question, Random(1))
    assert [o.text for o in again.options] == [o.text for o in question.options]


def test_a_blueprint_says_how_many_red_lines_each_paper_carries():
    bank = [BankEntry(n, tags=frozenset({"a"}), red_line=n < 4) for n in range(10)]
    rows = [Row(all_red_lines=True, tag="a"), Row(count=3, tag="a")]
    assert paper_size(rows, bank).questions == 7
    assert paper_size(rows, bank).red_lines == 4
    assert paper_size([Row(count=3, tag="a")], bank).red_lines == 0
    assert paper_size([Row(question=2), Row(question=9)], bank).red_lines == 1


# The short try ---------------------------------------------------------------------------


pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db):
    """A quiz of eight ordinary questions and two red lines, with one try and a long wait."""
    course = make.course(order="free", contact_name="Lucía, your trainer")
    module = make.module(course)
    lesson = make.lesson(module, "When someone is in crisis")
    plain = [make.single_choice() for _ in range(8)]
    red = [
        make.single_choice(
            red_line=True, retry_text=f"This one matters, {n}.", lesson=lesson, code=f"RED{n}"
        )
        for n in range(2)
    ]
    quiz = make.quiz([*plain, *red], attempts_allowed=1, wait_minutes=600)
    return make.quiz_page(module, quiz, title="Boundaries")


def hand_in(attempt: Attempt, *, missing: int = 0, plain_wrong: int = 0, at=NOON):
    """Hand in with the last `missing` red lines wrong, and the first ordinary ones wrong."""
    responses = make.right_responses(attempt)
    red = [i for i in attempt.paper.items if i.red_line]
    plain = [i for i in attempt.paper.items if not i.red_line]
    wrong = [*red[len(red) - missing :], *plain[:plain_wrong]]
    for wrong_item in wrong:
        responses[wrong_item.id] = next(o.id for o in wrong_item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=at)
    return submit_attempt(attempt, base=1, at=at)


def sit(page, *, missing: int = 0, plain_wrong: int = 0) -> Attempt:
    attempt = make.attempt(page=page)
    hand_in(attempt, missing=missing, plain_wrong=plain_wrong)
    return Attempt.objects.get(pk=attempt.pk)


def test_whoever_misses_only_red_lines_is_nearly_there(page):
    attempt = sit(page, missing=2)
    result = latest_result(attempt)
    assert (result.passed, result.is_nearly_there) == (False, True)
    assert (result.red_lines, result.red_lines_in_place) == (2, 0)
    history = attempt_history(attempt.enrolment, attempt.quiz)
    assert history.nearly_there.attempt_id == attempt.pk


def test_whoever_misses_the_pass_mark_as_well_gets_an_ordinary_try(page):
    attempt = sit(page, missing=1, plain_wrong=4)
    result = latest_result(attempt)
    assert not result.is_nearly_there
    assert result.red_lines_missed == 1
    with pytest.raises(NothingToAnswerAgain):
        answer_again(attempt, at=NOON)
    assert not attempt.retries.exists()


def test_the_missed_ones_come_back_alone_and_one_right_is_kept(page):
    attempt = sit(page, missing=2)
    retry = answer_again(attempt, at=NOON + MINUTE)
    assert [row.item.code for row in retry.paper_items] == ["RED0", "RED1"]
    assert answer_again(attempt, at=NOON + MINUTE).pk == retry.pk
    result = hand_in(retry, missing=1, at=NOON + 2 * MINUTE)
    assert (result.attempt_id, result.number) == (attempt.pk, 2)
    assert (result.passed, result.red_lines_missed) == (False, 1)
    assert "RED0" in result.reason
    second = answer_again(attempt, at=NOON + 3 * MINUTE)
    assert [row.item.code for row in second.paper_items] == ["RED1"]
    result = hand_in(second, at=NOON + 4 * MINUTE)
    assert (result.number, result.passed) == (3, True)


def test_the_last_one_right_passes_the_attempt_and_nothing_else_changes(page):
    attempt = sit(page, missing=1)
    first = latest_result(attempt)
    marks = dict(first.marks.values_list("item", "mark"))
    assert not Completion.objects.filter(page_key=page.translation_key).exists()
    hand_in(answer_again(attempt, at=NOON + MINUTE), at=NOON + MINUTE)
    result = latest_result(attempt)
    assert result.passed
    assert result.score == first.score
    assert dict(result.marks.values_list("item", "mark")) == marks
    assert Completion.objects.filter(page_key=page.translation_key).count() == 1
    first.refresh_from_db()
    assert not first.passed
    assert not Result.objects.exclude(attempt=attempt).exists()


def test_a_pass_by_a_retry_is_evidence_for_an_award(page):
    award = make.award(quiz=page.quiz)
    attempt = sit(page, missing=1)
    assert not learners_who_met(award).exists()
    hand_in(answer_again(attempt, at=NOON), at=NOON)
    assert learners_who_met(award).get() == attempt.enrolment.learner


def test_a_retry_counts_for_no_limit_and_waits_for_nothing(page):
    attempt = sit(page, missing=1)
    for n in range(5):
        retry = answer_again(attempt, at=NOON + n * MINUTE)
        hand_in(retry, missing=1, at=NOON + n * MINUTE)
    history = attempt_history(attempt.enrolment, attempt.quiz)
    assert len(history.attempts) == 1
    assert latest_result(attempt).number == 1
    assert Mark.objects.count() == 10


def test_wrong_again_gives_no_result_and_takes_nothing_away(page):
    attempt = sit(page, missing=2)
    hand_in(answer_again(attempt, at=NOON), missing=2, at=NOON)
    assert latest_result(attempt).number == 1
    assert latest_result(attempt).is_nearly_there
    assert not RedLineRecord.objects.exists()


def test_wrong_again_is_said_kindly_and_once(page, client):
    attempt = sit(page, missing=1)
    client.force_login(attempt.enrolment.learner)
    retry = answer_again(attempt, at=timezone.now())
    wrong = {
        item.id: next(option.id for option in item.options if not option.is_right)
        for item in retry.paper.items
    }
    sent = make.paper_form(retry, wrong, base="0", action="hand_in")
    shown = client.post(reverse("assessments:attempt", args=[retry.pk]), sent, follow=True)
    words = shown.content.decode()
    assert "Not all of it is in place yet" in words
    assert "Nearly there" in words
    assert "Would a talk help?" not in words
    again = client.get(reverse("assessments:result", args=[attempt.pk])).content.decode()
    assert "Not all of it is in place yet" not in again


def test_each_retry_shows_another_order_than_the_one_before(page):
    attempt = sit(page, missing=1)
    orders = []
    for _ in range(6):
        retry = answer_again(attempt, at=NOON)
        [row] = retry.paper_items
        orders.append([o.source for o in row.item.options])
        hand_in(retry, missing=1, at=NOON)
    assert all(earlier != later for earlier, later in itertools.pairwise(orders))


def test_a_retry_asks_what_was_frozen_whatever_the_bank_says_now(page):
    attempt = sit(page, missing=1)
    stem = next(row for row in attempt.paper_items if row.item.code == "RED1").item.stem
    make.rewrite_the_bank()
    [row] = answer_again(attempt, at=NOON).paper_items
    assert row.item.stem == stem
    assert hand_in(Attempt.objects.get(pk=row.attempt_id), at=NOON).passed


def test_a_retry_handed_in_twice_counts_once(page):
    attempt = sit(page, missing=1)
    retry = answer_again(attempt, at=NOON)
    hand_in(retry, at=NOON)
    with pytest.raises(AttemptClosed):
        submit_attempt(Attempt.objects.get(pk=retry.pk), base=1, at=NOON)
    assert latest_result(attempt).number == 2


def test_nothing_is_answered_again_once_the_place_has_ended(page):
    attempt = sit(page, missing=1)
    Enrolment.objects.update(ends_at=NOON + HOUR)
    with pytest.raises(EnrolmentClosed):
        answer_again(Attempt.objects.get(pk=attempt.pk), at=NOON + DAY)


def test_a_named_red_line_and_every_red_line_stand_on_each_paper(db):
    module = make.module(make.course(order="free"))
    red = [make.true_false(red_line=True, module=module) for _ in range(3)]
    quiz = make.quiz([make.true_false()])
    Draw.objects.create(quiz=quiz, all_red_lines=True, module=module, sort_order=9)
    attempt = make.attempt(page=make.quiz_page(module, quiz))
    questions = {row.question_id for row in attempt.paper_items}
    assert {question.pk for question in red} <= questions


# Talked through aloud --------------------------------------------------------------------


def missed_row(attempt, code="RED1"):
    return next(row for row in attempt.paper_items if row.item.code == code)


def test_talked_through_counts_for_that_one_alone_and_says_who_and_why(page):
    attempt = sit(page, missing=2)
    trainer = make.user(full_name="Idris Haddad")
    result = record_talked_through(
        missed_row(attempt), by=trainer, reason="We role-played it.", at=NOON
    )
    assert (result.passed, result.red_lines_missed, result.decided_by) == (False, 1, trainer)
    assert "We role-played it." in result.reason
    record = RedLineRecord.objects.get()
    assert (record.how, record.actor, record.reason) == (
        "talked_through",
        trainer,
        "We role-played it.",
    )
    assert hand_in(answer_again(attempt, at=NOON), at=NOON).passed


def test_the_last_one_talked_through_passes(page):
    attempt = sit(page, missing=1)
    record_talked_through(missed_row(attempt), by=make.user(), reason="Aloud.", at=NOON)
    assert latest_result(attempt).passed
    assert Completion.objects.filter(page_key=page.translation_key).exists()


def test_it_is_talked_through_once_and_only_where_it_was_missed(page):
    attempt = sit(page, missing=1)
    trainer = make.user()
    record_talked_through(missed_row(attempt), by=trainer, reason="Aloud.", at=NOON)
    for code in ("RED1", "RED0"):
        with pytest.raises(AlreadyInPlace):
            record_talked_through(missed_row(attempt, code), by=trainer, reason="x", at=NOON)
    assert latest_result(attempt).number == 2


def test_a_retry_that_was_open_meanwhile_takes_nothing_away(page):
    attempt = sit(page, missing=1)
    retry = answer_again(attempt, at=NOON)
    record_talked_through(missed_row(attempt), by=make.user(), reason="Aloud.", at=NOON)
    result = hand_in(retry, missing=1, at=NOON)
    assert result.passed
    assert result.number == 2


# What is seen ----------------------------------------------------------------------------


def browser_of(attempt):
    browser = Client()
    browser.force_login(attempt.enrolment.learner)
    return browser


def result_page(attempt) -> str:
    return (
        browser_of(attempt).get(reverse("assessments:result", args=[attempt.pk])).content.decode()
    )


def test_the_result_says_nearly_there_and_never_failed(page):
    attempt = sit(page, missing=1)
    content = result_page(attempt)
    assert "Nearly there" in content
    assert "1 of the 2 are in place" in content
    assert "This one matters, 1." in content
    assert "This one matters, 0." not in content
    assert "Answer this one again" in content
    assert "Read “When someone is in crisis” again" in content
    assert "rather do this with someone" in content
    assert "with Lucía, your trainer" in content
    assert "Not yet, and that is all right" not in content
    assert "90%" in content


def test_what_is_right_on_a_red_line_is_not_shown_until_passed(page):
    attempt = sit(page, missing=1)
    fits = "Fits best"
    assert result_page(attempt).count(fits) == 8
    hand_in(answer_again(attempt, at=NOON), at=NOON)
    content = result_page(attempt)
    assert content.count(fits) == 10
    assert "In place: you answered it again" in content
    assert "Safety, privacy and fairness: 2 of 2" in content


def test_both_missed_is_an_ordinary_result_with_a_kind_word_about_red_lines(page):
    page.quiz.attempts_allowed = None
    page.quiz.wait_minutes = 0
    page.quiz.save()
    attempt = sit(page, missing=1, plain_wrong=4)
    content = result_page(attempt)
    assert "This one matters, 1." in content
    assert "Answer this one again" not in content
    assert "Try again" in content


def test_the_whole_way_without_a_script(page):
    attempt = sit(page, missing=2)
    browser = browser_of(attempt)
    began = browser.post(reverse("assessments:answer_again", args=[attempt.pk]))
    address = began.headers["Location"]
    again = browser.post(reverse("assessments:answer_again", args=[attempt.pk]))
    assert again.headers["Location"] == address
    shown = browser.get(address).content.decode()
    assert "Answer these again" in shown
    retry = attempt.retries.get()
    empty = browser.post(address, {"base": 0, "action": "hand_in"})
    assert empty.headers["Location"] == address
    form = make.paper_form(retry, make.right_responses(retry), base=0, action="hand_in")
    done = browser.post(address, form)
    assert done.headers["Location"] == reverse("assessments:result", args=[attempt.pk])
    assert "You passed" in browser.get(done.headers["Location"]).content.decode()
    late = browser.post(address, form)
    assert late.headers["Location"] == reverse("assessments:result", args=[attempt.pk])
    own = browser.get(reverse("assessments:result", args=[retry.pk]))
    assert own.headers["Location"] == reverse("assessments:result", args=[attempt.pk])


def test_the_quiz_page_says_what_must_be_right_and_how_it_stands(page):
    attempt = sit(page, missing=1)
    browser = browser_of(attempt)
    content = browser.get(page.url).content.decode()
    assert "2 questions on safety, privacy and fairness" in content
    assert "Safety, privacy and fairness: 1 of 2" in content
    assert "you have taken it" not in content
    hand_in(answer_again(attempt, at=NOON), at=NOON)
    assert "Safety, privacy and fairness: 2 of 2" in browser.get(page.url).content.decode()


def test_somebody_elses_red_line_is_not_there(page):
    attempt = sit(page, missing=1)
    stranger = Client()
    stranger.force_login(make.user())
    assert stranger.post(reverse("assessments:answer_again", args=[attempt.pk])).status_code == 404
    assert not attempt.retries.exists()


# The shipped course ----------------------------------------------------------------------


def test_the_loader_understands_what_must_be_right():
    record = {
        "id": "A11",
        "type": "single",
        "must": True,
        "retry": "This one matters.",
        "leads_to": "4.5.1",
        "lesson": "4.5",
        "stem": "What do you do?",
        "options": [["Ask", 1, "Yes."], ["Wait", 0, "Not yet."]],
        "why": "Ask.",
    }
    lesson = make.lesson(
        make.module(make.course()), translation_key=key_of("lesson:4.5"), title="In crisis"
    )
    question = question_from(record)
    assert (question.red_line, question.retry_text) == (True, "This one matters.")
    assert question.lesson == lesson
    plain = question_from({key: record[key] for key in ("id", "type", "stem", "options", "why")})
    assert (plain.red_line, plain.retry_text, plain.lesson) == (False, "", None)
