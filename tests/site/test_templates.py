"""What templates say to each other stays between them."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_no_comment_spills_onto_a_page():
    """A `{# #}` that runs over a line is not a comment, and a reader would see it."""
    spilt = [
        path.name
        for path in TEMPLATES.rglob("*.*")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\{#(?!.*#\})", line)
    ]
    assert spilt == []
