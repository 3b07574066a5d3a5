"""Was this clear? What readers say of a part is counted for its authors, without their names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from courses.models import LessonPage, PartOpinion

FEWEST = 10
"""A smaller figure is not shown: it is about people who can be guessed."""
SAID = "said_clear"
MOST_REMEMBERED = 200


@dataclass(frozen=True)
class PartFigures:
    """A part of a lesson, and what was said of it; each count is None while it is of too few."""

    heading: str
    clear_count: int | None = None
    unclear_count: int | None = None


@transaction.atomic
def count_opinion(lesson: LessonPage, part_key: UUID, *, is_clear: bool) -> None:
    """Add one to what was said of a part of a lesson. Two at once are both counted."""
    row, _is_new = PartOpinion.objects.get_or_create(
        lesson_key=lesson.translation_key,
        part_key=part_key,
        language=lesson.locale.language_code,
    )
    field = "clear_count" if is_clear else "unclear_count"
    PartOpinion.objects.filter(pk=row.pk).update(**{field: F(field) + 1})


def figures_of(lesson: LessonPage) -> list[PartFigures]:
    """What was said of each part of a lesson, in its language and its order. One query.

    How many answered is not told, so no count is found by taking the other from it.
    """
    rows = PartOpinion.objects.filter(
        lesson_key=lesson.translation_key, language=lesson.locale.language_code
    )
    by_key = {row.part_key: row for row in rows}
    return [_figures(part.heading or lesson.title, by_key.get(part.key)) for part in lesson.parts]


def _figures(heading: str, row: PartOpinion | None) -> PartFigures:
    if row is None:
        return PartFigures(heading)
    return PartFigures(heading, _not_of_few(row.clear_count), _not_of_few(row.unclear_count))


def _not_of_few(count: int) -> int | None:
    return count if count >= FEWEST else None


# Who has said something already -----------------------------------------------------------


def has_said(request: HttpRequest, part_key: UUID) -> bool:
    """Whether something was said of a part in this session. What was said is nowhere."""
    return _mark_of(part_key) in request.session.get(SAID, [])


def remember_said(request: HttpRequest, part_key: UUID) -> None:
    """Note in the session that a part is not asked about again."""
    marks = [*request.session.get(SAID, []), _mark_of(part_key)]
    request.session[SAID] = marks[-MOST_REMEMBERED:]


def _mark_of(part_key: UUID) -> str:
    return part_key.hex[:8]
