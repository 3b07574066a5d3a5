"""What the views of an attempt share: finding it, reading its form, and its place in a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control

from assessments.items import Item, Response
from assessments.models import Attempt
from assessments.recording import LAST_SAVE
from courses.editions import edition_for
from courses.outlines import outline_for_reader
from courses.privacy import refuse_closed_since
from courses.progress import Outline, StepOutline
from people.http import SignedInRequest
from people.rows import first_row_with

private = cache_control(private=True, no_store=True)


class SeeOther(HttpResponseRedirect):
    """Go and look there. A reload of that page sends nothing again."""

    status_code = 303


@dataclass(frozen=True)
class ShownItem:
    """An item as its page shows it: its place on the paper, and what was given for it."""

    number: int
    item: Item
    given: Response

    @property
    def is_complete(self) -> bool:
        return self.item.is_complete(self.given)


SECTION_SIZE = 5
"""How many questions of a long paper stand together."""
LONGEST_UNDIVIDED = 12
"""A paper with more questions than this is divided into sections."""


@dataclass(frozen=True)
class Section:
    """Some questions of a paper that stand together. The number is its place among the sections."""

    number: int
    questions: list[ShownItem]

    @property
    def first(self) -> int:
        return self.questions[0].number

    @property
    def last(self) -> int:
        return self.questions[-1].number


def sections_of(questions: list[ShownItem]) -> list[Section]:
    """A long paper in sections of a few questions; a short one as it is, in one."""
    size = SECTION_SIZE if len(questions) > LONGEST_UNDIVIDED else max(1, len(questions))
    starts = range(0, len(questions), size)
    return [
        Section(number, questions[start : start + size])
        for number, start in enumerate(starts, start=1)
    ]


def next_open(questions: list[ShownItem]) -> ShownItem | None:
    """The question to go on with: the first without a full answer, once others have one."""
    unanswered = [question for question in questions if not question.is_complete]
    return unanswered[0] if 0 < len(unanswered) < len(questions) else None


def own_attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    """An attempt of whoever asks, with its quiz and its enrolment.

    Anybody else's is not found. Raises PermissionDenied where its quiz was closed to them since.
    """
    attempt = first_row_with(Attempt, "quiz", "enrolment", id=attempt_id)
    if attempt is None or attempt.enrolment.learner_id != request.user.pk:
        raise Http404
    attempt.enrolment.learner = request.user
    refuse_closed_since(request, attempt.enrolment, "quiz", attempt.quiz_id)
    return attempt


def seen_save_number(request: HttpRequest) -> int | None:
    """The save that the page had seen, as it names it; None when it names none."""
    named = request.POST.get("base", "")
    if not (named.isascii() and named.isdigit()) or len(named) > 10:
        return None
    return int(named) if int(named) < LAST_SAVE else None


def form_fields(request: HttpRequest) -> Mapping[str, list[str]]:
    return dict(request.POST.lists())


def step_of(attempt: Attempt, outline: Outline) -> StepOutline | None:
    """Where the quiz stands on the course now; None once it has been taken down."""
    return next(
        (
            step
            for step in outline.steps
            if step.kind.name == "quiz" and step.subject_id == attempt.quiz_id
        ),
        None,
    )


def attempt_context(request: HttpRequest, attempt: Attempt) -> dict[str, Any]:
    """What every page of an attempt says: which quiz, of which course, and the way back."""
    outline = outline_for_reader(attempt.enrolment.course_id, edition_for(request))
    step = step_of(attempt, outline)
    return {
        "language": (step and step.subject_language) or outline.language,
        "attempt": attempt,
        "outline": outline,
        "step": step,
        "title": step.title if step else attempt.quiz.title_in(get_language()),
        "module": outline.module_of(step.key) if step else None,
    }


def shown_items(attempt: Attempt, responses: Mapping[str, Response]) -> list[ShownItem]:
    return [
        ShownItem(number, item.in_language(get_language()), responses.get(item.id))
        for number, item in enumerate(attempt.paper.items, start=1)
    ]
