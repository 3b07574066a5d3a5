"""A paper: the questions one learner was given, frozen, and the arithmetic of one item.

Pure: values in, values out. Everything that display, marking and review need is in the
paper, so that editing the bank never changes what was asked or what it earned.

A question kind has two halves. The half in `models/questions.py` is what an author edits;
it freezes itself into the half here, an `Item`, when a paper is drawn. To add a kind, see
`docs/question-kinds.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, ClassVar, Self

type_of_item: dict[str, type[Item]] = {}

PRECISION = Decimal("0.00001")
NOTHING = Decimal(0)
WHOLE = Decimal(1)

Given = Any
"""What a learner gave for an item, as JSON; None is nothing at all. Each kind says its shape."""


def exact(value: Decimal) -> Decimal:
    """The one rounding rule of marks: five places, halves up. Display rounds further."""
    return value.quantize(PRECISION, rounding=ROUND_HALF_UP)


def within(fraction: Decimal) -> Decimal:
    """The fraction itself, or the nearer end when it lies outside 0 and 1."""
    return max(NOTHING, min(WHOLE, fraction))


def share(part: int, whole: int) -> Decimal:
    """A part of a whole as a fraction within 0 and 1, not yet rounded."""
    return within(Decimal(part) / Decimal(whole))


@dataclass(frozen=True)
class Choice:
    """Something an item offers. Its id is drawn anew for each paper, so it tells nothing."""

    id: str
    text: str


@dataclass(frozen=True)
class Option(Choice):
    """A choice to take or leave: what taking it is worth, and what is said to who took it."""

    fraction: Decimal
    feedback: str = ""

    @property
    def is_right(self) -> bool:
        return self.fraction > 0


@dataclass(frozen=True)
class Part:
    """One thing on an item, beside what the learner gave for it. Templates draw an item from these.

    A question template reads `choice.id`, `choice.text` and `given`. The rest is for review.
    """

    choice: Choice
    given: Any
    is_right: bool = False
    fits: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a paper, frozen.

    `worth` is the mark for a wholly right response. A learner who is still answering sees
    only what the kind's question template reads, and the tests look for anything more in
    every page and reply.
    """

    kind: ClassVar[str]
    id: str
    question: str
    revision: int | None
    code: str
    stem: str
    worth: Decimal
    note: str = ""
    help: bool = False
    rationale: str = ""
    competencies: list[str] = field(default_factory=list)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        type_of_item[cls.kind] = cls

    # What a kind answers -------------------------------------------------------------

    def read(self, form: Mapping[str, list[str]]) -> Given:
        """What a learner gave, from the fields of a form; None when that is nothing.

        Fields of other items, and choices that this item does not offer, are ignored.
        """
        raise NotImplementedError

    def is_complete(self, given: Given) -> bool:
        """Whether every part that asks for a response has one."""
        return given is not None

    def fraction(self, given: Given) -> Decimal:
        """How much of the mark a response earns, within 0 and 1, not yet rounded."""
        raise NotImplementedError

    def parts(self, given: Given) -> list[Part]:
        """The item in pieces, in the order shown, each with what was given for it."""
        raise NotImplementedError

    # What every kind shares ----------------------------------------------------------

    @property
    def field_name(self) -> str:
        return f"item-{self.id}"

    @property
    def template(self) -> str:
        return f"courses/items/{self.kind}.html"

    @property
    def review_template(self) -> str:
        return f"courses/items/{self.kind}_review.html"

    def earned(self, given: Given) -> Decimal:
        """The fraction a response earns, not yet rounded. Nothing given earns nothing."""
        return NOTHING if given is None else within(self.fraction(given))

    def mark(self, given: Given) -> Decimal:
        """The mark a response earns."""
        return exact(self.earned(given) * self.worth)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **_plain(asdict(self))}

    @classmethod
    def from_json(cls, frozen: dict[str, Any]) -> Self:
        """The item again. What a later version no longer knows is left out."""
        known = {name: frozen[name] for name in _field_names(cls) if name in frozen}  # type: ignore[arg-type]
        known["worth"] = Decimal(known["worth"])
        for name, kind in cls.choices.items():
            known[name] = [_choice(kind, one) for one in known[name]]
        return cls(**known)

    choices: ClassVar[dict[str, type[Choice]]] = {}
    """The fields that hold lists of choices, and the type of each."""


@cache  # mypy takes a class for its instances here, which cannot all be hashed
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _choice(kind: type[Choice], frozen: dict[str, Any]) -> Choice:
    known = {name: frozen[name] for name in _field_names(kind) if name in frozen}  # type: ignore[arg-type]
    if "fraction" in known:
        known["fraction"] = Decimal(known["fraction"])
    return kind(**known)


def _first(form: Mapping[str, list[str]], name: str) -> str:
    values = form.get(name) or [""]
    return values[-1]


@dataclass(frozen=True, kw_only=True)
class SingleChoiceItem(Item):
    """One option of several. Given: the id of an option."""

    kind: ClassVar[str] = "single_choice"
    choices: ClassVar[dict[str, type[Choice]]] = {"options": Option}
    options: list[Option]

    def read(self, form: Mapping[str, list[str]]) -> Given:
        chosen = _first(form, self.field_name)
        return chosen if any(option.id == chosen for option in self.options) else None

    def fraction(self, given: Given) -> Decimal:
        return sum((o.fraction for o in self.options if o.id == given), NOTHING)

    def parts(self, given: Given) -> list[Part]:
        return [Part(o, o.id == given, o.fraction == WHOLE) for o in self.options]

    @property
    def key(self) -> list[Option]:
        return [option for option in self.options if option.fraction == WHOLE]


@dataclass(frozen=True, kw_only=True)
class TrueFalseItem(SingleChoiceItem):
    """True or false. Given: the id of one of the two options, which keep their order."""

    kind: ClassVar[str] = "true_false"


@dataclass(frozen=True, kw_only=True)
class MultipleResponseItem(Item):
    """Every option that fits. Given: the ids of the options ticked.

    Right ticks less wrong ticks, over the number of right options, never below nothing: so
    ticking every box earns no more than knowing, and one slip costs one option.
    """

    kind: ClassVar[str] = "multiple_response"
    choices: ClassVar[dict[str, type[Choice]]] = {"options": Option}
    options: list[Option]

    def read(self, form: Mapping[str, list[str]]) -> Given:
        ticked = set(form.get(self.field_name, []))
        return [option.id for option in self.options if option.id in ticked] or None

    def fraction(self, given: Given) -> Decimal:
        right = sum(1 for o in self.options if o.id in given and o.is_right)
        wrong = sum(1 for o in self.options if o.id in given and not o.is_right)
        return share(right - wrong, len(self.key)) if self.key else NOTHING

    def parts(self, given: Given) -> list[Part]:
        ticked = given or ()
        return [Part(o, o.id in ticked, o.is_right) for o in self.options]

    @property
    def key(self) -> list[Option]:
        return [option for option in self.options if option.is_right]


@dataclass(frozen=True)
class Stem(Choice):
    """The left side of a pair: the ids of the choices that match it, and why."""

    matches: list[str]
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class MatchingItem(Item):
    """A choice for each stem. Given: {stem id: choice id}. Each right pair earns its share."""

    kind: ClassVar[str] = "matching"
    choices: ClassVar[dict[str, type[Choice]]] = {"stems": Stem, "offered": Choice}
    stems: list[Stem]
    offered: list[Choice]

    def read(self, form: Mapping[str, list[str]]) -> Given:
        offered = {choice.id for choice in self.offered}
        given = {}
        for stem in self.stems:
            chosen = _first(form, f"{self.field_name}-{stem.id}")
            if chosen in offered:
                given[stem.id] = chosen
        return given or None

    def is_complete(self, given: Given) -> bool:
        return given is not None and len(given) == len(self.stems)

    def fraction(self, given: Given) -> Decimal:
        right = sum(1 for stem in self.stems if given.get(stem.id) in stem.matches)
        return share(right, len(self.stems)) if self.stems else NOTHING

    def parts(self, given: Given) -> list[Part]:
        chosen = given or {}
        return [
            Part(
                stem,
                chosen.get(stem.id),
                chosen.get(stem.id) in stem.matches,
                " / ".join(choice.text for choice in self.offered if choice.id in stem.matches),
            )
            for stem in self.stems
        ]


@dataclass(frozen=True)
class Step(Choice):
    """Something to put in order: its place, counted from 1, and why it goes there."""

    place: int
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderingItem(Item):
    """A place for each step. Given: {step id: the place the learner gave it, from 1}.

    The mark is the share of steps in the longest run that is in the right order, so a
    single step out of place costs one step and not all that follow it. One step alone is
    in no order and earns nothing.
    """

    kind: ClassVar[str] = "ordering"
    choices: ClassVar[dict[str, type[Choice]]] = {"steps": Step}
    steps: list[Step]

    def read(self, form: Mapping[str, list[str]]) -> Given:
        places = {str(place): place for place in range(1, len(self.steps) + 1)}
        given = {}
        for step in self.steps:
            place = _first(form, f"{self.field_name}-{step.id}")
            if place in places:
                given[step.id] = places[place]
        return given or None

    def is_complete(self, given: Given) -> bool:
        return given is not None and sorted(given.values()) == list(range(1, len(self.steps) + 1))

    def fraction(self, given: Given) -> Decimal:
        return share(len(self._in_order(given)), len(self.steps)) if self.steps else NOTHING

    def parts(self, given: Given) -> list[Part]:
        """The steps in the learner's order once every step has a place; else as drawn."""
        places = given or {}
        in_order = self._in_order(places)
        steps = self.steps
        if self.is_complete(given):
            steps = sorted(steps, key=lambda step: places[step.id])
        return [
            Part(step, places.get(step.id), step.place in in_order, str(step.place))
            for step in steps
        ]

    @property
    def key(self) -> list[Step]:
        return sorted(self.steps, key=lambda step: step.place)

    def _in_order(self, places: Mapping[str, int]) -> list[int]:
        """The right places of the steps that stand in the longest run; two steps at least."""
        placed = [(places[step.id], step.place) for step in self.steps if step.id in places]
        run = longest_ordered_run(placed)
        return run if len(run) > 1 else []


def longest_ordered_run(placed: Iterable[tuple[int, int]]) -> list[int]:
    """The right places of as many steps as stand in both orders alike.

    Each step comes as (the place given, its right place). Of steps given the same place at
    most one can be in the run.
    """
    runs: list[tuple[int, list[int]]] = []
    for given, right in sorted(placed):
        before = [run for place, run in runs if place < given and run[-1] < right]
        runs.append((given, [*max(before, key=len, default=[]), right]))
    return max((run for _, run in runs), key=len, default=[])


@dataclass(frozen=True)
class Paper:
    """The items one learner was given, in the order shown, and the mark that passes."""

    items: list[Item]
    pass_percent: Decimal

    @property
    def out_of(self) -> Decimal:
        return sum((item.worth for item in self.items), NOTHING)

    def read(self, form: Mapping[str, list[str]]) -> dict[str, Given]:
        """What a learner gave for each item, from the fields of a form."""
        return {item.id: item.read(form) for item in self.items}

    def unanswered(self, responses: Mapping[str, Given]) -> list[Item]:
        """The items with a part that still asks for a response."""
        return [item for item in self.items if not item.is_complete(responses.get(item.id))]

    def to_json(self) -> dict[str, Any]:
        return {
            "version": 1,
            "pass_percent": str(self.pass_percent),
            "items": [item.to_json() for item in self.items],
        }

    @classmethod
    def from_json(cls, frozen: dict[str, Any]) -> Paper:
        return cls(
            items=[type_of_item[item["kind"]].from_json(item) for item in frozen["items"]],
            pass_percent=Decimal(frozen["pass_percent"]),
        )


def competencies_on(items: Iterable[Item]) -> list[str]:
    """The codes of the competencies that items test, each once, in order."""
    return sorted({code for item in items for code in item.competencies})
