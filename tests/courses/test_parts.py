"""A lesson in its parts, and about how long they take."""

from uuid import UUID, uuid4

import pytest

from courses.models import LessonPage
from courses.parts import Exercise, minutes_of, parts_of
from courses.study_time import exercise_minutes, reading_minutes
from lms.shipped.pieces import blocks
from tests import make

KEY = uuid4()
CHECK = {
    "question": "Which one is open?",
    "options": [
        {"text": "“Fine?”", "right": False, "feedback": "One word ends it, kindly."},
        {"text": "“What’s it like?”", "right": True, "feedback": "Yes."},
    ],
}


def body_of(*content):
    """A lesson's body as an author would have it."""
    return LessonPage.body.field.to_python(list(content))


def words_in(*content):
    return sum(part.words for part in parts_of(body_of(*content), KEY))


def test_a_part_begins_at_each_mark():
    body = body_of(
        ("part", {"heading": "Signs"}),
        ("prose", "<p>One two three.</p>"),
        ("part", {"heading": "Asking"}),
        ("prose", "<p>Four five.</p>"),
        ("knowledge_check", CHECK),
    )
    first, second = parts_of(body, KEY)
    assert (first.heading, first.words, first.start, first.stop) == ("Signs", 3, 0, 2)
    assert (second.heading, second.start, second.stop) == ("Asking", 2, 5)
    assert first.key == UUID(body[0].id)
    assert second.key == UUID(body[2].id)


def test_a_lesson_without_marks_is_one_part():
    [part] = parts_of(body_of(("prose", "<p>One.</p>"), ("prose", "<p>Two.</p>")), KEY)
    assert (part.key, part.heading, part.words, part.stop) == (KEY, "", 2, 2)


def test_an_empty_lesson_is_one_part_too():
    [part] = parts_of(body_of(), KEY)
    assert (part.key, part.words) == (KEY, 0)


def test_what_stands_before_the_first_mark_is_a_part_of_its_own():
    body = body_of(("prose", "<p>One.</p>"), ("part", {"heading": "Then"}))
    before, after = parts_of(body, KEY)
    assert (before.key, before.words) == (KEY, 1)
    assert (after.heading, after.words) == ("Then", 0)


def test_a_part_knows_its_exercises():
    body = body_of(
        ("part", {"heading": "Practise"}),
        ("reflection", {"prompt": "Write.", "words_asked": 60}),
        ("reflection", {"prompt": "And again."}),
    )
    [part] = parts_of(body, KEY)
    assert part.exercises == (Exercise(UUID(body[1].id), 60), Exercise(UUID(body[2].id), 0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (("prose", "<h2>Ask by name</h2><ul><li>One</li><li>Two</li></ul><p>a&nbsp;b</p>"), 7),
        (("key_point", {"text": "Ask straight."}), 2),
        (("quote", {"words": "“Don’t rush.”", "speaker": "Sam, peer supporter"}), 5),
        (("do_dont", {"title": "With them", "do": ["Ask"], "dont": ["Do not push"]}), 6),
        (("steps", {"title": "", "steps": [{"title": "Stop", "text": "Breathe out."}]}), 3),
        (("table", {"caption": "Two", "header": ["A", "B"], "rows": [["c", "d e"]]}), 6),
        (("scenario", {"situation": "<p>Sam went quiet.</p>", "prompt": "What now?"}), 5),
        (("reflection", {"prompt": "Who listened?", "hint": "A small one."}), 5),
        (("content_note", {"text": "This is plain."}), 3),
        (("part", {"heading": "A heading is not counted"}), 0),
        (("prose", "<p>Año nuevo, ¿qué tal?</p>"), 4),
    ],
)
def test_words_are_counted_that_stand_on_the_page(content, words):
    assert words_in(content) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (("reveal", {"prompt": "Think first", "hidden": "<p>A long reply that opens.</p>"}), 2),
        (("knowledge_check", CHECK), 8),
        (
            (
                "resources",
                {"title": "Read on", "links": [{"title": "A guide", "url": "https://e.org/"}]},
            ),
            0,
        ),
        (("help", {"introduction": ""}), 0),
    ],
)
def test_feedback_sources_and_what_a_reveal_hides_are_not(content, words):
    assert words_in(content) == words


@pytest.mark.parametrize(
    ("words", "minutes"),
    [(0, 1), (1, 2), (10, 2), (11, 3), (60, 7), (120, 13), (140, 15), (500, 15)],
)
def test_an_exercise_takes_a_minute_and_its_writing_fifteen_at_most(words, minutes):
    assert exercise_minutes(words) == minutes


def test_reading_is_not_rounded_until_the_end():
    assert reading_minutes(120) == 1
    assert 3 * reading_minutes(40) == 1


def test_the_minutes_are_those_of_reading_and_of_every_exercise():
    body = body_of(
        ("prose", f"<p>{'word ' * 600}</p>"), ("reflection", {"prompt": "Now", "words_asked": 60})
    )
    assert minutes_of(parts_of(body, KEY)) == 5 + 7


def test_the_shortest_lesson_takes_a_minute():
    assert minutes_of(parts_of(body_of(("prose", "<p>Hi.</p>")), KEY)) == 1


def test_nobody_types_the_minutes_of_a_lesson(db):
    module = make.module(make.course())
    lesson = make.lesson(module, body=[("prose", f"<p>{'word ' * 1200}</p>")], minutes=300)
    assert LessonPage.objects.get(pk=lesson.pk).minutes == 10
    lesson.body = [("prose", f"<p>{'word ' * 240}</p>")]
    lesson.save_revision().publish()
    assert LessonPage.objects.get(pk=lesson.pk).minutes == 2


def test_a_part_keeps_its_name_when_the_lesson_is_edited(db):
    module = make.module(make.course())
    lesson = make.lesson(
        module, body=[("part", {"heading": "First"}), ("part", {"heading": "Second"})]
    )
    keys = [part.key for part in LessonPage.objects.get(pk=lesson.pk).parts]
    saved = LessonPage.objects.get(pk=lesson.pk)
    raw = saved.body.get_prep_value()
    raw[1]["value"]["heading"] = "Second, in better words"
    saved.body = saved.body.stream_block.to_python([raw[1], raw[0]])
    saved.save_revision().publish()
    assert [part.key for part in LessonPage.objects.get(pk=lesson.pk).parts] == keys[::-1]


def test_a_shipped_lesson_names_its_parts_and_the_words_that_it_asks_for():
    shipped = [
        {"part": "Why a voice beside you helps"},
        {"prose": "<p>One.</p>"},
        {"reflection": {"prompt": "Think of a rule.", "hint": "", "words_asked": 60}},
    ]
    [part] = parts_of(body_of(*blocks(shipped)), KEY)
    assert part.heading == "Why a voice beside you helps"
    assert [exercise.words_asked for exercise in part.exercises] == [60]
