"""What holds of any course and any learner on it, whatever was done in whatever order. Pure."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from courses.models import LessonPage
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from tests.make import NOON

MINUTE = timedelta(minutes=1)


@st.composite
def outlines(draw):
    """A course of a few modules and finals; some modules may be empty or ask for nothing."""
    numbers = iter(range(1, 1000))

    def steps(most):
        return tuple(
            StepOutline(
                kind=LessonPage.kind,
                key=UUID(int=next(numbers)),
                page_id=1,
                title="A step",
                url="/s/",
                minutes=draw(st.integers(0, 30)),
                required=draw(st.booleans()),
            )
            for _ in range(draw(st.integers(0, most)))
        )

    modules = tuple(
        ModuleOutline(
            key=UUID(int=next(numbers)), page_id=2, title="A module", url="/m/", steps=steps(3)
        )
        for _ in range(draw(st.integers(0, 4)))
    )
    return Outline(
        key=UUID(int=next(numbers)),
        page_id=3,
        title="A course",
        url="/c/",
        in_order=draw(st.booleans()),
        modules=modules,
        finals=steps(2),
    )


@st.composite
def progresses(draw):
    """A learner anywhere on a course: with records of steps, of modules and of the whole."""
    outline = draw(outlines())
    keys = [step.key for step in outline.steps] + [module.key for module in outline.modules]
    whole = [outline.key] if draw(st.integers(0, 9)) == 0 else []
    finished = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    opened = draw(st.frozensets(st.sampled_from(keys))) if keys else frozenset()
    times = {key: NOON + place * MINUTE for place, key in enumerate([*finished, *whole])}
    return Progress(outline, times, opened)


@given(progresses())
def test_a_step_is_locked_exactly_when_something_else_is_missing_first(progress):
    for step in progress.outline.steps:
        assert (progress.state_of(step.key) == "locked") == bool(progress.missing_for(step.key))
        assert (progress.state_of(step.key) == "done") == progress.is_done(step.key)


@given(progresses())
def test_finishing_what_is_missing_opens_it(progress):
    for step in progress.outline.steps:
        missing = [other.key for other in progress.missing_for(step.key)]
        assert progress.after(missing, NOON).state_of(step.key) != "locked"


@given(progresses())
def test_hundred_per_cent_is_said_of_all_and_of_nothing_less(progress):
    assert (progress.percent == 100) == progress.is_complete
    assert 0 <= progress.percent <= 100
    assert 0 <= progress.done_count <= progress.total_count


@given(progresses())
def test_what_is_left_is_what_is_asked_and_not_done(progress):
    for step in progress.left:
        assert step.required
        assert not progress.is_done(step.key)
    if progress.is_complete:
        assert progress.left == []
    assert progress.minutes_left == sum(step.minutes for step in progress.left)
    order = [progress.outline.place_of(step) for step in progress.left]
    assert order == sorted(order)


@given(progresses())
def test_there_is_a_next_step_while_anything_is_left_and_it_is_open(progress):
    following = progress.next_step
    assert (following is None) == (not progress.left)
    if following is not None:
        assert following in progress.left
        assert progress.state_of(following.key) == "open"


@given(progresses())
def test_whoever_follows_the_next_step_comes_to_the_end(progress):
    """No course can be built in which a learner is led in a circle or stands before a wall."""
    at = NOON + 1000 * MINUTE
    asked_for_something = progress.total_count > 0 or progress.is_complete
    for place in range(len(progress.outline.steps) + 1):
        following = progress.next_step
        if following is None:
            break
        progress = progress.after([following.key], at + place * MINUTE)
    assert progress.next_step is None
    assert progress.is_complete == asked_for_something


@given(progresses(), st.data())
def test_doing_more_never_takes_anything_away(progress, data):
    steps = progress.outline.steps
    more = data.draw(st.lists(st.sampled_from([step.key for step in steps]))) if steps else []
    later = progress.after(more, NOON + 1000 * MINUTE)
    assert later.percent >= progress.percent
    assert later.done_count >= progress.done_count
    assert not (progress.is_complete and not later.is_complete)
    for step in steps:
        if progress.state_of(step.key) != "locked":
            assert later.state_of(step.key) != "locked"
    for key, at in progress.completed.items():
        assert later.completed[key] == at


@given(progresses())
def test_what_is_recorded_as_complete_is_recorded_once(progress):
    keys = [key for key, _ in progress.newly_complete()]
    assert len(keys) == len(set(keys))
    assert not set(keys) & set(progress.completed)
    assert progress.after(keys, NOON).newly_complete() == []


@given(progresses())
def test_what_is_recorded_as_open_is_recorded_once(progress):
    keys = progress.newly_open()
    assert len(keys) == len(set(keys))
    recorded = replace(progress, opened=progress.opened | set(keys))
    assert recorded.newly_open() == []


@given(progresses(), st.data())
def test_a_course_that_grows_takes_back_no_completion(progress, data):
    """A trainer adds a required step anywhere; whoever had completed the whole still has."""
    outline = progress.outline
    if not progress.is_complete or not outline.modules:
        return
    recorded = progress.after([key for key, _ in progress.newly_complete()], NOON)
    new = StepOutline(
        kind=LessonPage.kind, key=UUID(int=5000), page_id=9, title="New", url="/n/", minutes=10
    )
    place = data.draw(st.integers(0, len(outline.modules) - 1))
    grown = replace(outline.modules[place], steps=(*outline.modules[place].steps, new))
    modules = (*outline.modules[:place], grown, *outline.modules[place + 1 :])
    after = replace(recorded, outline=replace(outline, modules=modules))
    assert after.is_complete
    assert after.percent == 100
    assert after.left == []


@given(outlines())
def test_before_and_after_walk_the_course_both_ways(outline):
    steps = outline.steps
    for place, step in enumerate(steps):
        before, after = outline.around(step.key)
        assert before == (steps[place - 1] if place else None)
        assert after == (steps[place + 1] if place + 1 < len(steps) else None)
        module = outline.module_of(step.key)
        assert (module is None) == (step in outline.finals)
        assert module is None or step in module.steps
    assert outline.around(UUID(int=9999)) == (None, None)
    assert sum(outline.step_counts.values()) == len(steps)
