"""What templates may ask of an outline and of a learner's progress. Nothing here reads the database."""

from __future__ import annotations

from uuid import UUID

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.progress import ModuleOutline, Progress, StepOutline

register = template.Library()


@register.filter
def state_of(progress: Progress | None, key: UUID) -> str:
    """The state of a step: done, open or locked; nothing for someone without a place."""
    return progress.state_of(key) if progress else ""


@register.filter
def module_state(progress: Progress | None, key: UUID) -> str:
    """The state of a module: done, open or locked; nothing for someone without a place."""
    return progress.module_state(key) if progress else ""


@register.filter
def missing_for(progress: Progress | None, key: UUID) -> list[StepOutline]:
    """The steps to finish before a locked step opens."""
    return progress.missing_for(key) if progress else []


@register.filter
def waits_for(progress: Progress | None, module: ModuleOutline) -> list[ModuleOutline]:
    """The modules to complete before a locked one opens."""
    if not progress or progress.module_is_open(module):
        return []
    earlier = progress.outline.modules[: progress.outline.modules.index(module)]
    return [one for one in earlier if not progress.module_is_complete(one)]


@register.filter
def done_in(progress: Progress | None, module: ModuleOutline) -> int:
    """How many steps of a module are done."""
    return sum(progress.is_done(step.key) for step in module.steps) if progress else 0


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
    said = ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    if rest:
        said += " " + ngettext("%(number)s minute", "%(number)s minutes", rest) % {"number": rest}
    return said


@register.filter
def is_next(progress: Progress | None, step: StepOutline) -> bool:
    """Whether a step is where this learner goes on."""
    return progress.next_step == step if progress else False


@register.filter
def equals(one: object, other: object) -> bool:
    return one == other
