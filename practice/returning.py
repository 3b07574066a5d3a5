"""Verbs: planning what comes back after a conversation, answering it, and putting it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from courses.privacy import is_closed_since
from people.models import User, lock_learner
from people.rows import rows_where
from practice.exceptions import ReplyUnknown
from practice.models.plays import Play
from practice.models.returns import DueReturn, ReturnItem, ReturnWish
from practice.scripts import MISSED
from practice.walking import Walk

FIRST_DAYS, LATER_DAYS = 2, 14
"""After how many days a missed move comes back, and after how many more once again."""
MOST_MISSED = 2
"""How many missed moves of one play come back: a few that are looked at well."""
SHOWN = 10
"""How many are looked up at once. More than this is no minute any more."""


def plan_returns(play: Play, walk: Walk, *, at: datetime) -> list[DueReturn]:
    """Plan what comes back after a play that has closed: its items, and the moves it missed.

    What was planned before is planned once: playing again brings nothing twice.
    """
    today = timezone.localdate(at)
    rows = [
        DueReturn(
            item=item,
            key=item.code,
            due_on=today + timedelta(days=item.after_days),
            **_common(play, at),
        )
        for item in ReturnItem.objects.filter(conversation=play.conversation_id)
    ]
    rows += [
        DueReturn(
            version_id=play.version_id,
            words_id=play.words_id,
            moment_name=name,
            key=_key_of(play, name, FIRST_DAYS),
            due_on=today + timedelta(days=FIRST_DAYS),
            **_common(play, at),
        )
        for name in _missed_moves(walk)
    ]
    return DueReturn.objects.bulk_create(rows, ignore_conflicts=True)


def _common(play: Play, at: datetime) -> dict[str, object]:
    return {
        "enrolment_id": play.enrolment_id,
        "conversation_id": play.conversation_id,
        "planned_at": at,
    }


def _key_of(play: Play, name: str, days: int) -> str:
    return f"{play.conversation.code}:{name}:{days}"


def _missed_moves(walk: Walk) -> list[str]:
    """The moments of the story that were missed, red lines first, and no more than a few."""
    missed = [turn.moment for turn in walk.story if turn.reply.worth == MISSED]
    in_order = sorted(missed, key=lambda moment: not moment.red_line)
    return [moment.name for moment in in_order][:MOST_MISSED]


def answer_return(row: DueReturn, key: str, *, at: datetime) -> None:
    """Give a reply, by what its button sent. A red line stays open until it is right.

    A missed move comes back once more. The same again changes nothing. Raises ReplyUnknown.
    """
    with transaction.atomic():
        lock_learner(row.enrolment.learner_id)
        row.refresh_from_db(fields=["reply", "closed_at", "is_put_away"])
        place = next((shown.place for shown in row.shown_replies if shown.key == key), None)
        moment = row.moment
        if place is None or moment is None:
            raise ReplyUnknown(key)
        if row.closed_at is not None:
            return
        row.reply = place
        if moment.replies[place].is_best or not moment.red_line:
            row.closed_at = at
            _plan_once_more(row, at=at)
        row.save(update_fields=["reply", "closed_at"])


def _plan_once_more(row: DueReturn, *, at: datetime) -> None:
    stem, _sign, days = row.key.rpartition(":")
    if row.version_id is None or days != str(FIRST_DAYS):
        return
    again = DueReturn(
        enrolment_id=row.enrolment_id,
        conversation_id=row.conversation_id,
        version_id=row.version_id,
        words_id=row.words_id,
        moment_name=row.moment_name,
        key=f"{stem}:{LATER_DAYS}",
        planned_at=at,
        due_on=timezone.localdate(at) + timedelta(days=LATER_DAYS),
    )
    DueReturn.objects.bulk_create([again], ignore_conflicts=True)


def put_away(row: DueReturn, *, at: datetime) -> None:
    """Have something not come back. One that was answered stays as it is."""
    open_row = DueReturn.objects.open().filter(pk=row.pk)
    open_row.update(closed_at=at, is_put_away=True)


def choose_returns(learner: User, *, by_mail: bool, is_off: bool) -> None:
    """Write down how somebody wants what comes back. Whoever wants none gets no letter either."""
    wishes = {"by_mail": by_mail and not is_off, "is_off": is_off}
    ReturnWish.objects.update_or_create(learner=learner, defaults=wishes)


def due_returns(
    learner: User, *, at: datetime, places: Sequence[UUID] = (), with_words: bool = False
) -> list[DueReturn]:
    """What is due for somebody now, the oldest first, and no more than a few. One query.

    `with_words` reads with each what it says. `places` holds every place that they have or had, where those were read already. While
    nothing waits on them, a plain statement says so, and once something does it takes two.
    """
    waiting = rows_where(DueReturn, enrolment=list(places), closed_at=None) if places else ()
    if places and not any(row.due_on <= timezone.localdate(at) for row in waiting):
        return []
    due = DueReturn.objects.due(timezone.localdate(at), at=at).by(learner)
    joined = ["enrolment", "conversation", *(["item", "version", "words"] if with_words else [])]
    whole = due.select_related(*joined).defer("conversation__moments", "conversation__endings")
    return list(whole[:SHOWN])


def open_returns(request: HttpRequest, rows: list[DueReturn]) -> list[DueReturn]:
    """Those of some rows whose conversation was not closed since to whoever asks."""
    return [
        row
        for row in rows
        if not is_closed_since(request, row.enrolment, "conversation", row.conversation_id)
    ]
