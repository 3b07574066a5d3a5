"""Which part of a lesson a reader is shown, and the ways on and back from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from courses.models import Enrolment, StudiedPart
from courses.parts import Part
from courses.visits import Visit
from people.rows import rows_where

WHOLE = "all"
"""What the address says in place of a number, for the whole lesson on one page."""


@dataclass(frozen=True)
class StudiedState:
    """What is on record of one part: when it was last opened, and whether it is done."""

    part_key: UUID
    opened_at: datetime
    is_done: bool


@dataclass(frozen=True)
class PartLink:
    """A part as a list of parts shows it."""

    key: UUID
    number: int
    heading: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True)
class PartPlace:
    """Where a reader is in a lesson. `number` is None for the whole on one page."""

    links: tuple[PartLink, ...]
    number: int | None

    @property
    def count(self) -> int:
        return len(self.links)

    @property
    def is_whole(self) -> bool:
        return self.number is None

    @property
    def is_divided(self) -> bool:
        """Whether the lesson has more parts than one."""
        return self.count > 1

    @property
    def is_first(self) -> bool:
        return self.number in {None, 1}

    @property
    def is_last(self) -> bool:
        """Whether the lesson ends on this page."""
        return self.number in {None, self.count}

    @property
    def before(self) -> PartLink | None:
        return self.links[self.number - 2] if self.number and self.number > 1 else None

    @property
    def after(self) -> PartLink | None:
        is_inside = self.number is not None and self.number < self.count
        return self.links[self.number] if is_inside and self.number else None

    @property
    def shown(self) -> tuple[PartLink, ...]:
        """The parts that stand on this page."""
        return self.links if self.number is None else (self.links[self.number - 1],)

    @cached_property
    def unread(self) -> list[PartLink]:
        """The other parts that are not done."""
        return [link for link in self.links if not link.is_done and link not in self.shown]


def place_in(
    parts: Sequence[Part], typed: str, states: Iterable[StudiedState], *, is_finished: bool
) -> PartPlace:
    """The part that an address asks for, or else the one where the reader was.

    Whoever comes back to a lesson that they have finished begins at its beginning.
    """
    by_key = {state.part_key: state for state in states}
    number = _number_in(parts, typed, by_key.values(), is_finished=is_finished)
    links = tuple(
        PartLink(
            key=part.key,
            number=place,
            heading=part.heading,
            is_done=part.key in by_key and by_key[part.key].is_done,
            is_here=place == number,
        )
        for place, part in enumerate(parts, start=1)
    )
    return PartPlace(links, number)


def _number_in(
    parts: Sequence[Part], typed: str, states: Iterable[StudiedState], *, is_finished: bool
) -> int | None:
    if typed == WHOLE:
        return None
    if typed.isdecimal() and 0 < int(typed[:4]) <= len(parts):
        return int(typed[:4])
    keys = [part.key for part in parts]
    opened = [] if is_finished else [state for state in states if state.part_key in keys]
    if not opened:
        return 1
    latest = max(opened, key=lambda state: state.opened_at)
    return keys.index(latest.part_key) + 1


def states_in(enrolment: Enrolment, lesson_key: UUID) -> list[StudiedState]:
    """What is on record of the parts of a lesson. One query."""
    return [
        StudiedState(row.part_key, row.opened_at, row.done_at is not None)
        for row in rows_where(StudiedPart, enrolment=enrolment.pk, lesson_key=lesson_key)
    ]


def visit_of(enrolment: Enrolment, lesson_key: UUID, place: PartPlace, at: datetime) -> Visit:
    return Visit(enrolment.pk, lesson_key, tuple(link.key for link in place.shown), at)


def part_url(lesson_url: str, parts: Sequence[Part], key: UUID | None) -> str:
    """The address of a part, at its beginning; of the lesson, where it has no such part."""
    keys = [part.key for part in parts]
    if key not in keys or len(keys) == 1:
        return lesson_url
    return f"{lesson_url}?part={keys.index(key) + 1}#lesson"
