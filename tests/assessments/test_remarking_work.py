"""What the worker does of a re-marking: some at a time, to the end, whatever fails on the way."""

from __future__ import annotations

import pytest
from django.db import transaction
from django_tasks import default_task_backend

from assessments import notices, tasks
from assessments.models import RemarkNotice
from assessments.remarking import begin_remarking
from tests import make
from tests.remarked import LATER, REASON, correct, plan_for, question_of, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued():
    """The jobs that are queued, by the names of their tasks."""
    default_task_backend.clear()
    yield lambda: [job.task.name for job in default_task_backend.results]
    default_task_backend.clear()


@pytest.fixture
def remarking(page):
    """A decision about three attempts that nothing was done of yet."""
    for _ in range(3):
        sit(page, first=2)
    correct(question_of(page))
    return begin_remarking(plan_for(page), by=make.user(), reason=REASON, at=LATER)


def is_done(remarking):
    return not remarking.attempts.filter(outcome="").exists()


def test_one_job_marks_what_there_is_and_then_the_letters_are_due(remarking, queued):
    assert tasks.run_remarking.func(str(remarking.pk)) == "marked 3"
    assert queued() == ["send_remark_notices"]


def test_a_job_that_reached_its_limit_leaves_the_rest_to_the_next(remarking, queued, monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    assert tasks.run_remarking.func(str(remarking.pk)) == "marked 2"
    assert queued() == ["run_remarking"]
    assert tasks.run_remarking.func(str(remarking.pk)) == "marked 1"
    assert queued() == ["run_remarking", "send_remark_notices"]


def test_a_job_that_comes_twice_marks_nothing_again(remarking, queued):
    tasks.run_remarking.func(str(remarking.pk))
    assert tasks.run_remarking.func(str(remarking.pk)) == "marked 0"


def test_a_decision_that_is_rolled_back_rings_for_nobody(remarking, queued):
    with transaction.atomic():
        tasks.enqueue_remarking(remarking)
        transaction.set_rollback(True)
    assert queued() == []


def test_the_worker_is_told_after_the_commit(remarking, queued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        tasks.enqueue_remarking(remarking)
        assert queued() == []
    for callback in callbacks:
        callback()
    assert queued() == ["run_remarking"]


def test_each_learner_whose_result_changed_is_written_to_once(remarking, mailoutbox):
    tasks.run_remarking.func(str(remarking.pk))
    due = RemarkNotice.objects.due().count()
    assert due == 3
    assert tasks.send_remark_notices.func(str(remarking.pk)) == "sent 3"
    assert tasks.send_remark_notices.func(str(remarking.pk)) == "sent 0"
    assert len(mailoutbox) == 3


def test_a_letter_that_fails_stays_due_and_stops_no_other(remarking, monkeypatch, caplog):
    tasks.run_remarking.func(str(remarking.pk))
    first = RemarkNotice.objects.due().order_by("pk").first()
    send = notices.send_notice

    def fail_for_the_first(notice_id, *, at):
        if notice_id == first.pk:
            raise OSError("no route")
        return send(notice_id, at=at)

    monkeypatch.setattr(notices, "send_notice", fail_for_the_first)
    assert tasks.send_remark_notices.func(str(remarking.pk)) == "sent 2"
    assert [notice.pk for notice in RemarkNotice.objects.due()] == [first.pk]
    assert f"notice {first.pk} of a re-marking failed" in caplog.text
    monkeypatch.setattr(notices, "send_notice", send)
    assert tasks.send_remark_notices.func(str(remarking.pk)) == "sent 1"
