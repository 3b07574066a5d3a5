"""Which replies are chosen in a conversation, and how often: for its author, and never by whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from practice.models import Conversation, Play, ScriptVersion, Turn
from practice.scripts import Moment, Reply

FEWEST_LEARNERS = 5
"""With fewer learners nothing is shown: a figure about one person is that person's."""


@dataclass(frozen=True)
class ChosenReply:
    """A reply, how often it was chosen, and in which share of the times that it was offered."""

    reply: Reply
    count: int
    percent: int


@dataclass(frozen=True)
class ChosenMoment:
    moment: Moment
    replies: tuple[ChosenReply, ...]


@dataclass(frozen=True)
class Chosen:
    """What was chosen in the newest script that was played, and how its plays closed.

    `moments` is empty where too few learners played it.
    """

    learners: int
    moments: tuple[ChosenMoment, ...] = ()
    outcomes: tuple[tuple[str, int], ...] = ()


def chosen_in(conversation: Conversation) -> Chosen:
    """What learners chose in the newest script of a conversation. At most four queries."""
    version = ScriptVersion.objects.filter(conversation=conversation).order_by("-pk").first()
    if version is None:
        return Chosen(0)
    plays = Play.objects.filter(version=version)
    learners = plays.values("enrolment__learner").distinct().count()
    if learners < FEWEST_LEARNERS:
        return Chosen(learners)
    rows = Turn.objects.filter(play__version=version, is_again=False).order_by()
    counts = Counter(
        {
            (moment, reply): count
            for moment, reply, count in rows.values_list("moment", "reply").annotate(Count("pk"))
        }
    )
    closed = plays.exclude(outcome="").order_by().values_list("outcome").annotate(Count("pk"))
    return Chosen(
        learners,
        tuple(_chosen(moment, counts) for moment in version.script.moments),
        tuple(sorted(closed)),
    )


def _chosen(moment: Moment, counts: Counter[tuple[str, int]]) -> ChosenMoment:
    given = [counts[moment.name, place] for place in range(len(moment.replies))]
    total = sum(given) or 1
    return ChosenMoment(
        moment,
        tuple(
            ChosenReply(reply, count, round(100 * count / total))
            for reply, count in zip(moment.replies, given, strict=True)
        ),
    )
