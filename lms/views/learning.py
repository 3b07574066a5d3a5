"""The learner's own page: go on, what is left, what was earned."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.names import name_problem
from courses.editions import edition_for
from courses.models import Enrolment
from courses.outlines import outlines_by_id, progress_for
from lms.earning import awards_ahead, certificates, held_by
from people.http import STAFF, SignedInRequest, signed_in_first


@signed_in_first
@require_safe
def learn(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    edition = edition_for(request)
    everything = Enrolment.objects.current().by(request.user).order_by("-enrolled_at")
    enrolments = [enrolment for enrolment in everything if enrolment.withdrawn_at is None]
    left_ids = [enrolment.course_id for enrolment in everything if enrolment.withdrawn_at]
    held = held_by(request.user)
    awards = awards_ahead(
        request.user,
        {enrolment.course_id: enrolment.course_key for enrolment in enrolments},
        edition,
        but_for={credential.award_id for credential in held},
    )
    progress = progress_for(request.user, enrolments, edition)
    courses: list[dict[str, Any]] = [
        {
            "enrolment": enrolment,
            "progress": progress[enrolment.pk],
            "outline": progress[enrolment.pk].outline,
            "open": enrolment.is_open(at),
            "awards": awards[enrolment.course_id],
        }
        for enrolment in enrolments
    ]
    return render(
        request,
        "courses/learn.html",
        {
            "courses": courses,
            "is_staff": bool(request.session.get(STAFF)),
            "left": [
                outline for outline in outlines_by_id(left_ids, edition).values() if outline.url
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
            "reflections": request.user.reflections.count(),
        },
    )
