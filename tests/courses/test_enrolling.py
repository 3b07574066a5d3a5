"""Taking a place, finishing lessons, keeping reflections: what is recorded, and what never changes."""

from html import unescape
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.exceptions import AttemptClosed
from assessments.history import attempt_history
from assessments.models import Attempt, Mark, PaperItem, QuizPage, ResponseStep, Result
from courses.enrolling import complete_lesson, enrol, take_again, withdraw
from courses.exceptions import (
    CourseNotComplete,
    CourseNotOpen,
    EnrolmentClosed,
    EnrolmentEnded,
    LessonLocked,
    ReflectionChanged,
)
from courses.models import Completion, Enrolment, LessonPage, ModulePage, Opening
from courses.outlines import enrolments_and_progress, outline_of, progress_of
from courses.own_words import save_reflection
from courses.records import learner_records
from tests import make
from tests.make import DAY, HOUR, NOON
from tests.racing import at_once

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
    assert [step.title for step in locked.value.missing] == [lesson.title for lesson in lessons[:2]]
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
    enrolments_and_progress(learner_records(learner.pk))
    with django_assert_num_queries(3):
        assert len(enrolments_and_progress(learner_records(learner.pk))) == courses


def test_an_outline_is_read_once_for_an_edition(course, django_assert_num_queries):
    outline_of(course)
    with django_assert_num_queries(1):
        assert [module.title for module in outline_of(course).modules]


def test_a_new_lesson_is_in_the_outline_once_it_is_declared(course):
    before = outline_of(course).step_counts[LessonPage.kind]
    lesson = make.lesson(ModulePage.objects.first())
    lesson.save_revision().publish()
    assert outline_of(course).step_counts[LessonPage.kind] == before
    make.edition(course)
    assert outline_of(course).step_counts[LessonPage.kind] == before + 1


class TestTakingACourseAgain:
    """Each time is a run of its own, and what was done before stays as it was."""

    @pytest.fixture
    def course(self):
        return make.full_course(modules=1, lessons=2, quizzes=True, order="free")

    @pytest.fixture
    def quiz_page(self, course):
        return QuizPage.objects.get()

    @pytest.fixture
    def finished(self, learner, course, quiz_page):
        """A run in which everything is done, with one more try at the quiz still open."""
        enrolment = enrol(learner, course, at=NOON)
        for lesson in lessons_of(course):
            complete_lesson(enrolment, lesson, at=NOON)
        attempt = start_attempt(enrolment, quiz_page, at=NOON)
        save_responses(attempt, make.right_responses(attempt), base=0, at=NOON)
        submit_attempt(attempt, base=1, at=NOON)
        start_attempt(enrolment, quiz_page, at=NOON + HOUR)
        return Enrolment.objects.get()

    def test_it_begins_from_the_beginning_as_the_next_run(self, finished):
        run = take_again(finished, at=NOON + DAY)
        finished.refresh_from_db()
        assert (run.run, run.enrolled_at, run.retaken_at) == (2, NOON + DAY, None)
        assert (finished.run, finished.enrolled_at, finished.retaken_at) == (1, NOON, NOON + DAY)
        assert run.is_open(NOON + DAY)
        assert not finished.is_open(NOON + DAY)
        assert progress_of(run).done_count == 0
        assert not progress_of(run).is_complete
        assert progress_of(finished).is_complete
        assert attempt_history(run, QuizPage.objects.get().quiz).attempts == ()

    def test_what_was_recorded_before_is_exactly_as_it_was(self, finished):
        records = [Completion, Opening, PaperItem, ResponseStep, Result, Mark]

        def evidence():
            rows = {record: list(record.objects.order_by("pk").values()) for record in records}
            return rows | {Attempt: list(Attempt.objects.filter(state="handed_in").values())}

        before = evidence()
        assert all(before.values())
        run = take_again(finished, at=NOON + DAY)
        after = evidence()
        for record, rows in before.items():
            assert [row for row in after[record] if row in rows] == rows
            new = [row for row in after[record] if row not in rows]
            assert {row["enrolment_id"] for row in new} <= {run.pk}

    def test_a_try_that_was_open_is_abandoned_and_takes_nothing_more(self, finished):
        still_open = Attempt.objects.open().get()
        take_again(finished, at=NOON + DAY)
        still_open.refresh_from_db()
        assert (still_open.state, still_open.submitted_at) == ("abandoned", None)
        fresh = Attempt.objects.get(pk=still_open.pk)
        for base in (0, 1):
            with pytest.raises(AttemptClosed):
                save_responses(fresh, make.right_responses(fresh), base=base, at=NOON + DAY)
            with pytest.raises(AttemptClosed):
                submit_attempt(fresh, base=base, at=NOON + DAY)
        assert not Result.objects.filter(attempt=still_open).exists()
        assert not ResponseStep.objects.filter(item__attempt=still_open).exists()

    def test_nothing_more_is_done_on_the_run_before(self, finished, course, quiz_page):
        stale = Enrolment.objects.get()  # as a request that began before the press holds it
        take_again(finished, at=NOON + DAY)
        before = Completion.objects.count()
        with pytest.raises(EnrolmentClosed):
            complete_lesson(stale, lessons_of(course)[0], at=NOON + DAY)
        old = Enrolment.objects.get(run=1)
        with pytest.raises(EnrolmentClosed):
            start_attempt(old, quiz_page, at=NOON + DAY)
        withdraw(old, at=NOON + DAY)
        old.refresh_from_db()
        assert old.withdrawn_at is None
        assert Completion.objects.count() == before

    def test_a_quiz_is_taken_again_with_a_first_try_of_its_own(self, finished, course, quiz_page):
        run = take_again(finished, at=NOON + DAY)
        attempt = start_attempt(run, quiz_page, at=NOON + DAY)
        assert attempt.number == 1
        save_responses(attempt, make.right_responses(attempt), base=0, at=NOON + DAY)
        submit_attempt(attempt, base=1, at=NOON + DAY)
        for lesson in lessons_of(course):
            complete_lesson(run, lesson, at=NOON + DAY)
        assert progress_of(run).is_complete
        third = take_again(Enrolment.objects.current().get(), at=NOON + 2 * DAY)
        assert third.run == 3

    def test_a_second_press_gets_the_run_that_the_first_began(self, finished):
        stale = Enrolment.objects.get()
        first = take_again(finished, at=NOON + DAY)
        assert take_again(stale, at=NOON + DAY + HOUR) == first
        assert Enrolment.objects.count() == 2
        assert Enrolment.objects.get(run=1).retaken_at == NOON + DAY

    def test_enrolling_meanwhile_gives_the_run_that_is_open(self, finished, learner, course):
        run = take_again(finished, at=NOON + DAY)
        assert enrol(learner, course, at=NOON + 2 * DAY) == run
        assert Enrolment.objects.count() == 2

    def test_it_is_refused_while_something_is_left(self, learner, course):
        enrolment = enrol(learner, course, at=NOON)
        with pytest.raises(CourseNotComplete):
            take_again(enrolment, at=NOON)
        assert Enrolment.objects.get().retaken_at is None

    def test_it_is_refused_when_the_time_of_the_place_is_over(self, finished):
        finished.ends_at = NOON + HOUR
        finished.save()
        with pytest.raises(EnrolmentEnded):
            take_again(finished, at=NOON + HOUR)
        assert Enrolment.objects.count() == 1

    def test_a_run_ends_when_the_place_was_to_end(self, finished):
        finished.ends_at = NOON + 9 * DAY
        finished.save()
        assert take_again(finished, at=NOON + DAY).ends_at == NOON + 9 * DAY

    def test_it_is_refused_when_the_course_is_not_published(self, finished, course):
        course.unpublish()
        with pytest.raises(CourseNotOpen):
            take_again(Enrolment.objects.get(), at=NOON + DAY)
        assert Enrolment.objects.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [{"run": 1, "retaken_at": NOON}, {"run": 2, "retaken_at": None}],
        ids=["the same run twice", "two that are current"],
    )
    def test_the_database_keeps_one_current_run_and_their_numbers(self, finished, fields):
        with pytest.raises(IntegrityError):
            Enrolment.objects.create(
                learner=finished.learner,
                course=finished.course,
                course_key=finished.course_key,
                enrolled_at=NOON,
                **fields,
            )


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_begin_one_run():
    course = make.full_course(modules=1, lessons=1, quizzes=False)
    enrolment = make.enrolment(course=course)
    complete_lesson(enrolment, lessons_of(course)[0], at=NOON)

    def press(_):
        return take_again(Enrolment.objects.get(pk=enrolment.pk), at=NOON + DAY).pk

    outcomes = at_once(10, press)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(set(outcomes)) == 1
    assert sorted(Enrolment.objects.values_list("run", flat=True)) == [1, 2]


class TestTheRunThatIsShown:
    """My learning and the course page show the run that is going on, and lead to its steps."""

    @pytest.fixture
    def place(self, course):
        enrolment = make.enrolment(course=course)
        for lesson in lessons_of(course):
            complete_lesson(enrolment, lesson, at=NOON)
        return enrolment

    @pytest.fixture
    def browser(self, place, client):
        client.force_login(place.learner)
        return client

    def test_a_finished_course_offers_to_take_it_again(self, browser, place, course):
        again = reverse("courses:take_again", args=[place.pk])
        assert again in browser.get(course.url).content.decode()

    def test_an_unfinished_course_does_not(self, client, course):
        enrolment = make.enrolment(course=course)
        client.force_login(enrolment.learner)
        page = client.get(course.url).content.decode()
        assert reverse("courses:take_again", args=[enrolment.pk]) not in page

    def test_taking_it_again_leads_to_the_first_step_and_every_page_shows_the_new_run(
        self, browser, place, course
    ):
        again = reverse("courses:take_again", args=[place.pk])
        response = browser.post(again)
        first = lessons_of(course)[0]
        assert (response.status_code, response.url) == (302, first.url)
        run = Enrolment.objects.current().get()
        assert browser.get(course.url).context["enrolment"] == run
        assert browser.get(course.url).context["progress"].done_count == 0
        assert browser.get(first.url).context["enrolment"] == run
        [shown] = browser.get("/learn/").context["courses"]
        assert shown["enrolment"] == run
        assert shown["progress"].done_count == 0
        page = browser.get(course.url).content.decode()
        assert reverse("courses:withdraw", args=[run.pk]) in page
        assert again not in page
        assert browser.post(again).url == first.url
        assert Enrolment.objects.count() == 2

    def test_it_is_refused_kindly_while_something_is_left(self, client, course):
        enrolment = make.enrolment(course=course)
        client.force_login(enrolment.learner)
        response = client.post(reverse("courses:take_again", args=[enrolment.pk]), follow=True)
        assert response.request["PATH_INFO"] == course.url
        assert str(CourseNotComplete(course)) in unescape(response.content.decode())
        assert Enrolment.objects.count() == 1

    def test_nobody_takes_it_again_for_somebody_else(self, client, place):
        client.force_login(make.user())
        again = reverse("courses:take_again", args=[place.pk])
        assert client.post(again).status_code == 404
        assert client.get(again).status_code in {404, 405}
        assert Enrolment.objects.count() == 1


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
