"""What a page of a lesson sends of itself: which parts it shows, and what was tried there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from courses import studying
from courses.lesson_parts import WHOLE, part_url
from courses.models import Enrolment, LessonPage
from courses.parts import Exercise
from courses.visits import Visit

TRIED = "tried-"


def record(
    request: HttpRequest,
    enrolment: Enrolment,
    lesson: LessonPage,
    *,
    goes_on: bool = False,
    opens: UUID | None = None,
    at: datetime,
) -> None:
    """Record what was read on a page, and the part that opens next. A page that does not say
    when it was made records nothing."""
    visit = Visit.read(request.POST.get("visit", ""))
    if visit is None:
        return
    answered = {name.removeprefix(TRIED) for name in request.POST if name.startswith(TRIED)}
    studying.record_visit(
        enrolment, lesson, visit, answered=answered, goes_on=goes_on, opens=opens, at=at
    )


def record_tick(
    request: HttpRequest, enrolment: Enrolment, lesson: LessonPage, block: Any, *, at: datetime
) -> None:
    """Record that the learner says an exercise was done elsewhere, or that it was not after all.

    A page that shows the box says whether it was ticked when the page was made.
    """
    was_ticked = request.POST.get(f"asks-{block.id}", "") == "1"
    is_ticked = f"elsewhere-{block.id}" in request.POST
    if is_ticked and not was_ticked:
        studying.record_done_elsewhere(enrolment, lesson, _exercise(block), at=at)
    elif was_ticked and not is_ticked:
        studying.take_back_tick(enrolment, lesson, _exercise(block))


def record_written(
    enrolment: Enrolment, lesson: LessonPage, block: Any, text: str, *, at: datetime
) -> None:
    """Record an exercise that was written and saved, if it is long enough."""
    studying.record_written(enrolment, lesson, _exercise(block), text, at=at)


def _exercise(block: Any) -> Exercise:
    return Exercise(UUID(block.id), block.value.get("words_asked") or 0)


def is_onward(request: HttpRequest, lesson: LessonPage, target: UUID | None) -> bool:
    """Whether a part is the one just after the page that sent this: *Next* was pressed."""
    visit = Visit.read(request.POST.get("visit", ""))
    keys = [part.key for part in lesson.parts]
    if visit is None or target not in keys or not set(visit.part_keys) <= set(keys):
        return False
    shown = [keys.index(key) for key in visit.part_keys]
    return len(shown) == 1 and keys.index(target) == shown[0] + 1


def same_page(request: HttpRequest, lesson: LessonPage) -> str:
    """The address of the page that sent this, without the place on it."""
    visit = Visit.read(request.POST.get("visit", ""))
    if visit is None or not visit.part_keys:
        return str(lesson.url)
    if len(visit.part_keys) > 1:
        return f"{lesson.url}?part={WHOLE}"
    return part_url(str(lesson.url), lesson.parts, visit.part_keys[0]).removesuffix("#lesson")


def key_or_none(typed: str) -> UUID | None:
    """A key that was sent; None for what is not one."""
    try:
        return UUID(typed)
    except ValueError:
        return None
