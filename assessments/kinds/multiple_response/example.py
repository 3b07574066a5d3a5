"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from typing import Any

from assessments.kinds.multiple_response.model import MultipleResponse


def example(**fields: Any) -> MultipleResponse:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Sam goes quiet. Which of these help?</p>")
    fields.setdefault(
        "options",
        [
            ("option", {"text": "Nod", "is_right": True, "feedback": "It says: I am here."}),
            ("option", {"text": "Wait", "is_right": True, "feedback": "Silence can help."}),
            ("option", {"text": "Advise", "is_right": False, "feedback": "Not asked for."}),
            ("option", {"text": "Compare", "is_right": False, "feedback": "It is not a race."}),
        ],
    )
    return MultipleResponse(**fields)


def rewrite(question: MultipleResponse) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.options = [
        ("option", {"text": "New", "is_right": True, "feedback": ""}),
        ("option", {"text": "Other", "is_right": False, "feedback": ""}),
    ]


def change_key(question: MultipleResponse) -> None:
    """Make other options right in the same words, as a correction does. Does not save."""
    options = [block.value for block in question.options]
    question.options = [
        ("option", {**option, "is_right": not option["is_right"], "feedback": "Corrected."})
        for option in options
    ]
