"""A conversation as plain values: what the person says, what one may answer, how it may close.

Pure. A play freezes a script when it begins, so that what was said stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

Face = Literal["guarded", "listening", "eased", "strained"]
EndingKind = Literal["strong", "okay", "try again"]

FACES: tuple[Face, ...] = ("guarded", "listening", "eased", "strained")
STRONG: EndingKind = "strong"
OKAY: EndingKind = "okay"
TRY_AGAIN: EndingKind = "try again"
ENDING_KINDS: tuple[EndingKind, ...] = (STRONG, OKAY, TRY_AGAIN)
BEST, HALF, MISSED = 2, 1, 0
WORTHS = (BEST, HALF, MISSED)


@dataclass(frozen=True)
class Reply:
    """Something that a learner may say, what it does, and where it leads.

    `worth` is 2 for what fits best here, 1 for what is on the way, 0 for what misses.
    """

    words: str
    reaction: str
    feedback: str
    worth: int
    skill: str
    leads_to: str
    face: str = "listening"

    @property
    def is_best(self) -> bool:
        return self.worth == BEST


@dataclass(frozen=True)
class Moment:
    """One turn of the person: what they say or do, and the replies there are to it.

    A red line has to be right in the end, whatever the points: `retry` opens it again, kindly.
    """

    name: str
    words: str
    replies: tuple[Reply, ...] = ()
    face: str = "listening"
    speaker: str = ""
    red_line: bool = False
    retry: str = ""
    help: bool = False


@dataclass(frozen=True)
class Ending:
    """How it closed, and a word about it. `kind` is strong, okay or try again."""

    name: str
    kind: str
    words: str
    debrief: str = ""
    face: str = "listening"
    help: bool = False


@dataclass(frozen=True)
class Script:
    """All of a conversation. It begins with its first moment.

    To close strong, a path has to reach a strong ending with at least `strong_from` of the
    points that could be had on it; else the same story closes okay. `sounds` are the recordings
    of some lines, by the place of the text and the id of the file.
    """

    moments: tuple[Moment, ...] = ()
    endings: tuple[Ending, ...] = ()
    strong_from: float = 0.75
    title: str = ""
    aim: str = ""
    setting: str = ""
    content_note: str = ""
    cast: str = ""
    help: bool = False
    sounds: tuple[tuple[str, int], ...] = ()

    @property
    def start(self) -> str:
        """The name of the moment that it begins with; empty where it has none."""
        return self.moments[0].name if self.moments else ""

    @cached_property
    def _moments(self) -> Mapping[str, Moment]:
        return {moment.name: moment for moment in self.moments}

    @cached_property
    def endings_by_name(self) -> Mapping[str, Ending]:
        return {ending.name: ending for ending in self.endings}

    def moment(self, name: str) -> Moment | None:
        return self._moments.get(name)

    def ending(self, name: str) -> Ending | None:
        return self.endings_by_name.get(name)

    @property
    def red_lines(self) -> list[Moment]:
        return [moment for moment in self.moments if moment.red_line]

    @property
    def speakers(self) -> list[str]:
        """Everyone who speaks, by the order in which they are met."""
        names = [moment.speaker or self.cast for moment in self.moments]
        return list(dict.fromkeys(name for name in names if name))

    def to_json(self) -> dict[str, Any]:
        """The script as it is frozen with a play. One without recordings says nothing of them."""
        frozen = asdict(self)
        if not self.sounds:
            del frozen["sounds"]
        return frozen

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Script:
        """The script that was frozen."""
        moments = tuple(
            Moment(**{**moment, "replies": tuple(Reply(**reply) for reply in moment["replies"])})
            for moment in frozen["moments"]
        )
        endings = tuple(Ending(**ending) for ending in frozen["endings"])
        sounds = tuple((str(place), int(pk)) for place, pk in frozen.get("sounds", ()))
        return cls(**{**frozen, "moments": moments, "endings": endings, "sounds": sounds})


@dataclass(frozen=True)
class Path:
    """A way through: the moments with the place of the reply given in each, and how it closed."""

    steps: tuple[tuple[Moment, int], ...] = ()
    ending: Ending | None = None

    @property
    def replies(self) -> list[Reply]:
        return [moment.replies[place] for moment, place in self.steps]

    @property
    def points(self) -> int:
        return sum(reply.worth for reply in self.replies)

    @property
    def points_to_be_had(self) -> int:
        return sum(
            max((reply.worth for reply in moment.replies), default=0)
            for moment, _place in self.steps
        )

    @property
    def words(self) -> int:
        """How many words are shown on the way: theirs, every reply, what came back, the end."""
        texts = [moment.words for moment, _place in self.steps]
        texts += [reply.words for moment, _place in self.steps for reply in moment.replies]
        texts += [text for reply in self.replies for text in (reply.reaction, reply.feedback)]
        texts += [self.ending.words, self.ending.debrief] if self.ending else []
        return sum(len(text.split()) for text in texts)

    def outcome(self, strong_from: float) -> str:
        """How it closed, by its story and its points; empty while it is open."""
        if self.ending is None:
            return ""
        if self.ending.kind == STRONG and self.points < strong_from * self.points_to_be_had:
            return OKAY
        return self.ending.kind


def paths_of(script: Script, most: int = 1_000_000) -> Iterator[Path]:
    """Every way through a script that has no circle, the first `most` of them.

    A way that leads nowhere is left out. Raises ValueError where one goes round in a circle.
    """
    ahead: list[tuple[str, tuple[tuple[Moment, int], ...]]] = [(script.start, ())]
    while ahead and most > 0:
        name, steps = ahead.pop()
        ending, moment = script.ending(name), script.moment(name)
        if ending is not None:
            most -= 1
            yield Path(steps, ending)
        elif moment is not None:
            if any(earlier.name == name for earlier, _place in steps):
                raise ValueError(f"It goes round in a circle at {name}.")
            ahead += [
                (reply.leads_to, (*steps, (moment, place)))
                for place, reply in enumerate(moment.replies)
            ]


@dataclass(frozen=True)
class Graph:
    """Which names lead to which, without the words."""

    start: str
    leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, script: Script) -> Graph:
        return cls(
            start=script.start,
            leads={
                moment.name: tuple(reply.leads_to for reply in moment.replies)
                for moment in script.moments
            },
            closes=frozenset(ending.name for ending in script.endings),
        )

    def reached(self) -> frozenset[str]:
        """Every name that can be come to from the start, the start included."""
        return self._closure([self.start], self.leads)

    def can_end(self) -> frozenset[str]:
        """Every name from which an ending can be come to."""
        back: dict[str, list[str]] = {}
        for name, targets in self.leads.items():
            for target in targets:
                back.setdefault(target, []).append(name)
        return self._closure(self.closes, back)

    def circles(self) -> frozenset[str]:
        """Every moment from which one can come back to itself."""
        return frozenset(
            name
            for name, targets in self.leads.items()
            if name in self._closure(targets, self.leads)
        )

    @staticmethod
    def _closure(beginning: Iterable[str], leads: Mapping[str, Iterable[str]]) -> frozenset[str]:
        seen: set[str] = set()
        ahead = list(beginning)
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += leads.get(name, ())
        return frozenset(seen)


def best_path(script: Script) -> Path:
    """The way of whoever gives the first best reply each time; as far as it leads, once round."""
    steps: list[tuple[Moment, int]] = []
    name = script.start
    while (moment := script.moment(name)) and moment.replies:
        if any(earlier.name == name for earlier, _place in steps):
            break
        place = max(range(len(moment.replies)), key=lambda each: moment.replies[each].worth)
        steps.append((moment, place))
        name = moment.replies[place].leads_to
    return Path(tuple(steps), script.ending(name))
