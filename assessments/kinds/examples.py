"""An example of every kind of question, for whatever walks the kinds."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from assessments.kinds import KINDS
from assessments.models.bank import Question


def example_of(kind: str, **fields: Any) -> Question:
    """A question of a kind, not yet saved."""
    question: Question = import_module(f"assessments.kinds.{kind}.example").example(**fields)
    return question


def rewrite(question: Question) -> None:
    """Give a question of any kind another key in other words. Does not save."""
    kind = type(question).__module__.split(".")[-2]
    import_module(f"assessments.kinds.{kind}.example").rewrite(question)


def change_key(question: Question) -> None:
    """Make another key of a question of any kind right, in the same words. Does not save."""
    kind = type(question).__module__.split(".")[-2]
    import_module(f"assessments.kinds.{kind}.example").change_key(question)


def example_of_each_kind() -> list[Question]:
    """One question of every kind, not yet saved, each with its kind for a code."""
    return [example_of(kind, code=kind) for kind in KINDS]
