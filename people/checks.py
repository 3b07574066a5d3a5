"""What stops a start: a model of which nobody said what erasure does to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from people.fates import (
    Fate,
    ModelFate,
    fate_of,
    leads_to_people,
    models_to_decide,
    refers_to_people,
    text_fields,
)

HINT = "Say it in the fates.py of its app; docs/developers.md shows how."


@register()
def every_model_has_a_fate(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(problem, hint=HINT, obj=model, id=f"people.E00{number}")
        for model in models_to_decide()
        for number, problem in problems_of(model)
    ]


def problems_of(model: type[Model]) -> Iterator[tuple[int, str]]:
    """What is missing in what is said of a model, each with the number of its kind."""
    fate = fate_of(model)
    if fate is None:
        yield 1, "Nobody said what erasing a person does to it: keep, anonymise or delete."
        return
    known = {path.split("__")[0] for path in fate.person} | set(fate.by)
    for name in refers_to_people(model):
        if name not in known and fate.find is None:
            yield 2, f"{name} leads to an account: is it whom a row is about, or who did it?"
    if not fate.is_about_people and not fate.by:
        for name in leads_to_people(model):
            yield 3, f"{name} leads to what is about a person, and it says not how it is found."
    if fate.fate != Fate.DELETE:
        yield from _loose_text(model, fate)


def _loose_text(model: type[Model], fate: ModelFate) -> Iterator[tuple[int, str]]:
    if not (fate.is_about_people or fate.by) or fate.stays == ("*",):
        return
    for name in text_fields(model):
        if name not in {*fate.blanks, *fate.stays, *fate.files}:
            yield 4, f"{name} may hold a name, and is neither blanked nor said to stay."
