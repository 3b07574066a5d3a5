"""Publishing by any door in any order: nothing becomes public that breaks a rule, ever.

`pytest --hypothesis-profile=thorough` drives two thousand runs instead of a few.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from wagtail.models import Page, Revision, Workflow, WorkflowPage

from assessments.models import Question
from courses.editions import CONTENT
from courses.exceptions import NotPublishable
from courses.models import LessonPage, MissedSchedule
from courses.publishable import problems_of
from courses.publishing import publish_due, publish_each
from tests import make

pytestmark = pytest.mark.django_db

FEW = {"max_examples": 6, "stateful_step_count": 10}
MANY = {"max_examples": 2000, "stateful_step_count": 12}
IN_ONE_MINUTE = {"deadline": None, "suppress_health_check": list(HealthCheck)}
GOOD = [("prose", "<p>Be there first.</p>")]
BAD = [("quote", {"words": "", "speaker": ""})]
WHICH = st.sampled_from(["lesson", "other", "quiz"])


class Publishing(RuleBasedStateMachine):
    """A lesson, another one and a quiz page, edited and published by whoever, however."""

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()

    def teardown(self):
        """Each run begins with the database as it was."""
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    @initialize()
    def begin(self):
        caches[CONTENT].clear()
        module = make.module(make.course())
        self.pages = {
            "lesson": make.lesson(module, live=False).pk,
            "other": make.lesson(module, live=False).pk,
            "quiz": make.quiz_page(module, make.quiz([make.true_false()]), live=False).pk,
        }
        self.judged = {}
        self.late = timedelta()
        for which in self.pages:
            self.page(which).save_revision(clean=False)

    def page(self, which):
        return Page.objects.get(pk=self.pages[which]).specific

    def newest(self, which):
        return self.page(which).get_latest_revision_as_object()

    def is_public_as_it_is(self, which):
        """Whether its newest version is the one that is public: that is not judged again."""
        page = self.page(which)
        return page.live and page.live_revision_id == page.latest_revision_id

    # What editors do -----------------------------------------------------------------------

    @rule(which=WHICH, good=st.booleans())
    def keep_a_draft(self, which, good):
        page = self.newest(which)
        if isinstance(page, LessonPage):
            page.body = GOOD if good else BAD
            page.go_live_at = None
            page.save_revision(clean=False)

    @rule(good=st.booleans())
    def change_the_bank(self, good):
        Question.objects.update(live=good)

    @rule(which=WHICH)
    def press_publish(self, which):
        self.attempt(lambda: self.page(which).get_latest_revision().publish())

    @rule()
    def publish_all(self):
        expected = {
            which
            for which in self.pages
            if self.is_public_as_it_is(which) or not problems_of(self.newest(which))
        }
        publication = publish_each([self.page(which) for which in self.pages], by=None)
        went = [*publication.published, *publication.scheduled]
        assert {page.pk for page in went} == {self.pages[which] for which in expected}
        for page in publication.published:
            assert Page.objects.get(pk=page.pk).live
        for page in publication.scheduled:
            assert Page.objects.get(pk=page.pk).scheduled_revision
        assert all(refusal.reasons for refusal in publication.refused)

    @rule(which=WHICH)
    def approve(self, which):
        page = self.page(which)
        workflow = Workflow.objects.first()
        WorkflowPage.objects.get_or_create(workflow=workflow, page=Page.get_first_root_node())
        if not page.workflow_in_progress:
            workflow.start(page, None)
        state = page.current_workflow_task_state
        went = self.attempt(lambda: state.task.specific.on_action(state, None, "approve"))
        assert self.page(which).workflow_in_progress is not went

    @rule(which=WHICH, is_sure=st.booleans())
    def give_an_hour(self, which, is_sure):
        page = self.newest(which)
        page.go_live_at = timezone.now() + self.late + timedelta(hours=1)
        revision = page.save_revision(clean=False)
        if is_sure:
            self.attempt(revision.publish)

    @rule()
    def the_hour_comes(self):
        """All that was scheduled is due now."""
        due = Revision.objects.exclude(approved_go_live_at=None)
        waiting = {int(pk) for pk in due.values_list("object_id", flat=True)}
        hour = timezone.now() - timedelta(minutes=1)
        for revision in due:
            content = {**revision.content, "go_live_at": hour.isoformat()}
            Revision.objects.filter(pk=revision.pk).update(
                approved_go_live_at=hour, content=content
            )
        publish_due(timezone.now)
        missed = {int(pk) for pk in MissedSchedule.objects.values_list("object_id", flat=True)}
        for pk in waiting:
            assert Page.objects.get(pk=pk).live or pk in missed

    @rule(which=WHICH)
    def take_down(self, which):
        self.page(which).unpublish()

    @rule(which=WHICH, keep_live=st.booleans())
    def copy(self, which, keep_live):
        page = self.page(which)
        slug = f"copy-{next(make._number)}"
        self.attempt(lambda: page.copy(update_attrs={"slug": slug}, keep_live=keep_live))

    @rule(which=WHICH)
    def save_it_as_live(self, which):
        page = self.page(which)
        page.live = True
        self.attempt(page.save)

    def attempt(self, act):
        """Whether it went. What did not go has changed nothing that is public."""
        before = public_revisions()
        try:
            with transaction.atomic():
                act()
        except NotPublishable:
            assert public_revisions() == before
            return False
        return True

    # What always holds -----------------------------------------------------------------------

    @invariant()
    def whatever_became_public_was_good_when_it_did(self):
        if not hasattr(self, "judged"):
            return
        now = public_revisions()
        for pk, revision in now.items():
            if self.judged.get(pk, "") != revision:
                assert problems_of(Page.objects.get(pk=pk).specific) == []
        self.judged = now

    @invariant()
    def nothing_waits_for_an_hour_that_is_over(self):
        for missed in MissedSchedule.objects.all():
            assert missed.reason


def test_what_is_public_is_published_again_as_it_is_and_no_newer_version_of_it(db):
    """A rule that came later, or a bank that shrank, takes nothing down: 0061."""
    module = make.module(make.course())
    page = make.quiz_page(module, make.quiz([make.true_false()]), live=False)
    page.save_revision(clean=False)
    assert publish_each([page], by=None).published == [page]
    Question.objects.update(live=False)
    assert publish_each([Page.objects.get(pk=page.pk).specific], by=None).published == [page]
    Page.objects.get(pk=page.pk).specific.save_revision(clean=False)
    newer = publish_each([Page.objects.get(pk=page.pk).specific], by=None)
    assert newer.published == []
    [refusal] = newer.refused
    assert "the bank cannot fill this quiz" in refusal.reasons[0]


def public_revisions():
    """Every page that is public, and which of its versions."""
    pages = Page.objects.filter(live=True, depth__gt=4)
    return dict(pages.values_list("pk", "live_revision"))


def test_nothing_that_breaks_a_rule_becomes_public_whatever_the_order():
    is_thorough = settings.get_current_profile_name() == "thorough"
    run_state_machine_as_test(
        Publishing, settings=settings(**(MANY if is_thorough else FEW), **IN_ONE_MINUTE)
    )
