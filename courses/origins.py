"""Which page of one course is meant, where something beside the pages names a page of another.

A question, such as one that every copy of a course asks, names a lesson and a module once: of the
original, in one language. The keys of pages lead from there to where the learner is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from courses.models import LessonPage
from courses.progress import ModuleOutline, Outline, StepOutline

Part = TypeVar("Part", ModuleOutline, StepOutline)


def by_key_and_origin(parts: Sequence[Part]) -> dict[UUID, Part]:
    """The modules or steps of a course by their keys, and by those of the pages they are copies of.

    A page that stands on the course itself comes before a copy of it, and of two copies the first.
    """
    by_key = {part.key: part for part in parts}
    for part in parts:
        by_key.setdefault(part.origin or part.key, part)
    return by_key


def lessons_named(keys: Iterable[UUID], outline: Outline) -> Mapping[UUID, StepOutline]:
    """The lesson of a course that each key means there, also where the key is that of a copy.

    Leaves out what the course has no such lesson for. No query where every key is found at once.
    """
    steps = by_key_and_origin([step for step in outline.steps if step.kind is LessonPage.kind])
    lesson_keys = set(keys)
    elsewhere = lesson_keys - steps.keys()
    named = {key: steps[key] for key in lesson_keys - elsewhere}
    if elsewhere:
        copies = LessonPage.objects.filter(translation_key__in=elsewhere)
        for key, origin in copies.values_list("translation_key", "origin_key"):
            if origin in steps:
                named[key] = steps[origin]
    return named
