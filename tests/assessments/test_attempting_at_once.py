"""One attempt from three tabs, and many requests at the same moment."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assessments.attempting import (
    SaveOutcome,
    save_responses,
    start_attempt,
    stored_responses,
    submit_attempt,
)
from assessments.exceptions import (
    AttemptClosed,
    ChangedElsewhere,
    NoAttemptsLeft,
)
from assessments.kinds import KINDS
from assessments.models import Attempt, Mark, ResponseStep, Result
from courses.exceptions import CoursesError
from courses.models import Completion
from tests import make
from tests.assessments.sitting import enrolled_for, free_page
from tests.make import NOON
from tests.racing import at_once

pytestmark = pytest.mark.django_db


# Three tabs, with replies and requests lost, late and doubled -------------------------------


class Tabs(RuleBasedStateMachine):
    """Three tabs of one attempt, on a network that loses, delays, doubles and reorders.

    Whatever happens, what is stored is what was acknowledged last, item by item, and its number
    only rises. What tabs answered apart is joined, and a tab is told when another gave the same
    item another answer instead of silently overwriting it.
    """

    @initialize()
    def open_the_attempt(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.attempt = make.attempt(page=free_page())
        self.items = self.attempt.paper.items
        self.tabs = [{"base": 0, "form": {}} for _ in range(3)]
        self.on_the_way = []
        self.saves = [{}]
        """What was stored after each save, by its number."""
        self.result = None

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @rule(
        tab=st.integers(0, 2),
        item=st.integers(0, len(KINDS) - 1),
        how=st.sampled_from(["right", None]),
    )
    def answer(self, tab, item, how):
        item = self.items[item]
        given = make.right_response(item) if how else None
        form = {**{i.id: None for i in self.items}, **self.tabs[tab]["form"], item.id: given}
        self.tabs[tab]["form"] = form

    @rule(tab=st.integers(0, 2))
    def send(self, tab):
        self.on_the_way.append((tab, self.tabs[tab]["base"], dict(self.tabs[tab]["form"])))

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), reply_is_lost=st.booleans(), doubled=st.booleans())
    def arrive(self, data, reply_is_lost, doubled):
        """Any request on the way may arrive next; a doubled one stays to arrive once more."""
        which = data.draw(st.integers(0, len(self.on_the_way) - 1))
        tab, base, form = self.on_the_way[which]
        if not doubled:
            del self.on_the_way[which]
        seen, stored = self.saves[base], self.saves[-1]
        changed = {key for key, given in form.items() if given != seen.get(key)}
        elsewhere = {key for key in form if stored.get(key) != seen.get(key)}
        try:
            outcome = save_responses(self.attempt, form, base=base, at=NOON)
        except AttemptClosed:
            assert self.result is not None
        except ChangedElsewhere as refusal:
            self.told_of_the_newest(refusal)
            assert any(stored.get(key) != form[key] for key in changed & elsewhere)
        else:
            assert self.result is None
            assert all(stored.get(key) == form[key] for key in changed & elsewhere)
            self.acknowledge(outcome, {key: form[key] for key in changed})
            assert outcome.joined == {key: stored.get(key) for key in elsewhere - changed}
            if not reply_is_lost:
                self.hear(self.tabs[tab], form, outcome)

    def told_of_the_newest(self, refusal):
        """Who is asked is told of the newest save, and of nothing after the hand-in."""
        assert self.result is None
        assert refusal.number == self.number

    @property
    def number(self):
        """The number of the newest save."""
        return len(self.saves) - 1

    def acknowledge(self, outcome, changes):
        stored = self.saves[-1]
        if all(stored.get(key) == given for key, given in changes.items()):
            assert outcome.number == self.number
        else:
            assert outcome.number == self.number + 1
            self.saves.append({**stored, **changes})

    def hear(self, tab, sent, outcome):
        """The tab takes in what was joined, unless its learner changed the same item since."""
        if outcome.number < tab["base"]:
            return
        if any(tab["form"].get(key) != sent[key] for key in outcome.joined):
            return
        tab["form"] = {**tab["form"], **outcome.joined}
        tab["base"] = outcome.number

    @rule(tab=st.integers(0, 2))
    def reload(self, tab):
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        self.tabs[tab] = {"base": attempt.save_number, "form": stored_responses(attempt)}

    @precondition(lambda self: self.number > 3)
    @rule(tab=st.integers(0, 2))
    def hand_in(self, tab):
        base = self.tabs[tab]["base"]
        try:
            result = submit_attempt(self.attempt, base=base, at=NOON)
        except AttemptClosed:
            assert self.result is not None
        except ChangedElsewhere as refusal:
            self.told_of_the_newest(refusal)
            assert base != self.number
        else:
            assert self.result is None
            assert base == self.number
            self.result = result

    @invariant()
    def what_is_stored_is_what_was_acknowledged_last(self):
        if not hasattr(self, "attempt"):
            return
        held = stored_responses(self.attempt)
        assert {k: v for k, v in held.items() if v is not None} == {
            k: v for k, v in self.saves[-1].items() if v is not None
        }
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        assert attempt.save_number == self.number
        assert Result.objects.filter(attempt=attempt).count() == (self.result is not None)


def test_what_is_stored_is_always_the_last_save_that_was_acknowledged():
    run_state_machine_as_test(
        Tabs,
        settings=settings(
            max_examples=40,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# Many at once, each with a connection and a transaction of its own ---------------------------


@pytest.mark.django_db(transaction=True)
def test_fifty_submissions_at_once_give_one_result():
    attempt = make.attempt()
    number = save_responses(attempt, make.right_responses(attempt), base=0, at=NOON).number

    def hand_in(_):
        return submit_attempt(Attempt.objects.get(pk=attempt.pk), base=number, at=NOON)

    outcomes = at_once(50, hand_in)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AttemptClosed"] * 49 + [
        "Result"
    ]
    result = Result.objects.get()
    assert (result.score, result.passed) == (len(KINDS), True)
    assert Mark.objects.count() == len(KINDS)
    assert Completion.objects.filter(enrolment=attempt.enrolment).count() == len(
        set(Completion.objects.values_list("page_key", flat=True))
    )


@pytest.mark.django_db(transaction=True)
def test_twenty_starts_at_once_open_one_attempt_and_never_pass_the_limit():
    page = free_page(attempts_allowed=3)
    enrolment = enrolled_for(page)
    opened = []
    for _ in range(5):
        outcomes = at_once(20, lambda _: start_attempt(enrolment, page, at=NOON).pk)
        attempts = {outcome for outcome in outcomes if not isinstance(outcome, CoursesError)}
        if not attempts:
            assert {type(outcome) for outcome in outcomes} == {NoAttemptsLeft}
            break
        assert len(attempts) == 1
        opened += attempts
        submit_attempt(Attempt.objects.get(pk=opened[-1]), base=0, at=NOON)
    assert len(set(opened)) == Attempt.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_starts_and_submissions_mixed_never_pass_the_limit():
    page = free_page(attempts_allowed=3)
    enrolment = enrolled_for(page)

    def start_and_hand_in(_):
        attempt = start_attempt(enrolment, page, at=NOON)
        return submit_attempt(attempt, base=0, at=NOON)

    outcomes = []
    for _ in range(3):
        outcomes += at_once(10, start_and_hand_in)
    assert {type(outcome) for outcome in outcomes} <= {Result, AttemptClosed, NoAttemptsLeft}
    assert Attempt.objects.count() == Result.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_nothing_is_stored_later_than_the_hand_in():
    attempt = make.attempt()
    right = make.right_responses(attempt)
    items = list(right)

    def save_or_hand_in(number):
        own = Attempt.objects.get(pk=attempt.pk)
        if number == 10:
            while True:
                try:
                    return submit_attempt(own, base=own.save_number, at=NOON)
                except ChangedElsewhere:
                    own = Attempt.objects.get(pk=attempt.pk)
        item = items[number % len(items)]
        given = right[item] if number % 2 else None
        return save_responses(own, {item: given}, base=own.save_number, at=NOON)

    outcomes = at_once(30, save_or_hand_in)
    assert sum(isinstance(outcome, Result) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes} <= {
        Result,
        SaveOutcome,
        AttemptClosed,
        ChangedElsewhere,
    }
    attempt.refresh_from_db()
    newest = max(ResponseStep.objects.values_list("number", flat=True), default=0)
    assert newest == attempt.save_number
    score = sum(mark.mark for mark in Mark.objects.all())
    held = {k: v for k, v in stored_responses(attempt).items() if v is not None}
    assert score == len(held)
