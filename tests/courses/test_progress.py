"""What is done, open and left: the rules, with no database."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from tests.make import NOON


def step(kind="lesson", required=True, minutes=10):
    return StepOutline(
        kind=kind,
        key=uuid4(),
        page_id=1,
        title="A step",
        url="/x/",
        minutes=minutes,
        required=required,
    )


def module(*steps):
    return ModuleOutline(key=uuid4(), page_id=2, title="A module", url="/m/", steps=steps)


@pytest.fixture
def outline():
    return Outline(
        key=uuid4(),
        page_id=3,
        title="A course",
        url="/c/",
        in_order=True,
        modules=(module(step(), step("quiz")), module(step(), step("quiz", required=False))),
        finals=(step("quiz"),),
    )


def done(outline, *steps, **more):
    completed = {step.key: NOON + timedelta(minutes=place) for place, step in enumerate(steps)}
    return Progress(outline, {**completed, **more.pop("records", {})}, **more)


def test_a_module_opens_when_the_one_before_is_complete(outline):
    first, second = outline.modules
    fresh = done(outline)
    assert fresh.module_state(first.key) == "open"
    assert fresh.module_state(second.key) == "locked"
    assert fresh.missing_for(second.key) == list(first.steps)
    assert done(outline, *first.steps).module_state(second.key) == "open"


def test_everything_is_open_on_a_free_course(outline):
    free = replace(outline, in_order=False)
    assert {Progress(free).state_of(step.key) for step in free.steps} == {"open"}


def test_the_final_opens_when_every_module_is_complete(outline):
    first, second = outline.modules
    final = outline.finals[0]
    assert done(outline, *first.steps).state_of(final.key) == "locked"
    assert done(outline, *first.steps, second.steps[0]).state_of(final.key) == "open"


def test_practice_is_never_waited_for(outline):
    first, second = outline.modules
    finished = done(outline, *first.steps, second.steps[0], outline.finals[0])
    assert finished.is_complete
    assert finished.left == []
    assert finished.percent == 100


def test_what_was_opened_never_locks_again(outline):
    second = outline.modules[1]
    assert done(outline, opened=frozenset({second.key})).module_state(second.key) == "open"


def test_what_was_begun_never_locks_again(outline):
    second = outline.modules[1]
    assert done(outline, second.steps[0]).state_of(second.steps[1].key) == "open"


def test_a_completed_course_stays_complete_when_it_grows(outline):
    grown = done(outline, records={outline.key: NOON})
    assert grown.is_complete
    assert grown.percent == 100
    assert grown.left == []


def test_a_completed_module_stays_complete_when_it_grows(outline):
    first, second = outline.modules
    grown = done(outline, records={first.key: NOON})
    assert grown.module_state(first.key) == "done"
    assert grown.module_state(second.key) == "open"
    assert not set(grown.left) & set(first.steps)


def test_going_on_follows_what_was_last_finished(outline):
    first, second = outline.modules
    assert done(outline).next_step == first.steps[0]
    assert done(outline, first.steps[1]).next_step == first.steps[0]
    assert done(outline, *first.steps).next_step == second.steps[0]


def test_a_percentage_says_hundred_only_of_everything(outline):
    first = outline.modules[0]
    assert done(outline).percent == 0
    assert done(outline, *first.steps).percent == 50
    assert Progress(Outline(key=uuid4(), page_id=1, title="", url="", in_order=True)).percent == 0


def test_an_empty_course_is_not_complete():
    assert not Progress(
        Outline(key=uuid4(), page_id=1, title="", url="", in_order=True)
    ).is_complete


def test_a_stranger_page_is_locked(outline):
    assert done(outline).state_of(uuid4()) == "locked"
