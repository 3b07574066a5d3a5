"""Marks an attempt by all that is stored of it, and records its results and what a pass completes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from assessments.corrections import AnswerAgain, AttemptRecords, StoredResult
from assessments.items import Item, Response
from assessments.marking import Score
from assessments.models import (
    Attempt,
    CorrectedItem,
    Mark,
    PaperItem,
    QuizPage,
    RedLineRecord,
    RemarkedAttempt,
    ResponseStep,
    Result,
)
from assessments.papers import Paper
from assessments.published import published_quiz
from courses.enrolling import record_progress
from courses.models import Edition
from courses.outlines import outline_by_id, progress_of
from people.models import User
from people.rows import insert_rows, rows_where

# Querysets for these two cost two and three times as much: decision 0103.
# Of each item, the newest step. One that was emptied has a response of null, unlike one without.
_ITEMS_WITH_RESPONSES = """
    SELECT item.*, (
        SELECT COALESCE(step.response, 'null') FROM assessments_responsestep step
        WHERE step.item_id = item.id AND step.number <= %s ORDER BY step.number DESC LIMIT 1
    ) AS response
    FROM assessments_paperitem item WHERE item.attempt_id IN ({attempts}) ORDER BY item.place
"""
_ITEMS_AS_MARKED = """
    SELECT item.*, mark.fraction, mark.mark, (
        SELECT COALESCE(step.response, 'null') FROM assessments_responsestep step
        WHERE step.item_id = item.id ORDER BY step.number DESC LIMIT 1
    ) AS response, (
        SELECT newest.content FROM assessments_correcteditem newest
        WHERE newest.item_id = item.id ORDER BY newest.id DESC LIMIT 1
    ) AS correction
    FROM assessments_paperitem item
    LEFT JOIN assessments_mark mark ON mark.item_id = item.id AND mark.result_id = %s
    WHERE item.attempt_id = %s ORDER BY item.place
"""


LAST_SAVE = 2_000_000_000
"""The highest number that a save may have."""


def stored_responses(attempt: Attempt, *, up_to: int = LAST_SAVE) -> dict[str, Response]:
    """What the learner gave for each item, by item id; with `up_to`, as of that save.

    One query, which also reads its paper.
    """
    rows = _items_with_responses([attempt.pk], up_to=up_to)
    attempt.paper_items = rows
    return _responses_in(rows)


def _items_with_responses(attempts: Collection[UUID], *, up_to: int = LAST_SAVE) -> list[Any]:
    """The items of some papers, each in the order of its own, with its `response`. One query."""
    keys = [pk.hex for pk in attempts]
    statement = _ITEMS_WITH_RESPONSES.format(attempts=", ".join(["%s"] * len(keys)))
    return list(PaperItem.objects.raw(statement, [up_to, *keys])) if keys else []


def _responses_in(rows: Iterable[Any]) -> dict[str, Response]:
    """What was given for each item, of rows that were read by a statement above."""
    # It gives JSON as its text.
    return {row.key: json.loads(row.response) for row in rows if row.response is not None}


@dataclass(frozen=True)
class PaperAsMarked:
    """A paper with what one result says of it: items and marks by paper item, responses by key."""

    items: dict[int, Item]
    marks: dict[int, Mark]
    responses: dict[str, Response]


def paper_as_marked(attempt: Attempt, result: Result) -> PaperAsMarked:
    """Each item as it is marked now, what was given for it, and what that earned in a result.

    One query, which also reads its paper.
    """
    rows: list[Any] = list(PaperItem.objects.raw(_ITEMS_AS_MARKED, [result.pk, attempt.pk.hex]))
    attempt.paper_items = rows
    return PaperAsMarked(
        items={row.pk: _item_as_marked(row) for row in rows},
        marks={row.pk: _mark_in(row, result) for row in rows if row.mark is not None},
        responses=_responses_in(rows),
    )


def _item_as_marked(row: Any) -> Item:
    if row.correction is None:
        item: Item = row.item
        return item
    return CorrectedItem(content=json.loads(row.correction)).corrected


def _mark_in(row: Any, result: Result) -> Mark:
    """What a result gave for an item. Of a number that SQLite gives, no more than its places."""
    fraction = Mark._meta.get_field("fraction").to_python(row.fraction)
    mark = Mark._meta.get_field("mark").to_python(row.mark)
    return Mark(result=result, item=row, fraction=fraction, mark=mark)


def mark_attempt(attempt: Attempt) -> Score:
    """What an attempt earns by the responses stored now.

    Items that were corrected since, a lowered pass mark, and red lines that were put right since
    all count.
    """
    return records_of([attempt])[attempt.pk].mark()


def corrected_items(attempts: Iterable[Attempt]) -> dict[int, Item]:
    """The items that a re-marking corrected, as they are marked now, by paper item. One query."""
    rows = CorrectedItem.objects.filter(item__attempt__in=list(attempts)).order_by("pk")
    return {row.item_id: row.corrected for row in rows}


def marked_items_of(attempt: Attempt) -> dict[int, Item]:
    """Each item of a paper as it is marked now, by paper item, in the order of the paper."""
    corrected = corrected_items([attempt])
    return {row.pk: corrected.get(row.pk, row.item) for row in attempt.paper_items}


def records_of(attempts: Sequence[Attempt]) -> dict[UUID, AttemptRecords]:
    """What each attempt is marked by, without its result.

    Two queries, however many there are; one more for red lines, and one where anything was
    corrected.
    """
    rows: dict[UUID, list[Any]] = {attempt.pk: [] for attempt in attempts}
    for row in _items_with_responses(rows):
        rows[row.attempt_id].append(row)
    for attempt in attempts:
        attempt.paper_items = rows[attempt.pk]
    remarkings = _remarkings_of(rows)
    corrected = corrected_items(attempts) if remarkings else {}
    pass_marks = _lowered_pass_marks(remarkings)
    in_place = _red_lines_in_place(row for papers in rows.values() for row in papers)
    return {
        attempt.pk: _records(
            rows[attempt.pk],
            pass_marks.get(attempt.pk, attempt.pass_percent),
            corrected,
            in_place,
        )
        for attempt in attempts
    }


def _records(
    rows: list[Any],
    pass_percent: Decimal,
    corrected: Mapping[int, Item],
    in_place: Collection[int],
) -> AttemptRecords:
    return AttemptRecords(
        paper=Paper([corrected.get(row.pk, row.item) for row in rows], pass_percent),
        responses=_responses_in(rows),
        in_place={row.key for row in rows if row.pk in in_place},
        originals={row.key: row.item for row in rows if row.pk in corrected},
    )


def _remarkings_of(attempts: Iterable[UUID]) -> list[tuple[UUID, Decimal | None]]:
    """Each re-marking that was applied to some attempts: to which, and the pass mark it lowered.

    One query where there is none, as for nearly every attempt; else two. Without any, no item
    was corrected and no pass mark lowered.
    """
    keys = list(attempts)
    if not any(rows_where(RemarkedAttempt, attempt=keys) if keys else ()):
        return []
    applied = RemarkedAttempt.objects.applied().filter(attempt__in=keys)
    return list(applied.values_list("attempt", "remarking__pass_percent"))


def _lowered_pass_marks(
    remarkings: Iterable[tuple[UUID, Decimal | None]],
) -> dict[UUID, Decimal]:
    """The lowest pass mark that was applied to each attempt that has one."""
    lowest: dict[UUID, Decimal] = {}
    for attempt_id, pass_percent in remarkings:
        if pass_percent is not None:
            lowest[attempt_id] = min(pass_percent, lowest.get(attempt_id, pass_percent))
    return lowest


def _red_lines_in_place(rows: Iterable[PaperItem]) -> set[int]:
    """The red lines among some paper items that were put right since. One query, or none."""
    red_lines = [row.pk for row in rows if row.item.red_line]
    if not red_lines:
        return set()
    records = RedLineRecord.objects.counted().filter(item__in=red_lines)
    return set(records.values_list("item", flat=True))


def with_results(
    records: Mapping[UUID, AttemptRecords],
) -> tuple[dict[UUID, AttemptRecords], dict[UUID, Result]]:
    """The same records with what each attempt earned so far; and the results. Two queries.

    An attempt that was not handed in has none.
    """
    results = {
        result.attempt_id: result
        for result in Result.objects.filter(attempt__in=list(records)).order_by("number")
    }
    marks: dict[int, dict[str, Decimal]] = {result.pk: {} for result in results.values()}
    rows = Mark.objects.filter(result__in=marks).values_list("result", "item__key", "mark")
    for result_id, key, mark in rows:
        marks[result_id][key] = mark
    complete = dict(records)
    for attempt_id, result in results.items():
        complete[attempt_id] = replace(
            records[attempt_id],
            result=StoredResult(
                result.score,
                result.out_of,
                result.passed,
                result.reached_pass_mark,
                result.red_lines_missed,
            ),
            marks=marks[result.pk],
        )
    return complete, results


def with_answers_again(records: Mapping[UUID, AttemptRecords]) -> dict[UUID, AttemptRecords]:
    """The same records with what was handed in where a red line was asked again. Two queries."""
    rows = (
        PaperItem.objects.filter(
            asks_again__attempt__in=list(records), attempt__state=Attempt.State.HANDED_IN
        )
        .select_related("asks_again")
        .order_by("attempt__submitted_at", "place")
    )
    repeated_items = list(rows)
    if not repeated_items:
        return dict(records)
    steps = ResponseStep.objects.filter(item__in=repeated_items).order_by("number")
    responses = dict(steps.values_list("item", "response"))
    again: dict[UUID, dict[str, list[AnswerAgain]]] = {}
    for row in repeated_items:
        first = cast(PaperItem, row.asks_again)
        answers = again.setdefault(first.attempt_id, {}).setdefault(first.key, [])
        answers.append(AnswerAgain(row.pk, row.item, responses.get(row.pk)))
    return {pk: replace(each, again=again.get(pk, {})) for pk, each in records.items()}


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
        pass_percent=None if score.pass_percent == attempt.pass_percent else score.pass_percent,
        marked_at=at,
        decided_by=decided_by,
        reason=reason,
    )
    insert_rows(
        [
            Mark(
                result=result,
                item=row,
                fraction=score.marks[row.key].fraction,
                mark=score.marks[row.key].mark,
            )
            for row in attempt.paper_items
        ]
    )
    return result


def latest_result(attempt: Attempt) -> Result | None:
    """The result of an attempt that counts now; None before it is marked. One query."""
    results = rows_where(Result, attempt=attempt.pk)
    return max(results, key=lambda result: result.number, default=None)


def record_pass(attempt: Attempt, at: datetime) -> None:
    """Record that the quiz is done, in each step that was declared to ask it, and what follows.

    Where its page is now, and whether it is published, does not matter: it was passed.
    """
    enrolment = attempt.enrolment
    edition = Edition.current()
    outline = outline_by_id(enrolment.course_id, edition)
    progress = progress_of(enrolment, outline)
    done = [
        (step.key, step.page_id)
        for step in outline.steps
        if step.kind is QuizPage.kind and attempt.quiz_id in step.subject_ids
    ]
    # Where it stands and was not declared yet, or no longer: it may be one day.
    standing = published_quiz(attempt.quiz_id, edition).steps_on(enrolment.course_key)
    done += [(key, page_id) for key, page_id in standing if outline.step(key) is None]
    record_progress(enrolment, progress, done=done, at=at)
