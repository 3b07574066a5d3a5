"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.single_choice.model import SingleChoice


def example(**fields: Any) -> SingleChoice:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Sam says: “I let everyone down.” Which reply is best?</p>")
    fields.setdefault(
        "options",
        [
            ("option", {"text": "“That sounds heavy.”", "fraction": "1", "feedback": "Yes."}),
            ("option", {"text": "“What happened?”", "fraction": "0.5", "feedback": "Partly."}),
            ("option", {"text": "“Cheer up.”", "fraction": "0", "feedback": "Not yet."}),
        ],
    )
    return SingleChoice(**fields)


def rewrite(question: SingleChoice) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.options = [
        ("option", {"text": "New", "fraction": "1", "feedback": ""}),
        ("option", {"text": "Other", "fraction": "0", "feedback": ""}),
    ]


def change_key(question: SingleChoice) -> None:
    """Make another option right in the same words, as a correction does. Does not save."""
    options = [block.value for block in question.options]
    fractions = [option["fraction"] for option in options]
    fractions = [fractions[-1], *fractions[:-1]]
    question.options = [
        ("option", {"text": option["text"], "fraction": fraction, "feedback": "Corrected."})
        for option, fraction in zip(options, fractions, strict=True)
    ]
