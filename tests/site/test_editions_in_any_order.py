"""Learners, publishing, moving and declaring in any order: only what was declared completes anybody."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from wagtail.models import Page

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.models import QuizPage
from certificates.models import Credential
from courses.catching_up import owed_completions
from courses.declaring import propose
from courses.enrolling import complete_lesson, enrol, take_again, withdraw
from courses.exceptions import CoursesError
from courses.models import Completion, CoursePage, Enrolment, LessonPage, ModulePage
from courses.outlines import outline_of, progress_of
from lms.sweeping import sweep
from tests import make
from tests.machines import machine_settings
from tests.make import HOUR, NOON

pytestmark = pytest.mark.django_db

LEARNERS = 2
MOST_LESSONS = 6
who = st.integers(0, LEARNERS - 1)
which = st.integers(0, 20)


class Editions(RuleBasedStateMachine):
    """Two learners on a course of two modules and a quiz, while an editor does what editors do.

    Nobody is completed, or issued the award, who has not done what a declared edition asked;
    nothing that was done is lost; and what the page says is what is recorded.
    """

    @initialize(in_order=st.booleans())
    def make_the_course(self, in_order):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.course = make.course(order="in_order" if in_order else "free")
        for _ in range(2):
            module = make.module(self.course)
            make.lesson(module)
            make.lesson(module)
        make.quiz_page(module, make.quiz([make.true_false()]))
        self.elsewhere = make.module(make.course("Elsewhere"))
        make.award(course=self.course)
        self.at = NOON
        self.declared = None
        self.declare()
        self.learners = [make.user() for _ in range(LEARNERS)]
        for learner in self.learners:
            make.enrolment(learner, self.course)
        self.recorded = set()

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def place(self, learner):
        return Enrolment.objects.current().get(learner=self.learners[learner])

    def pages(self, *kinds):
        below = [kind.objects.descendant_of(self.course) for kind in kinds]
        return sorted((page for pages in below for page in pages), key=lambda page: page.path)

    def one(self, number, *kinds):
        pages = self.pages(*kinds)
        return pages[number % len(pages)] if pages else None

    # What learners do -----------------------------------------------------------------------

    @rule(learner=who, number=which)
    def finish_a_lesson(self, learner, number):
        lesson = self.one(number, LessonPage)
        self.at += HOUR
        if lesson is None:
            return
        place = self.place(learner)
        asked = {step.key for step in outline_of(self.course).steps}
        before = set(place.completions.values_list("page_key", flat=True))
        try:
            complete_lesson(place, lesson, at=self.at)
        except CoursesError:
            return
        assert lesson.translation_key in asked | before

    @rule(learner=who, number=which)
    def pass_a_quiz(self, learner, number):
        page = self.one(number, QuizPage)
        self.at += HOUR
        if page is None or not page.live:
            return
        place = self.place(learner)
        try:
            attempt = start_attempt(place, page, at=self.at)
        except CoursesError:
            return
        saved = save_responses(
            attempt, make.right_responses(attempt), base=attempt.save_number, at=self.at
        )
        submit_attempt(attempt, base=saved.number, at=self.at)

    @rule(learner=who)
    def leave(self, learner):
        withdraw(self.place(learner), at=self.at)

    @rule(learner=who)
    def come_back(self, learner):
        enrol(self.learners[learner], CoursePage.objects.get(pk=self.course.pk), at=self.at)

    @rule(learner=who)
    def begin_again(self, learner):
        place = self.place(learner)
        try:
            take_again(place, at=self.at)
        except CoursesError:
            assert not progress_of(place).is_complete

    # What editors do ------------------------------------------------------------------------

    @rule(number=which)
    def take_down(self, number):
        self.one(number, ModulePage, LessonPage, QuizPage).unpublish()

    @rule(number=which)
    def publish(self, number):
        self.one(number, ModulePage, LessonPage, QuizPage).save_revision().publish()

    @rule(number=which)
    def add_a_lesson(self, number):
        module = self.one(number, ModulePage)
        if len(self.pages(LessonPage)) < MOST_LESSONS:
            make.lesson(module)

    @rule(number=which, to=which)
    def move(self, number, to):
        page, module = self.one(number, LessonPage, QuizPage), self.one(to, ModulePage)
        if page is not None:
            page.move(module, pos="last-child")

    @rule(number=which)
    def move_away(self, number):
        page = self.one(number, LessonPage, QuizPage)
        if page is not None:
            page.move(Page.objects.get(pk=self.elsewhere.pk), pos="last-child")

    @rule(number=which)
    def delete(self, number):
        page = self.one(number, LessonPage)
        if page is not None and not Completion.objects.filter(page=page.pk).exists():
            page.delete()

    @rule(number=which, required=st.booleans())
    def ask_or_not(self, number, required):
        page = self.one(number, LessonPage, QuizPage)
        if page is not None:
            page.required = required
            page.save_revision().publish()

    @rule()
    def declare(self):
        edition = make.edition(self.course, at=self.at)
        self.declared = [(step.key, step.required) for step in edition.steps.all()]

    @rule()
    def sweep_the_site(self):
        sweep(lambda: self.at)

    # What always holds ----------------------------------------------------------------------

    @invariant()
    def the_course_is_what_was_declared(self):
        steps = outline_of(self.course).steps
        assert [(step.key, step.required) for step in steps] == self.declared

    @invariant()
    def nothing_that_was_done_is_lost(self):
        rows = set(Completion.objects.values_list("enrolment", "page_key", "completed_at"))
        assert self.recorded <= rows
        self.recorded = rows

    @invariant()
    def nobody_is_completed_who_has_not_done_what_an_edition_asked(self):
        for place in Enrolment.objects.all():
            done = {row.page_key: row for row in place.completions.select_related("edition")}
            for row in done.values():
                steps = row.edition.steps.filter(required=True)
                if row.page_key == place.course_key:
                    assert steps.exists()
                    assert all({step.key, step.module_key} & set(done) for step in steps)
                elif row.edition.modules.filter(key=row.page_key).exists():
                    of_module = steps.filter(module_key=row.page_key)
                    assert {step.key for step in of_module} <= set(done)

    @invariant()
    def nobody_is_issued_who_is_not_complete(self):
        for credential in Credential.objects.all():
            assert Completion.objects.filter(
                enrolment__learner=credential.holder, page_key=self.course.translation_key
            ).exists()

    @invariant()
    def the_page_says_what_is_recorded(self):
        for place in Enrolment.objects.current().filter(withdrawn_at=None):
            progress = progress_of(place)
            is_recorded = place.completions.filter(page_key=place.course_key).exists()
            assert progress.is_complete == is_recorded
            assert (progress.percent == 100) == is_recorded
            assert (not progress.left) == is_recorded
        assert not owed_completions().exists()

    @invariant()
    def nobody_is_sent_to_what_is_not_there(self):
        for place in Enrolment.objects.current():
            step = progress_of(place).next_step
            if step is not None:
                page = Page.objects.get(pk=step.page_id)
                assert page.live
                assert page.get_parent().live

    @invariant()
    def a_declaration_drops_nothing_in_silence(self):
        proposal = propose(CoursePage.objects.get(pk=self.course.pk))
        kept = {step.key for step in (*proposal.after.steps, *proposal.down)}
        here = {page.translation_key for page in self.pages(LessonPage, QuizPage)}
        assert {key for key, _required in self.declared} & here <= kept


def test_only_what_was_declared_completes_anybody_whatever_is_published_when():
    run_state_machine_as_test(Editions, settings=machine_settings(few=6, steps=20))
