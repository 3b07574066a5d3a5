"""What is done, what is open and what is left: pure, and the only place that decides it.

The page, the gate, the list of what is left and the issuing of an award all ask `Progress`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Literal
from uuid import UUID

from courses.steps import StepKind

State = Literal["done", "open", "locked"]


@dataclass(frozen=True)
class StepOutline:
    """A step of a course, such as a lesson: something that can be completed.

    `subject_id` is the primary key of what the step presents, such as its quiz; None where
    its page is all there is. `subject_ids` are those that were declared, of every language.
    `subject_language` is that of what the step presents, which may not be translated yet.
    `origin` is the key of the lesson that it is a copy of; its own key where it is none.
    A step that is away is being worked on: it is asked for as before, its address is that of
    the course, and nobody can do it until it is back. One that is gone is away for good: its page
    was deleted, and it is asked for until the course is declared without it.
    """

    kind: StepKind
    key: UUID
    page_id: int
    title: str
    url: str
    code: str = ""
    minutes: int = 0
    exercise_minutes: int = 0
    subject_id: int | None = None
    subject_ids: tuple[int, ...] = ()
    required: bool = True
    summary: str = ""
    language: str = ""
    subject_language: str = ""
    is_away: bool = False
    is_gone: bool = False
    origin: UUID | None = None
    path: str = ""
    is_closed: bool = False

    @property
    def is_there(self) -> bool:
        """Whether its reader can open it, once it is its turn."""
        return not (self.is_away or self.is_closed)

    @property
    def label(self) -> str:
        """What lists call it: its kind, or the word for one that nothing waits for."""
        return str(self.kind.label if self.required else self.kind.optional_label)


@dataclass(frozen=True)
class ModuleOutline:
    """A topic and its steps, in order.

    `origin` is the key of the module that it is a copy of; its own key where it is none.
    """

    key: UUID
    page_id: int
    title: str
    url: str
    code: str = ""
    summary: str = ""
    steps: tuple[StepOutline, ...] = ()
    language: str = ""
    is_hard: bool = False
    reviewed_by_lived_experience: bool = False
    is_away: bool = False
    is_gone: bool = False
    mark: str = ""
    origin: UUID | None = None
    path: str = ""
    is_closed: bool = False

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def lessons(self) -> list[StepOutline]:
        return [step for step in self.steps if step.kind.name == "lesson"]


@dataclass(frozen=True)
class Contact:
    """Whom the learners of a course may ask: a name as they read it, and an address.

    Both are empty where a course has nobody of its own to be asked.
    """

    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Outline:
    """A course by its edition in force: modules in order, then what closes the whole.

    One that nobody has declared yet is as it is published, and nobody can complete it.
    """

    key: UUID
    page_id: int
    title: str
    url: str
    in_order: bool
    summary: str = ""
    language: str = ""
    modules: tuple[ModuleOutline, ...] = ()
    finals: tuple[StepOutline, ...] = ()
    contact: Contact = Contact()
    edition_id: int | None = None
    is_declared: bool = True
    trainer_ids: tuple[int, ...] = ()
    closed_paths: tuple[str, ...] = ()

    def closing(self, paths: tuple[str, ...]) -> Outline:
        """The course for a reader who is not let in to what stands at some paths in the tree."""
        own = [part.path for part in self.modules] + [part.path for part in self.steps]
        here = tuple(path for path in paths if any(each.startswith(path) for each in own))
        if not here:
            return self

        def close(step: StepOutline) -> StepOutline:
            return replace(step, is_closed=step.path.startswith(here))

        modules = (
            replace(
                module,
                is_closed=module.path.startswith(here),
                steps=tuple(close(step) for step in module.steps),
            )
            for module in self.modules
        )
        finals = tuple(close(step) for step in self.finals)
        return replace(self, modules=tuple(modules), finals=finals, closed_paths=here)

    def closes(self, kind: str, subject_id: int) -> bool:
        """Whether a quiz or a conversation stands in nothing but steps that are closed to the reader.

        `kind` is the name of the kind of step. What stands in no step is closed to nobody.
        """
        steps = [step for step in self.steps if subject_id in step.subject_ids]
        same_kind = [step for step in steps if step.kind.name == kind]
        return bool(same_kind) and all(step.is_closed for step in same_kind)

    @cached_property
    def steps(self) -> tuple[StepOutline, ...]:
        """Every step in the order of the course."""
        return tuple(step for module in self.modules for step in module.steps) + self.finals

    @cached_property
    def _place_of(self) -> dict[UUID, int]:
        return {step.key: place for place, step in enumerate(self.steps)}

    @cached_property
    def _module_of(self) -> dict[UUID, ModuleOutline]:
        return {step.key: module for module in self.modules for step in module.steps}

    def module_of(self, key: UUID) -> ModuleOutline | None:
        """The module that a step is in; None for a final assessment."""
        return self._module_of.get(key)

    def step(self, key: UUID) -> StepOutline | None:
        place = self._place_of.get(key)
        return None if place is None else self.steps[place]

    def place_of(self, step: StepOutline) -> int:
        """How many steps come before one of this course's."""
        return self._place_of[step.key]

    def module(self, key: UUID) -> ModuleOutline | None:
        return next((module for module in self.modules if module.key == key), None)

    def around(self, key: UUID) -> tuple[StepOutline | None, StepOutline | None]:
        """The steps before and after one, without those that are away or closed to the reader."""
        place = self._place_of.get(key)
        if place is None:
            return None, None
        before = [step for step in self.steps[:place] if step.is_there]
        after = [step for step in self.steps[place + 1 :] if step.is_there]
        return before[-1] if before else None, after[0] if after else None

    def address_of(self, key: UUID | None) -> str:
        """The address of a step or a module; of the course itself for anything else."""
        page = (self.step(key) or self.module(key)) if key else None
        return page.url if page else self.url

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def exercise_minutes(self) -> int:
        """How many of the minutes are for exercises, which nobody has to do."""
        return sum(step.exercise_minutes for step in self.steps)

    @cached_property
    def step_counts(self) -> dict[StepKind, int]:
        """How many steps of each kind there are, in the order in which kinds come up."""
        return dict(Counter(step.kind for step in self.steps))


@dataclass(frozen=True)
class Progress:
    """How far one learner is: an outline, what they completed and when, and what had opened.

    What was completed stays completed when content grows, and what was opened never locks.
    `outline` says what there is now. Whoever completed the course by another edition is counted
    by `completed_by`, the outline of that one, on every page.
    """

    outline: Outline
    completed: Mapping[UUID, datetime] = field(default_factory=dict)
    opened: frozenset[UUID] = frozenset()
    completed_by: Outline | None = None

    @property
    def counted(self) -> Outline:
        """What this learner is counted by: the edition that they completed, or that in force."""
        return self.completed_by or self.outline

    def is_done(self, key: UUID) -> bool:
        return key in self.completed

    def module_is_complete(self, module: ModuleOutline) -> bool:
        """Whether a module is complete, now or once before it grew. One that asks for nothing is
        never: nobody has to do anything for it."""
        if module.key in self.completed:
            return True
        required = [step for step in module.steps if step.required]
        return (
            self.outline.is_declared
            and bool(required)
            and all(self.is_done(step.key) for step in required)
        )

    def is_gone_through(self, module: ModuleOutline) -> bool:
        """Whether what comes after a module may open. Of a course that nobody has declared yet
        nothing is complete, and its learners can go on all the same. So can whoever completed
        the course before the module was there."""
        if {module.key, self.outline.key} & self.completed.keys():
            return True
        return all(self.is_done(step.key) for step in module.steps if step.required)

    def counts_in(self, module: ModuleOutline) -> tuple[int, int]:
        """How many steps of a module are done, and of how many; of none, where nothing in it has
        to be done by this learner. A step that need not be done is not counted, as in the course."""
        required = [] if self.is_complete else [step for step in module.steps if step.required]
        return sum(self.is_done(step.key) for step in required), len(required)

    def module_is_open(self, module: ModuleOutline) -> bool:
        return module.key in self._open_modules

    @cached_property
    def _open_modules(self) -> frozenset[UUID]:
        """Those that were opened, that something was done in, or before which all is complete."""
        open_keys = set()
        all_before = True
        for module in self.outline.modules:
            if (
                all_before
                or not self.outline.in_order
                or module.key in self.opened
                or any(self.is_done(step.key) for step in module.steps)
            ):
                open_keys.add(module.key)
            all_before = all_before and self.is_gone_through(module)
        return frozenset(open_keys)

    def final_is_open(self, step: StepOutline) -> bool:
        if not self.outline.in_order or step.key in self.opened or self.is_done(step.key):
            return True
        return all(self.is_gone_through(module) for module in self.outline.modules)

    @cached_property
    def is_complete(self) -> bool:
        """Whether the course is complete, now or once before it grew."""
        if self.outline.key in self.completed:
            return True
        return (
            self.outline.is_declared
            and any(step.required for step in self.outline.steps)
            and all(self.is_gone_through(module) for module in self.outline.modules)
            and all(self.is_done(step.key) for step in self.outline.finals if step.required)
        )

    def state_of(self, key: UUID) -> State:
        """The state of a step: done, open to be done, or locked. An unknown step is locked."""
        if self.is_done(key):
            return "done"
        module = self.outline.module_of(key)
        if module is not None:
            return "open" if self.module_is_open(module) else "locked"
        step = self.outline.step(key)
        return "open" if step is not None and self.final_is_open(step) else "locked"

    def module_state(self, key: UUID) -> State:
        module = self.outline.module(key)
        if module is None:
            return "locked"
        if self.module_is_complete(module):
            return "done"
        return "open" if self.module_is_open(module) else "locked"

    @cached_property
    def _required(self) -> list[StepOutline]:
        return [step for step in self.counted.steps if step.required]

    @property
    def total_count(self) -> int:
        return len(self._required)

    @cached_property
    def done_count(self) -> int:
        """How many of the required steps are done, or owed no longer: all that are not left."""
        return self.total_count - len(self.left)

    @property
    def percent(self) -> int:
        """Whole per cent of the required steps, rounded down: 100 only of what is complete."""
        if self.is_complete:
            return 100
        if not self.total_count:
            return 0
        return min(99, self.done_count * 100 // self.total_count)

    @cached_property
    def left(self) -> list[StepOutline]:
        """The required steps still to do, in order. Nothing, once the course was complete."""
        if self.is_complete:
            return []
        return [step for step in self._required if not self._is_settled(step)]

    def _is_settled(self, step: StepOutline) -> bool:
        if self.is_done(step.key):
            return True
        module = self.outline.module_of(step.key)
        return module is not None and module.key in self.completed

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.left)

    @cached_property
    def next_step(self) -> StepOutline | None:
        """Where to go on: the next open step after the one last finished, or the first one.

        A step that is away, or closed to the reader, is passed over; None where nothing else is
        left.
        """
        todo = [step for step in self.left if step.is_there and self.state_of(step.key) == "open"]
        finished = [step for step in self.outline.steps if self.is_done(step.key)]
        if finished:
            latest = max(finished, key=lambda step: self.completed[step.key])
            place = self.outline.place_of(latest)
            after = [step for step in todo if self.outline.place_of(step) > place]
            todo = after or todo
        return todo[0] if todo else None

    def missing_for(self, key: UUID) -> list[StepOutline]:
        """What to finish before a locked module or step opens; nothing when it is open."""
        module = self.outline.module(key) or self.outline.module_of(key)
        if module is not None:
            if self.module_is_open(module):
                return []
            before: Iterable[ModuleOutline] = self.outline.modules[
                : self.outline.modules.index(module)
            ]
        else:
            step = self.outline.step(key)
            if step is None or self.final_is_open(step):
                return []
            before = self.outline.modules
        return [
            step
            for earlier in before
            if not self.is_gone_through(earlier)
            for step in earlier.steps
            if step.required and not self.is_done(step.key)
        ]

    def after(self, completed: Iterable[UUID], at: datetime) -> Progress:
        """The progress once some pages are completed as well. What was completed before stays."""
        return replace(self, completed={**dict.fromkeys(completed, at), **self.completed})

    # What the records should now say ---------------------------------------------------

    def newly_complete(self) -> list[tuple[UUID, int]]:
        """Modules, and the course, that are complete and not yet recorded: key and page id."""
        complete = [
            (module.key, module.page_id)
            for module in self.outline.modules
            if module.key not in self.completed and self.module_is_complete(module)
        ]
        if self.is_complete and self.outline.key not in self.completed:
            complete.append((self.outline.key, self.outline.page_id))
        return complete

    def newly_open(self) -> list[UUID]:
        """Modules and final assessments that are open and not yet recorded as opened."""
        modules = [m.key for m in self.outline.modules if self.module_is_open(m)]
        finals = [step.key for step in self.outline.finals if self.final_is_open(step)]
        return [key for key in modules + finals if key not in self.opened]
