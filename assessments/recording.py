"""Marks an attempt by all that is stored of it, and records its results and what a pass completes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef

from assessments.items import Response
from assessments.marking import Score, mark_paper
from assessments.models import (
    Attempt,
    Mark,
    QuizPage,
    RedLineRecord,
    ResponseStep,
    Result,
)
from courses.enrolling import record_completion, record_progress
from courses.models import CoursePage
from people.models import User


def stored_responses(attempt: Attempt, *, up_to: int | None = None) -> dict[str, Response]:
    """What the learner gave for each item, by item id; with `up_to`, as of that save. One query."""
    steps = ResponseStep.objects.filter(item__attempt=attempt)
    if up_to is not None:
        steps = steps.filter(number__lte=up_to)
    return dict(steps.order_by("number").values_list("item__key", "response"))


def mark_attempt(attempt: Attempt) -> Score:
    """What an attempt earns by the responses stored now, with the red lines put right since."""
    in_place = RedLineRecord.objects.filter(item__attempt=attempt)
    return mark_paper(
        attempt.paper,
        stored_responses(attempt),
        in_place=set(in_place.values_list("item__key", flat=True)),
    )


def record_result(
    attempt: Attempt,
    score: Score,
    *,
    number: int,
    at: datetime,
    decided_by: User | None = None,
    reason: str = "",
) -> Result:
    """Add what a paper earned as its result under a number. Nothing earlier is changed."""
    result = Result.objects.create(
        attempt=attempt,
        number=number,
        score=score.score,
        out_of=score.out_of,
        reached_pass_mark=score.reached_pass_mark,
        red_lines=len(score.red_lines),
        red_lines_missed=len(score.missed_red_lines),
        passed=score.passed,
        marked_at=at,
        decided_by=decided_by,
        reason=reason,
    )
    Mark.objects.bulk_create(
        Mark(
            result=result,
            item=row,
            fraction=score.marks[row.key].fraction,
            mark=score.marks[row.key].mark,
        )
        for row in attempt.paper_items
    )
    return result


def latest_result(attempt: Attempt) -> Result | None:
    """The result of an attempt that counts now."""
    return Result.objects.filter(attempt=attempt).order_by("-number").first()


def record_pass(attempt: Attempt, at: datetime) -> None:
    """Record that the quiz is done, wherever on this course it stands, and what follows."""
    enrolment = attempt.enrolment
    course = CoursePage.objects.annotate(
        page_path=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(translation_key=enrolment.course_key, page_path__startswith=F("path"))
    for page in QuizPage.objects.filter(Exists(course), quiz=attempt.quiz_id):
        record_completion(enrolment, page, at=at)
    record_progress(enrolment, at=at)
