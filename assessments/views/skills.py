"""How each skill went, on a result: by competency, or in two words where answers stay secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from assessments.items import Item
from assessments.marking import Strength, strengths
from assessments.models import Attempt, Mark, Question
from assessments.telling import tell_skills
from courses.models import Competency
from courses.origins import by_key_and_origin, lessons_named
from courses.progress import ModuleOutline, Progress, StepOutline

FEWEST_NAMED = 3
"""Of fewer questions than these, how a competency went would tell the answer of one."""


@dataclass(frozen=True)
class NamedStrength:
    """A strength with the name of its competency in the reader's language, and the lessons that
    teach it.

    `percent` is None where a figure would tell which answer was right.
    """

    name: str
    strength: Strength
    lessons: list[StepOutline]
    percent: int | None = None


@dataclass(frozen=True)
class ModuleSkill:
    """How what some modules teach went, in a word, with the modules to read again."""

    modules: list[ModuleOutline]
    is_in_place: bool


def named_strengths(
    attempt: Attempt,
    items: Mapping[int, Item],
    marks: Mapping[int, Mark],
    progress: Progress,
    *,
    missed: Collection[str],
    show_key: bool,
) -> list[NamedStrength]:
    """How each competency went, by its name now, with the lessons that teach it.

    A lesson that has not opened for the learner is no place to look again. Where the key is not
    shown, there is no figure, and no word for what hardly any question tests. One query.
    """
    earned = {row.key: marks[row.pk].mark for row in attempt.paper_items if row.pk in marks}
    levels = [
        strength
        for strength in strengths(items.values(), earned, missed=missed)
        if show_key or strength.items >= FEWEST_NAMED
    ]
    rows = Competency.objects.filter(code__in=[strength.competency for strength in levels])
    names: dict[str, str] = {}
    keys: dict[str, set[UUID]] = defaultdict(set)
    for code, name, key in rows.values_list("code", "name", "lessons__translation_key"):
        names[code] = name
        keys[code].add(key)
    lessons = open_lessons(progress)
    return [
        NamedStrength(
            name=gettext(names.get(strength.competency, strength.competency)),
            strength=strength,
            lessons=[]
            if strength.level == "strong"
            else [step for step in lessons if step.key in keys[strength.competency]],
            percent=strength.percent if show_key else None,
        )
        for strength in levels
    ]


def open_lessons(progress: Progress) -> list[StepOutline]:
    """The lessons of a course that have opened for a learner, in its order."""
    return [
        step
        for step in progress.outline.steps
        if step.kind.name == "lesson" and progress.state_of(step.key) != "locked"
    ]


def module_skills(
    attempt: Attempt,
    items: Mapping[int, Item],
    marks: Mapping[int, Mark],
    progress: Progress,
    *,
    missed: Collection[str],
) -> list[ModuleSkill]:
    """How the questions of each module of the course went, in two words. One query.

    A question names its module once, for every language and copy of the course.
    """
    item_keys = {row.question_id: row.key for row in attempt.paper_items}
    named = Question.objects.non_polymorphic().filter(pk__in=item_keys, module__isnull=False)
    modules = by_key_and_origin(progress.outline.modules)
    subject_of = {
        item_keys[pk]: modules[meant].key
        for pk, *keys in named.values_list("pk", "module__translation_key", "module__origin_key")
        for meant in [next((key for key in keys if key in modules), None)]
        if meant
    }
    skills = tell_skills(
        list(items.values()),
        {row.key: marks[row.pk].mark for row in attempt.paper_items if row.pk in marks},
        subject_of=subject_of,
        subjects=[module.key for module in progress.outline.modules],
        missed=missed,
    )
    return [
        ModuleSkill([modules[key] for key in skill.subjects], skill.is_in_place) for skill in skills
    ]


def lesson_steps(items: Mapping[int, Item], progress: Progress) -> dict[int, StepOutline]:
    """The lesson to read again for each item that has one open, by paper item."""
    keys = {pk: UUID(item.lesson_key) for pk, item in items.items() if item.lesson_key}
    named = lessons_named(keys.values(), progress.outline)
    return {
        pk: named[key]
        for pk, key in keys.items()
        if key in named and progress.state_of(named[key].key) != "locked"
    }
