"""What a re-marking does to a paper: arithmetic, with no database, clock or settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from assessments.exceptions import CannotBeCorrected, NothingLeftToMark, RedLineStays
from assessments.items import NOTHING, WHOLE, Item, Response, StructureDiffers
from assessments.marking import Score, mark_paper
from assessments.papers import Paper


class Way(StrEnum):
    """How a mistake is put right."""

    VERSION = "version"
    FULL_MARK = "full_mark"
    LEFT_OUT = "left_out"
    PASS_MARK = "pass_mark"  # noqa: S105


@dataclass(frozen=True)
class Correction:
    """What was wrong and what is put in its place.

    `version` is the question as it was corrected, whole, in its author's order. With
    `keep_better` a learner keeps the result they have where the new one would be less.
    """

    way: Way
    question: int | None = None
    version: Item | None = None
    pass_percent: Decimal | None = None
    keep_better: bool = True

    def corrects(self, item: Item) -> bool:
        """Whether an item is one that this is about."""
        return self.question is not None and item.question == self.question

    def item(self, item: Item, original: Item) -> Item:
        """An item as it is to be marked, from how it is marked now and how it was asked.

        Raises CannotBeCorrected, or RedLineStays.
        """
        if self.way == Way.VERSION and self.version is not None:
            try:
                return original.corrected_by(self.version)
            except StructureDiffers as differs:
                raise CannotBeCorrected(differs) from differs
        if item.red_line:
            raise RedLineStays(item.code)
        if self.way == Way.FULL_MARK:
            return replace(item, everybody_earns=True, worth=original.worth)
        return replace(item, everybody_earns=False, worth=NOTHING)


@dataclass(frozen=True)
class StoredResult:
    """The result of an attempt that counts: what it says, not which row."""

    score: Decimal
    out_of: Decimal
    passed: bool
    reached_pass_mark: bool = False
    red_lines_missed: int = 0

    @property
    def percent(self) -> Decimal:
        return self.score / self.out_of * 100

    @property
    def rank(self) -> tuple[bool, bool, Decimal]:
        """What is compared to say which of two results is the better one."""
        return (self.passed, self.reached_pass_mark, self.percent)


@dataclass(frozen=True)
class AnswerAgain:
    """What was handed in when a missed red line was asked again, on the item that asked it.

    `row` is the primary key of that item.
    """

    row: int
    item: Item
    response: Response


@dataclass(frozen=True)
class AttemptRecords:
    """All that an attempt is marked by: its paper with what was corrected before, and responses.

    `originals` holds the items that were corrected before as they were asked, by id. `in_place`
    holds the red lines that were put right since, and `again` what was answered when one was asked
    again, both by id. `result` is None while it is open.
    """

    paper: Paper
    responses: Mapping[str, Response]
    in_place: Collection[str] = ()
    result: StoredResult | None = None
    marks: Mapping[str, Decimal] = field(default_factory=dict)
    originals: Mapping[str, Item] = field(default_factory=dict)
    again: Mapping[str, Sequence[AnswerAgain]] = field(default_factory=dict)

    def original(self, item: Item) -> Item:
        """The item as it was asked."""
        return self.originals.get(item.id, item)

    def mark(self) -> Score:
        """What the attempt earns. Everything that marks asks here."""
        return mark_paper(self.paper, self.responses, in_place=self.in_place)


@dataclass(frozen=True)
class Change:
    """What a correction does to one attempt.

    `items` are the corrected items by id. `score` is None while the attempt is open. `right_again`
    has the answers to missed red lines that are right by the corrected key, though they were not
    by the old one. With `refusal`, it cannot be applied, and nothing else is said.
    """

    records: AttemptRecords
    items: Mapping[str, Item] = field(default_factory=dict)
    score: Score | None = None
    pass_percent: Decimal = NOTHING
    keep_better: bool = True
    is_needed: bool = True
    right_again: Mapping[str, AnswerAgain] = field(default_factory=dict)
    refusal: CannotBeCorrected | RedLineStays | NothingLeftToMark | None = None

    def without_paper(self) -> Change:
        """The same change with what it leads to alone, for a list of many."""
        records = AttemptRecords(
            Paper([], NOTHING), {}, result=self.records.result, marks=self.records.marks
        )
        return replace(self, records=records, items={})

    @property
    def before(self) -> StoredResult | None:
        return self.records.result

    @property
    def after(self) -> StoredResult | None:
        """The result that the correction leads to, whether or not it is then kept."""
        if self.score is None:
            return None
        return StoredResult(
            self.score.score,
            self.score.out_of,
            self.score.passed,
            self.score.reached_pass_mark,
            len(self.score.missed_red_lines),
        )

    @property
    def is_different(self) -> bool:
        """Whether any mark, the score, or the pass is another than before."""
        if self.score is None or self.before is None:
            return False
        marks = {key: mark.mark for key, mark in self.score.marks.items()}
        return self.after != self.before or marks != dict(self.records.marks)

    @property
    def is_worse(self) -> bool:
        """Whether the learner would have less than before: no pass, or fewer percent."""
        if self.before is None or self.after is None:
            return False
        return self.after.rank < self.before.rank

    @property
    def is_kept(self) -> bool:
        """Whether the learner keeps the better result that they have."""
        return self.is_worse and self.keep_better

    @property
    def passes_now(self) -> bool:
        return bool(self.after and self.before and self.after.passed and not self.before.passed)

    @property
    def fails_now(self) -> bool:
        """Whether a pass would be lost, unless the better result is kept."""
        return bool(self.after and self.before and self.before.passed and not self.after.passed)

    @property
    def outcome(self) -> str:
        """In a word, as `RemarkedAttempt.Outcome` has it."""
        if self.refusal is not None:
            return "refused"
        if not self.is_needed:
            return "not_needed"
        if self.before is None:
            return "open"
        if self.is_kept:
            return "kept"
        return "changed" if self.is_different else "unchanged"


def change_by(correction: Correction, records: AttemptRecords) -> Change:
    """What a correction does to an attempt. The dry run and the run both ask here."""
    paper = records.paper
    if correction.way == Way.PASS_MARK:
        return _lower_pass_mark(correction, records)
    try:
        items = {
            item.id: correction.item(item, records.original(item))
            for item in paper.items
            if correction.corrects(item)
        }
    except (CannotBeCorrected, RedLineStays) as refusal:
        return Change(records, refusal=refusal)
    corrected = Paper([items.get(item.id, item) for item in paper.items], paper.pass_percent)
    if corrected.out_of <= 0:
        return Change(records, refusal=NothingLeftToMark())
    return _marked(correction, records, corrected, items)


def _lower_pass_mark(correction: Correction, records: AttemptRecords) -> Change:
    lower = correction.pass_percent
    if lower is None or lower >= records.paper.pass_percent:
        return Change(records, is_needed=False, pass_percent=records.paper.pass_percent)
    return _marked(correction, records, Paper(records.paper.items, lower), {})


def _marked(
    correction: Correction, records: AttemptRecords, paper: Paper, items: Mapping[str, Item]
) -> Change:
    is_open = records.result is None
    right_again = _right_again(correction, records)
    in_place = {*records.in_place, *right_again}
    return Change(
        records,
        items=items,
        score=None if is_open else replace(records, paper=paper, in_place=in_place).mark(),
        right_again=right_again,
        pass_percent=paper.pass_percent,
        keep_better=correction.keep_better,
    )


def _right_again(correction: Correction, records: AttemptRecords) -> dict[str, AnswerAgain]:
    """The first answer to each red line that was asked again which the corrected key calls right."""
    right: dict[str, AnswerAgain] = {}
    for item_id, answers in records.again.items():
        for answer in answers:
            if item_id not in records.in_place and _is_right_by(correction, answer):
                right.setdefault(item_id, answer)
    return right


def _is_right_by(correction: Correction, answer: AnswerAgain) -> bool:
    if correction.version is None or not correction.corrects(answer.item):
        return False
    try:
        corrected = answer.item.corrected_by(correction.version)
    except StructureDiffers:
        return False
    return corrected.earned_fraction(answer.response) == WHOLE
