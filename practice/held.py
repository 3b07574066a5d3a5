"""The conversations that somebody held on a course, as hours are counted of them."""

from __future__ import annotations

from uuid import UUID

from courses.study_time import TalkRecord
from people.models import User
from practice.models import Play
from practice.walking import TurnRecord, Walk


def talks_held(learner: User, course_key: UUID) -> list[TalkRecord]:
    """Every play of somebody on a course that came to an ending, the first of them first.

    Only how long it took is looked at, and never what was said. Two queries.
    """
    plays = Play.objects.by(learner).filter(enrolment__course_key=course_key).exclude(ending="")
    plays = plays.select_related("version").prefetch_related("turns").order_by("begun_at", "pk")
    return [record for play in plays if (record := _record_of(play)) is not None]


def _record_of(play: Play) -> TalkRecord | None:
    turns = [turn for turn in play.turns.all() if not turn.is_again]
    if not turns:
        return None
    records = [TurnRecord(turn.number, turn.moment, turn.reply) for turn in turns]
    walk = Walk.of(play.version.script, records, play.seed)
    return TalkRecord(
        conversation=play.conversation_id,
        ending=play.ending,
        words=walk.path.words,
        choices=len(walk.path.steps),
        seconds=int((turns[-1].at - play.begun_at).total_seconds()),
    )
