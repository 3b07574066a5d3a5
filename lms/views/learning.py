"""The learner's own page: go on, what is left, what was earned."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models.query import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses.editions import edition_for, remembered
from courses.models import CoursePage, Enrolment, Reflection
from courses.reading import progress_for
from lms.earning import certificates_of, statements_to_sign
from people.http import SignedInRequest
from people.prepared import prepared


@login_required
@require_GET
def learn(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    edition = edition_for(request)
    enrolments = _enrolments_of(request.user.pk)
    courses_of(enrolments, edition)
    progress = progress_for(request.user, enrolments, edition)
    courses = [
        {
            "course": enrolment.course,
            "enrolment": enrolment,
            "progress": progress[enrolment.pk],
            "outline": progress[enrolment.pk].outline,
            "open": enrolment.is_open(at),
        }
        for enrolment in enrolments
    ]
    return render(
        request,
        "courses/learn.html",
        {
            "courses": courses,
            "certificates": certificates_of(request.user, at=at),
            # Asked for when it is what is left, and not over somebody's head from the first day.
            "statements": statements_to_sign(
                request.user,
                [one.course_key for one in enrolments if progress[one.pk].is_complete],
                edition,
            ),
            "reflections": len(_reflections_of(request.user.pk)),
        },
    )


@prepared
def _enrolments_of(learner: int) -> QuerySet[Enrolment]:
    taken = Enrolment.objects.filter(learner=learner, withdrawn_at=None)
    return taken.order_by("-enrolled_at")


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
