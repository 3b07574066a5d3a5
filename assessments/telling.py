"""What a result tells of skills where no single answer may be told.

Pure: values in, values out. It is told in two words for several questions together, so that no
word stands for one answer.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from assessments.items import NOTHING, Item
from assessments.marking import STRONG

FEWEST_TOLD = 4
"""A word is said of no fewer questions than these. Of one question it would be its answer."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class ToldSkill(Generic[Key]):
    """How the questions on some subjects went, in one word for all of them."""

    subjects: list[Key]
    is_in_place: bool


def tell_skills(
    items: Sequence[Item],
    marks: Mapping[str, Decimal],
    *,
    subject_of: Mapping[str, Key],
    subjects: Sequence[Key],
    missed: Collection[str] = (),
) -> list[ToldSkill[Key]]:
    """How the questions on each subject went, in the order of `subjects`.

    `subject_of` and `marks` are by item id, and `missed` has the ids of red lines that are not in
    place. A subject with few questions is told together with the one before it. It is in place
    when most of what its questions are worth was earned, and no red line among them is missed.
    """
    groups = _groups(items, subject_of, subjects)
    return [ToldSkill(list(names), _is_in_place(group, marks, missed)) for names, group in groups]


def _groups(
    items: Sequence[Item], subject_of: Mapping[str, Key], subjects: Sequence[Key]
) -> list[tuple[list[Key], list[Item]]]:
    """The items by subject, in groups that are large enough; one group where there are too few."""
    groups: list[tuple[list[Key], list[Item]]] = []
    for subject in subjects:
        own = [item for item in items if subject_of.get(item.id) == subject]
        if not own:
            continue
        if groups and len(groups[-1][1]) < FEWEST_TOLD:
            groups[-1][0].append(subject)
            groups[-1][1].extend(own)
        else:
            groups.append(([subject], own))
    if len(groups) > 1 and len(groups[-1][1]) < FEWEST_TOLD:
        names, own = groups.pop()
        groups[-1][0].extend(names)
        groups[-1][1].extend(own)
    return groups


def _is_in_place(
    items: Sequence[Item], marks: Mapping[str, Decimal], missed: Collection[str]
) -> bool:
    if any(item.id in missed for item in items):
        return False
    earned = sum((marks.get(item.id, NOTHING) for item in items), NOTHING)
    worth = sum((item.worth for item in items), NOTHING)
    return earned >= STRONG * worth
