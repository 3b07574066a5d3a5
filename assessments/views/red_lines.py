"""What must be right: how it stands on the result, and the way to answer it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments import red_lines
from assessments.items import Response
from assessments.models import Attempt, Mark, PaperItem, RedLineRecord, ResponseStep
from assessments.views.finding import SeeOther, own_attempt, private
from assessments.views.skills import lesson_steps
from courses.exceptions import CoursesError
from courses.progress import Progress, StepOutline
from people.http import SignedInRequest, login_required


@dataclass(frozen=True)
class LatestAnswer:
    """What was given when a red line was asked again last, on the item that asked it."""

    row: PaperItem
    given: Response


@dataclass(frozen=True)
class MissedRedLine:
    """A red line that is not in place yet, with what helps: its word, its lesson, the last answer."""

    row: PaperItem
    lesson: StepOutline | None
    latest: LatestAnswer | None


def red_line_records(attempt: Attempt) -> dict[int, RedLineRecord]:
    """How each red line that was missed came to be in place, by paper item."""
    rows = RedLineRecord.objects.counted().filter(item__attempt=attempt)
    return {row.item_id: row for row in rows}


def missed_red_lines(
    attempt: Attempt,
    marks: Mapping[int, Mark],
    records: Mapping[int, RedLineRecord],
    progress: Progress,
) -> list[MissedRedLine]:
    """The red lines that a result misses, in the order of the paper."""
    missed = [
        row
        for row in attempt.paper_items
        if row.item.red_line
        and row.pk not in records
        and (row.pk not in marks or marks[row.pk].fraction < 1)
    ]
    latest = _latest_answers(missed) if missed else {}
    lessons = lesson_steps({row.pk: row.item for row in missed}, progress)
    return [MissedRedLine(row, lessons.get(row.pk), latest.get(row.pk)) for row in missed]


def _latest_answers(missed: list[PaperItem]) -> dict[int, LatestAnswer]:
    """What was handed in for each when it was asked again last, by the first item. Two queries."""
    handed_in = PaperItem.objects.filter(
        asks_again__in=missed, attempt__state=Attempt.State.HANDED_IN
    ).order_by("attempt__number")
    rows = {row.asks_again_id: row for row in handed_in}
    steps = ResponseStep.objects.filter(item__in=rows.values()).order_by("number")
    given = dict(steps.values_list("item", "response"))
    return {
        first: LatestAnswer(row, given.get(row.pk))
        for first, row in rows.items()
        if first is not None
    }


@private
@login_required
@require_POST
def answer_again(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    """Ask again what is missing, on a short paper: a new one, or the one that is under way."""
    attempt = own_attempt(request, attempt_id)
    try:
        retry = red_lines.answer_again(attempt, at=timezone.now())
    except CoursesError as refusal:
        messages.info(request, str(refusal))
        return SeeOther(reverse("assessments:result", args=[attempt.pk]))
    return SeeOther(reverse("assessments:attempt", args=[retry.pk]))
