"""The hours and competencies that an award says were taught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from assessments.models import QuizMinutes
from certificates.models import Award
from courses.models import Competency, HourScheme, LessonMinutes
from courses.outlines import outline_of


@dataclass(frozen=True)
class Taught:
    """The hours and competencies of a course, as they are printed on a certificate."""

    minutes: int
    minutes_by_domain: list[dict[str, Any]]
    competencies: list[dict[str, str]]


NOTHING_TAUGHT = Taught(0, [], [])


def taught_for(award: Award) -> Taught:
    """The hours by domain and the competencies of the award's course, as published now."""
    if award.hours_course is None:
        return NOTHING_TAUGHT
    outline = outline_of(award.hours_course)
    page_ids = [step.page_id for step in outline.steps]
    competencies = _competencies_of(page_ids)
    if award.hour_scheme is None:
        return Taught(outline.minutes, [], competencies)
    by_domain = _minutes_by_domain(award.hour_scheme, page_ids)
    return Taught(sum(row["minutes"] for row in by_domain), by_domain, competencies)


def _competencies_of(page_ids: Collection[int]) -> list[dict[str, str]]:
    rows = Competency.objects.filter(lessons__in=page_ids).distinct().order_by("code")
    return [{"code": competency.code, "name": competency.name} for competency in rows]


def _minutes_by_domain(scheme: HourScheme, page_ids: Collection[int]) -> list[dict[str, Any]]:
    """The minutes of some pages in each domain that has any, in the scheme's order."""
    minutes: dict[int, int] = defaultdict(int)
    for model, page in [(LessonMinutes, "lesson"), (QuizMinutes, "quiz_page")]:
        rows = model.objects.filter(**{f"{page}__in": page_ids}, domain__scheme=scheme)
        for domain_id, page_minutes in rows.values_list("domain", "minutes"):
            minutes[domain_id] += page_minutes
    return [
        {"domain": domain.name, "minutes": minutes[domain.pk]}
        for domain in scheme.domains.all()
        if minutes[domain.pk]
    ]
