"""Copies of courses, modules and lessons: what learners put in belongs to each of them alone."""

import random
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, Page

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.exceptions import NoAttemptsLeft, WaitBeforeNextAttempt
from assessments.history import attempt_history
from assessments.models import Attempt, QuizPage
from certificates.evidence import evidence_for
from courses.enrolling import complete_lesson, enrol, take_again
from courses.models import (
    CoursePage,
    DoneExercise,
    LessonPage,
    ModulePage,
    Reflection,
    StudiedPart,
)
from courses.own_words import save_reflection
from courses.study_time import ExerciseRecord, PartRecord, study_time
from courses.studying import record_done_elsewhere, record_visit, take_back_tick
from courses.visits import Visit
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

BODY = [
    ("part", {"heading": "First"}),
    ("prose", "<p>Be there first.</p>"),
    ("reflection", {"prompt": "Who listened to you?", "hint": "", "words_asked": 40}),
    ("part", {"heading": "Second"}),
    (
        "knowledge_check",
        {
            "question": "Which leaves it open?",
            "options": [
                {"text": "How was it?", "right": True, "feedback": "Yes."},
                {"text": "Was it fine?", "right": False, "feedback": "It ends there."},
            ],
        },
    ),
]


def copied(page):
    """A copy beside the original, as the staff pages make it."""
    page, number = Page.objects.get(pk=page.pk).specific, random.randrange(10**9)
    return CopyPageAction(
        page,
        recursive=True,
        to=page.get_parent(),
        update_attrs={"title": f"{page.title} again", "slug": f"copy-{number}"},
    ).execute(skip_permission_checks=True)


def aliased(page):
    page, number = Page.objects.get(pk=page.pk).specific, random.randrange(10**9)
    return CreatePageAliasAction(
        page, recursive=True, parent=page.get_parent(), update_slug=f"alias-{number}"
    ).execute(skip_permission_checks=True)


COPIES = pytest.mark.parametrize("copy", [copied, aliased])
KINDS = pytest.mark.parametrize("kind", [CoursePage, ModulePage, LessonPage])


@pytest.fixture
def course():
    course = make.course(order="free")
    make.lesson(make.module(course), body=BODY)
    return course


@pytest.fixture
def learner():
    return make.user()


def both_lessons(kind, copy):
    """The original lesson and its copy, where a page of some kind was copied with all below it."""
    [lesson] = LessonPage.objects.all()
    copy(kind.objects.get())
    return lesson, LessonPage.objects.exclude(pk=lesson.pk).get()


def prompt_of(lesson):
    return next(block for block in lesson.body if block.block_type == "reflection")


def write(learner, lesson, text, number=0):
    block = prompt_of(lesson)
    return save_reflection(
        learner,
        lesson=lesson,
        block_id=UUID(block.id),
        prompt=block.value["prompt"],
        text=text,
        number=number,
        at=NOON,
    )


def place_of(learner, lesson):
    course = lesson.get_ancestors().type(CoursePage).specific().get()
    return enrol(learner, course, at=NOON)


# What learners put in ----------------------------------------------------------------------


@COPIES
@KINDS
def test_a_reflection_in_a_copy_leaves_that_of_the_original_alone(course, learner, kind, copy):
    lesson, other = both_lessons(kind, copy)
    assert lesson.translation_key != other.translation_key
    write(learner, lesson, "My mother listened.")
    write(learner, other, "A stranger on a train.")
    assert set(Reflection.objects.values_list("lesson_key", "text")) == {
        (lesson.translation_key, "My mother listened."),
        (other.translation_key, "A stranger on a train."),
    }
    write(learner, other, "", number=1)
    assert Reflection.objects.get().text == "My mother listened."


@COPIES
@KINDS
def test_each_page_shows_what_was_written_on_it(client, course, learner, kind, copy):
    lesson, other = both_lessons(kind, copy)
    for page, text in ((lesson, "My mother listened."), (other, "A stranger on a train.")):
        place_of(learner, page)
        write(learner, page, text)
    client.force_login(learner)
    first = client.get(f"{lesson.url}?part=all").content.decode()
    second = client.get(f"{other.url}?part=all").content.decode()
    assert "My mother listened." in first
    assert "A stranger on a train." not in first
    assert "A stranger on a train." in second
    assert "My mother listened." not in second
    listed = client.get(reverse("courses:reflections")).content.decode()
    assert "My mother listened." in listed
    assert "A stranger on a train." in listed


@COPIES
@KINDS
def test_parts_and_exercises_of_a_copy_are_recorded_for_themselves(course, learner, kind, copy):
    lesson, other = both_lessons(kind, copy)
    for page in (lesson, other):
        place = place_of(learner, page)
        for part in page.parts:
            visit = Visit(place.pk, page.translation_key, (part.key,), NOON)
            record_visit(place, page, visit, answered=part.questions, goes_on=True, at=NOON + HOUR)
            for exercise in part.exercises:
                record_done_elsewhere(place, page, exercise, at=NOON + HOUR)
    for rows, each in ((StudiedPart.objects, 2), (DoneExercise.objects, 1)):
        assert rows.filter(lesson_key=lesson.translation_key).count() == each
        assert rows.filter(lesson_key=other.translation_key).count() == each
    assert StudiedPart.objects.filter(done_at=None).count() == 0
    place, [exercise] = place_of(learner, other), other.parts[0].exercises
    take_back_tick(place, other, exercise)
    assert DoneExercise.objects.get().lesson_key == lesson.translation_key


def test_what_was_open_in_the_original_is_no_time_in_the_copy(course, learner):
    lesson, other = both_lessons(LessonPage, copied)
    place = place_of(learner, lesson)
    visit = Visit(place.pk, lesson.translation_key, (lesson.parts[0].key,), NOON)
    record_visit(place, other, visit, goes_on=True, at=NOON + HOUR)
    assert not StudiedPart.objects.exists()
    assert Visit.read(visit.sign()) == visit


def test_going_back_to_an_earlier_version_of_a_copy_mixes_nothing(course, learner):
    lesson = LessonPage.objects.get()
    lesson.save_revision().publish()
    _lesson, other = both_lessons(LessonPage, copied)
    write(learner, lesson, "My mother listened.")
    write(learner, other, "A stranger on a train.")
    earlier = other.revisions.order_by("pk").first().as_object()
    earlier.slug = other.slug
    earlier.save_revision().publish()
    again = LessonPage.objects.get(pk=other.pk)
    write(learner, again, "Somebody else.", number=1)
    assert {row.text for row in Reflection.objects.all()} == {
        "My mother listened.",
        "Somebody else.",
    }


def test_an_alias_that_follows_its_original_keeps_what_was_written_in_it(course, learner):
    lesson, alias = both_lessons(LessonPage, aliased)
    write(learner, lesson, "My mother listened.")
    write(learner, alias, "A stranger on a train.")
    lesson.summary = "Another summary."
    lesson.save_revision().publish()
    alias.refresh_from_db()
    assert alias.summary == "Another summary."
    assert write(learner, alias, "Somebody else.", number=1).lesson_key == alias.translation_key
    assert Reflection.objects.get(lesson_key=lesson.translation_key).text == "My mother listened."


def test_a_translation_is_the_same_lesson_and_its_copy_is_another(course, learner):
    lesson = LessonPage.objects.get()
    spanish = Locale.objects.create(language_code="es")
    translated = lesson.copy_for_translation(spanish, copy_parents=True)
    assert translated.translation_key == lesson.translation_key
    stored = write(learner, lesson, "My mother listened.")
    assert write(learner, translated, "Mi madre escuchaba.", number=1).pk == stored.pk
    other = copied(translated)
    assert write(learner, other, "Otra cosa.").pk != stored.pk


def test_the_database_keeps_one_of_each_in_a_lesson(course, learner):
    lesson = LessonPage.objects.get()
    stored = write(learner, lesson, "My mother listened.")
    stored.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.save(force_insert=True)


def test_hours_count_a_part_of_a_lesson_and_that_of_its_copy_each_once():
    def part(lesson):
        return PartRecord(UUID(int=1), UUID(int=lesson), 1200, 1200, True)

    def exercise(lesson):
        return ExerciseRecord(UUID(int=2), UUID(int=lesson), 40, False)

    once = study_time([part(1), part(1)], [exercise(1), exercise(1)], 0)
    both = study_time([part(1), part(2)], [exercise(1), exercise(2)], 0)
    assert (once.parts, once.exercises) == (1, 1)
    assert (both.parts, both.exercises) == (2, 2)


# A limit counts where the award counts -----------------------------------------------------


def quiz_course(**rules):
    course = make.course(order="free")
    make.lesson(make.module(course), body=BODY)
    page = make.quiz_page(course, make.quiz([make.true_false()], **rules), required=False)
    return course, page


def sit(place, page, *, right, at):
    attempt = start_attempt(place, page, at=at)
    responses = make.right_responses(attempt)
    if not right:
        [item] = attempt.paper.items
        responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=at)
    return submit_attempt(attempt, base=1, at=at)


@COPIES
@pytest.mark.parametrize("kind", [CoursePage, QuizPage])
def test_a_copy_gives_no_fresh_tries_at_the_same_quiz(learner, kind, copy):
    course, page = quiz_course(attempts_allowed=2)
    copy(kind.objects.get())
    other = QuizPage.objects.exclude(pk=page.pk).get()
    place, elsewhere = enrol(learner, course, at=NOON), place_of(learner, other)
    sit(place, page, right=False, at=NOON)
    sit(elsewhere, other, right=False, at=NOON + HOUR)
    for here, there in ((place, page), (elsewhere, other)):
        assert attempt_history(here, there.quiz).attempts_left == 0
        with pytest.raises(NoAttemptsLeft):
            start_attempt(here, there, at=NOON + DAY)
    assert Attempt.objects.count() == 2


def test_a_try_that_is_open_in_one_course_counts_in_the_other(learner):
    course, page = quiz_course(attempts_allowed=1)
    other = QuizPage.objects.descendant_of(copied(course)).get()
    start_attempt(enrol(learner, course, at=NOON), page, at=NOON)
    with pytest.raises(NoAttemptsLeft):
        start_attempt(place_of(learner, other), other, at=NOON)


def test_the_wait_between_two_tries_holds_in_the_copy(learner):
    course, page = quiz_course(wait_minutes=60)
    other = QuizPage.objects.descendant_of(copied(course)).get()
    sit(enrol(learner, course, at=NOON), page, right=False, at=NOON)
    elsewhere = place_of(learner, other)
    with pytest.raises(WaitBeforeNextAttempt) as refused:
        start_attempt(elsewhere, other, at=NOON + HOUR / 2)
    assert refused.value.until == NOON + HOUR
    assert start_attempt(elsewhere, other, at=NOON + HOUR).number == 1


def test_taking_a_course_again_gives_no_fresh_tries_until_the_quiz_is_passed(learner):
    course, page = quiz_course(attempts_allowed=2)
    make.edition(course)
    place = enrol(learner, course, at=NOON)
    sit(place, page, right=False, at=NOON)
    finish(place)
    again = take_again(place, at=NOON + DAY)
    assert attempt_history(again, page.quiz).attempts_left == 1
    sit(again, page, right=True, at=NOON + DAY)
    finish(again)
    third = take_again(again, at=NOON + 2 * DAY)
    assert attempt_history(third, page.quiz).attempts_left == 2


def finish(place):
    for lesson in LessonPage.objects.descendant_of(place.course):
        complete_lesson(place, lesson, at=NOON)


def test_where_the_award_counts_the_limit_counts(learner):
    course, page = quiz_course(attempts_allowed=2)
    award = make.award(quiz=page.quiz)
    other = QuizPage.objects.descendant_of(copied(course)).get()
    sit(enrol(learner, course, at=NOON), page, right=False, at=NOON)
    sit(place_of(learner, other), other, right=True, at=NOON + HOUR)
    [evidence] = evidence_for(learner, award)
    assert evidence.met_on == NOON.date()


def test_the_page_of_a_copied_quiz_says_that_tries_elsewhere_count(client, learner):
    course, page = quiz_course(attempts_allowed=3)
    other = QuizPage.objects.descendant_of(copied(course)).get()
    place_of(learner, other)
    client.force_login(learner)
    words = "The same quiz stands elsewhere too, and the 1 try that you made there counts."
    assert words not in " ".join(client.get(other.url).content.decode().split())
    sit(enrol(learner, course, at=NOON), page, right=False, at=NOON)
    assert words in " ".join(client.get(other.url).content.decode().split())
