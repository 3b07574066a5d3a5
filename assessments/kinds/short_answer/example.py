"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.short_answer.model import ShortAnswer


def example(**fields: Any) -> ShortAnswer:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>You guessed at a feeling. What do you do next?</p>")
    rules = [
        ("Check it\nask *", "1", "And then believe the answer."),
        ("wait", "0.5", "Waiting helps. Ask as well."),
        ("*", "0", "What would make the guess safe?"),
    ]
    fields.setdefault(
        "rules",
        [
            ("rule", {"text": text, "fraction": fraction, "feedback": feedback})
            for text, fraction, feedback in rules
        ],
    )
    fields.setdefault("model_answer", "Check it: “Is that right?”")
    return ShortAnswer(**fields)


def change_key(question: ShortAnswer) -> None:
    """Make another answer right, as a correction does. Does not save."""
    question.rules = [
        ("rule", {"text": "wait", "fraction": "1", "feedback": "Corrected."}),
        ("rule", {"text": "*", "fraction": "0", "feedback": "Corrected."}),
    ]
    question.model_answer = "Wait."


def rewrite(question: ShortAnswer) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.rules = [("rule", {"text": "New", "fraction": "1", "feedback": ""})]
    question.model_answer = "New"
