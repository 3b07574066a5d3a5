"""Who may change what is asked."""

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
