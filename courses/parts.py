"""A lesson in its parts: where each begins, how many words it shows, and what it asks for.

Pure: it reads a lesson's body and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from courses.study_time import exercise_minutes, reading_minutes

WORD = re.compile(r"\w[\w’'-]*")


@dataclass(frozen=True)
class Exercise:
    """A place to write, and about how many words it asks for."""

    block_id: UUID
    words_asked: int


@dataclass(frozen=True)
class Part:
    """One or two phone screens of a lesson.

    `key` is the id of the block that begins it, so that it is the same part after an edit and
    in a translation; what stands before the first such block has the key of the lesson.
    `start` and `stop` are where its blocks are in the body. `questions` are the block ids of
    its questions to try.
    """

    key: UUID
    heading: str
    start: int
    stop: int
    words: int
    exercises: tuple[Exercise, ...] = ()
    questions: frozenset[str] = frozenset()


def parts_of(body: Iterable[Any], lesson_key: UUID) -> tuple[Part, ...]:
    """The parts of a lesson, in order. One that has no marks for them is one part."""
    children = list(body)
    for child in children:
        # As Wagtail does when it stores one that is new.
        child.id = child.id or str(uuid4())
    starts = [place for place, child in enumerate(children) if child.block_type == "part"]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    stops = [*starts[1:], len(children)]
    return tuple(
        _part(children[start:stop], start, stop, lesson_key)
        for start, stop in zip(starts, stops, strict=True)
    )


def _part(children: list[Any], start: int, stop: int, lesson_key: UUID) -> Part:
    is_marked = bool(children) and children[0].block_type == "part"
    return Part(
        key=UUID(children[0].id) if is_marked else lesson_key,
        heading=children[0].value["heading"] if is_marked else "",
        start=start,
        stop=stop,
        words=sum(map(_count_shown, children)),
        exercises=tuple(
            Exercise(UUID(child.id), child.value.get("words_asked") or 0)
            for child in children
            if child.block_type == "reflection"
        ),
        questions=frozenset(
            str(child.id) for child in children if child.block_type == "knowledge_check"
        ),
    )


def _count_shown(child: Any) -> int:
    """How many words of a block everyone is shown."""
    return count_words(child.block.text_shown(child.value))


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(WORD.findall(text))


def minutes_of(parts: Sequence[Part]) -> int:
    """About how long the parts take with all that they ask for, in whole minutes, at least one."""
    reading = reading_minutes(sum(part.words for part in parts))
    return max(1, round(reading) + exercise_minutes_of(parts))


def exercise_minutes_of(parts: Iterable[Part]) -> int:
    """About how long the exercises of some parts take, in whole minutes."""
    return sum(
        exercise_minutes(exercise.words_asked) for part in parts for exercise in part.exercises
    )
