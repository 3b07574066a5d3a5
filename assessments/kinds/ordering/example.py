"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.ordering.model import Ordering


def example(**fields: Any) -> Ordering:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Your own story comes up while Sam talks. In what order?</p>")
    steps = ["Notice", "Breathe", "Come back", "Note it", "Talk"]
    fields.setdefault("steps", [("step", {"text": text, "feedback": ""}) for text in steps])
    return Ordering(**fields)


def rewrite(question: Ordering) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.steps = [
        ("step", {"text": "New", "feedback": ""}),
        ("step", {"text": "Other", "feedback": ""}),
    ]


def change_key(question: Ordering) -> None:
    """Make another order right in the same words, as a correction does. Does not save."""
    steps = [block.value for block in question.steps]
    question.steps = [
        ("step", {"text": step["text"], "feedback": "Corrected."}) for step in reversed(steps)
    ]
