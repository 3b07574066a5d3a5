"""Why a learner cannot go on with the next step of their course at this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wagtail import hooks

from courses.models import Enrolment
from courses.progress import Progress, StepOutline

WAITING_HOOK = "find_why_a_step_waits"
"""By this hook each app says why a step of its own cannot be begun yet: a function that takes the
learner's place, the step and the moment, and returns a sentence, or nothing where it can be."""

Finder = Callable[[Enrolment, StepOutline, datetime], str]


def why_not_yet(enrolment: Enrolment, progress: Progress, at: datetime) -> str:
    """Why the next step cannot be begun at this moment, such as the pause of a quiz, in a sentence.

    Empty where nothing stands in the way. It costs what the app of the step asks.
    """
    step = progress.next_step
    if step is None:
        return ""
    finders: list[Finder] = hooks.get_hooks(WAITING_HOOK)
    return next((why for find in finders if (why := find(enrolment, step, at))), "")
