"""The learner's own page: go on, what is left, what was earned."""

from __future__ import annotations

from typing import Any

from django.db.models.query import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.names import name_problem
from courses.editions import edition_for, remembered
from courses.models import CoursePage, Enrolment, Reflection
from courses.outlines import outlines_of, progress_for
from lms.earning import awards_ahead, certificates, held_by
from people.http import STAFF_SESSION_KEY, SignedInRequest, login_required
from people.prepared import prepared


@login_required
@require_safe
def learn(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    edition = edition_for(request)
    everything = _enrolments_of(request.user.pk)
    enrolments = [one for one in everything if one.withdrawn_at is None]
    courses_of(enrolments, edition)
    held = held_by(request.user)
    awards = awards_ahead(
        request.user,
        [enrolment.course for enrolment in enrolments],
        edition,
        but_for={credential.award_id for credential in held},
    )
    progress = progress_for(request.user, enrolments, edition)
    courses: list[dict[str, Any]] = [
        {
            "course": enrolment.course,
            "enrolment": enrolment,
            "progress": progress[enrolment.pk],
            "outline": progress[enrolment.pk].outline,
            "open": enrolment.is_open(at),
            "awards": awards[enrolment.course_id],
        }
        for enrolment in enrolments
    ]
    left = [one for one in everything if one.withdrawn_at is not None]
    courses_of(left, edition)
    return render(
        request,
        "courses/learn.html",
        {
            "courses": courses,
            "is_staff": bool(request.session.get(STAFF_SESSION_KEY)),
            "left": [
                one for one in outlines_of([e.course for e in left], edition).values() if one.url
            ],
            "certificates": certificates(held, at=at),
            # What was earned is what a person comes for once nothing is left to do.
            "comes_first": not any(one["open"] and one["progress"].left for one in courses),
            # A name that cannot be printed keeps a certificate waiting, so it is said in time.
            "name_problem": name_problem(request.user) if any(awards.values()) else "",
            # Where a certificate waits for one thing more, that comes first on the page.
            "last": [
                (award, award.last)
                for those in awards.values()
                for award in those
                if award.last is not None and award.last.is_signature
            ],
            "reflections": len(_reflections_of(request.user.pk)),
        },
    )


@prepared
def _enrolments_of(learner: int) -> QuerySet[Enrolment]:
    return Enrolment.objects.current().filter(learner=learner).order_by("-enrolled_at")


@prepared
def _reflections_of(learner: int) -> QuerySet[Reflection, tuple[int]]:
    return Reflection.objects.filter(learner=learner).values_list("pk")


def courses_of(enrolments: list[Enrolment], edition: int) -> None:
    """Give each enrolment its course, from what is remembered; one query for those that are not."""
    unread: dict[int, CoursePage] = {}

    def read(course_id: int) -> CoursePage:
        if not unread:
            unread.update(CoursePage.objects.in_bulk({one.course_id for one in enrolments}))
        return unread[course_id]

    for enrolment in enrolments:
        course_id = enrolment.course_id
        enrolment.course = remembered(
            edition,
            ("course", course_id),
            lambda course_id=course_id: read(course_id),  # type: ignore[misc]
        )
