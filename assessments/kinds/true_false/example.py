"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.true_false.model import TrueFalse


def example(**fields: Any) -> TrueFalse:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Silence can help.</p>")
    fields.setdefault("is_true", True)
    fields.setdefault("feedback_true", "It can.")
    fields.setdefault("feedback_false", "Give it five breaths.")
    return TrueFalse(**fields)


def rewrite(question: TrueFalse) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.is_true = not question.is_true


def change_key(question: TrueFalse) -> None:
    """Make the other option right, as a correction does. Does not save."""
    question.is_true = not question.is_true
