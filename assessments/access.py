"""Who may change what is asked, see how others did, and give them other terms."""

from __future__ import annotations

from assessments.models import Quiz
from people.models import User


def may_change_quiz(user: User, quiz: Quiz) -> bool:
    """Whether this person may change the rules of a quiz.

    What learners sit now is changed by those who publish; one that stands nowhere yet, by
    whoever may write quizzes.
    """
    if user.has_perm("assessments.publish_question"):
        return True
    return not quiz.pages.filter(live=True).exists() and not quiz.attempts.exists()


def may_see_attempts(user: User) -> bool:
    """Whether this person reads how learners did, and what must be right that they missed."""
    return bool(user.is_active and user.has_perm("assessments.view_attempt"))


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
