"""How it went: the marked paper, as far as its quiz lets a learner see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.exception_words import exception_in_words
from assessments.history import attempt_history
from assessments.items import Item, Response
from assessments.marking import Strength, shown_percent, strengths
from assessments.models import Attempt, Mark, RedLineRecord, RemarkedAttempt
from assessments.models.quizzes import Feedback
from assessments.recording import marked_items_of, stored_responses
from assessments.views.finding import SeeOther, ShownItem, attempt_context, own_attempt, private
from assessments.views.red_lines import MissedRedLine, missed_red_lines, red_line_records
from courses.models import Competency
from courses.outlines import progress_of
from courses.progress import Progress, StepOutline
from people.http import SignedInRequest, login_required
from people.rows import rows_where

TRIES_BEFORE_A_TALK = 2


@dataclass(frozen=True)
class MarkedItem(ShownItem):
    """An item of a marked paper. `record` says how a missed red line came to be in place."""

    mark: Mark | None
    record: RedLineRecord | None
    show_key: bool


@dataclass(frozen=True)
class Visible:
    """What of a marked paper its learner sees, by the quiz's feedback policy.

    What is right on a red line is shown once the quiz is passed, whatever the policy.
    """

    review: bool
    key: bool
    red_line_key: bool

    @classmethod
    def by(cls, policy: str, *, passed: bool) -> Visible:
        key = policy == Feedback.FULL or (policy == Feedback.AFTER_PASSING and passed)
        return cls(review=policy != Feedback.SCORE, key=key, red_line_key=key and passed)


@dataclass(frozen=True)
class NamedStrength:
    """A strength with the name of its competency, and the lessons that teach it."""

    name: str
    strength: Strength
    lessons: list[StepOutline]


@private
@login_required
@require_safe
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    attempt = own_attempt(request, attempt_id)
    if attempt.is_open:
        return SeeOther(reverse("assessments:attempt", args=[attempt.pk]))
    if attempt.is_retry:
        return SeeOther(reverse("assessments:result", args=[attempt.retry_of_id]))
    at = timezone.now()
    history = attempt_history(attempt.enrolment, attempt.quiz)
    result = history.results.get(attempt.pk)
    if result is None:  # left as it was, when its course was begun again
        return to_quiz_page(request, attempt)
    responses = stored_responses(attempt)
    marks = {mark.item_id: mark for mark in rows_where(Mark, result=result.pk)}
    items = marked_items_of(attempt)
    pass_percent = result.pass_percent or attempt.pass_percent
    visible = Visible.by(attempt.quiz.feedback, passed=history.passed)
    context = attempt_context(request, attempt)
    progress = progress_of(attempt.enrolment, context["outline"])
    may_go_on = attempt.enrolment.is_open(at)
    failures = sum(not (past.passed or past.is_nearly_there) for past in history.handed_in)
    records = red_line_records(attempt) if result.red_lines else {}
    missed = missed_red_lines(attempt, marks, records, progress) if result.red_lines_missed else []
    return render(
        request,
        "assessments/attempt_result.html",
        {
            **context,
            "result": result,
            "percent": shown_percent(
                result.percent, pass_percent, result.passed or result.reached_pass_mark
            ),
            "pass_percent": pass_percent,
            # The first result is of the hand-in; a re-marking adds a later one.
            "looked_at_again": looked_at_again(attempt) if result.number > 1 else [],
            "shown": visible,
            "questions": (
                marked_items(attempt, items, responses, marks, records, visible)
                if visible.review
                else []
            ),
            "missed": missed,
            "retry": attempt.retries.open().first() if result.is_nearly_there else None,
            "exception": exception_in_words(history.terms),
            "strengths": (
                named_strengths(attempt, items, marks, missed, progress) if visible.review else []
            ),
            "history": history,
            "refusal": history.refusal(at),
            "offer_a_talk": (
                not history.passed
                and not result.is_nearly_there
                and failures >= TRIES_BEFORE_A_TALK
            ),
            "progress": progress if may_go_on else None,
            "next_step": progress.next_step if may_go_on else None,
        },
    )


def to_quiz_page(request: SignedInRequest, attempt: Attempt) -> HttpResponse:
    """Where the quiz is taken now; the page of its course, once it has been taken down."""
    context = attempt_context(request, attempt)
    step = context["step"]
    return SeeOther(step.url if step else context["outline"].url)


def marked_items(
    attempt: Attempt,
    items: Mapping[int, Item],
    responses: Mapping[str, Response],
    marks: Mapping[int, Mark],
    records: Mapping[int, RedLineRecord],
    visible: Visible,
) -> list[MarkedItem]:
    """Each item of the paper with what was given and earned.

    Responses are by item id, all else by paper item.
    """
    return [
        MarkedItem(
            number=row.place,
            item=items[row.pk],
            given=responses.get(row.key),
            mark=marks.get(row.pk),
            record=records.get(row.pk),
            show_key=visible.red_line_key if row.item.red_line else visible.key,
        )
        for row in attempt.paper_items
    ]


def looked_at_again(attempt: Attempt) -> list[RemarkedAttempt]:
    """The re-markings that gave an attempt a new result, the latest first. One query."""
    rows = RemarkedAttempt.objects.applied().filter(attempt=attempt, new_result__isnull=False)
    return list(rows.select_related("remarking", "old_result", "new_result").order_by("-done_at"))


def named_strengths(
    attempt: Attempt,
    items: Mapping[int, Item],
    marks: Mapping[int, Mark],
    missed: list[MissedRedLine],
    progress: Progress,
) -> list[NamedStrength]:
    """How each competency went, by its name now, with the lessons that teach it.

    A lesson that has not opened for the learner yet is no place to look again. One query.
    """
    earned = {row.key: marks[row.pk].mark for row in attempt.paper_items if row.pk in marks}
    levels = strengths(items.values(), earned, missed={line.row.key for line in missed})
    rows = Competency.objects.filter(code__in=[strength.competency for strength in levels])
    steps = open_lessons(progress)
    names: dict[str, str] = {}
    lessons: dict[str, list[StepOutline]] = defaultdict(list)
    for code, name, page_id in rows.order_by("lessons__path").values_list(
        "code", "name", "lessons"
    ):
        names[code] = name
        if page_id in steps:
            lessons[code].append(steps[page_id])
    return [
        NamedStrength(
            name=names.get(strength.competency, strength.competency),
            strength=strength,
            lessons=[] if strength.level == "strong" else lessons[strength.competency],
        )
        for strength in levels
    ]


def open_lessons(progress: Progress) -> dict[int, StepOutline]:
    """The lessons of a course that have opened for a learner, by page id."""
    return {
        step.page_id: step
        for step in progress.outline.steps
        if step.kind.name == "lesson" and progress.state_of(step.key) != "locked"
    }
