"""The kinds of question, each in a folder of its own. Everything that walks them starts here.

To add a kind, copy a folder, add its name below, and make the migration:
`docs/question-kinds.md` says the rest.
"""

from __future__ import annotations

from pathlib import Path

KINDS = (
    "single_choice",
    "multiple_response",
    "true_false",
    "matching",
    "ordering",
    "short_answer",
    "gap_fill",
    "situational_judgement",
)

FOLDER = Path(__file__).parent
