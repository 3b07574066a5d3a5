"""What erasure does to practice: what was tried goes, and that an ending was reached stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.copies import add_section
from people.fates import Fate, decide, keep
from people.models import User
from practice.models import DueReturn, Play, ReachedEnding, ReturnWish, Turn
from practice.scripts import Script

YOURS = _("What you tried is yours alone, and no certificate rests on it.")

keep(
    _("It is the course itself, and about nobody."),
    "practice.Conversation",
    "practice.ConversationSet",
    "practice.ConversationPage",
    "practice.ConversationWords",
    "practice.ScriptVersion",
    "practice.WordsVersion",
    "practice.FrozenSound",
    "practice.ReturnItem",
)
decide(Play, Fate.DELETE, YOURS, person=("enrolment__learner",))
decide(
    DueReturn,
    Fate.DELETE,
    YOURS,
    person=("enrolment__learner",),
    copied=("conversation__title", "due_on", "closed_at", "is_put_away"),
)
decide(
    ReturnWish,
    Fate.DELETE,
    _("It is how you wanted something, and you want it no more."),
    person=("learner",),
    copied=("by_mail", "is_off"),
)
decide(Turn, Fate.DELETE, YOURS, person=("play__enrolment__learner",))
decide(
    ReachedEnding,
    Fate.KEEP,
    _("A certificate may rest on it. It leads to a number, and no longer to you."),
    person=("enrolment__learner",),
    copied=("conversation__title", "outcome", "reached_at"),
)


# In the copy ------------------------------------------------------------------------------


def plays_of(person: User) -> Iterator[dict[str, Any]]:
    """Every conversation that somebody practised, with what they replied, in its order.

    In their language, where it was begun with words in it.
    """
    plays = Play.objects.filter(enrolment__learner=person).select_related("version", "words")
    for play in plays.order_by("begun_at", "pk").iterator(chunk_size=100):
        script = play.script_in(person.language)
        yield {
            "conversation": script.title,
            "number": play.number,
            "state": play.get_state_display(),
            "begun_at": play.begun_at,
            "closed_at": play.closed_at,
            "outcome": play.get_outcome_display(),
            "replies": list(_replies_in(play, script)),
        }


def _replies_in(play: Play, script: Script) -> Iterator[str]:
    moments = {moment.name: moment for moment in script.moments}
    for turn in Turn.objects.filter(play=play):
        yield moments[turn.moment].replies[turn.reply].words


add_section("plays", _("Conversations that you practised"), plays_of)
