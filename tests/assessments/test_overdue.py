"""Tries whose time is up: handed in once, with what was saved, whoever comes first (Q08, Q09)."""

from __future__ import annotations

import random

import pytest

from assessments.attempting import (
    hand_in_overdue,
    save_responses,
    start_attempt,
    submit_attempt,
)
from assessments.exceptions import AttemptClosed, TimeIsUp
from assessments.models import Attempt, Result
from assessments.terms import GRACE, overdue_attempts
from courses.models import Enrolment
from lms.sweeping import sweep
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

MINUTE = HOUR / 60
SECOND = MINUTE / 60
LIMIT = 30 * MINUTE
TOO_LATE = NOON + LIMIT + GRACE + SECOND


@pytest.fixture
def page():
    quiz = make.quiz(time_limit_minutes=30, pass_percent=50)
    page = make.quiz_page(make.module(make.course(order="free")), quiz)
    make.edition(page.get_parent().get_parent().specific)
    return page


@pytest.fixture
def attempt(page):
    return start_attempt(place_at(page), page, at=NOON)


def place_at(page):
    return make.enrolment(make.user(), page.get_parent().get_parent().specific)


def stale(attempt):
    """The same attempt as somebody else read it a moment ago."""
    return Attempt.objects.select_related("quiz", "enrolment").get(pk=attempt.pk)


def test_what_its_learner_handed_in_meanwhile_is_left_alone(attempt):
    seen_by_the_sweep = stale(attempt)
    submit_attempt(attempt, base=0, at=NOON + LIMIT)
    assert hand_in_overdue(seen_by_the_sweep, at=TOO_LATE) is None
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.handed_in_by_site) == (NOON + LIMIT, False)
    assert Result.objects.count() == 1


def test_what_the_site_handed_in_is_not_handed_in_by_its_learner(attempt):
    seen_by_the_learner = stale(attempt)
    assert hand_in_overdue(attempt, at=TOO_LATE)
    with pytest.raises(AttemptClosed):
        submit_attempt(seen_by_the_learner, base=0, at=TOO_LATE + MINUTE)
    assert Result.objects.count() == 1
    assert stale(attempt).handed_in_by_site


def test_of_two_sweeps_one_hands_it_in(attempt):
    first, second = stale(attempt), stale(attempt)
    assert hand_in_overdue(first, at=TOO_LATE)
    assert hand_in_overdue(second, at=TOO_LATE) is None
    assert Result.objects.count() == 1


@pytest.mark.parametrize("seed", range(12))
def test_saves_hand_ins_and_sweeps_in_any_order_give_one_result_of_what_was_saved(page, seed):
    """A learner who types to the last second, two tabs of theirs, and a sweep each minute."""
    chance = random.Random(seed)
    attempt = start_attempt(place_at(page), page, at=NOON)
    right = make.right_responses(attempt)
    saved = {}
    at, number, closed = NOON, 0, None
    while at < NOON + 3 * LIMIT:
        at += chance.randint(1, 240) * SECOND
        act = chance.choice(["save", "save", "sweep", "hand in"])
        mine = stale(attempt)
        try:
            if act == "save":
                some = {key: right[key] for key in chance.sample(sorted(right), 1)}
                number = save_responses(mine, some, base=number, at=at).number
                saved |= some
            elif act == "hand in":
                submit_attempt(mine, base=number, at=at)
                closed = at
            elif overdue_attempts(at):
                sweep(lambda at=at: at)
                closed = at
        except (AttemptClosed, TimeIsUp):
            assert closed is not None or at > NOON + LIMIT + GRACE
    after = stale(attempt)
    assert after.submitted_at == closed
    assert {item.key for item in after.paper_items} == set(right)
    result = Result.objects.get()
    marked = {mark.item.key for mark in result.marks.select_related("item") if mark.mark > 0}
    assert marked == set(saved)


# Which are overdue ---------------------------------------------------------------------------------


def test_up_to_the_last_second_of_grace_nobody_is_overdue(attempt):
    assert overdue_attempts(NOON + LIMIT + GRACE) == []
    assert hand_in_overdue(stale(attempt), at=NOON + LIMIT + GRACE) is None
    assert overdue_attempts(TOO_LATE) == [attempt]


def test_one_without_a_clock_is_never_overdue():
    page = make.quiz_page(make.module(make.course(order="free")), make.quiz())
    make.edition(page.get_parent().get_parent().specific)
    start_attempt(place_at(page), page, at=NOON)
    assert overdue_attempts(NOON + 1000 * DAY) == []


def test_whose_place_ended_is_not_handed_in_for_them(attempt):
    Enrolment.objects.update(withdrawn_at=NOON)
    assert overdue_attempts(TOO_LATE) == []
    Enrolment.objects.update(withdrawn_at=None)
    assert overdue_attempts(TOO_LATE) == [attempt]


def test_a_sweep_hands_in_many_and_says_how_many(page):
    late = [start_attempt(place_at(page), page, at=NOON) for _ in range(4)]
    early = start_attempt(place_at(page), page, at=NOON + HOUR)
    dry = sweep(lambda: TOO_LATE, dry_run=True)
    assert (dry.to_hand_in, dry.handed_in) == (4, 0)
    swept = sweep(lambda: TOO_LATE)
    assert (swept.to_hand_in, swept.handed_in, swept.failed) == (4, 4, 0)
    assert {each.pk for each in Attempt.objects.filter(handed_in_by_site=True)} == {
        each.pk for each in late
    }
    assert stale(early).is_open
    assert sweep(lambda: TOO_LATE).to_hand_in == 0


def test_one_that_cannot_be_handed_in_stops_no_other(page, monkeypatch, caplog):
    broken, good = (start_attempt(place_at(page), page, at=NOON) for _ in range(2))
    real = hand_in_overdue

    def sometimes(attempt, *, at):
        if attempt.pk == broken.pk:
            raise RuntimeError("a fault")
        return real(attempt, at=at)

    with monkeypatch.context() as patch:
        patch.setattr("lms.sweeping.hand_in_overdue", sometimes)
        assert sweep(lambda: TOO_LATE).failed == 1
    assert str(broken.pk) in caplog.text
    assert not stale(good).is_open
    assert sweep(lambda: TOO_LATE).handed_in == 1
