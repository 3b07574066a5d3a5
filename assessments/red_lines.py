"""Verbs: answering a missed red line again, and recording that it was talked through.

Nobody fails by a red line alone. What is missed is asked again on a short paper of its own, as
often as it takes, and everything else on the paper stands.
"""

from __future__ import annotations

from datetime import datetime
from random import Random, SystemRandom

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.exceptions import AlreadyInPlace, CannotTakeBack, NothingToAnswerAgain
from assessments.items import WHOLE, Item
from assessments.models import Attempt, PaperItem, RedLineRecord, Result
from assessments.recording import (
    latest_result,
    mark_attempt,
    marked_items_of,
    record_pass,
    record_result,
    stored_responses,
)
from courses.exceptions import EnrolmentClosed
from people.act_kinds import ActKind
from people.acts import record_act
from people.models import User, lock_learner

MOST_DEALS = 50
"""How often an item is dealt anew to get another order. Some have only one."""


def missed_red_lines(attempt: Attempt) -> list[PaperItem]:
    """The red lines of a paper that are not in place yet, in its order."""
    missed = set(mark_attempt(attempt).missed_red_lines)
    return [row for row in attempt.paper_items if row.key in missed]


def answer_again(attempt: Attempt, *, at: datetime, random: Random | None = None) -> Attempt:
    """The open retry of an attempt; a new one with all red lines it misses if there is none.

    However many ask at once, there is one. It counts for no limit and waits for nothing. Raises
    EnrolmentClosed, or NothingToAnswerAgain when the attempt is not nearly there.
    """
    if not attempt.enrolment.is_open(at):
        raise EnrolmentClosed(attempt.enrolment)
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        retry = attempt.retries.open().first()
        if retry is not None:
            return retry
        result = latest_result(attempt)
        if result is None or not result.is_nearly_there:
            raise NothingToAnswerAgain(attempt)
        return _create_retry(attempt, random or SystemRandom(), at)


def _create_retry(attempt: Attempt, random: Random, at: datetime) -> Attempt:
    retry = Attempt.objects.create(
        enrolment_id=attempt.enrolment_id,
        quiz_id=attempt.quiz_id,
        retry_of=attempt,
        number=attempt.retries.count() + 1,
        pass_percent=attempt.pass_percent,
        started_at=at,
    )
    missed = missed_red_lines(attempt)
    last_asked = _last_asked(missed)
    marked = marked_items_of(attempt)
    items = [
        deal_differently(marked[row.pk], random, shown=last_asked.get(row.pk, row).item)
        for row in missed
    ]
    PaperItem.objects.add_paper(retry, items, asks_again=missed)
    return retry


def _last_asked(rows: list[PaperItem]) -> dict[int, PaperItem]:
    """The item on which each was asked again last, by primary key."""
    again = PaperItem.objects.filter(asks_again__in=rows).order_by("attempt__number")
    return {row.asks_again_id: row for row in again if row.asks_again_id is not None}


def deal_differently(item: Item, random: Random, *, shown: Item | None = None) -> Item:
    """The item for another paper, with what it offers in an order other than `shown` has it."""
    before = _order(shown or item)
    dealt = item.deal(random)
    for _deal in range(MOST_DEALS):
        if _order(dealt) != before:
            break
        dealt = item.deal(random)
    return dealt


def _order(item: Item) -> list[list[int]]:
    return [[choice.source for choice in getattr(item, name)] for name in item.choices]


def settle_retry(retry: Attempt, *, at: datetime) -> Result:
    """Record what a retry that was just handed in puts right, and the result that follows.

    Call it inside the transaction of the hand-in. With the last red line in place the attempt
    passes, and what a pass completes is recorded. Gives the result that counts now.
    """
    attempt = retry.retry_of
    assert attempt is not None  # noqa: S101  only a retry is settled
    responses = stored_responses(retry)
    marked = marked_items_of(retry)
    right = [
        row
        for row in retry.paper_items
        if marked[row.pk].earned_fraction(responses.get(row.key)) == WHOLE
    ]
    missed: dict[int | None, PaperItem] = {row.pk: row for row in missed_red_lines(attempt)}
    newly_right = [row for row in right if row.asks_again_id in missed]
    RedLineRecord.objects.bulk_create(
        RedLineRecord(
            item=missed[row.asks_again_id],
            how=RedLineRecord.How.ANSWERED_AGAIN,
            answered_on=row,
            actor_id=retry.enrolment.learner_id,
            at=at,
        )
        for row in newly_right
    )
    codes = [row.item.code for row in newly_right]
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Red lines answered again and right: %(codes)s.") % {"codes": ", ".join(codes)}
    return _settle(attempt, at=at, reason=reason if codes else "")


def record_talked_through(row: PaperItem, *, by: User, reason: str, at: datetime) -> Result:
    """Record that a missed red line was talked through aloud. It counts as right, for that alone.

    The result that follows names who decided it, and the reason. Raises AlreadyInPlace when it
    was answered again or talked through meanwhile, or was never missed.
    """
    attempt = Attempt.objects.select_related("enrolment").get(pk=row.attempt_id)
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        if row.pk not in {missed.pk for missed in missed_red_lines(attempt)}:
            raise AlreadyInPlace(row)
        record = RedLineRecord.objects.create(
            item=row, how=RedLineRecord.How.TALKED_THROUGH, actor=by, reason=reason, at=at
        )
        learner_id = attempt.enrolment.learner_id
        record_act(ActKind.TALKED_THROUGH, record, by=by, person=learner_id, at=at)
        with translation.override(settings.LANGUAGE_CODE):
            talked = _("Red line talked through aloud: %(code)s.") % {"code": row.item.code}
        return _settle(attempt, at=at, reason=f"{talked} {reason}", by=by)


def take_back(record: RedLineRecord, *, by: User, reason: str, at: datetime) -> Result:
    """Take back that a red line was talked through, where it was recorded in error.

    It is missed again, and the result that follows names who decided it, and the reason. Raises
    CannotTakeBack when the attempt has passed since, or it was taken back already.
    """
    attempt = Attempt.objects.select_related("enrolment").get(pk=record.item.attempt_id)
    with transaction.atomic():
        lock_learner(attempt.enrolment.learner_id)
        result = latest_result(attempt)
        rows = RedLineRecord.objects.counted().filter(
            pk=record.pk, how=RedLineRecord.How.TALKED_THROUGH
        )
        if result is None or result.passed:
            raise CannotTakeBack(record)
        if not rows.update(taken_back_at=at, taken_back_by=by, taken_back_reason=reason):
            raise CannotTakeBack(record)
        learner_id = attempt.enrolment.learner_id
        record_act(ActKind.TALK_TAKEN_BACK, record, by=by, person=learner_id, at=at)
        with translation.override(settings.LANGUAGE_CODE):
            what_happened = _("Taken back, talked through aloud: %(code)s.") % {
                "code": record.item.item.code
            }
        return _settle(attempt, at=at, reason=f"{what_happened} {reason}", by=by)


def _settle(attempt: Attempt, *, at: datetime, reason: str, by: User | None = None) -> Result:
    """Add the result that follows from new records; with nothing new, give the one there is."""
    before = latest_result(attempt)
    if before is None:
        raise NothingToAnswerAgain(attempt)
    if not reason:
        return before
    result = record_result(
        attempt,
        mark_attempt(attempt),
        number=before.number + 1,
        at=at,
        decided_by=by,
        reason=reason,
    )
    if result.passed and not before.passed:
        record_pass(attempt, at)
    return result
