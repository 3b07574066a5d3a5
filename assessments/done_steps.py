"""Which steps of a course somebody has done by a quiz that they passed, whenever that was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef

from assessments.models import QuizPage, Result
from courses.progress import Outline


def find_done_steps(outline: Outline, place_ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """The steps whose quiz was passed on each of some places, by the results that count now.

    One query, or none where the course has no quiz.
    """
    steps: dict[int, set[UUID]] = defaultdict(set)
    for step in outline.steps:
        for quiz_id in step.subject_ids if step.kind is QuizPage.kind else ():
            steps[quiz_id].add(step.key)
    done: dict[UUID, set[UUID]] = defaultdict(set)
    if not steps:
        return done
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    passed = Result.objects.filter(
        ~Exists(later),
        passed=True,
        attempt__enrolment__in=list(place_ids),
        attempt__quiz__in=list(steps),
    )
    for place_id, quiz_id in passed.values_list("attempt__enrolment", "attempt__quiz"):
        done[place_id] |= steps[quiz_id]
    return done
