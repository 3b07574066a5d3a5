"""Where a learner goes on: the next step of a course, an open try, or what is to be waited for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from assessments.history import Unfinished, unfinished_tries_of
from courses.editions import edition_for
from courses.models import Enrolment
from courses.outlines import enrolments_and_progress
from courses.privacy import as_open_to, closed_paths
from courses.progress import Progress
from courses.records import learner_records
from courses.waiting import why_not_yet
from people.models import User


def next_place(request: HttpRequest) -> dict[str, Any]:
    """How far someone is on the course that they would go on with, an open try on it, and why its
    next step cannot be begun yet.

    Nothing for a visitor.
    """
    learner = request.user
    if not isinstance(learner, User) or getattr(request, "is_preview", False):
        return {}
    at = timezone.now()
    places = enrolments_and_progress(learner_records(learner.pk), edition_for(request))
    closed = closed_paths(request)
    ahead = (
        (place, as_open_to(request, progress))
        for place, progress in places
        if place.is_open(at) and not (closed and place.course.path.startswith(closed))
    )
    for place, progress in ahead:
        if progress.next_step:
            return {
                "next_place": progress,
                "open_try": open_try(learner, place, progress),
                "why_not_yet": why_not_yet(place, progress, at),
            }
    return {}


def open_try(learner: User, place: Enrolment, progress: Progress) -> Unfinished | None:
    """The open try that somebody goes on with before the next step of a course. One query."""
    closes = progress.outline.closes
    for unfinished in unfinished_tries_of(learner).get(place.pk, []):
        if unfinished.is_open and not closes("quiz", unfinished.quiz_id):
            return unfinished
    return None
