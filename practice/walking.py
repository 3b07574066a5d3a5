"""Where a play stands, worked out from its turns: pure, and the only place that decides it.

The order in which replies are shown is a play's own and stays the same for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random

from practice.scripts import Ending, Moment, Path, Reply, Script


@dataclass(frozen=True)
class TurnRecord:
    """A turn on record: in which moment, the place of the reply in the script, and whether a red
    line was opened again for it."""

    number: int
    moment: str
    reply: int
    is_again: bool = False


@dataclass(frozen=True)
class ShownReply:
    """A reply as a play shows it: `key` is what its button sends, `place` is where it stands in
    the script."""

    key: str
    place: int
    reply: Reply


@dataclass(frozen=True)
class WalkedTurn:
    """A turn that was taken, with what came of it."""

    number: int
    moment: Moment
    place: int
    is_again: bool = False

    @property
    def reply(self) -> Reply:
        return self.moment.replies[self.place]


@dataclass(frozen=True)
class Walk:
    """A script, the turns of one play of it, and the seed of its order of replies."""

    script: Script
    records: tuple[TurnRecord, ...] = ()
    seed: int = 0

    @classmethod
    def of(cls, script: Script, records: Iterable[TurnRecord], seed: int) -> Walk:
        return cls(script, tuple(sorted(records, key=lambda turn: turn.number)), seed)

    @cached_property
    def turns(self) -> list[WalkedTurn]:
        """Every turn in its order, those that opened a red line again included."""
        turns = []
        for record in self.records:
            moment = self.script.moment(record.moment)
            if moment is not None and record.reply < len(moment.replies):
                turns.append(WalkedTurn(record.number, moment, record.reply, record.is_again))
        return turns

    @cached_property
    def story(self) -> list[WalkedTurn]:
        """The turns of the story itself."""
        return [turn for turn in self.turns if not turn.is_again]

    @property
    def next_number(self) -> int:
        return len(self.records) + 1

    @cached_property
    def _here(self) -> str:
        return self.story[-1].reply.leads_to if self.story else self.script.start

    @cached_property
    def ending(self) -> Ending | None:
        """How the story closed; None while it goes on."""
        return self.script.ending(self._here)

    @cached_property
    def path(self) -> Path:
        steps = tuple((turn.moment, turn.place) for turn in self.story)
        return Path(steps, self.ending)

    @property
    def outcome(self) -> str:
        """Strong, okay or try again; empty while the story goes on."""
        return self.path.outcome(self.script.strong_from)

    @cached_property
    def left_open(self) -> list[Moment]:
        """The red lines on the way whose best reply was not given yet, in the order they came."""
        met = {turn.moment.name: turn.moment for turn in self.story}
        right = {turn.moment.name for turn in self.turns if turn.reply.is_best}
        return [moment for moment in met.values() if moment.red_line and moment.name not in right]

    @cached_property
    def moment(self) -> Moment | None:
        """The moment to answer now: of the story, or a red line that is open again; else None."""
        if self.ending is None:
            return self.script.moment(self._here)
        return self.left_open[0] if self.left_open else None

    @property
    def is_again(self) -> bool:
        """Whether the moment to answer now is a red line that is open again."""
        return self.ending is not None and bool(self.left_open)

    @property
    def is_settled(self) -> bool:
        """Whether the story has closed and every red line on the way is right."""
        return self.ending is not None and not self.left_open

    def shown_replies(self, moment: Moment) -> list[ShownReply]:
        """The replies to a moment in this play's own order."""
        places = list(range(len(moment.replies)))
        Random(f"{self.seed}:{moment.name}").shuffle(places)  # noqa: S311
        return [
            ShownReply(str(key), place, moment.replies[place])
            for key, place in enumerate(places, 1)
        ]

    def reply_at(self, key: str) -> int | None:
        """The place in the script of a reply to the moment of now, by what its button sent."""
        if self.moment is None:
            return None
        shown = self.shown_replies(self.moment)
        return next((each.place for each in shown if each.key == key), None)

    @property
    def skills(self) -> list[str]:
        """The skills that were shown on the way: of every best reply of the story, once each."""
        return list(dict.fromkeys(t.reply.skill for t in self.story if t.reply.is_best))
