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
    steps: Mapping[int, StepOutline],
    *,
    missed: Collection[str],
    show_key: bool,
) -> list[NamedStrength]:
    """How each competency went, by its name now, with the lessons that teach it.

    `steps` are the lessons that have opened for the learner: another is no place to look again. Where the key is
    not shown, there is no figure, and no word for what hardly any question tests. One query.
    """
    earned = {row.key: marks[row.pk].mark for row in attempt.paper_items if row.pk in marks}
    levels = [
        strength
        for strength in strengths(items.values(), earned, missed=missed)
        if show_key or strength.items >= FEWEST_NAMED
    ]
    rows = Competency.objects.filter(code__in=[strength.competency for strength in levels])
    names: dict[str, str] = {}
    lessons: dict[str, list[StepOutline]] = defaultdict(list)
    for code, name, page_id in rows.order_by("lessons__path").values_list(
        "code", "name", "lessons"
    ):
        names[code] = name
        if page_id in steps:
            lessons[code].append(steps[page_id])
    return [
        NamedStrength(
            name=gettext(names.get(strength.competency, strength.competency)),
            strength=strength,
            lessons=[] if strength.level == "strong" else lessons[strength.competency],
            percent=strength.percent if show_key else None,
        )
        for strength in levels
    ]


def open_lessons(progress: Progress) -> dict[int, StepOutline]:
    """The lessons of a course that have opened for a learner, by page id."""
    return {
        step.page_id: step
        for step in progress.outline.steps
        if step.kind.name == "lesson" and progress.state_of(step.key) != "locked"
    }


def module_skills(
    attempt: Attempt,
    items: Mapping[int, Item],
    marks: Mapping[int, Mark],
    progress: Progress,
    *,
    missed: Collection[str],
) -> list[ModuleSkill]:
    """How the questions of each module of the course went, in two words. One query."""
    item_keys = {row.question_id: row.key for row in attempt.paper_items}
    modules_of = (
        Question.objects.non_polymorphic().filter(pk__in=item_keys).values_list("pk", "module")
    )
    modules = {module.page_id: module for module in progress.outline.modules}
    skills = tell_skills(
        list(items.values()),
        {row.key: marks[row.pk].mark for row in attempt.paper_items if row.pk in marks},
        subject_of={item_keys[pk]: module for pk, module in modules_of},
        subjects=list(modules),
        missed=missed,
    )
    return [
        ModuleSkill([modules[pk] for pk in skill.subjects], skill.is_in_place) for skill in skills
    ]


def lesson_steps(
    items: Mapping[int, Item], steps: Mapping[int, StepOutline]
) -> dict[int, StepOutline]:
    """The lesson to read again for each item that has one open, by paper item."""
    open_steps = {step.key: step for step in steps.values()}
    keys = {pk: UUID(item.lesson_key) for pk, item in items.items() if item.lesson_key}
    return {pk: open_steps[key] for pk, key in keys.items() if key in open_steps}
