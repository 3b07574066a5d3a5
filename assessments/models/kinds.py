"""The model of every kind of question, in the order of the list of kinds."""

from __future__ import annotations

from importlib import import_module

from assessments.bank import Question
from assessments.kinds import KINDS


def _model_of(kind: str) -> type[Question]:
    module = import_module(f"assessments.kinds.{kind}.model")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Question)
        and value.__module__ == module.__name__
    )


QUESTION_KINDS: tuple[type[Question], ...] = tuple(_model_of(kind) for kind in KINDS)
