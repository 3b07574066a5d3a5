"""What a course is declared to be, as plain values, and what one declaration changes: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Competencies = tuple[tuple[str, str, str], ...]
"""Code, name and group of each competency, in the order of a certificate."""


@dataclass(frozen=True)
class DeclaredStep:
    """A step as a course edition has it. `title` and `code` decide nothing."""

    key: UUID
    kind: str
    title: str
    code: str = ""
    required: bool = True
    minutes: int = 0
    exercise_minutes: int = 0
    parts: int | None = None
    exercises: int | None = None
    subject_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class DeclaredModule:
    """A module as a course edition has it, with its steps in order."""

    key: UUID
    title: str
    code: str = ""
    steps: tuple[DeclaredStep, ...] = ()


@dataclass(frozen=True)
class Declaration:
    """All that a course edition says of a course."""

    in_order: bool
    modules: tuple[DeclaredModule, ...] = ()
    finals: tuple[DeclaredStep, ...] = ()
    competencies: Competencies = ()

    @cached_property
    def steps(self) -> tuple[DeclaredStep, ...]:
        return tuple(step for module in self.modules for step in module.steps) + self.finals

    @cached_property
    def places(self) -> dict[UUID, tuple[UUID | None, int]]:
        """The module of each step, None at the end of the course, and its place there."""
        groups: Iterable[tuple[UUID | None, tuple[DeclaredStep, ...]]] = [
            *((module.key, module.steps) for module in self.modules),
            (None, self.finals),
        ]
        return {step.key: (key, place) for key, steps in groups for place, step in enumerate(steps)}

    @property
    def stamp(self) -> str:
        """Tells this declaration from any other: what was looked at is what is declared."""
        return sha256(repr(_decisive(self)).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """One thing that a declaration makes otherwise: which step or module, and how."""

    kind: str
    title: str
    text: str


def changes(before: Declaration | None, after: Declaration) -> list[Change]:
    """What is otherwise in a declaration than in the one before it; all of it, for the first."""
    if before is None:
        before = Declaration(after.in_order, competencies=after.competencies)
    old = {step.key: step for step in before.steps}
    new = {step.key: step for step in after.steps}
    return [
        *_order_changes(before, after),
        *(Change("added", step.title, _added(step)) for step in after.steps if step.key not in old),
        *(
            Change("gone", step.title, _("No longer part of the course"))
            for step in before.steps
            if step.key not in new
        ),
        *(
            change
            for step in after.steps
            if step.key in old
            for change in _step_changes(before, after, old[step.key], step)
        ),
        *_module_changes(before, after),
        *_competency_changes(before.competencies, after.competencies),
    ]


def _added(step: DeclaredStep) -> str:
    length = ngettext("%(number)s minute", "%(number)s minutes", step.minutes) % {
        "number": step.minutes
    }
    form = (
        _("New, must be done: %(length)s") if step.required else _("New, for practice: %(length)s")
    )
    return form % {"length": length}


def _order_changes(before: Declaration, after: Declaration) -> list[Change]:
    if before.in_order == after.in_order:
        return []
    text = (
        _("Modules open one after the other")
        if after.in_order
        else _("Every module is open at once")
    )
    return [Change("order", _("Order of the modules"), text)]


def _step_changes(
    before: Declaration, after: Declaration, old: DeclaredStep, new: DeclaredStep
) -> list[Change]:
    changes = []
    if before.places[old.key][0] != after.places[new.key][0]:
        titles = {module.key: module.title for module in after.modules}
        module_key = after.places[new.key][0]
        where = titles[module_key] if module_key in titles else _("the end of the course")
        changes.append(Change("moved", new.title, _("Moved to “%(where)s”") % {"where": where}))
    elif _rank(before, after, old.key) != _rank(after, before, new.key):
        changes.append(Change("moved", new.title, _("Moved to another place")))
    if old.required != new.required:
        text = _("Must be done from now on") if new.required else _("No longer has to be done")
        changes.append(Change("required", new.title, text))
    if old.minutes != new.minutes:
        text = _("Minutes: %(before)s before, now %(after)s") % {
            "before": old.minutes,
            "after": new.minutes,
        }
        changes.append(Change("minutes", new.title, text))
    if set(old.subject_ids) != set(new.subject_ids):
        changes.append(Change("subject", new.title, _("Presents something else")))
    if _content(old) != _content(new):
        changes.append(Change("content", new.title, _("Has other parts or exercises")))
    return changes


def _rank(one: Declaration, other: Declaration, key: UUID) -> int:
    """The place of a step in its module, among those that both declarations have there."""
    module, place = one.places[key]
    return sum(
        1
        for each, (its_module, its_place) in one.places.items()
        if its_module == module
        and its_place < place
        and other.places.get(each, (UUID(int=0), 0))[0] == module
    )


def _content(step: DeclaredStep) -> tuple[Any, ...]:
    return step.kind, step.exercise_minutes, step.parts, step.exercises


def _module_changes(before: Declaration, after: Declaration) -> list[Change]:
    old = [module.key for module in before.modules]
    new = [module.key for module in after.modules]
    common_before = [key for key in old if key in new]
    common_after = [key for key in new if key in old]
    moved = {key for key, other in zip(common_after, common_before, strict=True) if key != other}
    return [
        *(
            Change("moved", module.title, _("The module moved to another place"))
            for module in after.modules
            if module.key in moved
        ),
        *(
            Change("gone", module.title, _("The module is no longer part of the course"))
            for module in before.modules
            if module.key not in new
        ),
        *(
            Change("added", module.title, _("A new module"))
            for module in after.modules
            if module.key not in old
        ),
    ]


def _competency_changes(before: Competencies, after: Competencies) -> list[Change]:
    old, new = set(before), set(after)
    return [
        *(
            Change("added", name, _("A competency that the course now teaches"))
            for code, name, group in after
            if (code, name, group) not in old
        ),
        *(
            Change("gone", name, _("A competency that the course no longer teaches"))
            for code, name, group in before
            if (code, name, group) not in new
        ),
    ]


def _decisive(declaration: Declaration) -> Any:
    """Everything in a declaration that decides something."""

    def of(steps: tuple[DeclaredStep, ...]) -> list[Any]:
        return [
            (str(s.key), s.required, s.minutes, sorted(s.subject_ids), _content(s)) for s in steps
        ]

    return (
        declaration.in_order,
        [(str(module.key), of(module.steps)) for module in declaration.modules],
        of(declaration.finals),
        declaration.competencies,
    )
