"""A verb: taking over a try that somebody made without a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from courses.exceptions import EnrolmentClosed
from courses.models import Enrolment
from courses.progress import Progress
from people.models import lock_learner
from practice.exceptions import (
    AnsweredAlready,
    ConversationChanged,
    PlayClosed,
    ReplyUnknown,
)
from practice.models import ConversationPage, Play, ScriptVersion, Turn
from practice.playing import (
    HIGHEST_SEED,
    digest_of,
    freeze,
    freeze_words,
    record_close,
    refuse_locked,
)
from practice.walking import TurnRecord, Walk

MOST_TURNS = 200


@dataclass(frozen=True)
class GivenReply:
    """A reply as a phone remembers it: in which moment, and its place in the script."""

    moment: str
    place: int


@dataclass(frozen=True)
class BroughtPlay:
    """A try as a phone remembers it. The phone made its id, so that it is here once."""

    id: UUID
    digest: str
    replies: tuple[GivenReply, ...]


def bring_play(
    enrolment: Enrolment,
    page: ConversationPage,
    progress: Progress,
    brought: BroughtPlay,
    *,
    at: datetime,
) -> Play:
    """Take over a try that was made without a connection, or what is new of it.

    However often the same is brought, it is here once. An open try of the same conversation is
    left for it, as for one that is begun afresh. Raises EnrolmentClosed, StepIsAway,
    ConversationLocked, ConversationChanged, ReplyUnknown, AnsweredAlready or PlayClosed, and then
    nothing of it is taken.
    """
    if not enrolment.is_open(at):
        raise EnrolmentClosed(enrolment)
    refuse_locked(page, progress)
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        play = _own_play(enrolment, page, brought) or _new_play(enrolment, page, brought, at=at)
        walk = play.read_walk()
        new = _new_turns(walk, brought)
        if new and not play.is_open:
            raise PlayClosed(play)
        Turn.objects.bulk_create(
            Turn(
                play=play,
                number=turn.number,
                moment=turn.moment,
                reply=turn.reply,
                is_again=turn.is_again,
                at=at,
            )
            for turn in new
        )
        if new:
            record_close(play, play.read_walk(), at=at)
    return play


def _own_play(enrolment: Enrolment, page: ConversationPage, brought: BroughtPlay) -> Play | None:
    """The play that was brought before. Raises ReplyUnknown for an id that is another's."""
    play = Play.objects.select_related("version", "enrolment").filter(pk=brought.id).first()
    if play is None:
        return None
    is_same = play.enrolment_id == enrolment.pk and play.conversation_id == page.conversation_id
    if not is_same:
        raise ReplyUnknown(str(brought.id))
    return play


def _new_play(
    enrolment: Enrolment, page: ConversationPage, brought: BroughtPlay, *, at: datetime
) -> Play:
    version = _version(page, brought.digest, at=at)
    plays = Play.objects.filter(enrolment=enrolment, conversation=page.conversation)
    plays.open().update(state=Play.State.LEFT)
    return Play.objects.create(
        id=brought.id,
        enrolment=enrolment,
        conversation=page.conversation,
        version=version,
        words=freeze_words(page.conversation, at=at),
        page_key=page.translation_key,
        number=(plays.aggregate(last=Max("number"))["last"] or 0) + 1,
        seed=SystemRandom().randrange(HIGHEST_SEED),
        begun_at=at,
    )


def _version(page: ConversationPage, digest: str, *, at: datetime) -> ScriptVersion:
    """The script that was played: the one of now, or one that somebody played here before."""
    conversation = page.conversation
    if conversation.live and digest_of(conversation) == digest:
        return freeze(conversation, at=at)
    version = ScriptVersion.objects.filter(conversation=conversation, digest=digest).first()
    if version is None:
        raise ConversationChanged(conversation)
    return version


def _new_turns(walk: Walk, brought: BroughtPlay) -> list[TurnRecord]:
    """The turns that are not here yet, each where the story stood then.

    Raises AnsweredAlready where one is here with another reply, and ReplyUnknown for what no page
    of ours could have offered.
    """
    if len(brought.replies) > MOST_TURNS:
        raise ReplyUnknown("")
    for given, record in zip(brought.replies, walk.records, strict=False):
        if (given.moment, given.place) != (record.moment, record.reply):
            raise AnsweredAlready(record.number)
    new: list[TurnRecord] = []
    for given in brought.replies[len(walk.records) :]:
        now = Walk.of(walk.script, [*walk.records, *new], walk.seed)
        moment = now.moment
        if moment is None or moment.name != given.moment or given.place >= len(moment.replies):
            raise ReplyUnknown(given.moment)
        new.append(TurnRecord(now.next_number, given.moment, given.place, now.is_again))
    return new
