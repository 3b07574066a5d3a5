"""The rule by which hours are counted: an example, its edges, and what always holds."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import study_time as rule
from courses.study_time import ExerciseRecord, PartRecord, StudyTime, TalkRecord, study_time

LESSON = UUID(int=1)


def part(number=1, words=120, seconds=600, is_done=True, lesson=1):
    return PartRecord(UUID(int=number), UUID(int=lesson), words, seconds, is_done)


def exercise(number=1, words_asked=60, is_ticked=False, lesson=1):
    return ExerciseRecord(UUID(int=number), UUID(int=lesson), words_asked, is_ticked)


def talk(ending="e1", words=480, choices=8, seconds=600, conversation=1):
    return TalkRecord(conversation, ending, words, choices, seconds)


# Practice conversations -------------------------------------------------------------------


def test_a_conversation_counts_the_words_of_its_way_and_a_quarter_of_a_minute_a_choice():
    time = study_time([], [], 0, [talk(words=480, choices=8)])
    assert (time.conversations, time.conversation_minutes) == (1, 4 + 2)


def test_each_different_ending_counts_once_however_often_it_is_come_to():
    time = study_time([], [], 0, [talk("e1"), talk("e1", words=900), talk("e2"), talk("e1")])
    assert (time.conversations, time.conversation_minutes) == (2, 12)
    both = study_time([], [], 0, [talk(conversation=1), talk(conversation=2)])
    assert both.conversations == 2


@pytest.mark.parametrize(("seconds", "counts"), [(79, 0), (80, 1), (0, 0)])
def test_clicking_through_in_less_than_a_third_of_its_reading_time_is_no_time(seconds, counts):
    time = study_time([], [], 0, [talk(words=480, seconds=seconds)])
    assert time.conversations == counts
    assert time.conversation_minutes == counts * 6


def test_a_later_slow_play_of_an_ending_that_was_clicked_through_counts():
    assert study_time([], [], 0, [talk(seconds=1), talk(seconds=600)]).conversations == 1


def test_conversations_are_part_of_the_half_hours():
    talks = [talk(f"e{number}") for number in range(5)]
    assert study_time([], [], 0, talks).minutes == 30
    assert study_time([], [], 0, talks[:4]).minutes == 0


def test_a_sum_that_was_frozen_before_conversations_counted_is_read_as_it_was():
    frozen = study_time([part()], [], 1).to_json()
    for name in ("conversations", "conversation_minutes"):
        frozen.pop(name)
    assert StudyTime.from_json(frozen).conversations == 0


# The brief's own table --------------------------------------------------------------------

WORDS = {1: 2478, 2: 2950, 3: 2557, 4: 3808, 5: 2428, 6: 6077}
EXERCISES = {
    1: [13, 13, 3, 9],
    2: [4, 4, 7, 5, 10, 7, 15, 5],
    3: [9, 15, 8, 10, 8],
    4: [15, 15, 10, 4, 11, 6],
    5: [15, 12, 5, 9, 5],
    6: [7, 5, 5, 6, 6],
}
QUESTIONS = 8 + 10 + 10 + 12 + 10 + 30


def everything_read():
    return [part(module, words, seconds=words, lesson=module) for module, words in WORDS.items()]


def everything_written(is_ticked=False):
    minutes = [(module, each) for module, listed in EXERCISES.items() for each in listed]
    return [
        exercise(100 + number, (each - 1) * 10, is_ticked, lesson=module)
        for number, (module, each) in enumerate(minutes)
    ]


def test_the_words_of_the_table_add_up():
    assert sum(WORDS.values()) == 20_298


def test_whoever_reads_all_of_it_and_writes_nothing_studied_about_four_hours():
    result = study_time(everything_read(), [], QUESTIONS)
    assert (result.reading_minutes, result.question_minutes) == (169, 80)
    assert result.minutes == 4 * 60


def test_whoever_also_does_every_exercise_studied_about_eight_and_a_half_hours():
    result = study_time(everything_read(), everything_written(), QUESTIONS)
    assert result.exercise_minutes == 281
    assert result.minutes == 8.5 * 60


def test_the_bot_of_the_review_earns_nothing():
    """Thirty-two seconds, fourteen tries: no part was open long enough, and no try was."""
    assert study_time([part(n, 250, 2) for n in range(1, 90)], [], 0) == StudyTime(
        of_parts=0, of_exercises=0
    )


def test_the_table_as_it_is_opened_up():
    result = study_time(everything_read(), everything_written(), 80, of_parts=75, of_exercises=40)
    assert result.to_json() == {
        "parts": 6,
        "of_parts": 75,
        "exercises": 33,
        "of_exercises": 40,
        "questions": 80,
        "words": 20_298,
        "reading_minutes": 169,
        "exercise_minutes": 281,
        "question_minutes": 80,
        "conversations": 0,
        "conversation_minutes": 0,
        "minutes": 510,
    }
    assert StudyTime.from_json(result.to_json()) == result


def test_nothing_was_frozen_where_nothing_was():
    assert StudyTime.from_json({}) is None


# Parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "seconds", "counts"),
    [(120, 20, True), (120, 19, False), (360, 60, True), (360, 59, False), (0, 0, True)],
)
def test_a_part_counts_after_a_third_of_its_reading_time(words, seconds, counts):
    assert study_time([part(words=words, seconds=seconds)], [], 0).parts == counts


def test_a_part_that_is_not_done_counts_nothing_however_long_it_was_open():
    assert study_time([part(seconds=99_999, words=9_000, is_done=False)], [], 0).minutes == 0


def test_time_that_a_page_lay_open_is_worth_no_more_than_its_words():
    assert study_time([part(words=120, seconds=99_999)], [], 0).reading_minutes == 1


def test_a_part_that_was_taken_twice_counts_once_and_its_time_is_joined():
    records = [part(words=3_600, seconds=300), part(words=3_600, seconds=300, is_done=False)]
    result = study_time(records, [], 0)
    assert (result.parts, result.minutes) == (1, 30)


def test_what_a_course_no_longer_has_still_counts():
    result = study_time([part(1), part(2)], [exercise()], 0, of_parts=1, of_exercises=0)
    assert (result.parts, result.of_parts, result.of_exercises) == (2, 2, 1)


# Exercises --------------------------------------------------------------------------------


def test_what_was_ticked_counts_no_more_than_what_was_read_in_its_lesson():
    ticked = [exercise(n, 140, is_ticked=True) for n in range(10, 14)]
    assert study_time([part(words=600)], ticked, 0).exercise_minutes == 5
    assert study_time([part(words=600, lesson=2)], ticked, 0).exercise_minutes == 0


def test_what_was_ticked_where_nothing_was_read_is_no_exercise_done():
    result = study_time([], [exercise(is_ticked=True)], 0)
    assert (result.exercises, result.exercise_minutes) == (0, 0)


def test_what_was_written_counts_whatever_was_read():
    assert study_time([], [exercise(words_asked=140)], 0).exercise_minutes == 15


def test_an_exercise_that_was_ticked_and_later_written_counts_once_as_written():
    both = [exercise(is_ticked=True), exercise(is_ticked=False)]
    assert study_time([], both, 0).exercise_minutes == 7
    assert study_time([], both[::-1], 0).exercise_minutes == 7


# Questions, and rounding ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "questions", "counts"),
    [(200, 10, True), (199.9, 10, False), (0, 0, False), (20, 1, True)],
)
def test_a_try_counts_that_was_open_twenty_seconds_a_question(seconds, questions, counts):
    assert rule.try_was_long_enough(seconds, questions) is counts


@pytest.mark.parametrize(
    ("questions", "minutes"), [(0, 0), (29, 0), (30, 30), (59, 30), (60, 60), (89, 60)]
)
def test_the_sum_is_rounded_down_to_the_half_hour(questions, minutes):
    assert study_time([], [], questions).minutes == minutes


def test_rounding_comes_last():
    """Three parts of forty words are a minute together, and none by itself."""
    parts = [part(number, words=40) for number in (1, 2, 3)]
    assert study_time(parts, [], 29).minutes == 30


# What always holds ------------------------------------------------------------------------


def lesson_of(number):
    """A part or an exercise is in one lesson, in every record of it."""
    return UUID(int=number % 3 + 1)


def part_of(number, seconds, is_done):
    return PartRecord(UUID(int=number), lesson_of(number), 37 * number, seconds, is_done)


def exercise_of(number, is_ticked):
    return ExerciseRecord(UUID(int=number), lesson_of(number), 23 * number, is_ticked)


small = st.integers(1, 12)
part_records = st.lists(st.builds(part_of, small, st.integers(0, 400), st.booleans()), max_size=15)
exercise_records = st.lists(st.builds(exercise_of, small, st.booleans()), max_size=10)
numbers = st.integers(0, 120)


@given(part_records, exercise_records, numbers)
def test_it_is_whole_half_hours_and_never_more_than_its_parts(parts, exercises, questions):
    result = study_time(parts, exercises, questions)
    opened = result.reading_minutes + result.exercise_minutes + result.question_minutes
    assert result.minutes % 30 == 0
    assert result.minutes <= opened + 2  # each kind is cut to a whole minute when it is shown
    assert result.minutes > opened - 30


@given(part_records, exercise_records, numbers)
def test_it_is_the_same_in_any_order(parts, exercises, questions):
    backwards = study_time(parts[::-1], exercises[::-1], questions)
    assert study_time(parts, exercises, questions) == backwards


@given(part_records, exercise_records, numbers)
def test_saying_it_twice_adds_nothing_but_time_open(parts, exercises, questions):
    once = study_time(parts, exercises, questions)
    again = study_time(parts, [*exercises, *exercises], questions)
    assert again == once


@given(part_records, exercise_records, numbers, numbers)
def test_doing_more_never_counts_less(parts, exercises, questions, more):
    before = study_time(parts, exercises, questions)
    new = part(number=99, words=240, seconds=240)
    after = study_time([*parts, new], [*exercises, exercise(99)], questions + more)
    assert after.minutes >= before.minutes
    assert after.parts == before.parts + 1


@given(part_records, numbers)
def test_who_only_opens_and_waits_is_worth_nothing(parts, questions):
    undone = [PartRecord(p.key, p.lesson_key, p.words, p.seconds, False) for p in parts]
    assert study_time(undone, [], questions).minutes == rule.half_hours_in(questions)


@given(part_records, exercise_records)
def test_ticks_never_count_for_more_than_what_was_read(parts, exercises):
    ticked = [ExerciseRecord(e.key, e.lesson_key, e.words_asked, True) for e in exercises]
    result = study_time(parts, ticked, 0)
    assert result.exercise_minutes <= result.reading_minutes + 1
