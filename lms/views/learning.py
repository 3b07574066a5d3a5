"""The learner's own page: go on, what is left, what was earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessments.history import Unfinished, unfinished_tries_of
from certificates.names import name_problem
from courses.editions import cached, edition_for
from courses.models import Reflection
from courses.outlines import enrolments_and_progress
from courses.privacy import as_open_to, closed_paths
from courses.progress import Progress
from courses.records import learner_records
from courses.templatetags.learning import module_standings, standings, step_keys
from courses.waiting import why_not_yet
from lms.earning import awards_ahead, certificates, held_by
from people.http import SignedInRequest, login_required
from people.models import Organisation
from people.rows import count_where
from practice.return_reading import title_of
from practice.returning import due_returns, open_returns


@dataclass(frozen=True)
class CourseLists:
    """The modules of a course and the steps that are left of it, rendered."""

    modules: SafeString
    left: SafeString


def course_lists(progress: Progress, edition: int) -> CourseLists:
    """The lists of one course, which are the same for all who are as far on it."""
    outline, left = progress.outline, tuple(progress.left)
    modules_now, left_now = module_standings(progress), standings(progress, left)
    who = (get_language(), outline.closed_paths)
    key = (outline.page_id, *who, modules_now, step_keys(left), left_now)
    return cached(
        edition,
        ("course_lists", *key),
        lambda: CourseLists(
            modules=render_to_string(
                "courses/_modules.html",
                {"title": outline.title, "modules": outline.modules, "standings": modules_now},
            ),
            left=render_to_string("courses/_steps.html", {"steps": left, "standings": left_now}),
        ),
    )


def offered(tries: list[Unfinished], progress: Progress) -> dict[str, Any]:
    """The try that a learner may go on with, and the begun ones that were closed to them since."""
    closed = [each for each in tries if progress.outline.closes("quiz", each.quiz_id)]
    return {
        "unfinished": next((each for each in tries if each not in closed), None),
        "closed_tries": [each for each in closed if each.is_open],
    }


@login_required
@require_safe
def learn(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    edition = edition_for(request)
    records = learner_records(request.user.pk)
    places = [
        (enrolment, as_open_to(request, progress))
        for enrolment, progress in enrolments_and_progress(records, edition)
    ]
    taken = [place for place in places if place[0].withdrawn_at is None]
    left = [progress.outline for enrolment, progress in places if enrolment.withdrawn_at]
    held = held_by(request.user)
    awards = awards_ahead(
        request.user,
        {enrolment.course_id: enrolment.course_key for enrolment, _progress in taken},
        edition,
        but_for={credential.award_id for credential in held},
        records=records,
    )
    unfinished = unfinished_tries_of(request.user) if taken else {}
    places_held = list(records.by_enrolment)
    due = due_returns(request.user, at=at, places=places_held) if taken else []
    returns = open_returns(request, due)
    closed = closed_paths(request)
    courses: list[dict[str, Any]] = [
        {
            "enrolment": enrolment,
            "progress": progress,
            "outline": progress.outline,
            "open": enrolment.is_open(at)
            and not (closed and enrolment.course.path.startswith(closed)),
            "lists": course_lists(progress, edition),
            "why_not_yet": why_not_yet(enrolment, progress, at),
            "awards": [award.as_open_in(progress.outline) for award in awards[enrolment.course_id]],
            **offered(unfinished.get(enrolment.pk, []), progress),
        }
        for enrolment, progress in taken
    ]
    return render(
        request,
        "lms/learn.html",
        {
            "courses": courses,
            "left": [outline for outline in left if outline.url],
            "certificates": certificates(held, at=at),
            # What was earned is what a person comes for once nothing is left to do.
            "comes_first": not any(one["open"] and one["progress"].left for one in courses),
            "all_done": not any(one["progress"].left or one["unfinished"] for one in courses),
            # A name that cannot be printed keeps a certificate waiting, so it is said in time.
            "name_problem": name_problem(request.user) if any(awards.values()) else "",
            # Where a certificate waits for one thing more, that comes first on the page.
            "last": [
                (award, award.last)
                for those in awards.values()
                for award in those
                if award.last is not None and award.last.is_quick
            ],
            "returns": returns,
            "return_title": title_of(returns[0], edition) if returns else None,
            "reflections": count_where(Reflection, learner=request.user.pk),
            # Read by whoever takes no course, and by nobody else.
            "organisations": Organisation.objects.of(request.user),
        },
    )
