"""What a holder did on the course of an award: their time of study, and what it covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from assessments.answered import count_answered
from assessments.models import Mark, Result
from certificates.models import Award
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyWords,
    CourseEdition,
    CoursePage,
)
from courses.studied import content_of, edition_of, exercises_done, parts_studied
from courses.study_time import StudyTime, study_time
from people.models import User
from practice.held import talks_held


@dataclass(frozen=True)
class Studied:
    """What is frozen with a credential of what its holder did. No time, where there is no course.

    `competencies` are those that the course covers: code, name, the group that a certificate
    lists it under, and whether this holder's own passed papers met it.
    """

    time: StudyTime | None = None
    competencies: list[dict[str, Any]] = field(default_factory=list)


NOTHING_STUDIED = Studied()


def studied_for(award: Award, holder: User, *, language: str = "") -> Studied:
    """What somebody did on the award's course, in any of its runs, and what it covers by the
    edition that they completed, in a language. What is published of it today does not matter."""
    course = award.hours_course
    return NOTHING_STUDIED if course is None else studied_on(course, holder, language=language)


def studied_on(course: CoursePage, holder: User, *, language: str = "") -> Studied:
    """What somebody did on a course, in any of its runs, as `studied_for` has it."""
    edition = edition_of(holder, course.translation_key)
    content = content_of(edition)
    time = study_time(
        parts_studied(holder, course.translation_key),
        exercises_done(holder, course.translation_key),
        count_answered(holder, course.translation_key),
        talks_held(holder, course.translation_key),
        of_parts=content.parts,
        of_exercises=content.exercises,
    )
    met = competencies_met(holder, course)
    return Studied(time, covered_by(edition, language=language, met=met))


def covered_by(
    edition: CourseEdition | None, *, language: str = "", met: Collection[str] = ()
) -> list[dict[str, Any]]:
    """What an edition covers, in a language, and which of it somebody's papers met."""
    taught = edition.competencies if edition else []
    if language not in {"", settings.LANGUAGE_CODE}:
        taught = _in_language(taught, language)
    return [{**row, "assessed": row["code"] in met} for row in taught]


def _in_language(taught: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """What a course covers, by its names in a language where it has some. Two queries."""
    names = CompetencyWords.objects.filter(language=language)
    competencies = dict(names.values_list("competency__code", "name"))
    group_names = CompetencyGroupName.objects.filter(language=language)
    groups = dict(group_names.values_list("group__name", "name"))
    return [
        {
            **row,
            "name": competencies.get(row["code"], row["name"]),
            "group": groups.get(row["group"], row["group"]),
        }
        for row in taught
    ]


def names_beside(printed: Iterable[str], *, printed_in: str, language: str) -> dict[str, str]:
    """What competencies and groups are called in a language, by their printed names.

    Only where they are printed in another language and are still called so there. Four queries.
    """
    if printed_in == language:
        return {}
    rows: list[Competency | CompetencyGroup] = [
        *CompetencyGroup.objects.prefetch_related("names"),
        *Competency.objects.prefetch_related("words"),
    ]
    names = {row.name_in(printed_in): row.name_in(language) for row in rows}
    return {name: names[name] for name in printed if names.get(name, name) != name}


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
