"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.matching.model import Matching


def example(**fields: Any) -> Matching:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Match each kind of question with one.</p>")
    pairs = [("Open", "What was it like?"), ("Closed", "Are you safe?"), ("Leading", "Isn’t it?")]
    fields.setdefault(
        "pairs",
        [("pair", {"left": left, "right": right, "feedback": ""}) for left, right in pairs],
    )
    fields.setdefault("extra", [("choice", "Mm.")])
    return Matching(**fields)


def rewrite(question: Matching) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.pairs = [
        ("pair", {"left": "New", "right": "New", "feedback": ""}),
        ("pair", {"left": "Other", "right": "Another", "feedback": ""}),
    ]


def change_key(question: Matching) -> None:
    """Make other choices right in the same words, as a correction does. Does not save."""
    pairs = [block.value for block in question.pairs]
    rights = [pair["right"] for pair in pairs]
    rights = [*rights[1:], rights[0]]
    question.pairs = [
        ("pair", {"left": pair["left"], "right": right, "feedback": "Corrected."})
        for pair, right in zip(pairs, rights, strict=True)
    ]
