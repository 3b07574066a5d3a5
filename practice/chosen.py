"""Which replies are chosen in a conversation, and how often: for its author, and never by whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from practice.models import Conversation, Play, ScriptVersion, Turn
from practice.scripts import Moment, Reply

FEWEST_LEARNERS = 10
"""With fewer learners nothing is shown, and no figure that is smaller: whom it is about can be guessed."""


@dataclass(frozen=True)
class ChosenReply:
    """A reply, how often it was chosen, and in which share of the times that it was offered.

    Both are None where they are not shown.
    """

    reply: Reply
    count: int | None
    percent: int | None


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
    outcomes: tuple[tuple[str, int | None], ...] = ()


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
    closed = sorted(
        plays.exclude(outcome="").order_by().values_list("outcome").annotate(Count("pk"))
    )
    shown = without_few([count for _outcome, count in closed])
    return Chosen(
        learners,
        tuple(_chosen(moment, counts) for moment in version.script.moments),
        tuple((outcome, count) for (outcome, _count), count in zip(closed, shown, strict=True)),
    )


def _chosen(moment: Moment, counts: Counter[tuple[str, int]]) -> ChosenMoment:
    given = [counts[moment.name, place] for place in range(len(moment.replies))]
    total = sum(given) or 1
    return ChosenMoment(
        moment,
        tuple(
            ChosenReply(reply, count, None if count is None else round(100 * count / total))
            for reply, count in zip(moment.replies, without_few(given), strict=True)
        ),
    )


def without_few(counts: Sequence[int]) -> list[int | None]:
    """Some counts of one whole, with None for each that is about few people.

    What is left out cannot be worked out by whoever knows the sum: it is several counts, of
    `FEWEST_LEARNERS` together at least, so that the next smallest are left out with it.
    """
    rising = sorted(range(len(counts)), key=lambda place: counts[place])
    hidden = [place for place in rising if counts[place] < FEWEST_LEARNERS]
    if hidden:
        while len(hidden) < len(counts) and (
            len(hidden) < 2 or sum(counts[place] for place in hidden) < FEWEST_LEARNERS
        ):
            hidden.append(rising[len(hidden)])
    return [None if place in hidden else count for place, count in enumerate(counts)]
