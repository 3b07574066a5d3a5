"""Verbs: marking papers again after a mistake in a key or a pass mark.

A re-marking is begun in one transaction, which names every attempt that it is for. From then on
the rows say what is still to do. Each attempt is marked in a transaction of its own under its
learner's lock, so it may be killed anywhere, run twice at once, and run again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.corrections import AttemptRecords, Change, Correction, Way, change_by
from assessments.exceptions import (
    DryRunOutOfDate,
    NobodyToRemark,
    NotReadyToRemark,
    PassMarkOnlyLowered,
    RedLineStays,
    RemarkReasonNeeded,
)
from assessments.items import WHOLE
from assessments.models import (
    Attempt,
    CorrectedItem,
    PaperItem,
    Question,
    Quiz,
    RedLineRecord,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
    Result,
)
from assessments.recording import (
    record_pass,
    record_result,
    records_of,
    with_answers_again,
    with_results,
)
from assessments.signals import result_remarked
from assessments.wording import freeze_with_words
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner

log = logging.getLogger(__name__)

BATCH = 200
"""How many attempts are in memory at once."""

Outcome = RemarkedAttempt.Outcome
OPEN_STATES = [Attempt.State.IN_PROGRESS, Attempt.State.OVERDUE]


@dataclass(frozen=True)
class RemarkPlan:
    """What a trainer means to put right, and for whom. Nothing is written by it.

    `quiz` is the one quiz that it is for; None is every quiz that asked the question. `chosen`
    are the only attempts that it is for; None is everybody.
    """

    way: Way
    question: Question | None = None
    quiz: Quiz | None = None
    pass_percent: Decimal | None = None
    keep_better: bool = True
    chosen: frozenset[UUID] | None = None

    def correction(self) -> Correction:
        """What it changes, as a value.

        Raises NotReadyToRemark, RedLineStays or PassMarkOnlyLowered where it cannot be.
        """
        version = None
        if self.question is not None:
            if self.way == Way.VERSION and not self.question.live:
                raise NotReadyToRemark
            if self.way != Way.VERSION and self.question.red_line:
                raise RedLineStays(self.question.code)
            version = freeze_with_words(self.question)
        elif not self._lowers():
            raise PassMarkOnlyLowered
        return Correction(
            way=self.way,
            question=self.question.pk if self.question else None,
            version=version,
            pass_percent=self.pass_percent,
            keep_better=self.keep_better,
        )

    def _lowers(self) -> bool:
        """Whether any attempt at the quiz began under a higher pass mark."""
        if self.pass_percent is None or self.quiz is None or self.pass_percent <= 0:
            return False
        return self.quiz.attempts.filter(pass_percent__gt=self.pass_percent).exists()

    def attempts(self) -> QuerySet[Attempt]:
        """The attempts that it is for, by one indexed query: handed in, or still open.

        A retry of red lines is among them only while it is open, since it has no result.
        """
        states = Q(state=Attempt.State.HANDED_IN, retry_of=None) | Q(state__in=OPEN_STATES)
        # Of whoever was erased the answers are blank, and there is nobody to be told.
        attempts = Attempt.objects.filter(states, enrolment__learner__erased_at=None)
        if self.quiz is not None:
            attempts = attempts.filter(quiz=self.quiz)
        if self.question is not None:
            attempts = attempts.filter(Exists(self._items()))
        else:
            attempts = attempts.filter(pass_percent__gt=self.pass_percent)
        if self.chosen is not None:
            attempts = attempts.filter(pk__in=self.chosen)
        return attempts

    def _items(self) -> QuerySet[PaperItem]:
        """The items to be marked again, of the attempt of the query around it.

        Items of the very version that they would be corrected to need nothing, unless
        something else was done to them.
        """
        items = PaperItem.objects.filter(attempt=OuterRef("pk"), question=self.question)
        if self.way != Way.VERSION or self.question is None:
            return items
        current = self.question.freeze().revision
        if current is None:
            return items
        corrected = CorrectedItem.objects.filter(item=OuterRef("pk"))
        return items.filter(~Q(revision=current) | Q(revision=None) | Exists(corrected))


# Looking first ----------------------------------------------------------------------------


@dataclass(frozen=True)
class DryRunRow:
    """What would happen to one attempt."""

    attempt_id: UUID
    change: Change

    @property
    def digest(self) -> str:
        return f"{self.attempt_id}{self.change.outcome}{self.change.before}{self.change.after}"


ORDER = ("changed", "kept", "refused", "open", "unchanged", "not_needed")


@dataclass(frozen=True)
class DryRun:
    """Every attempt that a plan is for, with what would happen, what matters most first."""

    rows: Sequence[DryRunRow]

    @property
    def digest(self) -> str:
        """Changes when anything in the list does."""
        texts = sorted(row.digest for row in self.rows)
        return sha256("\n".join(texts).encode()).hexdigest()

    def count(self, outcome: str) -> int:
        return sum(row.change.outcome == outcome for row in self.rows)

    def count_that(self, fact: Callable[[Change], bool]) -> int:
        return sum(fact(row.change) for row in self.rows)

    @property
    def passes_now(self) -> int:
        return self.count_that(lambda change: change.passes_now)

    @property
    def fails_now(self) -> int:
        """How many would lose a pass, those who keep it included."""
        return self.count_that(lambda change: change.fails_now)

    @property
    def is_worse(self) -> int:
        return self.count_that(lambda change: change.is_worse)


def dry_run(plan: RemarkPlan) -> DryRun:
    """What a re-marking would do, for each attempt. Writes nothing.

    Raises NotReadyToRemark, RedLineStays or PassMarkOnlyLowered. The run asks the same function,
    so what is listed is what happens.
    """
    correction = plan.correction()
    attempts = plan.attempts().order_by("pk").iterator(chunk_size=BATCH)
    rows = [
        DryRunRow(attempt.pk, change_by(correction, records).without_paper())
        for batch in _batches(attempts)
        for attempt, records in _complete_records(batch)
    ]
    return DryRun(sorted(rows, key=_what_matters_first))


def _what_matters_first(row: DryRunRow) -> tuple[bool, bool, bool, int]:
    change = row.change
    return (
        not change.fails_now,
        not change.is_worse,
        not change.passes_now,
        ORDER.index(change.outcome),
    )


def _batches(attempts: Iterator[Attempt]) -> Iterator[list[Attempt]]:
    while batch := list(islice(attempts, BATCH)):
        yield batch


def _complete_records(attempts: list[Attempt]) -> Iterator[tuple[Attempt, AttemptRecords]]:
    records, _results = with_results(with_answers_again(records_of(attempts)))
    return ((attempt, records[attempt.pk]) for attempt in attempts)


# Doing it -----------------------------------------------------------------------------------


def begin_remarking(
    plan: RemarkPlan, *, by: User, reason: str, at: datetime, seen: str | None = None
) -> Remarking:
    """Decide a re-marking, and name every attempt that it is for. None is marked yet.

    `seen` is the digest of the dry run for everybody that its trainer looked at. Raises RemarkReasonNeeded,
    NobodyToRemark, DryRunOutOfDate when it would do something else by now, and what `dry_run`
    raises.
    """
    if not reason.strip():
        raise RemarkReasonNeeded
    correction = plan.correction()
    if seen is not None and dry_run(replace(plan, chosen=None)).digest != seen:
        raise DryRunOutOfDate
    with transaction.atomic():
        remarking = Remarking.objects.create(
            way=plan.way,
            question=plan.question,
            revision_id=correction.version.revision if correction.version else None,
            content=correction.version.to_json() if correction.version else None,
            quiz=plan.quiz,
            pass_percent=plan.pass_percent,
            keep_better=plan.keep_better,
            reason=reason.strip(),
            decided_by=by,
            decided_at=at,
        )
        if not _name_attempts(remarking, plan.attempts()):
            raise NobodyToRemark
        record_act(ActKind.REMARKING_DECIDED, remarking, by=by, at=at)
    return remarking


def _name_attempts(remarking: Remarking, attempts: QuerySet[Attempt]) -> int:
    """Add a row that says what is owed, for each attempt. Gives how many there are."""
    ids = attempts.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    count = 0
    while batch := list(islice(ids, BATCH)):
        RemarkedAttempt.objects.bulk_create(
            RemarkedAttempt(remarking=remarking, attempt_id=pk) for pk in batch
        )
        count += len(batch)
    return count


def carry_on(remarking: Remarking, *, at: datetime, limit: int | None = None) -> int:
    """Mark what is still owed of a re-marking, at most `limit` attempts. Gives how many were.

    One that fails stays owed, and the others go on. Call it as often as you like.
    """
    done, last = 0, 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        owed = remarking.attempts.owed().filter(pk__gt=last).order_by("pk")
        ids = list(owed.values_list("pk", flat=True)[:size])
        if not ids:
            break
        done += sum(_remark_safely(pk, at) for pk in ids)
        last = ids[-1]
    _finish(remarking, at)
    return done


def _remark_safely(remarked_id: int, at: datetime) -> bool:
    try:
        return remark_attempt(remarked_id, at=at)
    except Exception:
        log.exception("Marking again %s failed", remarked_id)
        return False


def _finish(remarking: Remarking, at: datetime) -> None:
    owed = RemarkedAttempt.objects.owed().filter(remarking=OuterRef("pk"))
    Remarking.objects.filter(~Exists(owed), pk=remarking.pk, finished_at=None).update(
        finished_at=at
    )


def remark_attempt(remarked_id: int, *, at: datetime) -> bool:
    """Do to one attempt what a re-marking says, with all that follows. False if it was done.

    The statement that takes the row requires that it is still owed, so of two at once one does it.
    """
    row = RemarkedAttempt.objects.select_related("remarking", "attempt__enrolment").get(
        pk=remarked_id
    )
    with transaction.atomic():
        lock_learner(row.attempt.enrolment.learner_id)
        owed = RemarkedAttempt.objects.owed().filter(pk=row.pk)
        if not owed.update(outcome=Outcome.NOT_NEEDED, done_at=at):
            return False
        attempt = Attempt.objects.select_related("enrolment__learner", "enrolment__course").get(
            pk=row.attempt_id
        )
        records, results = with_results(with_answers_again(records_of([attempt])))
        change = change_by(row.remarking.correction, records[attempt.pk])
        before = results.get(attempt.pk)
        after = _add_result(row, attempt, change, before, at)
        row.outcome, row.done_at = Outcome(change.outcome), at
        row.old_result, row.new_result = before, after
        row.refusal = str(change.refusal) if change.refusal else ""
        row.save(update_fields=["outcome", "done_at", "old_result", "new_result", "refusal"])
        _add_corrected_items(row, attempt, change)
        _add_red_line_records(row, attempt, change, at)
        if before is not None and after is not None:
            by, learner_id = row.remarking.decided_by_id, attempt.enrolment.learner_id
            record_act(ActKind.RESULT_REMARKED, attempt, by=by, person=learner_id, at=at)
            _tell(row, attempt, before, after, at)
    return True


def _add_result(
    row: RemarkedAttempt, attempt: Attempt, change: Change, before: Result | None, at: datetime
) -> Result | None:
    """The new result of an attempt, where there is one."""
    if before is None or change.score is None or change.outcome != Outcome.CHANGED:
        return None
    return record_result(
        attempt,
        change.score,
        number=before.number + 1,
        at=at,
        decided_by=row.remarking.decided_by,
        reason=row.remarking.reason,
    )


def _add_corrected_items(row: RemarkedAttempt, attempt: Attempt, change: Change) -> None:
    """Freeze the items that the attempt is marked by from now on."""
    if row.outcome in {Outcome.KEPT, Outcome.REFUSED, Outcome.NOT_NEEDED}:
        return
    CorrectedItem.objects.bulk_create(
        CorrectedItem.from_item(item_row, change.items[item_row.key], row)
        for item_row in attempt.paper_items
        if item_row.key in change.items
    )


def _add_red_line_records(
    row: RemarkedAttempt, attempt: Attempt, change: Change, at: datetime
) -> None:
    """Record the red lines that were answered rightly again, by the key that is corrected now."""
    if row.outcome != Outcome.CHANGED or change.score is None:
        return
    marks = change.score.marks
    RedLineRecord.objects.bulk_create(
        RedLineRecord(
            item=item_row,
            how=RedLineRecord.How.ANSWERED_AGAIN,
            answered_on_id=change.right_again[item_row.key].row,
            actor_id=attempt.enrolment.learner_id,
            at=at,
        )
        for item_row in attempt.paper_items
        if item_row.key in change.right_again and marks[item_row.key].fraction < WHOLE
    )


def _tell(
    row: RemarkedAttempt, attempt: Attempt, before: Result, after: Result, at: datetime
) -> None:
    """Record what follows from a new result, and that its learner is to be told."""
    if after.passed and not before.passed:
        record_pass(attempt, at)
    RemarkNotice.objects.bulk_create(
        [RemarkNotice(remarking=row.remarking, learner_id=attempt.enrolment.learner_id)],
        ignore_conflicts=True,
    )
    result_remarked.send(
        RemarkedAttempt,
        attempt=attempt,
        before=before,
        after=after,
        remarking=row.remarking,
        at=at,
    )


# What rests on a question -------------------------------------------------------------------


@dataclass(frozen=True)
class PapersOf:
    """How many papers ask a question: open, handed in, and closed.

    Those that are open or handed in can be marked again. Closed are abandoned tries, and red
    lines that were answered again: their records stay as they are.
    """

    open: int
    handed_in: int
    closed: int

    @property
    def total(self) -> int:
        return self.open + self.handed_in + self.closed


def papers_of(question: Question) -> PapersOf:
    """How many papers rest on a question. One query."""
    is_open = Q(attempt__state__in=OPEN_STATES)
    is_handed_in = Q(attempt__state=Attempt.State.HANDED_IN, attempt__retry_of=None)
    counts = PaperItem.objects.filter(question=question).aggregate(
        open=_papers_that(is_open),
        handed_in=_papers_that(is_handed_in),
        closed=_papers_that(~is_open & ~is_handed_in),
    )
    return PapersOf(**counts)


def _papers_that(condition: Q) -> Count:
    return Count("attempt", filter=condition, distinct=True)
