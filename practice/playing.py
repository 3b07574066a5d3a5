"""Verbs: beginning a conversation, answering in it, and beginning it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Max

from courses.enrolling import record_progress
from courses.exceptions import EnrolmentClosed, StepIsAway
from courses.models import Enrolment
from courses.outlines import progress_of
from courses.progress import Progress
from people.models import lock_learner
from practice.exceptions import (
    AnsweredAlready,
    ConversationAway,
    ConversationLocked,
    PlayClosed,
    ReplyUnknown,
)
from practice.models import (
    Conversation,
    ConversationPage,
    ConversationWords,
    FrozenSound,
    Play,
    ReachedEnding,
    ScriptVersion,
    Turn,
    WordsVersion,
)
from practice.models.words import whole_texts
from practice.returning import plan_returns
from practice.scripts import OKAY, STRONG, Script
from practice.walking import Walk
from practice.wording import Wording

HIGHEST_SEED = 2_000_000_000
COUNTS = (STRONG, OKAY)
"""The outcomes by which a conversation is reached."""


def begin_play(
    enrolment: Enrolment,
    page: ConversationPage,
    progress: Progress | None = None,
    *,
    at: datetime,
    seed: int | None = None,
    afresh: bool = False,
) -> Play:
    """The learner's open play of a conversation; a new one, with its script frozen, if there is none.

    With `afresh` an open one is left for a new one that begins at the start. However many ask at
    once, there is one open play. Raises EnrolmentClosed, StepIsAway, ConversationAway or
    ConversationLocked (with what is missing).
    """
    if not enrolment.is_open(at):
        raise EnrolmentClosed(enrolment)
    refuse_locked(page, progress or progress_of(enrolment))
    conversation = page.conversation
    with transaction.atomic():
        lock_learner(enrolment.learner_id)
        plays = Play.objects.filter(enrolment=enrolment, conversation=conversation)
        begun = plays.open().first()
        if begun is not None and not (afresh and begun.turns.exists()):
            return begun
        if not conversation.live:
            raise ConversationAway(conversation)
        plays.open().update(state=Play.State.LEFT)
        return Play.objects.create(
            enrolment=enrolment,
            conversation=conversation,
            version=freeze(conversation, at=at),
            words=freeze_words(conversation, at=at),
            page_key=page.translation_key,
            number=(plays.aggregate(last=Max("number"))["last"] or 0) + 1,
            seed=SystemRandom().randrange(HIGHEST_SEED) if seed is None else seed,
            begun_at=at,
        )


def refuse_locked(page: ConversationPage, progress: Progress) -> None:
    """Raise StepIsAway or ConversationLocked where a conversation cannot be begun yet."""
    key = page.translation_key
    step = progress.outline.step(key)
    if step is not None and step.is_away:
        raise StepIsAway(step)
    if progress.state_of(key) == "locked":
        raise ConversationLocked(page, progress.missing_for(key))


def freeze(conversation: Conversation, *, at: datetime) -> ScriptVersion:
    """The script of a conversation as it is now, stored once however often it is played."""
    version, is_new = ScriptVersion.objects.get_or_create(
        conversation=conversation,
        digest=digest_of(conversation),
        defaults={"content": conversation.script.to_json(), "first_played_at": at},
    )
    if is_new:
        freeze_sounds(conversation, [conversation.script])
    return version


def freeze_words(conversation: Conversation, *, at: datetime) -> WordsVersion | None:
    """The words of a conversation in every other language that has them whole, stored once.

    None where it has none. One query, and one more where it has.
    """
    rows = ConversationWords.objects.filter(conversation=conversation, live=True)
    source = Wording(conversation.script)
    whole = {row.language: whole_texts(source, row) for row in rows.order_by("language")}
    content = {code: words.script.to_json() for code, words in whole.items() if words is not None}
    if not content:
        return None
    version, is_new = WordsVersion.objects.get_or_create(
        conversation=conversation,
        digest=digest_of_content(content),
        defaults={"content": content, "first_played_at": at},
    )
    if is_new:
        freeze_sounds(conversation, [words.script for words in whole.values() if words])
    return version


def freeze_sounds(conversation: Conversation, scripts: Iterable[Script]) -> None:
    """Note which recordings plays begin with. No query where there are none."""
    ids = {pk for script in scripts for _place, pk in script.sounds}
    if ids:
        FrozenSound.objects.bulk_create(
            [FrozenSound(conversation=conversation, sound_id=pk) for pk in sorted(ids)],
            ignore_conflicts=True,
        )


def digest_of(conversation: Conversation) -> str:
    """The name of the script of a conversation as it is now: the same for the same words."""
    return digest_of_content(conversation.script.to_json())


def digest_of_content(content: dict[str, Any]) -> str:
    words = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(words.encode()).hexdigest()


def take_turn(play: Play, number: int, key: str, *, at: datetime) -> Walk:
    """Give a reply, by what its button sent, as the turn of a number; and say where it stands.

    The same again changes nothing, whether it is a second press, another tab or a page that was
    gone back to. Raises AnsweredAlready where that turn was taken otherwise, ReplyUnknown,
    PlayClosed and EnrolmentClosed.
    """
    with transaction.atomic():
        lock_learner(play.enrolment.learner_id)
        play.refresh_from_db(fields=["state"])
        walk = play.read_walk()
        if number != walk.next_number:
            return _taken_before(walk, number, key)
        if not play.is_open:
            raise PlayClosed(play)
        play.enrolment.refresh_from_db(fields=["withdrawn_at", "retaken_at", "ends_at"])
        if not play.enrolment.is_open(at):
            raise EnrolmentClosed(play.enrolment)
        place = walk.reply_at(key)
        if walk.moment is None or place is None:
            raise ReplyUnknown(key)
        Turn.objects.create(
            play=play,
            number=number,
            moment=walk.moment.name,
            reply=place,
            is_again=walk.is_again,
            at=at,
        )
        walk = play.read_walk()
        record_close(play, walk, at=at)
    return walk


def _taken_before(walk: Walk, number: int, key: str) -> Walk:
    """Nothing, for a turn that was taken with this very reply. Raises AnsweredAlready."""
    records = [record for record in walk.records if record.number < number]
    taken = next((record for record in walk.records if record.number == number), None)
    then = Walk.of(walk.script, records, walk.seed)
    if taken is None or then.reply_at(key) != taken.reply:
        raise AnsweredAlready(number)
    return walk


def record_close(play: Play, walk: Walk, *, at: datetime) -> None:
    """Record how the story closed and, once every red line on the way is right, what it reached."""
    if walk.ending is None:
        return
    play.ending, play.outcome = walk.ending.name, walk.outcome
    if walk.is_settled:
        play.state, play.closed_at = Play.State.CLOSED, at
    play.save(update_fields=["ending", "outcome", "state", "closed_at"])
    if walk.is_settled:
        plan_returns(play, walk, at=at)
    if walk.is_settled and walk.outcome in COUNTS:
        _record_reached(play, at=at)


def _record_reached(play: Play, *, at: datetime) -> None:
    ReachedEnding.objects.get_or_create(
        enrolment=play.enrolment,
        conversation=play.conversation,
        outcome=play.outcome,
        defaults={"reached_at": at},
    )
    progress = progress_of(play.enrolment)
    done = [
        (step.key, step.page_id)
        for step in progress.outline.steps
        if step.kind is ConversationPage.kind and play.conversation_id in step.subject_ids
    ]
    if not done:  # where it stands and was not declared: it may be one day
        page = ConversationPage.objects.filter(translation_key=play.page_key).first()
        done = [(page.translation_key, page.pk)] if page else []
    record_progress(play.enrolment, progress, done=done, at=at)
