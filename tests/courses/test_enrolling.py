"""Taking a place, finishing lessons, keeping reflections: what is recorded, and what never changes."""

from uuid import uuid4

import pytest

from courses.enrolling import complete_lesson, enrol, save_reflection, withdraw
from courses.exceptions import CourseNotOpen, EnrolmentClosed, LessonLocked, ReflectionChanged
from courses.models import Completion, Enrolment, LessonPage, ModulePage, Opening
from courses.outlines import outline_of, progress_for, progress_of
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.full_course(modules=2, lessons=2, quizzes=False)


@pytest.fixture
def learner():
    return make.user()


def lessons_of(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def test_enrolling_twice_is_one_place(learner, course):
    first = enrol(learner, course, at=NOON)
    again = enrol(learner, course, at=NOON + DAY)
    assert first == again
    assert Enrolment.objects.get().enrolled_at == NOON


def test_a_learner_who_withdrew_comes_back_to_what_they_did(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    complete_lesson(enrolment, lessons_of(course)[0], at=NOON)
    withdraw(enrolment, at=NOON + HOUR)
    enrolment.refresh_from_db()
    assert not enrolment.is_open(NOON + HOUR)
    back = enrol(learner, course, at=NOON + DAY)
    assert back.is_open(NOON + DAY)
    assert progress_of(back).done_count == 1


def test_an_unpublished_course_takes_nobody(learner, course):
    course.unpublish()
    with pytest.raises(CourseNotOpen):
        enrol(learner, course, at=NOON)
    assert not Enrolment.objects.exists()


def test_finishing_a_lesson_twice_is_one_completion(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    lesson = lessons_of(course)[0]
    complete_lesson(enrolment, lesson, at=NOON)
    complete_lesson(enrolment, lesson, at=NOON + DAY)
    assert Completion.objects.get(page_key=lesson.translation_key).completed_at == NOON


def test_a_locked_lesson_cannot_be_finished_and_says_what_is_missing(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    lessons = lessons_of(course)
    with pytest.raises(LessonLocked) as locked:
        complete_lesson(enrolment, lessons[2], at=NOON)
    assert [step.title for step in locked.value.missing] == [one.title for one in lessons[:2]]
    assert not Completion.objects.exists()


def test_a_closed_place_finishes_nothing(learner, course):
    enrolment = make.enrolment(learner, course, ends_at=NOON + HOUR)
    complete_lesson(enrolment, lessons_of(course)[0], at=NOON)
    with pytest.raises(EnrolmentClosed):
        complete_lesson(enrolment, lessons_of(course)[1], at=NOON + HOUR)
    assert progress_of(enrolment).done_count == 1


def test_the_last_lesson_completes_its_module_and_the_course(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    for lesson in lessons_of(course):
        complete_lesson(enrolment, lesson, at=NOON)
    keys = set(Completion.objects.values_list("page_key", flat=True))
    assert course.translation_key in keys
    assert {m.translation_key for m in ModulePage.objects.all()} <= keys
    assert progress_of(enrolment).is_complete


def test_a_course_stays_complete_when_a_lesson_is_added(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    for lesson in lessons_of(course):
        complete_lesson(enrolment, lesson, at=NOON)
    make.lesson(ModulePage.objects.first())
    assert progress_of(enrolment).is_complete


def test_a_module_that_opened_stays_open_when_the_one_before_grows(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    lessons = lessons_of(course)
    for lesson in lessons[:2]:
        complete_lesson(enrolment, lesson, at=NOON)
    first, second = ModulePage.objects.order_by("path")
    Completion.objects.filter(page_key=first.translation_key).delete()  # as if it had grown before
    make.lesson(first)
    assert Opening.objects.filter(page_key=second.translation_key).exists()
    assert progress_of(enrolment).module_state(second.translation_key) == "open"


def test_a_lesson_that_moved_and_was_renamed_is_still_finished(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    lesson = lessons_of(course)[0]
    complete_lesson(enrolment, lesson, at=NOON)
    second = ModulePage.objects.order_by("path").last()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.move(second, pos="last-child")
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.title, lesson.slug = "Another name", "another-name"
    lesson.save_revision().publish()
    assert progress_of(enrolment).is_done(lesson.translation_key)


def test_an_unpublished_lesson_is_neither_asked_for_nor_forgotten(learner, course):
    enrolment = enrol(learner, course, at=NOON)
    first, second, *_ = lessons_of(course)
    complete_lesson(enrolment, first, at=NOON)
    first.unpublish()
    assert progress_of(enrolment).left[0].page_id == second.pk
    assert Completion.objects.filter(page_key=first.translation_key).exists()


@pytest.mark.parametrize("courses", [1, 3])
def test_progress_of_many_courses_costs_as_much_as_of_one(
    learner, courses, django_assert_num_queries
):
    for _ in range(courses):
        make.enrolment(learner, make.full_course(quizzes=False))
    progress_for(learner, Enrolment.objects.select_related("course"))
    with django_assert_num_queries(3):
        progress_for(learner, Enrolment.objects.select_related("course"))


def test_an_outline_is_read_once_for_an_edition(course, django_assert_num_queries):
    outline_of(course)
    with django_assert_num_queries(1):
        assert [module.title for module in outline_of(course).modules]


def test_a_new_lesson_is_in_the_outline_at_once(course):
    before = outline_of(course).lesson_count
    lesson = make.lesson(ModulePage.objects.first())
    lesson.save_revision().publish()
    assert outline_of(course).lesson_count == before + 1


class TestReflections:
    """What a learner writes for themselves is never lost and never overwritten unseen."""

    @pytest.fixture
    def save(self, learner, course):
        lesson, block = lessons_of(course)[0], uuid4()

        def save(text, number):
            return save_reflection(
                learner,
                lesson=lesson,
                block_id=block,
                prompt="When?",
                text=text,
                number=number,
                at=NOON,
            )

        return save

    def test_each_save_has_the_next_number(self, save):
        assert save("One", 0).number == 1
        assert save("Two", 1).number == 2

    def test_the_same_words_again_change_nothing(self, save):
        save("One", 0)
        assert save("One", 0).number == 1

    def test_a_second_tab_is_told_what_is_stored(self, save):
        save("From the phone", 0)
        with pytest.raises(ReflectionChanged) as changed:
            save("From the laptop", 0)
        assert changed.value.stored.text == "From the phone"

    def test_an_emptied_one_is_deleted(self, save):
        save("One", 0)
        assert save("  ", 1) is None
        assert save("Again", 0).number == 1
