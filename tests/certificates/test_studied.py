"""What a holder did: the time of study, what the course covers, and what was assessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.answered import count_answered
from assessments.attempting import save_responses, start_attempt, submit_attempt
from certificates.exceptions import HoursNotAttested
from certificates.issuing import AttestedHours, issue_by_hand
from certificates.studied import competencies_met, studied_for
from courses.enrolling import take_again
from courses.models import CompetencyGroup, DoneExercise, LessonPage, StudiedPart
from courses.models.second_read import without_second_reader
from courses.studying import record_done_elsewhere, record_visit, record_written
from courses.visits import Visit
from tests import make
from tests.make import HOUR, NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def words(count):
    return ("prose", f"<p>{'word ' * count}</p>")


@pytest.fixture
def course():
    """A lesson of two parts of thirty minutes' reading with an exercise, and a quiz."""
    page = make.course(order="free")
    module = make.module(page)
    lesson = make.lesson(
        module,
        body=[
            ("part", {"heading": "One"}),
            words(3_600),
            ("part", {"heading": "Two"}),
            words(3_600),
            ("reflection", {"prompt": "Write.", "words_asked": 90}),
        ],
    )
    with without_second_reader():
        listening = CompetencyGroup.objects.create(name="Listening", place=2)
        support = CompetencyGroup.objects.create(name="Peer support", place=1)
    for code, group in (("LI1", listening), ("FO1", support), ("ZZ1", None)):
        competency = make.competency(code, name=f"Name of {code}", group=group)
        lesson.competencies.add(competency)
    lesson.save()
    questions = [make.single_choice(), make.true_false()]
    questions[0].competencies.add(lesson.competencies.get(code="LI1"))
    questions[0].save()
    questions[1].competencies.add(lesson.competencies.get(code="FO1"))
    questions[1].save()
    make.quiz_page(module, make.quiz(questions, pass_percent=50))
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def place(course):
    return make.enrolment(course=course)


@pytest.fixture
def award(course):
    return make.award(hours_course=course)


def lesson_of(course):
    return LessonPage.objects.descendant_of(course).get()


def read(place, number, minutes, at=NOON):
    """Open a part and press *Next* after some minutes."""
    lesson = lesson_of(place.course)
    part = lesson.parts[number - 1]
    visit = Visit(place.pk, lesson.translation_key, (part.key,), at)
    record_visit(place, lesson, visit, goes_on=True, at=at + minutes * MINUTE)
    return at + minutes * MINUTE


def sit(place, *, seconds, right=True, at=NOON + HOUR):
    page = place.course.get_descendants().last().specific
    attempt = start_attempt(place, page, at=at)
    items = attempt.paper.items
    given = {item.id: item.right_response() for item in (items if right else items[:1])}
    saved = save_responses(attempt, given, base=attempt.save_number, at=at)
    submit_attempt(attempt, base=saved.number, at=at + timedelta(seconds=seconds))
    return attempt


# Time ---------------------------------------------------------------------------------------


def test_someone_who_did_nothing_has_no_time_and_the_sum_says_of_how_much(award, place):
    time = studied_for(award, place.learner).time
    assert (time.minutes, time.parts, time.of_parts, time.of_exercises) == (0, 0, 2, 1)


def test_the_parts_that_were_read_are_counted(award, place):
    at = read(place, 1, 10)
    read(place, 2, 9, at=at)  # a third of its thirty minutes would be ten
    time = studied_for(award, place.learner).time
    assert (time.parts, time.words, time.minutes) == (1, 3_600, 30)


def test_a_part_that_was_tapped_through_counts_once_it_has_been_open_long_enough(award, place):
    at = read(place, 1, 1)
    assert studied_for(award, place.learner).time.parts == 0
    read(place, 1, 9, at=at)
    assert studied_for(award, place.learner).time.parts == 1


def test_what_was_done_by_someone_else_or_elsewhere_is_not_counted(award, course):
    stranger = make.enrolment(course=course)
    read(stranger, 1, 30)
    other = make.enrolment(stranger.learner, make.full_course())
    assert studied_for(award, make.user()).time.parts == 0
    assert studied_for(make.award(hours_course=other.course), stranger.learner).time.parts == 0


def test_a_course_that_is_taken_again_is_not_counted_twice(award, place):
    at = read(place, 1, 30)
    lesson = lesson_of(place.course)
    place.completions.create(page=place.course, page_key=place.course_key, completed_at=at)
    again = take_again(place, at=at + HOUR)
    read(again, 1, 30, at=at + HOUR)
    record_written(again, lesson, lesson.parts[1].exercises[0], "word " * 15, at=at + HOUR)
    time = studied_for(award, place.learner).time
    assert (time.parts, time.words, time.exercises) == (1, 3_600, 1)
    assert StudiedPart.objects.count() == 2


def test_an_exercise_counts_that_was_written_or_ticked(award, place):
    lesson = lesson_of(place.course)
    exercise = lesson.parts[1].exercises[0]
    record_done_elsewhere(place, lesson, exercise, at=NOON)
    assert studied_for(award, place.learner).time.exercises == 0  # nothing of it was read
    record_written(place, lesson, exercise, "word " * 15, at=NOON)
    time = studied_for(award, place.learner).time
    assert (time.exercises, time.exercise_minutes) == (1, 10)
    assert DoneExercise.objects.count() == 1


def test_more_that_was_done_costs_no_more_queries(award, place, django_assert_max_num_queries):
    studied_for(award, place.learner)
    at = read(place, 1, 30)
    read(place, 2, 30, at=at)
    sit(place, seconds=60)
    with django_assert_max_num_queries(9):
        studied_for(award, place.learner)


def test_an_award_without_a_course_counts_no_time():
    studied = studied_for(make.award(), make.user())
    assert (studied.time, studied.competencies) == (None, [])


# Questions ----------------------------------------------------------------------------------


def test_a_question_counts_once_however_often_it_is_met(place):
    sit(place, seconds=60)
    sit(place, seconds=60, at=NOON + 2 * HOUR)
    assert count_answered(place.learner, place.course_key) == 2


def test_a_try_that_was_over_too_soon_counts_for_nothing(place):
    sit(place, seconds=39)
    assert count_answered(place.learner, place.course_key) == 0


def test_a_question_that_was_left_empty_is_not_answered(place):
    sit(place, seconds=60, right=False)
    assert count_answered(place.learner, place.course_key) == 1


def test_a_try_that_is_not_handed_in_counts_for_nothing_yet(place):
    page = place.course.get_descendants().last().specific
    start_attempt(place, page, at=NOON)
    assert count_answered(place.learner, place.course_key) == 0


# Competencies -------------------------------------------------------------------------------


def test_what_the_course_covers_is_listed_by_its_groups_in_their_order(award, place):
    rows = studied_for(award, place.learner).competencies
    assert [(row["group"], row["code"]) for row in rows] == [
        ("Peer support", "FO1"),
        ("Listening", "LI1"),
        ("", "ZZ1"),
    ]
    assert not any(row["assessed"] for row in rows)


def test_a_lesson_that_is_not_published_is_neither_covered_nor_in_the_sum(award, place):
    module = lesson_of(place.course).get_parent().specific
    body = [("part", {"heading": "Draft"}), words(100)]
    draft = make.lesson(module, body=body, live=False)
    draft.competencies.add(make.competency("DR1"))
    draft.save()
    studied = studied_for(award, place.learner)
    assert studied.time.of_parts == 2
    assert "DR1" not in {row["code"] for row in studied.competencies}


def test_only_what_a_passed_paper_met_is_assessed(award, place):
    sit(place, seconds=60, right=False)  # half of it, which passes, and the other left empty
    assert len(competencies_met(place.learner, place.course)) == 1
    sit(place, seconds=60, at=NOON + 2 * HOUR)
    rows = studied_for(award, place.learner).competencies
    assert [row["code"] for row in rows if row["assessed"]] == ["FO1", "LI1"]


def test_what_a_failed_paper_met_is_not_assessed(award, place):
    attempt = sit(place, seconds=60)
    attempt.results.update(passed=False)
    assert competencies_met(place.learner, place.course) == set()


def test_somebody_elses_paper_assesses_nobody_but_them(award, place, course):
    sit(place, seconds=60)
    other = make.enrolment(course=course)
    assert competencies_met(other.learner, course) == set()


# On the credential --------------------------------------------------------------------------


def by_hand(award, holder, **fields):
    registrar = make.user(full_name="Maya Lindqvist")
    return issue_by_hand(award, holder, evidence="Seen.", by=registrar, at=NOON, **fields)


def test_the_sum_is_frozen_with_the_credential(award, place):
    at = read(place, 1, 30)
    credential = by_hand(award, place.learner)
    assert (credential.minutes, credential.study["parts"]) == (30, 1)
    read(place, 2, 30, at=at)
    credential.refresh_from_db()
    assert credential.study["parts"] == 1


def test_hours_of_a_room_are_those_that_somebody_attests(award, place):
    with without_second_reader():
        award.taught_in_room = True
        award.save()
    read(place, 1, 30)
    credential = by_hand(award, place.learner, attested=AttestedHours(2_400, " Rosa Adeyemi "))
    assert (credential.minutes, credential.hours_attested_by) == (2_400, "Rosa Adeyemi")
    assert credential.study == {}
    assert credential.hours.sentence == "Hours attested by Rosa Adeyemi: 40 hours"


@pytest.mark.parametrize(("taught_in_room", "by"), [(False, "Rosa"), (True, " ")])
def test_hours_are_typed_for_no_other_award_and_by_nobody_unnamed(award, place, taught_in_room, by):
    with without_second_reader():
        award.taught_in_room = taught_in_room
        award.save()
    with pytest.raises(HoursNotAttested):
        by_hand(award, place.learner, attested=AttestedHours(60, by))
