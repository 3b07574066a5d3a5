"""Reads what a learner did on a course, which every page of a course asks.

The statements are written out: for Django to build them costs a page several times what the
database takes to answer them. Decision 0030 says what that is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from courses.models import Completion, Enrolment


@dataclass(frozen=True)
class Records:
    """What was completed on a place and when, and what had opened there, by page key."""

    completed: dict[UUID, datetime] = field(default_factory=dict)
    opened: set[UUID] = field(default_factory=set)


_CURRENT_ENROLMENT = """
    SELECT * FROM courses_enrolment
    WHERE learner_id = %s AND course_key = %s AND retaken_at IS NULL
"""

_COMPLETED_AND_OPENED = """
    SELECT id, enrolment_id, page_key, completed_at
    FROM courses_completion WHERE enrolment_id IN ({places})
    UNION ALL
    SELECT id, enrolment_id, page_key, NULL
    FROM courses_opening WHERE enrolment_id IN ({places})
"""


def current_enrolment(learner_id: int, course_key: UUID) -> Enrolment | None:
    """A learner's place on a course, open or not; None for who never took one. One query."""
    rows = Enrolment.objects.raw(_CURRENT_ENROLMENT, [learner_id, course_key.hex])
    return next(iter(rows), None)


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
    return records
