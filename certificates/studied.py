"""What a holder did on the course of an award: their time of study, and what it covers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef

from assessments.answered import count_answered
from assessments.models import Mark, Result
from certificates.models import Award
from courses.models import Competency, CoursePage, Edition
from courses.outlines import outline_of
from courses.studied import content_of, exercises_done, parts_studied
from courses.study_time import StudyTime, study_time
from people.models import User


@dataclass(frozen=True)
class Studied:
    """What is frozen with a credential of what its holder did. No time, where there is no course.

    `competencies` are those that the course covers: code, name, the group that a certificate
    lists it under, and whether this holder's own passed papers met it.
    """

    time: StudyTime | None = None
    competencies: list[dict[str, Any]] = field(default_factory=list)


NOTHING_STUDIED = Studied()


def studied_for(award: Award, holder: User) -> Studied:
    """What somebody did on the award's course, in any of its runs, and what it covers now."""
    course = award.hours_course
    if course is None:
        return NOTHING_STUDIED
    edition = Edition.current()
    content = content_of(course.pk, edition)
    time = study_time(
        parts_studied(holder, course.translation_key),
        exercises_done(holder, course.translation_key),
        count_answered(holder, course.translation_key),
        of_parts=content.parts,
        of_exercises=content.exercises,
    )
    return Studied(time, _covered(course, met=competencies_met(holder, course)))


def _covered(course: CoursePage, *, met: Collection[str]) -> list[dict[str, Any]]:
    page_ids = [step.page_id for step in outline_of(course).steps]
    rows = (
        Competency.objects.filter(lessons__in=page_ids)
        .select_related("group")
        .distinct()
        .order_by(F("group__place").asc(nulls_last=True), "group__name", "code")
    )
    return [
        {
            "code": competency.code,
            "name": competency.name,
            "group": competency.group.name if competency.group else "",
            "assessed": competency.code in met,
        }
        for competency in rows
    ]


def competencies_met(holder: User, course: CoursePage) -> set[str]:
    """The codes of the competencies that somebody's own passed papers on a course met: those
    of the items that earned the whole mark, as they were frozen. One query."""
    later = Result.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    passed = Result.objects.filter(
        ~Exists(later),
        passed=True,
        attempt__enrolment__learner=holder,
        attempt__enrolment__course_key=course.translation_key,
    )
    items = Mark.objects.filter(result__in=passed, fraction=1).values_list(
        "item__content__competencies", flat=True
    )
    return {code for codes in items for code in codes or ()}
