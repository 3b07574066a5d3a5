"""What templates may ask of an outline and of a learner's progress. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import template
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.module_marks import tone_of
from courses.progress import ModuleOutline, Outline, Progress, StepOutline
from courses.steps import StepKind
from courses.study_time import half_hours_in, halves

register = template.Library()


@register.filter
def module_state(progress: Progress | None, key: UUID) -> str:
    """The state of a module: done, open or locked; nothing for someone without a place."""
    return progress.module_state(key) if progress else ""


@register.filter
def tone(number: int) -> int:
    """The tone of the module with this number in its course."""
    return tone_of(number)


@register.filter
def number_of(outline: Outline, module: ModuleOutline) -> int:
    """The number of a module in its course, counted from one."""
    return outline.modules.index(module) + 1


@register.filter
def step_of(outline: Outline | None, key: UUID) -> StepOutline | None:
    """The step of a course with this key; None where the course has none."""
    return outline.step(key) if outline else None


@register.filter
def waits_for(progress: Progress | None, module: ModuleOutline) -> list[ModuleOutline]:
    """The modules to complete before a locked one opens."""
    if not progress or progress.module_is_open(module):
        return []
    earlier = progress.outline.modules[: progress.outline.modules.index(module)]
    return [one for one in earlier if not progress.is_gone_through(one)]


@register.filter
def counts_in(progress: Progress | None, module: ModuleOutline) -> tuple[int, int]:
    """How many steps of a module are done, and of how many: see `Progress.counts_in`."""
    return progress.counts_in(module) if progress else (0, 0)


Standing = tuple[str, bool]


@register.filter
def standings(progress: Progress | None, steps: Iterable[StepOutline]) -> tuple[Standing, ...]:
    """Of each step, its state and whether it is where this learner goes on.

    Nothing for someone without a place. It says nothing else of the learner, so what is
    drawn from it may be kept.
    """
    if not progress:
        return ()
    next_step = progress.next_step
    return tuple((progress.state_of(one.key), one is next_step) for one in steps)


@register.filter
def module_standings(progress: Progress) -> tuple[tuple[str, tuple[int, int]], ...]:
    """Of each module of the course, its state, how many of its steps are done, and of how many."""
    modules = progress.outline.modules
    return tuple((progress.module_state(one.key), progress.counts_in(one)) for one in modules)


@register.filter
def standing_as(
    those: Sequence[StepOutline | ModuleOutline], standings: Sequence[tuple[str, Any]]
) -> list[tuple[StepOutline | ModuleOutline, str, Any]]:
    """Each step or module with what was worked out of it; with nothing, where nothing was."""
    pairs = standings or (("", 0),) * len(those)
    return [(one, state, more) for one, (state, more) in zip(those, pairs, strict=True)]


@register.filter
def counted(kind: StepKind, number: int) -> str:
    """So many steps of one kind, in words: 3 lessons."""
    return str(kind.count_label % {"number": number})


@register.filter
def count_done(those: tuple[Standing, ...]) -> int:
    return sum(state == "done" for state, _is_next in those)


@register.filter
def in_words(minutes: int | None) -> str:
    """A length of time as people say it: 40 minutes, 1 hour 15 minutes, about 20 hours."""
    minutes = minutes or 0
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(number)s minute", "%(number)s minutes", rest) % {"number": rest}
    if hours >= 3:
        whole = round(minutes / 60)
        return _("about %(number)s hours") % {"number": whole}
    length = ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    if rest:
        length += " " + ngettext("%(number)s minute", "%(number)s minutes", rest) % {"number": rest}
    return length


@register.filter
def time_left(minutes: int) -> str:
    """How long what is left takes: from three hours on in half hours, rounded down as a course
    says its own time, so that whoever begins reads the same figure twice."""
    if minutes < 3 * 60:
        return in_words(minutes)
    return _("about %(number)s hours") % {"number": halves(minutes)}


@register.filter
def time_of_study(course: Any) -> str:
    """About how long a course takes, without its exercises and with all of them: about 4 to 8½
    hours. It has `minutes`, and `exercise_minutes` among them.

    Nothing for a course that is previewed before it was ever saved.
    """
    if not course:
        return ""
    most = half_hours_in(course.minutes)
    least = half_hours_in(course.minutes - course.exercise_minutes)
    if least < 60 or least == most:
        return in_words(course.minutes)
    return _("about %(least)s to %(most)s hours") % {"least": halves(least), "most": halves(most)}


@register.filter
def in_percent(figure: object) -> str:
    """A figure with its sign, as the reader's language sets it: 75% or 75 %."""
    return _("%(figure)s%%") % {"figure": formats.localize(figure)}


@register.filter
def first_present(steps: Iterable[StepOutline]) -> StepOutline | None:
    """The first of some steps that can be gone to; None where all are away or closed."""
    return next((step for step in steps if step.is_there), None)


@register.filter
def count_away(steps: Iterable[StepOutline]) -> int:
    """How many of some steps are being worked on."""
    return sum(step.is_away and not step.is_gone for step in steps)


@register.filter
def count_gone(steps: Iterable[StepOutline]) -> int:
    """How many of some steps are no longer in the course, though it asks for them."""
    return sum(step.is_gone for step in steps)


@register.filter
def count_closed(steps: Iterable[StepOutline]) -> int:
    """How many of some steps this reader is not let in to."""
    return sum(step.is_closed for step in steps)


@register.filter
def step_keys(steps: Iterable[StepOutline]) -> tuple[UUID, ...]:
    """Which steps these are, in a form that tells cached lists of them apart."""
    return tuple(step.key for step in steps)
