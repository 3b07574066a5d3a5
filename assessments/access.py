"""Who may change what is asked, see how others did, and give them other terms."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

from assessments.models import Attempt, Quiz
from assessments.models.attempts import AttemptQuerySet
from courses.access import course_keys_seen_by
from people.models import User

Rows = TypeVar("Rows", bound=QuerySet[Any])


def may_change_quiz(user: User, quiz: Quiz) -> bool:
    """Whether this person may change the rules of a quiz.

    What learners sit now is changed by those who publish; one that stands nowhere yet, by
    whoever may write quizzes.
    """
    if user.has_perm("assessments.publish_question"):
        return True
    return not quiz.pages.filter(live=True).exists() and not quiz.attempts.exists()


def may_see_attempts(user: User) -> bool:
    """Whether this person reads how learners did: of the courses that `attempts_seen_by` says."""
    return bool(user.is_active and user.has_perm("assessments.view_attempt"))


def of_seen_learners(user: User, rows: Rows) -> Rows:
    """Those rows about single places that are about learners whom this person sees."""
    if not may_see_attempts(user):
        return rows.none()
    keys = course_keys_seen_by(user)
    return rows if keys is None else rows.filter(enrolment__course_key__in=keys)


def may_see_every_attempt(user: User) -> bool:
    """Whether this person reads the tries of every learner, whatever their course."""
    return may_see_attempts(user) and course_keys_seen_by(user) is None


def attempts_seen_by(user: User) -> AttemptQuerySet:
    """The tries that this person reads; answering red lines again is no try."""
    return of_seen_learners(user, Attempt.objects.counted())


def may_talk_through(user: User) -> bool:
    """Whether this person records that a red line was talked through aloud."""
    return may_see_attempts(user) and user.has_perm("assessments.add_redlinerecord")


def may_give_exceptions(user: User) -> bool:
    """Whether this person gives single learners more tries, more time or other dates."""
    return may_see_attempts(user) and user.has_perm("assessments.add_quizexception")


def may_see_remarkings(user: User) -> bool:
    """Whether this person reads what was marked again, when and why."""
    return bool(user.is_active and user.has_perm("assessments.view_remarking"))


def may_remark(user: User) -> bool:
    """Whether this person decides that papers are marked again."""
    return may_see_remarkings(user) and user.has_perm("assessments.add_remarking")
