"""Copies, reflections, studied parts and tries in any order: nothing is mixed, no limit is passed."""

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from wagtail.models import Page

from assessments.attempting import start_attempt
from assessments.exceptions import NoAttemptsLeft
from assessments.models import Attempt, QuizPage, Result
from courses.exceptions import ReflectionChanged
from courses.models import CoursePage, DoneExercise, LessonPage, ModulePage, Reflection, StudiedPart
from courses.own_words import save_reflection
from courses.studying import record_done_elsewhere, record_visit
from courses.visits import Visit
from tests import make
from tests.machines import machine_settings
from tests.make import HOUR, NOON
from tests.site.test_copies import BODY, aliased, copied, place_of, prompt_of, sit

pytestmark = pytest.mark.django_db

LIMIT = 3
MOST_LESSONS = 4
KINDS = [CoursePage, ModulePage, LessonPage, QuizPage]
who = st.integers(0, 1)
which = st.integers(0, 20)


class Copies(RuleBasedStateMachine):
    """Two learners on a course and on copies of it, of its modules, lessons and quiz.

    Whatever is copied when, each lesson shows each learner the words they wrote in it, counts what
    they studied in it, and nobody gets more tries at the one quiz than it allows.
    """

    @initialize()
    def make_the_course(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        course = make.course(order="free")
        module = make.module(course)
        make.lesson(module, body=BODY)
        self.quiz = make.quiz([make.true_false()], attempts_allowed=LIMIT)
        make.quiz_page(module, self.quiz, required=False)
        self.learners = [make.user(), make.user()]
        self.words, self.numbers, self.studied, self.done = {}, {}, set(), set()
        self.tries, self.passed = [0, 0], [set(), set()]
        self.at = NOON

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def lesson(self, number):
        lessons = LessonPage.objects.order_by("path")
        return lessons[number % lessons.count()]

    # What happens ---------------------------------------------------------------------------

    @precondition(lambda self: LessonPage.objects.count() < MOST_LESSONS)
    @rule(kind=st.sampled_from(KINDS), number=which, as_alias=st.booleans())
    def copy(self, kind, number, as_alias):
        pages = kind.objects.order_by("path")
        (aliased if as_alias else copied)(pages[number % pages.count()])

    @rule(number=which)
    def publish_again(self, number):
        """An alias takes over what its original publishes."""
        lesson = self.lesson(number)
        if lesson.alias_of_id is None:
            lesson.summary = f"At {self.at}"
            lesson.save_revision().publish()

    @rule(learner=who, number=which, text=st.sampled_from(["", "One.", "Two.", "Three."]))
    def write(self, learner, number, text):
        lesson = self.lesson(number)
        place, block = (learner, lesson.translation_key), prompt_of(lesson)
        saved = save_reflection(
            self.learners[learner],
            lesson=lesson,
            block_id=UUID(block.id),
            prompt=block.value["prompt"],
            text=text,
            number=self.numbers.get(place, 0),
            at=self.at,
        )
        self.words[place] = text
        self.numbers[place] = saved.number if saved else 0

    @rule(learner=who, number=which)
    def write_from_an_old_page(self, learner, number):
        """A page that saw nothing overwrites nothing, and says so."""
        lesson = self.lesson(number)
        if not self.words.get((learner, lesson.translation_key)):
            return
        block = prompt_of(lesson)
        with pytest.raises(ReflectionChanged):
            save_reflection(
                self.learners[learner],
                lesson=lesson,
                block_id=UUID(block.id),
                prompt=block.value["prompt"],
                text="Unseen.",
                number=0,
                at=self.at,
            )

    @rule(learner=who, number=which, part=st.integers(0, 1))
    def study(self, learner, number, part):
        lesson = self.lesson(number)
        place, part = place_of(self.learners[learner], lesson), lesson.parts[part]
        visit = Visit(place.pk, lesson.translation_key, (part.key,), self.at)
        self.at += HOUR
        record_visit(place, lesson, visit, answered=part.questions, goes_on=True, at=self.at)
        self.studied.add((place.pk, lesson.translation_key, part.key))
        for exercise in part.exercises:
            record_done_elsewhere(place, lesson, exercise, at=self.at)
            self.done.add((place.pk, lesson.translation_key))

    @rule(learner=who, number=which, right=st.booleans(), hands_in=st.booleans())
    def sit_the_quiz(self, learner, number, right, hands_in):
        pages = QuizPage.objects.order_by("path")
        page = pages[number % pages.count()]
        place = place_of(self.learners[learner], page)
        here = Attempt.objects.filter(enrolment=place).count()
        is_open = Attempt.objects.open().filter(enrolment=place).exists()
        others = self.passed[learner] - {place.pk}
        used = here if others else self.tries[learner]
        try:
            if hands_in:
                if sit(place, page, right=right, at=self.at).passed:
                    self.passed[learner].add(place.pk)
            else:
                start_attempt(place, page, at=self.at)
        except NoAttemptsLeft:
            assert not is_open
            assert used >= LIMIT
        else:
            assert is_open or used < LIMIT
            self.tries[learner] += not is_open
        self.at += HOUR

    # What always holds ----------------------------------------------------------------------

    @invariant()
    def each_lesson_shows_each_learner_their_own_words(self):
        stored = {
            (self.learners.index(row.learner), row.lesson_key): row.text
            for row in Reflection.objects.select_related("learner")
        }
        assert stored == {place: text for place, text in self.words.items() if text}
        assert Reflection.objects.count() == len(stored)

    @invariant()
    def what_was_studied_is_on_record_where_it_was_studied(self):
        rows = StudiedPart.objects.values_list("enrolment", "lesson_key", "part_key")
        assert set(rows) == self.studied
        assert not StudiedPart.objects.filter(done_at=None).exists()
        assert set(DoneExercise.objects.values_list("enrolment", "lesson_key")) == self.done

    @invariant()
    def nobody_tries_more_often_than_allowed_before_passing(self):
        for learner in self.learners:
            tries = Attempt.objects.by(learner).filter(quiz=self.quiz).order_by("started_at")
            passes = Result.objects.filter(attempt__in=tries, passed=True)
            if not passes.exists():
                assert tries.count() <= LIMIT

    @invariant()
    def every_page_is_itself(self):
        keys = Page.objects.values_list("translation_key", flat=True)
        assert len(set(keys)) == len(keys)


def test_whatever_is_copied_when_nothing_is_mixed_and_no_limit_is_passed():
    run_state_machine_as_test(Copies, settings=machine_settings(few=6, steps=14))
