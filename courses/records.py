"""Reads a learner's place on a course and what was done there, which every page of a course asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from courses.models import Completion, Enrolment
from people.rows import first_row, rows_where


@dataclass(frozen=True)
class Records:
    """What was completed on a place and when, and what had opened there, by page key. Of what was
    completed, `editions` says by which edition of the course, where there was one."""

    completed: dict[UUID, datetime] = field(default_factory=dict)
    opened: set[UUID] = field(default_factory=set)
    editions: dict[UUID, int] = field(default_factory=dict)


# One statement for what is always read together. What opened has no time of completion.
_COMPLETED_AND_OPENED = """
    SELECT id, enrolment_id, page_key, completed_at, edition_id
    FROM courses_completion WHERE enrolment_id IN ({places})
    UNION ALL
    SELECT id, enrolment_id, page_key, NULL, NULL
    FROM courses_opening WHERE enrolment_id IN ({places})
"""


@dataclass(frozen=True)
class LearnerRecords:
    """Every place that a learner has or had on any course, and what they did there."""

    enrolments: list[Enrolment] = field(default_factory=list)
    by_enrolment: dict[UUID, Records] = field(default_factory=dict)

    @property
    def current(self) -> list[Enrolment]:
        """The latest run of each course, the newest place first."""
        current = [enrolment for enrolment in self.enrolments if enrolment.retaken_at is None]
        return sorted(current, key=lambda enrolment: enrolment.enrolled_at, reverse=True)

    @property
    def completed(self) -> dict[UUID, datetime]:
        """When each lesson, module and course was completed, on whatever run, by its key."""
        return {
            key: at
            for enrolment in self.enrolments
            for key, at in self.by_enrolment[enrolment.pk].completed.items()
        }


def learner_records(learner_id: int) -> LearnerRecords:
    """All that a learner did on courses. Two queries, or one for who has no place."""
    enrolments = list(rows_where(Enrolment, learner=learner_id))
    return LearnerRecords(enrolments, records_by_enrolment([place.pk for place in enrolments]))


def current_enrolment(learner_id: int, course_key: UUID) -> Enrolment | None:
    """A learner's place on a course, open or not; None for who never took one. One query."""
    return first_row(Enrolment, learner=learner_id, course_key=course_key, retaken_at=None)


def records_by_enrolment(enrolment_ids: Sequence[UUID]) -> dict[UUID, Records]:
    """What was done on some places, by enrolment. One query, or none for no place."""
    records = {pk: Records() for pk in enrolment_ids}
    if not records:
        return records
    keys = [pk.hex for pk in records]
    statement = _COMPLETED_AND_OPENED.format(places=", ".join(["%s"] * len(keys)))
    for row in Completion.objects.raw(statement, [*keys, *keys]):
        of_place = records[row.enrolment_id]
        if row.completed_at is None:
            of_place.opened.add(row.page_key)
        else:
            of_place.completed[row.page_key] = row.completed_at
            if row.edition_id is not None:
                of_place.editions[row.page_key] = row.edition_id
    return records
