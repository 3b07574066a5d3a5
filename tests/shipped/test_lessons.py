"""The shipped lessons: sound blocks, parts that fit a phone, and something to try in each."""

import re
from collections import Counter, defaultdict

import pytest

from courses.blocks.provenance import HOW_FAR_READ
from courses.models import CoursePage
from courses.parts import minutes_of
from courses.study_time import exercise_minutes, half_hours_in, reading_minutes
from lms.shipped.conversations import shipped_conversations
from practice.models.pages import minutes_of_script
from tests.shipped import content
from tests.shipped.content import NEW_LESSONS

CODES = sorted(content.lessons())
LONGEST_PART = 335
"""Words. With its headings, boxes and a question, such a part fills two to four screens of a small
phone."""

CRISIS_POINTS = {
    "signs": "Talk of wanting to die",
    "looking for a way": "Looking for a way",
    "asks by name": "Are you thinking about suicide?",
    "already done": "Have you already done something to hurt yourself today?",
    "distance": "Distance between a person and what they might use",
    "a yes": "A reason to talk for longer",
    "which need help today": "Work it out together",
    "a no that does not fit": "does not fit what you see",
    "stay": "When it is today",
    "follow up": "Follow up",
    "self-harm": "Self-harm",
    "naloxone": "naloxone",
    "on their side": "on their side",
    "violence": "Injury and violence",
    "crisis plan": "crisis plan",
    "afterwards": "let someone look after you",
    "supervision": "talk it through with your supervisor the same day",
    "not first aid": "not suicide first-aid training",
}


def test_there_are_six_modules_of_twenty_five_lessons():
    modules = Counter(lesson["module"] for lesson in content.lessons().values())
    assert modules == {"FPS-1": 3, "FPS-2": 4, "FPS-3": 4, "FPS-4": 5, "FPS-5": 3, "FPS-6": 6}
    assert list(modules) == [module["code"] for module in content.course()["modules"]]
    slugs = [lesson["slug"] for lesson in content.lessons().values()]
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("code", CODES)
def test_every_block_is_one_that_an_editor_could_save(code):
    body = content.body_of(code)
    body.stream_block.clean(body)


@pytest.mark.parametrize("code", CODES)
def test_a_lesson_is_in_parts_that_fit_a_phone(code):
    parts = content.parts(code)
    assert 3 <= len(parts) <= 6
    assert all(part.heading for part in parts)
    assert [part.words for part in parts if part.words > LONGEST_PART] == []
    assert all(part.words > 60 for part in parts)


@pytest.mark.parametrize("code", CODES)
def test_there_is_a_question_to_try_in_every_lesson(code):
    tapped = [
        number
        for number in range(1, len(content.parts(code)) + 1)
        if any(block.block_type == "knowledge_check" for block in content.blocks_of(code, number))
    ]
    assert tapped
    if code in NEW_LESSONS:
        assert tapped == list(range(1, len(content.parts(code)) + 1))


@pytest.mark.parametrize("place", range(len(content.taps())))
def test_a_question_to_try_has_one_right_option_and_words_for_each(place):
    code, tap = content.taps()[place]
    right = [option for option in tap["options"] if option["right"]]
    assert len(right) == 1, (code, tap["question"])
    assert all(option["feedback"].strip() for option in tap["options"])
    assert len({option["text"] for option in tap["options"]}) == len(tap["options"])


def test_the_right_option_to_try_is_not_told_by_its_place_or_its_length():
    places, lengths = Counter(), Counter()
    for _code, tap in content.taps():
        sizes = [content.words(option["text"]) for option in tap["options"]]
        [right] = [place for place, option in enumerate(tap["options"]) if option["right"]]
        places[right] += 1
        lengths[sizes[right] == max(sizes)] += 1
    assert max(places.values()) <= places.total() / 2
    assert lengths[True] <= lengths.total() / 2


@pytest.mark.parametrize("code", NEW_LESSONS)
def test_a_dont_of_a_new_lesson_cannot_be_read_alone_as_advice(code):
    for block in content.lessons()[code]["body"]:
        for line in block.get("do_dont", {}).get("dont", []):
            assert line.startswith("Do not ")
            assert line.endswith(".")


def test_the_lesson_on_a_crisis_holds_every_point_and_stays_short():
    lesson_text = " ".join(content.strings_in(content.lessons()["4.5"]))
    assert [name for name, words in CRISIS_POINTS.items() if words not in lesson_text] == []
    assert 900 <= sum(part.words for part in content.parts("4.5")) <= 1200
    assert content.lessons()["4.5"]["help"]


def test_nobody_types_minutes():
    for lesson in content.lessons().values():
        assert lesson.get("minutes", 0) == 0
    course = content.course()
    assert all("minutes" not in module.get("quiz", {}) for module in course["modules"])
    assert "minutes" not in course["final"]
    assert "hours" not in course


@pytest.mark.parametrize("code", CODES)
def test_every_place_to_write_says_about_how_many_words_it_asks_for(code):
    exercises = [exercise for part in content.parts(code) for exercise in part.exercises]
    assert all(20 <= exercise.words_asked <= 140 for exercise in exercises)
    assert bool(exercises) is (code != "6.4")
    assert minutes_of(content.parts(code)) <= 60


def test_the_course_says_the_hours_that_its_words_come_to():
    every_part = [part for code in CODES for part in content.parts(code)]
    reading = reading_minutes(sum(part.words for part in every_part))
    writing = sum(
        exercise_minutes(exercise.words_asked) for part in every_part for exercise in part.exercises
    )
    drawn = [module["quiz"] for module in content.course()["modules"] if "quiz" in module]
    red_lines = 6 * sum(quiz.get("red_lines", False) for quiz in drawn)
    questions = 30 + red_lines + sum(quiz["draw"] for quiz in drawn)
    assert half_hours_in(reading + questions) == 4 * 60
    assert half_hours_in(reading + questions + writing) == 8 * 60 + 30
    talking = sum(minutes_of_script(written.script) for written in shipped_conversations())
    assert half_hours_in(reading + questions + writing + talking) == 10 * 60 + 30
    summary, introduction = content.course()["summary"], content.course()["introduction"]
    assert "about 4 hours" in summary
    assert "10½ with exercises and conversations" in summary
    assert "about 4 hours" in introduction
    assert "8½" in introduction
    assert len(summary) <= CoursePage._meta.get_field("summary").max_length


# Where it comes from -------------------------------------------------------------------------


def sources():
    return [
        (code, source)
        for code, lesson in content.lessons().items()
        for source in lesson.get("sources", [])
    ]


def test_what_leans_on_research_or_law_says_so_under_the_lesson():
    from_somewhere = {code for code, _source in sources()}
    assert {"1.1", "1.3", "2.1", "2.2", "3.1", "3.2", "4.2", "4.3", "4.4", "4.5"} <= from_somewhere
    assert {"5.1", "5.3", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6"} <= from_somewhere
    assert len([source for code, source in sources() if code == "4.5"]) >= 9


def test_no_source_is_said_to_be_read_further_than_it_was():
    ways = [work["read"] for _code, source in sources() for work in source["references"]]
    assert set(ways) <= dict(HOW_FAR_READ).keys()
    # Nobody has opened one whole yet. Whoever does changes its row, and then this line.
    assert "whole" not in ways


PUBLISHED_BY_A_BODY = {
    "HSE, Ireland",
    "Mental Health America",
    "MindFreedom",
    "Public lists of warning signs, of the 988 Lifeline and others",
    "Time to Change",
    "US Department of Health and Human Services, guidance on HIPAA and mental health",
}
"""Works without a year, which whoever names them puts out under its own name."""


def works():
    return [work for _code, source in sources() for work in source["references"]]


def test_no_source_is_a_key_of_our_notes():
    texts = [work["text"] for work in works()]
    keys = re.compile(r"[\[°†]|\bnoted as\b|still to be|“[A-Z]+\d*(-[a-z0-9]+)?”", re.I)
    assert [text for text in texts if keys.search(text)] == []


def test_every_source_can_be_looked_up():
    """By a year, an address, the number of a law or a guideline, or a body that publishes it."""
    way = re.compile(
        r"\b(1[89]|20)\d\d\b|\.(org|edu|gov|com)\b|\bNG\d|\bRegulation\b|\bAct\b|\bCFR\b"
    )
    texts = [work["text"] for work in works() if "url" not in work]
    assert {text for text in texts if not way.search(text)} <= PUBLISHED_BY_A_BODY


def test_a_work_is_named_alike_wherever_it_stands():
    """So that one address is never two works, nor one work two addresses."""
    by_url = defaultdict(set)
    for work in works():
        if "url" in work:
            by_url[work["url"]].add(work["text"].partition(":")[0])
    assert [names for names in by_url.values() if len(names) > 1] == []
