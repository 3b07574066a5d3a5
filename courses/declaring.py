"""Declaring what a course is: what would be declared, what that changes and for whom, and doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import F
from wagtail import hooks
from wagtail.models import Page

from courses.catching_up import catch_up
from courses.declarations import (
    Change,
    Competencies,
    Declaration,
    DeclaredModule,
    DeclaredStep,
    changes,
)
from courses.exceptions import (
    CourseChangedMeanwhile,
    DeclaredInAnotherLanguage,
    EditionUnchanged,
    NothingToDeclare,
    StepsAreDown,
)
from courses.models import (
    Competency,
    CourseEdition,
    CoursePage,
    Edition,
    EditionModule,
    EditionStep,
    Enrolment,
    StepPage,
    step_types,
)
from courses.outline_reading import Tree, parent_path, with_translations
from courses.outlines import outlines_by_id
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from courses.records import records_by_enrolment
from people.act_kinds import ActKind
from people.acts import acts_last, record_act
from people.models import User
from people.spreadsheets import ROWS_AT_ONCE

DONE_HOOK = "find_done_steps"
"""By this hook each app says which steps were done already, whatever was declared then: a
function that takes an outline and the ids of some places, and returns the keys of steps by
place. A quiz that was passed before a step asked for it is not to be passed again."""

Stamp = str


@dataclass(frozen=True)
class Proposal:
    """What would be declared of a course now, beside the edition in force.

    `down` are steps of that edition which are not published; `drafts` are the titles of pages
    that were never declared and are not published, which are left out.
    """

    course: CoursePage
    in_force: CourseEdition | None
    before: Declaration | None
    after: Declaration
    down: tuple[DeclaredStep, ...] = ()
    drafts: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Change]:
        return changes(self.before, self.after)

    @property
    def differs(self) -> bool:
        return self.before is None or self.before.stamp != self.after.stamp

    @property
    def stamp(self) -> Stamp:
        """What a person looked at; another as soon as anything of it is otherwise."""
        number = self.in_force.number if self.in_force else 0
        return f"{number}-{self.after.stamp}"


@dataclass
class Affected:
    """How many learners a declaration touches, and how. Each is counted once."""

    complete: int = 0
    becomes_complete: int = 0
    owes_more: int = 0
    owes_less: int = 0
    as_before: int = 0

    @property
    def total(self) -> int:
        return self.complete + self.under_way

    @property
    def under_way(self) -> int:
        return self.becomes_complete + self.owes_more + self.owes_less + self.as_before


# Look first --------------------------------------------------------------------------------


def propose(course: CoursePage) -> Proposal:
    """What would be declared of a course as it is published now. Reads it afresh."""
    key = course.translation_key
    in_force = next(iter(CourseEdition.objects.of_courses([key])), None)
    before = declaration_of(in_force) if in_force else None
    tree = Tree.below(with_translations([course.pk]), with_text=True)
    after = _read_declaration(course, tree)
    shown = {step.key for step in after.steps}
    known = {step.key for step in before.steps} if before else set()
    own = [page for page in tree.steps if page.path.startswith(course.path)]
    in_tree = {page.translation_key for page in own}
    down = tuple(
        step
        for step in (before.steps if before else ())
        if step.key not in shown and step.key in in_tree
    )
    drafts = tuple(
        page.get_admin_display_title() for page in own if page.translation_key not in shown | known
    )
    return Proposal(course, in_force, before, after, down, drafts)


def declaration_of(edition: CourseEdition) -> Declaration:
    """What an edition says, as values."""
    steps: dict[UUID | None, list[DeclaredStep]] = defaultdict(list)
    for row in edition.steps.all():
        steps[row.module_key].append(
            DeclaredStep(
                key=row.key,
                kind=row.kind,
                title=row.title,
                code=row.code,
                required=row.required,
                minutes=row.minutes,
                exercise_minutes=row.exercise_minutes,
                parts=row.parts,
                exercises=row.exercises,
                subject_ids=tuple(row.subject_ids),
            )
        )
    return Declaration(
        in_order=edition.in_order,
        modules=tuple(
            DeclaredModule(row.key, row.title, row.code, tuple(steps[row.key]))
            for row in edition.modules.all()
        ),
        finals=tuple(steps[None]),
        competencies=tuple(
            (row["code"], row["name"], row["group"]) for row in edition.competencies
        ),
    )


def _read_declaration(course: CoursePage, tree: Tree) -> Declaration:
    subjects: dict[UUID, set[int]] = defaultdict(set)
    for page in tree.steps:
        if page.subject_id is not None:
            subjects[page.translation_key].add(page.subject_id)
    live = [page for page in tree.steps if page.live and page.path.startswith(course.path)]
    steps: dict[str, list[DeclaredStep]] = defaultdict(list)
    for page in live:
        steps[parent_path(page)].append(_declared(page, subjects[page.translation_key]))
    modules = [
        module for module in tree.modules if module.live and parent_path(module) == course.path
    ]
    shown = {course.path, *(module.path for module in modules)}
    return Declaration(
        in_order=course.order == CoursePage.Order.IN_ORDER,
        modules=tuple(
            DeclaredModule(
                module.translation_key, module.title, module.code, tuple(steps[module.path])
            )
            for module in modules
        ),
        finals=tuple(steps[course.path]),
        competencies=_competencies([page.pk for page in live if parent_path(page) in shown]),
    )


def _declared(page: StepPage, subjects: Iterable[int]) -> DeclaredStep:
    parts = page.parts
    return DeclaredStep(
        key=page.translation_key,
        kind=page.kind.name,
        title=page.title,
        code=getattr(page, "code", ""),
        required=page.required,
        minutes=page.minutes,
        exercise_minutes=getattr(page, "exercise_minutes", 0),
        parts=len(parts),
        exercises=sum(len(part.exercises) for part in parts),
        subject_ids=tuple(sorted(subjects)),
    )


def _competencies(page_ids: Collection[int]) -> Competencies:
    rows = (
        Competency.objects.filter(lessons__in=page_ids)
        .select_related("group")
        .distinct()
        .order_by(F("group__place").asc(nulls_last=True), "group__name", "code")
    )
    return tuple((row.code, row.name, row.group.name if row.group else "") for row in rows)


def affected_by(proposal: Proposal) -> Affected:
    """How many learners a declaration would touch, and how. Some queries for every 500."""
    before = outlines_by_id([proposal.course.pk])[proposal.course.pk]
    after = _outline(proposal.after, before)
    affected = Affected()
    for _place, now, then in _progress_pairs(before, after):
        if now.outline.key in now.completed:
            affected.complete += 1
            continue
        owed, will_owe = {step.key for step in now.left}, {step.key for step in then.left}
        if then.is_complete:
            affected.becomes_complete += 1
        elif will_owe - owed:
            affected.owes_more += 1
        elif owed - will_owe:
            affected.owes_less += 1
        else:
            affected.as_before += 1
    return affected


def _progress_pairs(
    before: Outline, after: Outline
) -> Iterator[tuple[Enrolment, Progress, Progress]]:
    """Each place that somebody has now, with how far they are before and after."""
    places = Enrolment.objects.current().filter(course_key=before.key, withdrawn_at=None)
    waiting = places.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        ids = [place.pk for place in batch]
        records = records_by_enrolment(ids)
        done = _done_already(after, ids)
        for place in batch:
            own = records[place.pk]
            now = Progress(before, own.completed, frozenset(own.opened))
            then = Progress(after, own.completed, frozenset(own.opened))
            yield place, now, then.after(done[place.pk], place.enrolled_at)


def _done_already(outline: Outline, ids: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """The steps that were done on some places without being recorded, by place."""
    done: dict[UUID, set[UUID]] = defaultdict(set)
    finders: list[Callable[[Outline, Collection[UUID]], Mapping[UUID, Iterable[UUID]]]]
    finders = hooks.get_hooks(DONE_HOOK)
    for find in finders:
        for place_id, keys in find(outline, ids).items():
            done[place_id].update(keys)
    return done


def _outline(declaration: Declaration, like: Outline) -> Outline:
    """A declaration as progress is worked out of it; its pages are not read."""
    kinds = {each.kind.name: each.kind for each in step_types()}

    def of(steps: Iterable[DeclaredStep]) -> tuple[StepOutline, ...]:
        return tuple(
            StepOutline(
                kind=kinds[step.kind],
                key=step.key,
                page_id=like.page_id,
                title=step.title,
                url=like.url,
                minutes=step.minutes,
                subject_ids=step.subject_ids,
                required=step.required,
            )
            for step in steps
        )

    return Outline(
        key=like.key,
        page_id=like.page_id,
        title=like.title,
        url=like.url,
        in_order=declaration.in_order,
        modules=tuple(
            ModuleOutline(module.key, like.page_id, module.title, like.url, steps=of(module.steps))
            for module in declaration.modules
        ),
        finals=of(declaration.finals),
    )


# Then do it --------------------------------------------------------------------------------


@transaction.atomic
def declare_edition(
    course: CoursePage,
    *,
    by: User | None,
    reason: str = "",
    leave_out: Collection[UUID] = (),
    stamp: Stamp | None = None,
    at: datetime,
) -> CourseEdition:
    """Declare what a course is from now on, as it is published, and complete whoever has nothing
    left by that.

    `leave_out` names the steps that are not published and are no longer part of it; `stamp` is
    what the person looked at. Nobody loses what is recorded of them. Raises
    DeclaredInAnotherLanguage, NothingToDeclare, StepsAreDown, EditionUnchanged, or
    CourseChangedMeanwhile; then nothing is written.
    """
    # One at a time. Without a key lock, or a learner who completes the course would wait for us
    # while we wait for them.
    Page.objects.select_for_update(no_key=True).get(pk=course.pk)
    proposal = propose(course)
    refuse(proposal, leave_out=leave_out, stamp=stamp)
    # Learners are locked one after the other, and what they earn by it are acts as well.
    with acts_last():
        edition = _write(proposal, by=by, reason=reason, at=at)
        record_act(ActKind.COURSE_DECLARED, edition, by=by, at=at)
        Edition.begin_new()
        outline = outlines_by_id([course.pk])[course.pk]
        for place, now, then in _progress_pairs(outline, outline):
            done = set(then.completed) - set(now.completed)
            if done or then.newly_complete() or then.newly_open():
                catch_up(place, done=done, at=at)
    return edition


def refuse(
    proposal: Proposal, *, leave_out: Collection[UUID] = (), stamp: Stamp | None = None
) -> None:
    """Raise what stands in the way of declaring this, if anything does."""
    before = proposal.in_force
    if before is not None and before.course_id not in {None, proposal.course.pk}:
        raise DeclaredInAnotherLanguage(before.course)
    if not any(step.required for step in proposal.after.steps):
        raise NothingToDeclare(proposal.course)
    if stamp is not None and stamp != proposal.stamp:
        raise CourseChangedMeanwhile(proposal.course)
    if down := [step for step in proposal.down if step.key not in leave_out]:
        raise StepsAreDown(down)
    if not proposal.differs:
        raise EditionUnchanged(proposal.course)


def _write(proposal: Proposal, *, by: User | None, reason: str, at: datetime) -> CourseEdition:
    after = proposal.after
    edition = CourseEdition.objects.create(
        course_key=proposal.course.translation_key,
        course=proposal.course,
        number=proposal.in_force.number + 1 if proposal.in_force else 1,
        in_order=after.in_order,
        competencies=[
            {"code": code, "name": name, "group": group} for code, name, group in after.competencies
        ],
        reason=reason,
        declared_at=at,
        declared_by=by,
    )
    EditionModule.objects.bulk_create(
        EditionModule(edition=edition, place=place, key=row.key, title=row.title, code=row.code)
        for place, row in enumerate(after.modules)
    )
    EditionStep.objects.bulk_create(
        EditionStep(
            edition=edition,
            module_key=after.places[step.key][0],
            place=place,
            key=step.key,
            kind=step.kind,
            title=step.title,
            code=step.code,
            required=step.required,
            minutes=step.minutes,
            exercise_minutes=step.exercise_minutes,
            parts=step.parts,
            exercises=step.exercises,
            subject_ids=list(step.subject_ids),
        )
        for place, step in enumerate(after.steps)
    )
    return edition
