"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.gap_fill.model import GapFill


def example(**fields: Any) -> GapFill:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault(
        "stem", "<p>Validate the {1}, and not always the {2}. Join them with “{3}”.</p>"
    )
    fields.setdefault(
        "gaps",
        [
            ("choice", {"right": "feeling", "group": "A", "feedback": "It is always real."}),
            ("choice", {"right": "action", "group": "A", "feedback": "It has effects."}),
            ("typed", {"accepted": "and\nas well as", "feedback": "It lets both be true."}),
        ],
    )
    fields.setdefault("extra", [("choice", {"text": "advice", "group": "A"})])
    fields.setdefault("feedback_right", "Feeling yes, harm no.")
    fields.setdefault("feedback_wrong", "Which of the four layers is always real?")
    return GapFill(**fields)


def change_key(question: GapFill) -> None:
    """Make other words right in the same gaps, as a correction does. Does not save."""
    question.gaps = [
        ("choice", {"right": "action", "group": "A", "feedback": "Corrected."}),
        ("choice", {"right": "feeling", "group": "A", "feedback": "Corrected."}),
        ("typed", {"accepted": "but", "feedback": "Corrected."}),
    ]


def rewrite(question: GapFill) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.stem = "<p>New {1}</p>"
    question.gaps = [("typed", {"accepted": "New", "feedback": ""})]
    question.extra = []
