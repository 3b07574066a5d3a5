"""What a draw may ask: one rule for the editor, the preview and the draw, with one matching.

Pure: values in, values out. A blueprint is the rows of a quiz. Each row names one question,
asks for every red line that fits it, or asks for a number of questions at random from those
that fit it. No question is asked twice on one paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from random import Random
from uuid import UUID

from people.folding import fold


@dataclass(frozen=True)
class BankEntry:
    """A ready question of the bank, by what a row may ask about it.

    `module` is a translation key: a module is one, in whatever language it was chosen.
    """

    question: int
    code: str = ""
    module: UUID | None = None
    competencies: frozenset[int] = frozenset()
    tags: frozenset[str] = frozenset()
    red_line: bool = False
    held_back: bool = False
    pair: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a blueprint. `tag` is compared whatever its capitals.

    `names_red_line` and `names_held_back` say of a row with a question what the question is;
    `worth` is the mark for each question that the row asks. A row with `held_back` asks held-back
    questions alone, and any other row never asks one.
    """

    count: int = 1
    question: int | None = None
    names_red_line: bool = False
    names_held_back: bool = False
    held_back: bool = False
    module: UUID | None = None
    competency: int | None = None
    tag: str = ""
    all_red_lines: bool = False
    worth: Decimal = Decimal(1)

    @property
    def is_random(self) -> bool:
        """Whether it takes a number at random, and not one question or every red line."""
        return self.question is None and not self.all_red_lines

    @property
    def blocks_when_short(self) -> bool:
        """Whether no paper can be drawn without it. A named question that is a draft is left
        out, unless it is a red line."""
        return self.question is None or self.names_red_line

    @property
    def names_the_other_bank(self) -> bool:
        """Whether it names a question that a quiz of its kind must not ask."""
        return self.question is not None and self.names_held_back != self.held_back

    def may_ask(self, entry: BankEntry) -> bool:
        """Whether this row names a question, or may draw it."""
        if entry.held_back != self.held_back:
            return False
        if self.question is not None:
            return entry.question == self.question
        return (
            (self.module is None or entry.module == self.module)
            and (self.competency is None or self.competency in entry.competencies)
            and (not self.tag or fold(self.tag) in entry.tags)
            and (not self.all_red_lines or entry.red_line)
        )


@dataclass(frozen=True)
class Selection:
    """Which questions each row takes, in the order of the rows, and how many each row lacks."""

    chosen: list[list[int]]
    missing: list[int]

    def in_order(self, random: Random) -> list[tuple[int, int]]:
        """Every question with the number of its row, in the order of the rows.

        What a row draws comes in a random order of its own.
        """
        return [
            (index, question)
            for index, questions in enumerate(self.chosen)
            for question in random.sample(questions, len(questions))
        ]


@dataclass(frozen=True)
class PaperSize:
    """How many questions a paper has, and how many of them every paper carries as red lines.

    A red line that is only drawn at random is on some papers and not on others; it is not counted.
    """

    questions: int
    red_lines: int


@dataclass
class _Matching:
    """Questions given to random rows, each question to one row; rows may swap to make room."""

    counts: Sequence[int]
    pools: Sequence[frozenset[int]]
    held: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.held = [[] for _ in self.counts]

    def place(self, question: int, tried: set[int]) -> bool:
        """Give a question to a row that has room, moving others to where they also fit."""
        for index, pool in enumerate(self.pools):
            if index in tried or question not in pool:
                continue
            tried.add(index)
            if len(self.held[index]) < self.counts[index]:
                self.held[index].append(question)
                return True
            for other in self.held[index]:
                if self.place(other, tried):
                    self.held[index].remove(other)
                    self.held[index].append(question)
                    return True
        return False


def select(
    rows: Sequence[Row],
    entries: Iterable[BankEntry],
    *,
    preferred: Sequence[int] = (),
    times_met: Mapping[int, int] | None = None,
) -> Selection:
    """Fill the rows from the bank, none of it twice, as far as any choice can fill them.

    Named questions come first, then every red line, then the random rows together: a
    question that two rows could take counts for one of them, and moves when that makes room.
    Random rows take those that come first in `preferred`; the others after, in the bank's
    order. A named question that is not ready is missing from its row. A row of red lines lacks
    one when none that fits it is ready.

    Of a pair only one is drawn while there is another question that was met as seldom, by
    `times_met`: the second is left for another paper.
    """
    entries = list(entries)
    chosen: list[list[int]] = [[] for _ in rows]
    taken: set[int] = set()
    named_first = sorted(enumerate(rows), key=lambda pair: pair[1].question is None)
    for index, row in named_first:
        if not row.is_random:
            fitting = [e.question for e in entries if row.may_ask(e) and e.question not in taken]
            chosen[index] = fitting
            taken.update(fitting)
    random_rows = [(index, row) for index, row in enumerate(rows) if row.is_random]
    matching = _Matching(
        counts=[row.count for _, row in random_rows],
        pools=[
            frozenset(e.question for e in entries if row.may_ask(e)) - taken
            for _, row in random_rows
        ],
    )
    still_to_fill = sum(matching.counts)
    pairs = _Pairs(entries, taken)
    for equally_met in _tiers(_candidates(preferred, entries, matching.pools), times_met or {}):
        for question in pairs.apart_first(equally_met):
            if still_to_fill and matching.place(question, set()):
                still_to_fill -= 1
                pairs.add(question)
    for (index, _), questions in zip(random_rows, matching.held, strict=True):
        chosen[index] = questions
    return Selection(chosen, [_missing(row, chosen[i], entries) for i, row in enumerate(rows)])


class _Pairs:
    """The pairs of which one question stands on the paper."""

    def __init__(self, entries: Iterable[BankEntry], taken: Iterable[int]) -> None:
        self.pair_of = {entry.question: entry.pair for entry in entries if entry.pair}
        self.on_paper = {self.pair_of.get(question, "") for question in taken}

    def add(self, question: int) -> None:
        self.on_paper.add(self.pair_of.get(question, ""))

    def apart_first(self, questions: Iterable[int]) -> Iterator[int]:
        """The questions, those whose pair is on the paper by then at the end."""
        put_off = []
        for question in questions:
            if self.pair_of.get(question) in self.on_paper:
                put_off.append(question)
            else:
                yield question
        yield from put_off


def _tiers(questions: Iterable[int], times_met: Mapping[int, int]) -> Iterator[list[int]]:
    """The questions in their order, those beside each other that were met equally often together."""
    for _times, tier in groupby(questions, key=lambda question: times_met.get(question, 0)):
        yield list(tier)


def paper_size(rows: Sequence[Row], entries: Iterable[BankEntry]) -> PaperSize:
    """What a paper drawn by these rows holds, as far as the bank can fill it."""
    entries = list(entries)
    selection = select(rows, entries)
    red_lines = {entry.question for entry in entries if entry.red_line}
    fixed = [
        question
        for row, questions in zip(rows, selection.chosen, strict=True)
        if not row.is_random
        for question in questions
    ]
    return PaperSize(
        questions=sum(map(len, selection.chosen)), red_lines=len(red_lines.intersection(fixed))
    )


def _candidates(
    preferred: Sequence[int], entries: Sequence[BankEntry], pools: Sequence[frozenset[int]]
) -> list[int]:
    """The questions that some row could take: the preferred ones first."""
    possible = set().union(*pools)
    in_order = dict.fromkeys([*preferred, *(entry.question for entry in entries)])
    return [question for question in in_order if question in possible]


def _missing(row: Row, questions: Sequence[int], entries: Iterable[BankEntry]) -> int:
    """How many questions a row lacks. Red lines that another row asks for are on the paper too."""
    if row.all_red_lines:
        return 0 if any(row.may_ask(entry) for entry in entries) else 1
    return max(0, row.count - len(questions))


def least_met_first(
    entries: Iterable[BankEntry], *, times_met: Mapping[int, int], random: Random
) -> list[int]:
    """The questions of the bank in a random order, those that the learner met least first."""
    questions = [entry.question for entry in entries]
    random.shuffle(questions)
    return sorted(questions, key=lambda question: times_met.get(question, 0))
