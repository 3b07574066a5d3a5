"""Verbs: what one person is given beyond the rules, and taking it back. Rows are only added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from assessments.exceptions import ExceptionChanged
from assessments.models import EnrolmentException, Quiz, QuizException
from courses.exceptions import EnrolmentClosed
from courses.models import Enrolment
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner


def give_exception(
    enrolment: Enrolment,
    quiz: Quiz,
    terms: Mapping[str, Any],
    *,
    reason: str,
    by: User,
    seen: int,
    at: datetime,
) -> QuizException:
    """Give one learner other terms at one quiz, in place of what they were given before.

    `terms` holds some of `QuizException.TERMS`; with none of them, all is taken back. It counts
    at once, also for a try under way. `seen` is the number of the latest row that `by` had before
    them, 0 for none. Raises ExceptionChanged when there is a later one.
    """
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        rows = QuizException.objects.filter(enrolment=enrolment, quiz=quiz)
        _refuse_unseen(rows, seen)
        row = QuizException.objects.create(
            enrolment=enrolment,
            quiz=quiz,
            number=seen + 1,
            reason=reason,
            actor=by,
            at=at,
            **terms,
        )
        record_act(ActKind.EXCEPTION_GIVEN, row, by=by, person=enrolment.learner_id, at=at)
        return row


def move_end(
    enrolment: Enrolment,
    *,
    ends_at: datetime | None,
    reason: str,
    by: User,
    seen: int,
    at: datetime,
) -> EnrolmentException:
    """Move the end of one person's time on a course; None takes the end away.

    Raises EnrolmentClosed for a run that was taken again since, and ExceptionChanged when the
    end was moved by somebody else after the one numbered `seen`.
    """
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        rows = EnrolmentException.objects.filter(enrolment=enrolment)
        _refuse_unseen(rows, seen)
        current = Enrolment.objects.current().filter(pk=enrolment.pk)
        before = current.first()
        if before is None:
            raise EnrolmentClosed(enrolment)
        current.update(ends_at=ends_at)
        row = EnrolmentException.objects.create(
            enrolment=enrolment,
            number=seen + 1,
            ended_at=before.ends_at,
            ends_at=ends_at,
            reason=reason,
            actor=by,
            at=at,
        )
        record_act(ActKind.END_MOVED, row, by=by, person=enrolment.learner_id, at=at)
        return row


def latest_number(rows: QuerySet[Any]) -> int:
    """The number of the latest of some exceptions; 0 when there is none."""
    return rows.aggregate(latest=Max("number"))["latest"] or 0


def _refuse_unseen(rows: QuerySet[Any], seen: int) -> None:
    if latest_number(rows) != seen:
        raise ExceptionChanged(seen)
