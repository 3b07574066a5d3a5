"""What templates say of a course: lengths of time, states, and what a module waits for."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from courses.templatetags.learning import (
    counts_in,
    in_words,
    module_standings,
    module_state,
    standing_as,
    standings,
    time_left,
    time_of_study,
    waits_for,
)
from tests.make import NOON


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (None, "0 minutes"),
        (1, "1 minute"),
        (40, "40 minutes"),
        (60, "1 hour"),
        (75, "1 hour 15 minutes"),
        (120, "2 hours"),
        (185, "about 3 hours"),
        (1195, "about 20 hours"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(minutes, words):
    assert in_words(minutes) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (40, "40 minutes"),
        (130, "2 hours 10 minutes"),
        (185, "about 3 hours"),
        (249, "about 4 hours"),
        (530, "about 8½ hours"),
    ],
)
def test_what_is_left_is_said_as_the_course_says_its_own_time(minutes, words):
    """Whoever begins has all of it left, and reads of “about 4 to 8½ hours” on the same page."""
    assert time_left(minutes) == words
    whole = time_of_study(SimpleNamespace(minutes=530, exercise_minutes=281))
    assert minutes != 530 or words.removeprefix("about ") in whole


def step(kind="lesson", **fields):
    return StepOutline(kind, uuid4(), 1, "Step", "/step/", minutes=10, **fields)


def module(*steps):
    return ModuleOutline(uuid4(), 1, "Module", "/module/", steps=steps)


@pytest.fixture
def outline():
    modules = (module(step(), step()), module(step()), module(step()))
    return Outline(uuid4(), 1, "Course", "/course/", in_order=True, modules=modules)


def test_a_locked_module_names_the_modules_it_waits_for(outline):
    first, second, third = outline.modules
    progress = Progress(outline)
    assert waits_for(progress, first) == []
    assert waits_for(progress, second) == [first]
    assert waits_for(progress, third) == [first, second]


def test_what_is_next_and_what_is_done_are_told_apart(outline):
    first = outline.modules[0]
    progress = Progress(outline, {first.steps[0].key: NOON})
    assert counts_in(progress, first) == (1, 2)
    of_steps = standings(progress, first.steps)
    assert of_steps == (("done", False), ("open", True))
    assert standing_as(first.steps, of_steps) == [
        (first.steps[0], "done", False),
        (first.steps[1], "open", True),
    ]
    assert module_standings(progress) == (("open", (1, 2)), ("locked", (0, 1)), ("locked", (0, 1)))


def test_the_counts_of_the_modules_add_up_to_that_of_the_course():
    """A conversation that need not be had is counted in neither."""
    talk = step("conversation", required=False)
    first, second = module(step(), talk, step()), module(step(), step("quiz"))
    outline = Outline(uuid4(), 1, "Course", "/course/", in_order=True, modules=(first, second))
    progress = Progress(outline, {first.steps[0].key: NOON, talk.key: NOON})
    counts = [counts_in(progress, each) for each in outline.modules]
    assert counts == [(1, 2), (0, 2)]
    assert sum(total for _done, total in counts) == progress.total_count
    assert sum(done for done, _total in counts) == progress.done_count


def test_someone_without_a_place_is_told_nothing_of_progress(outline):
    first = outline.modules[0]
    for nobody in (None, ""):
        assert module_state(nobody, first.key) == ""
        assert waits_for(nobody, first) == []
        assert counts_in(nobody, first) == (0, 0)
        assert standings(nobody, first.steps) == ()
        assert [state for _step, state, _next in standing_as(first.steps, ())] == ["", ""]


@pytest.mark.parametrize(
    ("minutes", "exercise_minutes", "words"),
    [
        (530, 281, "about 4 to 8½ hours"),
        (530, 0, "about 9 hours"),
        (249, 0, "about 4 hours"),
        (130, 5, "2 hours 10 minutes"),
        (45, 20, "45 minutes"),
        (0, 0, "0 minutes"),
    ],
)
def test_a_course_takes_so_long_without_its_exercises_and_with_them(
    minutes, exercise_minutes, words
):
    course = SimpleNamespace(minutes=minutes, exercise_minutes=exercise_minutes)
    assert time_of_study(course) == words
