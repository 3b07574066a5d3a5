"""The learner's own page: go on, what is left, what was earned."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courses.editions import edition_for
from courses.models import Enrolment, Reflection
from courses.reading import progress_for
from lms.earning import certificates_of, statements_to_sign
from people.http import SignedInRequest


@login_required
@require_GET
def learn(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    edition = edition_for(request)
    enrolments = list(
        Enrolment.objects.by(request.user)
        .filter(withdrawn_at=None)
        .select_related("course")
        .order_by("-enrolled_at")
    )
    progress = progress_for(enrolments, edition)
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
            "statements": statements_to_sign(request.user, edition) if enrolments else [],
            "reflections": Reflection.objects.filter(learner=request.user).count(),
        },
    )
