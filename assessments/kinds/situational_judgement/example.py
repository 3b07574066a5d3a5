"""An example of the kind, for tests, the bench and the docs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assessments.kinds.situational_judgement.model import SituationalJudgement

REPLIES = [
    ("“What makes today so heavy?”", "Sam looks up and begins to talk.", "4.6", "It opens a door."),
    (
        "“I see.” You wait.",
        "Sam is quiet, and stays.",
        "3.4",
        "Waiting helps. A word more would too.",
    ),
    ("“Cheer up, it will pass.”", "Sam nods and looks at the door.", "1.2", "It closes the talk."),
]


def example(**fields: Any) -> SituationalJudgement:
    """A question of this kind, not yet saved. It needs a code; any field may be another."""
    fields.setdefault("stem", "<p>Sam says: “I nearly did not come.” What would you say?</p>")
    fields.setdefault("judge", "best_and_worst")
    fields.setdefault(
        "replies",
        [
            (
                "reply",
                {"text": text, "reaction": reaction, "panel": Decimal(panel), "feedback": feedback},
            )
            for text, reaction, panel, feedback in REPLIES
        ],
    )
    return SituationalJudgement(**fields)


def change_key(question: SituationalJudgement) -> None:
    """Let the panel judge the other way about, in the same words. Does not save."""
    replies = [block.value for block in question.replies]
    panels = [reply["panel"] for reply in reversed(replies)]
    question.replies = [
        (
            "reply",
            {
                "text": reply["text"],
                "reaction": reply["reaction"],
                "panel": panel,
                "feedback": "Corrected.",
            },
        )
        for reply, panel in zip(replies, panels, strict=True)
    ]


def rewrite(question: SituationalJudgement) -> None:
    """Give the question another key in other words, as an editor might. Does not save."""
    question.judge = "best"
    question.replies = [
        ("reply", {"text": text, "reaction": "New", "panel": Decimal(panel), "feedback": ""})
        for text, panel in [("New", 5), ("Old", 1)]
    ]
