"""What a renewal still needs, from its rule, the credential and what was entered. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from certificates.renewal.rules import Category, LateStep, Phase, Rule, Term


class State(StrEnum):
    """What a registrar said of an entry, if anything."""

    WAITING = ""
    ACCEPTED = "accepted"
    ASKED_BACK = "asked_back"


class EntryKind(StrEnum):
    """What an entry is: continuing hours, or the word of a supervisor."""

    HOURS = "hours"
    WORD = "word"


@dataclass(frozen=True)
class Entry:
    """Something that a holder entered. `programme` is the same for the same thing done twice."""

    kind: EntryKind
    done_on: date
    state: State = State.WAITING
    minutes: int = 0
    category: str = ""
    programme: str = ""
    has_file: bool = False


@dataclass(frozen=True)
class Facts:
    """What is true of a credential and its holder. `signed_on` is when the newest text of the
    statement was signed for this renewal."""

    issued_on: date
    expires_on: date
    is_first: bool = True
    signed_on: date | None = None
    is_sampled: bool = False


class Asks(StrEnum):
    """What a line of the checklist asks for."""

    HOURS = "hours"
    CATEGORY = "category"
    STATEMENT = "statement"
    WORD = "word"
    FILES = "files"


@dataclass(frozen=True)
class Item:
    """A line of the checklist: how much it needs, how much counts, how much waits to be looked at."""

    asks: Asks
    needed: int
    counted: int
    waiting: int = 0
    category: Category | None = None

    @property
    def missing(self) -> int:
        """What the holder still has to bring."""
        return max(0, self.needed - self.counted - self.waiting)

    @property
    def is_met(self) -> bool:
        """Whether nothing more is needed of anybody."""
        return self.counted >= self.needed

    @property
    def is_brought(self) -> bool:
        """Whether the holder has nothing more to bring."""
        return not self.missing


@dataclass(frozen=True)
class Outlook:
    """What is due when, and whether a renewal is possible on the day it was worked out for.

    `term` is the one that a renewal on that day begins, or None where there can be none.
    """

    phase: Phase
    opens_on: date
    due_on: date
    last_chance: date | None
    late_step: LateStep | None
    term: Term | None
    items: tuple[Item, ...] = ()
    is_waived: bool = False
    repeated: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_complete(self) -> bool:
        """Whether everything counts that the rule asks for."""
        return all(item.is_met for item in self.items)

    @property
    def is_brought(self) -> bool:
        """Whether the holder has done their part, though some of it may wait to be looked at."""
        return all(item.is_brought for item in self.items)

    @property
    def may_be_renewed(self) -> bool:
        """Whether a renewal is possible now."""
        return self.term is not None and self.is_complete


def outlook(rule: Rule, facts: Facts, entries: Sequence[Entry], *, on: date) -> Outlook:
    """All that a rule says of one credential on a day."""
    last_day = facts.expires_on
    is_waived = facts.is_first and rule.hours_are_waived(
        issued_on=facts.issued_on, last_day=last_day
    )
    in_cycle = [entry for entry in entries if facts.issued_on <= entry.done_on <= on]
    items = [] if is_waived else _hours(rule, in_cycle, is_sampled=facts.is_sampled)
    items += _besides(rule, facts, in_cycle)
    return Outlook(
        phase=rule.phase(last_day, on=on),
        opens_on=rule.opens_on(last_day),
        due_on=last_day,
        last_chance=rule.last_chance(last_day),
        late_step=rule.late_step(last_day, on=on),
        term=rule.next_term(last_day, on=on),
        items=tuple(items),
        is_waived=is_waived,
        repeated=_repeated(rule, facts, entries) if rule.once_in_cycle else frozenset(),
    )


def _repeated(rule: Rule, facts: Facts, entries: Sequence[Entry]) -> frozenset[int]:
    """The places of those hours that repeat a programme, of which another entry counts."""
    is_looked_at = _is_looked_at(rule, is_sampled=facts.is_sampled)
    seen: set[str] = set()
    places = set()
    # As they are counted: what waits takes the place of nothing that was accepted.
    in_order = sorted(
        enumerate(entries),
        key=lambda numbered: is_looked_at and numbered[1].state != State.ACCEPTED,
    )
    for place, entry in in_order:
        if entry.kind != EntryKind.HOURS or entry.state == State.ASKED_BACK:
            continue
        if entry.programme in seen:
            places.add(place)
        seen.add(entry.programme)
    return frozenset(places)


def _is_looked_at(rule: Rule, *, is_sampled: bool) -> bool:
    """Whether a registrar has to accept an entry before it counts."""
    return rule.audit_percent is None or is_sampled


def counted_minutes(rule: Rule, entries: Iterable[Entry]) -> dict[str, int]:
    """The minutes that count of each category, and under `""` those that are of none.

    Of a category no more counts than its most, and a programme counts once in a cycle where the
    rule says so.
    """
    by_category: dict[str, int] = defaultdict(int)
    seen: set[str] = set()
    names = {category.name for category in rule.categories}
    for entry in entries:
        if rule.once_in_cycle and entry.programme in seen:
            continue
        seen.add(entry.programme)
        by_category[entry.category if entry.category in names else ""] += entry.minutes
    for category in rule.categories:
        if category.most is not None:
            by_category[category.name] = min(by_category[category.name], category.most)
    return by_category


def _hours(rule: Rule, entries: Sequence[Entry], *, is_sampled: bool) -> list[Item]:
    hours = [
        entry
        for entry in entries
        if entry.kind == EntryKind.HOURS and entry.state != State.ASKED_BACK
    ]
    accepted = [
        entry
        for entry in hours
        if entry.state == State.ACCEPTED or not _is_looked_at(rule, is_sampled=is_sampled)
    ]
    others = [entry for entry in hours if entry not in accepted]
    counted = counted_minutes(rule, accepted)
    # An entry that was accepted comes first, so that none that waits takes its place.
    brought = counted_minutes(rule, [*accepted, *others])
    items = []
    if rule.minutes:
        whole, with_waiting = sum(counted.values()), sum(brought.values())
        items.append(Item(Asks.HOURS, rule.minutes, whole, with_waiting - whole))
    for category in rule.categories:
        if category.least:
            minutes = counted[category.name]
            waiting = brought[category.name] - minutes
            items.append(Item(Asks.CATEGORY, category.least, minutes, waiting, category))
    if rule.audit_percent is not None and is_sampled:
        items.append(Item(Asks.FILES, len(hours), sum(entry.has_file for entry in hours)))
    return items


def _besides(rule: Rule, facts: Facts, entries: Sequence[Entry]) -> list[Item]:
    items = []
    if rule.statement:
        items.append(Item(Asks.STATEMENT, 1, int(facts.signed_on is not None)))
    if rule.needs_word:
        words = [entry.state for entry in entries if entry.kind == EntryKind.WORD]
        counted = int(State.ACCEPTED in words)
        waiting = int(State.WAITING in words and not counted)
        items.append(Item(Asks.WORD, 1, counted, waiting))
    return items
