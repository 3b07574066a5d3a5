"""One question of a paper, frozen, and the arithmetic of marking it.

Pure: values in, values out. Everything that display, marking and review need is in the item,
so that editing the bank never changes what was asked or what it earned.

A kind of question has two halves, in a folder of its own below `kinds`: the model that an
author edits, and the item that it freezes itself into. `docs/question-kinds.md` says how to
add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from random import Random
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from assessments.item_texts import corrected_translations, in_language
from people.folding import fold

item_types: dict[str, type[Item]] = {}
"""Every kind of item, by its name. A kind registers itself when it is defined."""

PRECISION = Decimal("0.00001")
NOTHING = Decimal(0)
WHOLE = Decimal(1)

MOST_CHARACTERS = 500
"""The most that one field of a response may hold. A field's `maxlength` says the same."""

Response = Any
"""What a learner gave for an item, as JSON; None is nothing at all. Each kind says its shape."""


def exact(value: Decimal) -> Decimal:
    """Round a mark by the one rule there is: five places, halves up. Display rounds further."""
    return value.quantize(PRECISION, rounding=ROUND_HALF_UP)


def clamp(fraction: Decimal) -> Decimal:
    """The fraction itself, or the nearer end when it lies outside 0 and 1."""
    return max(NOTHING, min(WHOLE, fraction))


def share(part: int, whole: int) -> Decimal:
    """A part of a whole as a fraction within 0 and 1, not yet rounded."""
    return clamp(Decimal(part) / Decimal(whole))


@dataclass(frozen=True)
class Choice:
    """Something an item offers.

    Its id is drawn anew for each paper, so it tells nothing. `source` is its place in the
    question as its author wrote it, from 0: a later version of the question is compared by it.
    """

    id: str
    text: str
    source: int = field(default=0, kw_only=True)

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of its fields that are words, and may be in another language."""
        return ("text", "feedback") if hasattr(self, "feedback") else ("text",)


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
    """One thing on an item, beside what the learner gave for it. Templates show an item by these.

    A question template uses `choice.id`, `choice.text` and `given`. The rest is for review.
    """

    choice: Choice
    given: Any
    is_right: bool = False
    fits: str = ""


class StructureDiffers(ValueError):
    """A corrected version does not fit a frozen item. Says what was and what is, as values."""

    def __init__(self, what: str, *, then: object = "", now: object = "") -> None:
        super().__init__(what, then, now)
        self.what = what
        self.then = then
        self.now = now


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a paper, frozen.

    `worth` is the mark for a wholly right response. A red line must be right whatever the
    score; `retry_text` and the lesson under `lesson_key` are for whoever missed it. A learner who is still answering sees
    only what the kind's `ask.html` shows, and the tests look for anything more in every page
    and reply.
    """

    kind: ClassVar[str]
    choices: ClassVar[dict[str, type[Choice]]] = {}
    """The fields that hold lists of choices, and the type of each."""
    key_fields: ClassVar[tuple[str, ...]] = ("rationale", "retry_text", "lesson_key", "lesson_part")
    """The fields beside the choices that come from a corrected version of the question."""
    key_choices: ClassVar[tuple[str, ...]] = ()
    """Lists of choices that are never shown, which a corrected version brings whole."""
    text_fields: ClassVar[tuple[str, ...]] = ("stem", "note", "rationale", "retry_text")
    """The fields beside the choices that are words, and may be in another language."""
    accepts_every_language: ClassVar[bool] = False
    """Whether a learner types, and what is accepted in any of its languages earns the mark."""
    script: ClassVar[bool] = False
    """Whether the kind brings a script, `static/kind.js`, that makes answering easier."""
    style: ClassVar[bool] = False
    """Whether the kind brings a style sheet, `static/kind.css`, for what no other kind has."""
    explains: ClassVar[bool] = False
    """Whether the kind brings a template, `explained.html`, that tells an author why a
    response earns what it earns. Its editor may have a box to try one: `TryItPanel`."""

    id: str
    question: int
    revision: int | None
    code: str
    stem: str
    worth: Decimal = WHOLE
    note: str = ""
    help: bool = False
    rationale: str = ""
    red_line: bool = False
    retry_text: str = ""
    lesson_key: str = ""
    lesson_part: int | None = None
    held_back: bool = False
    """Whether it is kept for a final: no learner is ever shown which of its answers is right."""
    competencies: list[str] = field(default_factory=list)
    everybody_earns: bool = False
    """Whether it turned out to be flawed, and earns the whole mark whatever was given."""
    language: str = ""
    """The language of its words; empty where its question names none: that of its course."""
    unreviewed: bool = False
    """Whether a program translated these words, and nobody has read the translation over."""
    translations: dict[str, Any] = field(default_factory=dict)
    """Its words in other languages, each as `item_texts` has them."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        item_types[cls.kind] = cls

    # What each kind answers ----------------------------------------------------------

    def read(self, form: Mapping[str, list[str]]) -> Response:
        """What a learner gave, from the fields of a form; None when that is nothing.

        Fields of other items, and choices that this item does not offer, are ignored.
        """
        raise NotImplementedError

    def is_complete(self, response: Response) -> bool:
        """Whether every part that asks for a response has one."""
        return response is not None

    def fraction(self, response: Response) -> Decimal:
        """How much of the mark a response earns, within 0 and 1, not yet rounded."""
        raise NotImplementedError

    def parts(self, response: Response) -> list[Part]:
        """The item in pieces, in the order shown, each with what was given for it."""
        raise NotImplementedError

    def right_response(self) -> Response:
        """A response that earns the whole mark."""
        raise NotImplementedError

    def deal(self, random: Random) -> Self:
        """The item for one paper: under new ids, with its order decided by `random`."""
        raise NotImplementedError

    # What every kind shares ----------------------------------------------------------

    @property
    def words(self) -> str:
        """The stem as it is named where it cannot be answered. May hold markup."""
        return self.stem

    def in_language(self, language: str | None) -> Self:
        """This item in a language, where it has all of its words in it; else as it is."""
        return in_language(self, language or "")

    @property
    def field_name(self) -> str:
        return f"item-{self.id}"

    def to_form(self, response: Response) -> dict[str, list[str]]:
        """The fields of a form that `read` takes this response from.

        A response that is a mapping has one field for each of its parts.
        """
        if response is None:
            return {}
        if isinstance(response, dict):
            return {f"{self.field_name}-{part}": [str(v)] for part, v in response.items()}
        values = response if isinstance(response, list) else [response]
        return {self.field_name: [str(value) for value in values]}

    @property
    def ask_template(self) -> str:
        return f"kinds/{self.kind}/ask.html"

    @property
    def review_template(self) -> str:
        return f"kinds/{self.kind}/review.html"

    @property
    def explain_template(self) -> str:
        """Tells an author why a response earns what it earns; empty for a kind without it."""
        return f"kinds/{self.kind}/explained.html" if self.explains else ""

    @property
    def script_path(self) -> str:
        """The static file of the kind's script; empty for a kind without one."""
        return f"kinds/{self.kind}/kind.js" if self.script else ""

    @property
    def style_path(self) -> str:
        """The static file of the kind's style sheet; empty for a kind without one."""
        return f"kinds/{self.kind}/kind.css" if self.style else ""

    def earned_fraction(self, response: Response) -> Decimal:
        """The fraction a response earns, not yet rounded. Nothing given earns nothing."""
        if self.everybody_earns:
            return WHOLE
        return NOTHING if response is None else clamp(self.fraction(response))

    def mark(self, response: Response) -> Decimal:
        """The mark a response earns."""
        return exact(self.earned_fraction(response) * self.worth)

    def corrected_by(self, version: Item) -> Self:
        """This item with the key of a corrected version of its question.

        The words, the ids and the order that the learner saw stay. What is right, what it
        earns, the feedback and the reason are the version's. Raises StructureDiffers when it
        cannot be said for certain which choice of the version is which of this item.
        """
        version = self._of_same_kind(version)
        whole = (*self.key_fields, *self.key_choices)
        values: dict[str, Any] = {name: getattr(version, name) for name in whole}
        pairs = {
            name: pair_choices(getattr(self, name), getattr(version, name), name)
            for name in self.shown_choices()
        }
        for name, pairs_of_list in pairs.items():
            values[name] = [
                replace(theirs, id=own.id, text=own.text, source=own.source)
                for own, theirs in pairs_of_list
            ]
        sources = {
            name: {own.source: theirs.source for own, theirs in pairs_of_list}
            for name, pairs_of_list in pairs.items()
        }
        values["translations"] = corrected_translations(self, version, sources)
        return replace(self, **values)

    @classmethod
    def shown_choices(cls) -> list[str]:
        """The names of its lists of choices, without those that are only part of the key."""
        return [name for name in cls.choices if name not in cls.key_choices]

    def _of_same_kind(self, version: Item) -> Self:
        """The version, typed as this kind. Raises StructureDiffers for another kind."""
        if not isinstance(version, type(self)):
            raise StructureDiffers("kind", then=self.kind, now=version.kind)
        return version

    def to_json(self) -> dict[str, Any]:
        """The item as JSON values, from which `item_from_json` makes it again."""
        return {"kind": self.kind, **_json_value(self)}

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Self:
        """The item again. What a later version of the code no longer knows is left out."""
        values = _known_fields(cls, frozen)
        values["worth"] = Decimal(values["worth"])
        for name, choice_type in cls.choices.items():
            values[name] = [_choice_from_json(choice_type, choice) for choice in values[name]]
        return cls(**values)


def item_from_json(frozen: Mapping[str, Any]) -> Item:
    """The item of whatever kind it is. Raises KeyError for a kind that is not known."""
    return item_types[frozen["kind"]].from_json(frozen)


@cache
def _field_names(value_type: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(value_type))


def _known_fields(value_type: Any, frozen: Mapping[str, Any]) -> dict[str, Any]:
    return {name: frozen[name] for name in _field_names(value_type) if name in frozen}


AS_THEY_ARE = frozenset({str, int, bool, type(None)})
"""The types of most values of an item, which JSON has as well."""


def _json_value(value: Any) -> Any:
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _json_value(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json_value(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _json_value(getattr(value, name)) for name in _field_names(type(value))}
    return value


def _choice_from_json(choice_type: Any, frozen: Mapping[str, Any]) -> Any:
    values = _known_fields(choice_type, frozen)
    for name in _decimal_fields(choice_type):
        if name in values:
            values[name] = Decimal(values[name])
    return choice_type(**values)


@cache
def _decimal_fields(choice_type: Any) -> tuple[str, ...]:
    """The fields whose text in JSON is a Decimal again."""
    return tuple(each.name for each in fields(choice_type) if each.type in {"Decimal", Decimal})


# For the kinds --------------------------------------------------------------------------


def last_value(form: Mapping[str, list[str]], name: str) -> str:
    """The last value that a form sent for a field; empty when it sent none."""
    values = form.get(name) or [""]
    return values[-1]


def draw_id(random: Random) -> str:
    """An id for something on one paper. It tells nothing of what it stands for."""
    return UUID(int=random.getrandbits(128), version=4).hex[:12]


AnyChoice = TypeVar("AnyChoice", bound=Choice)


def pair_choices(
    own: Sequence[AnyChoice], theirs: Sequence[AnyChoice], what: str
) -> list[tuple[AnyChoice, AnyChoice]]:
    """Each choice that was shown with the one of a later version that stands for it, in order.

    Choices that read alike are the same, wherever they stand now: an author who moves an
    option, or swaps two steps, means just that. Those reworded are the same when they stand
    where they stood, or when there is only one. Raises StructureDiffers otherwise.
    """
    if len(own) != len(theirs):
        raise StructureDiffers(what, then=len(own), now=len(theirs))
    words = _by_words(theirs)
    alike = {each.source: words[text] for text, each in _by_words(own).items() if text in words}
    taken = {each.source for each in alike.values()}
    reworded = [each for each in own if each.source not in alike]
    left = {each.source: each for each in theirs if each.source not in taken}
    if len(reworded) == 1:
        left = {reworded[0].source: next(iter(left.values()))}
    if {each.source for each in reworded} != set(left):
        raise StructureDiffers("words", then=" / ".join(sorted(each.text for each in reworded)))
    return [(each, alike.get(each.source) or left[each.source]) for each in own]


def _by_words(choices: Sequence[AnyChoice]) -> dict[str, AnyChoice]:
    """The choices whose words nobody could confuse with another's, by their words."""
    words = [fold(choice.text) for choice in choices]
    return {
        text: choice
        for text, choice in zip(words, choices, strict=True)
        if text and words.count(text) == 1
    }


def deal_choices(
    choices: Iterable[AnyChoice], random: Random, *, shuffle: bool = True
) -> list[AnyChoice]:
    """The choices under new ids, and in a new order unless `shuffle` is false."""
    dealt = [replace(choice, id=draw_id(random)) for choice in choices]
    if shuffle:
        random.shuffle(dealt)
    return dealt
