"""Which questions a learner has answered, for the time that study took."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count

from assessments.models import Attempt, PaperItem, ResponseStep
from courses.study_time import try_was_long_enough
from people.models import User


def count_answered(learner: User, course_key: UUID) -> int:
    """How many different questions a learner answered on a course, in tries that were open long
    enough for all of theirs. Two queries."""
    tries = Attempt.objects.filter(
        enrolment__learner=learner,
        enrolment__course_key=course_key,
        state=Attempt.State.HANDED_IN,
    ).annotate(questions=Count("items"))
    ids = [
        pk
        for pk, started_at, submitted_at, questions in tries.values_list(
            "pk", "started_at", "submitted_at", "questions"
        )
        if try_was_long_enough(
            ((submitted_at or started_at) - started_at).total_seconds(), questions
        )
    ]
    answered = ResponseStep.objects.exclude(state=ResponseStep.State.EMPTY)
    items = PaperItem.objects.filter(attempt__in=ids, steps__in=answered)
    return items.aggregate(number=Count("question", distinct=True))["number"] or 0
